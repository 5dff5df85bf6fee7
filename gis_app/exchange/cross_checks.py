"""What is wrong with a layer beside the others and within itself: parents, the county, overlaps.

Real borders are drawn by several hands: a sliver is told as a warning, and only a real overlap keeps a file
out. Rows of the file carry their number; what was in the store already is named by code.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import Fault
from gis_app.exchange.context import Existing, usable
from gis_app.exchange.messages import fault
from gis_app.geo.crs import to_metres
from gis_app.geo.validity import representative_points
from gis_app.layers import schema

SLIVER_WIDTH = 0.5  # metres
SLIVER_SHARE = 0.02  # of the smaller area
OUTSIDE_SHARE = 0.01
COUNTED_SLIVERS = 10
OVERLAPPING = ("subdistricts", "communities", "grids", "blocks")
_PARENTS = {
    "subdistricts": ("county", "county_code"),
    "communities": ("subdistricts", "subdistrict_code"),
    "grids": ("communities", "community_code"),
}
_TITLES = {"county": "县域", "subdistricts": "街道", "communities": "社区", "grids": "网格", "blocks": "地块"}


def check_within(layer: str, frame: gpd.GeoDataFrame, rows: list[int], existing: Existing) -> list[Fault]:
    """Return faults of a layer (EPSG:4490, valid shapes) against what stays in the store."""
    faults = _parent_faults(layer, frame, rows, existing)
    outline = _outline(layer, existing)
    if outline is not None:
        outside = _points_outside if schema.geometry_types(layer) == schema.POINT else _shapes_outside
        faults += outside(frame, rows, outline)
    if layer == "blocks":
        faults += _blocks_without_grid(frame, rows, existing)
    if layer in ("buildings", "gates") and len(existing.layers["blocks"]):
        faults += _unknown(frame, rows, "block_code", existing.layers["blocks"]["block_code"])
    return faults


def check_same_county(layer: str, frame: gpd.GeoDataFrame, existing: Existing) -> list[Fault]:
    """Tell the way out where nothing of a file touches the county that is there."""
    outline = _outline(layer, existing)
    shapes = frame.geometry.values[usable(frame.geometry.values)]
    if outline is None or len(shapes) < 2 or shapely.intersects(outline, shapes).any():
        return []
    return [fault("another_county", "geometry")]


def _outline(layer: str, existing: Existing) -> shapely.Geometry | None:
    """Return the county's outline to keep to: for areas a stated one only, else also that of the grids."""
    if layer == "county" or (layer in _PARENTS and len(existing.layers["county"]) == 0):
        return None
    return existing.outline


def _parent_faults(layer: str, frame, rows: list[int], existing: Existing) -> list[Fault]:
    if layer not in _PARENTS:
        return []
    above, column = _PARENTS[layer]
    parents = existing.layers[above]
    if len(parents) == 0:
        return _other_county(layer, frame, rows, existing)
    code = schema.code_column(above)
    faults = _unknown(frame, rows, column, parents[code])
    if above == "county":
        return faults
    located = existing.locate(above, frame.geometry.values)
    for position, (said, found) in enumerate(zip(frame[column], located, strict=True)):
        if found is not None and found != said and not faults_at(faults, rows[position]):
            words = f"{said}，图形在 {found} 内"
            faults.append(fault("place_contradicts_parent", column, row=rows[position], value=words))
    return faults


def faults_at(faults: list[Fault], row: int) -> bool:
    """Tell whether a row has been named already."""
    return any(found.row == row for found in faults)


def _unknown(frame, rows: list[int], column: str, known: pd.Series) -> list[Fault]:
    lost = ~frame[column].isin(known) & frame[column].notna()
    return [
        fault("unknown_parent", column, row=rows[position], value=frame[column].iloc[position])
        for position in np.flatnonzero(lost)
    ]


def _other_county(layer: str, frame, rows: list[int], existing: Existing) -> list[Fault]:
    """Compare the county part of codes where the layer right above is missing."""
    column = schema.code_column(layer)
    counties = frame[column].str[:6]
    county = existing.layers["county"]
    if len(county):
        lost = counties != county["county_code"].iloc[0]
        return [
            fault("unknown_parent", column, row=rows[position], value=counties.iloc[position])
            for position in np.flatnonzero(lost)
        ]
    several = sorted(set(counties))
    return [fault("several_counties", column, value="、".join(several[:5]))] if len(several) > 1 else []


def _points_outside(frame, rows: list[int], outline: shapely.Geometry) -> list[Fault]:
    xy = shapely.get_coordinates(frame.geometry.values)
    outside = ~shapely.intersects_xy(outline, xy[:, 0], xy[:, 1])
    mirrored = shapely.intersects_xy(outline, xy[:, 1], xy[:, 0])
    return [
        fault(
            "outside_county_swapped" if mirrored[at] else "outside_county",
            "geometry",
            row=rows[at],
            value=f"{xy[at, 0]:.6f}, {xy[at, 1]:.6f}",
        )
        for at in np.flatnonzero(outside)
    ]


def _shapes_outside(frame, rows: list[int], outline: shapely.Geometry) -> list[Fault]:
    shapes = frame.geometry.values
    suspects = np.flatnonzero(~shapely.covered_by(shapes, outline))
    if len(suspects) == 0:
        return []
    measure = shapely.area if shapely.get_dimensions(shapes[0]) == 2 else shapely.length
    rest = measure(shapely.difference(shapes[suspects], outline)) / np.maximum(
        measure(shapes[suspects]), 1e-30
    )
    faults = []
    for at, share in zip(suspects, rest, strict=True):
        if share <= OUTSIDE_SHARE:
            continue
        x, y = representative_points([shapes[at]])[0]
        whole = share > 1 - OUTSIDE_SHARE
        mirrored = whole and bool(shapely.intersects_xy(outline, y, x))
        code = (
            ("outside_county_swapped" if mirrored else "outside_county") if whole else "part_outside_county"
        )
        value = f"{x:.6f}, {y:.6f}" if whole else f"{share:.0%}"
        faults.append(fault(code, "geometry", row=rows[at], value=value))
    return faults


def _blocks_without_grid(frame, rows: list[int], existing: Existing) -> list[Fault]:
    grids = existing.layers["grids"]
    if len(grids) == 0:
        return []
    faults = _unknown(frame, rows, "grid_code", grids["grid_code"])
    lost = np.flatnonzero(frame["grid_code"].isna())
    return faults + [fault("no_parent", "grid_code", row=rows[at], value="网格") for at in lost]


def check_overlaps(layer: str, frame: gpd.GeoDataFrame, labels: list) -> list[Fault]:
    """Return overlaps among the areas of one layer; `labels` are row numbers, or codes of what was there."""
    if layer not in OVERLAPPING or len(frame) < 2:
        return []
    shapes = np.asarray(to_metres(frame.geometry).values, dtype=object)
    a, b, area, width = _overlapping_pairs(shapes)
    smaller = np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b]))
    sliver = (width <= SLIVER_WIDTH) | (area <= SLIVER_SHARE * smaller)
    faults = []
    for at in np.flatnonzero(~sliver):
        one, other = sorted((labels[a[at]], labels[b[at]]), key=lambda v: (isinstance(v, int), v))
        row, value = (other, one) if isinstance(other, int) else (None, one)
        faults.append(fault("overlap", "geometry", row=row, value=value, detail=f"{area[at]:,.0f} 平方米"))
    if sliver.any():
        detail = f"{area[sliver].sum():,.0f} 平方米"
        faults.append(fault("overlaps_many", "geometry", value=int(sliver.sum()), detail=detail))
    return faults


def _overlapping_pairs(shapes: np.ndarray):
    """Return positions a, b of areas that overlap, the shared area in m² and its width in m."""
    nothing = np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0), np.empty(0)
    if shapely.coverage_is_valid(shapes):
        return nothing
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    suspects = suspects if len(suspects) else np.arange(len(shapes))
    a, b = shapely.STRtree(shapes).query(shapes[suspects], predicate="intersects")
    pairs = np.sort(np.column_stack([suspects[a], b]), axis=1)  # an area around a suspect need not be one
    a, b = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0).T
    shared = shapely.intersection(shapes[a], shapes[b])
    area, around = shapely.area(shared), shapely.length(shared)
    keep = area > 1e-3
    return a[keep], b[keep], area[keep], 2 * area[keep] / np.maximum(around[keep], 1e-9)
