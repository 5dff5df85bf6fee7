"""Layers as files of an import: what the check made ready, and what there was before taking in.

Texts, numbers and shapes come back exactly as they were; types follow from the schema.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.desk.folder import Folder
from gis_app.exchange.raw import RawTable
from gis_app.layers import schema


def keep(folder: Folder, place: str, frames: dict[str, gpd.GeoDataFrame]) -> None:
    """Keep layers under `place`, in place of those that are there."""
    folder.forget(f"{place}/*")
    for name, frame in frames.items():
        folder.write_table(f"{place}/{name}", raw_of(frame))


def kept(folder: Folder, place: str) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers kept under `place`."""
    names = [name.rpartition("/")[2] for name in folder.names(f"{place}/*")]
    return {name: frame_of(name, folder.read_table(f"{place}/{name}")) for name in names}


def raw_of(frame: gpd.GeoDataFrame) -> RawTable:
    """Return a layer as a table of plain values."""
    columns = {
        name: [None if pd.isna(value) else value for value in frame[name].tolist()]
        for name in frame.columns
        if name != "geometry"
    }
    shapes = np.asarray(frame.geometry.values, dtype=object)
    return RawTable(columns, list(range(1, len(frame) + 1)), shapes)


def frame_of(name: str, table: RawTable) -> gpd.GeoDataFrame:
    """Return a layer from a table of plain values."""
    if not table.rows:
        return schema.empty(name)
    data = pd.DataFrame(table.columns, index=range(len(table.rows)), dtype=object)
    return schema.complete(name, gpd.GeoDataFrame(data, geometry=table.geometry, crs=schema.CRS))
