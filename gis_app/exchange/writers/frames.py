"""The one door to GDAL's writers: a frame and its shapes into a file or into one more layer of a file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gis_app.exchange.writers.model import present
from gis_app.exchange.writers.systems import System

GEOMETRY = "geometry"
SINGLE = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


def write_frame(
    frame: pd.DataFrame, shapes: np.ndarray | None, system: System, path: Path, driver: str, **options: Any
) -> None:
    """Write rows with their shapes, or as a table where these are None; a missing text stays missing."""
    plain = _plain(frame)
    if shapes is None:
        pyogrio.write_dataframe(plain, path, driver=driver, **options)
        return
    found = sorted(set(shapely.get_type_id(shapes[present(shapes)]).tolist()))
    whole = gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(shapes, index=plain.index, crs=system.crs))
    with warnings.catch_warnings():
        # An offset position has no CRS that could be declared: that is meant.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.write_dataframe(
            whole,
            path,
            driver=driver,
            promote_to_multi=len(found) > 1,
            geometry_type=_type(shapes),
            **options,
        )


def _type(shapes: np.ndarray) -> str:
    """Return the one type of all shapes, the multiple one where single and multiple are mixed."""
    types = {shape.geom_type for shape in shapes[present(shapes)]}
    if len(types) == 1:
        return types.pop()
    many = {SINGLE.get(one, one) for one in types}
    return many.pop() if len(many) == 1 else "Unknown"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with texts as objects, None where there is none."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        numeric = pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)
        columns[name] = values if numeric else values.astype(object).where(values.notna(), None)
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
