"""Areas, lengths and compactness, always in metres, whatever the coordinates came in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.geo.crs import to_metres


def area_m2(geometries: gpd.GeoSeries, crs=None) -> pd.Series:
    """Return areas in square metres; `crs` is the metric CRS where the caller has one."""
    return to_metres(geometries, crs).area if len(geometries) else pd.Series([], dtype=float)


def compactness(geometries: gpd.GeoSeries, crs=None) -> pd.Series:
    """Return Polsby–Popper compactness, 4πA/P²: 1 for a disc, near 0 for a thread, NaN for nothing."""
    if not len(geometries):
        return pd.Series([], dtype=float)
    shapes = to_metres(geometries, crs)
    return (4 * np.pi * shapes.area / shapes.length.where(shapes.length > 0) ** 2).astype(float)
