"""Incidents on the map when they are too many to show one by one: how many lie in each cell of the view.

A cell is shown where its incidents are on average; zooming in makes the cells smaller until single incidents
are few enough.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.incidents.statistics_columns import Columns

MOST_POINTS = 3_000
CELLS_ACROSS = 24

Box = tuple[float, float, float, float]


def in_box(columns: Columns, box: Box | None) -> np.ndarray | None:
    """Return (n,) bool which incidents lie in a box (west, south, east, north), None for no box."""
    if box is None:
        return None
    lon, lat = columns["lon"], columns["lat"]
    return (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])


def bins(
    lon: np.ndarray, lat: np.ndarray, stages: np.ndarray, names: tuple[str, ...]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a row for each cell with incidents (id, count and one count for each stage), and its point.

    `stages` are numbers into `names`.
    """
    west, south = float(lon.min()), float(lat.min())
    size = max(float(lon.max()) - west, float(lat.max()) - south, 1e-6) / CELLS_ACROSS
    across = np.minimum((lon - west) // size, CELLS_ACROSS - 1).astype("int64")
    up = np.minimum((lat - south) // size, CELLS_ACROSS - 1).astype("int64")
    cell = up * CELLS_ACROSS + across
    count = np.bincount(cell, minlength=CELLS_ACROSS**2)
    filled = np.flatnonzero(count)
    table = pd.DataFrame({"id": [f"bin-{number}" for number in filled], "count": count[filled]})
    for number, name in enumerate(names):
        table[name] = np.bincount(cell[stages == number], minlength=CELLS_ACROSS**2)[filled]
    x = np.bincount(cell, lon, CELLS_ACROSS**2)[filled] / count[filled]
    y = np.bincount(cell, lat, CELLS_ACROSS**2)[filled] / count[filled]
    return table.assign(binned=True), gpd.points_from_xy(x, y)
