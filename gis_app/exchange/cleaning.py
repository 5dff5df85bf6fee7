"""Close slivers and remove small overlaps between areas when asked to, and only where that changes little."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis_app.errors import Fault
from gis_app.exchange.cross_checks import OVERLAPPING
from gis_app.exchange.messages import fault

GAP_DEGREES = 0.5 / 111_320
CHANGE_SHARE = 0.05


def clean_overlaps(
    layer: str, frame: gpd.GeoDataFrame, good: np.ndarray
) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Return the layer as a clean coverage, or unchanged with a fault where cleaning would lose an area."""
    if layer not in OVERLAPPING or good.sum() < 2:
        return frame, []
    shapes = np.asarray(frame.geometry.values, dtype=object)[good]
    if shapely.coverage_is_valid(shapes, gap_width=GAP_DEGREES):
        return frame, []
    clean = getattr(shapely, "coverage_clean", None)
    if clean is None:
        return frame, [fault("repair_refused", "geometry", value="shapely < 2.2")]
    try:
        cleaned = clean(shapes, gap_width=GAP_DEGREES)
    except shapely.errors.GEOSException:
        return frame, [fault("repair_refused", "geometry", value="GEOS")]
    before, after = shapely.area(shapes), shapely.area(cleaned)
    changed = np.abs(before - after) > CHANGE_SHARE * before
    if changed.any() or shapely.is_empty(cleaned).any():
        return frame, []  # an overlap this large is not a sliver; the check of overlaps names its rows
    result = frame.copy()
    every = np.asarray(result.geometry.values, dtype=object)
    every[good] = cleaned
    result = result.set_geometry(gpd.GeoSeries(every, index=result.index, crs=frame.crs))
    moved = int((np.abs(before - after) > 1e-9 * before).sum())
    return result, [fault("cleaned", "geometry", value=moved)] if moved else []
