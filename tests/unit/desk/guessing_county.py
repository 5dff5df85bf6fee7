"""The reference county's layers as somebody's file might hold them: moved, renamed, stripped, cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gis_app.exchange.context import Existing
from gis_app.exchange.raw import RawTable
from gis_app.geo import crs as geo
from gis_app.layers import schema

GEODATA = Path(__file__).resolve().parents[3] / "geodata"
Move = Callable[[np.ndarray], np.ndarray]


@cache
def layer(name: str) -> gpd.GeoDataFrame:
    """Return a layer of the reference county."""
    read = gpd.read_file(GEODATA / f"{name}.geojson").set_crs(schema.CRS, allow_override=True)
    return schema.complete(name, read)


@cache
def county(*without: str) -> Existing:
    """Return what a store with the reference county holds, some layers left out."""
    return Existing({name: schema.empty(name) if name in without else layer(name) for name in schema.LAYERS})


@cache
def nothing() -> Existing:
    """Return what an empty store holds."""
    return Existing({name: schema.empty(name) for name in schema.LAYERS})


def into(code: str | int) -> Move:
    """Return a move from lon/lat into a projection."""
    return lambda xy: geo.project(xy, schema.CRS, code)


def turned(xy: np.ndarray) -> np.ndarray:
    """Return points with their axes exchanged."""
    return xy[:, ::-1]


def table(
    name: str,
    move: Move | None = None,
    crs: str | None = None,
    keep: tuple[str, ...] | None = None,
    called: dict[str, str] | None = None,
    rows: slice = slice(None),
) -> RawTable:
    """Return a layer as a reader hands it over: some columns, under other names, moved."""
    frame = layer(name).iloc[rows]
    kept = [column for column in frame.columns if column != "geometry"] if keep is None else keep
    columns = {(called or {}).get(column, column): frame[column].tolist() for column in kept}
    shapes = np.array(frame.geometry.values, dtype=object)
    shapes = shapely.transform(shapes, move) if move else shapes
    return RawTable(columns, list(range(1, len(frame) + 1)), shapes, crs)


def points_table(
    move: Move | None = None, names: tuple[str, str] = ("经度", "纬度"), keep=("name",)
) -> RawTable:
    """Return the stations as a table whose columns hold the coordinates."""
    frame = layer("stations")
    xy = shapely.get_coordinates(frame.geometry.values)
    xy = move(xy) if move else xy
    columns = {column: frame[column].tolist() for column in keep}
    columns |= {names[0]: xy[:, 0].tolist(), names[1]: xy[:, 1].tolist()}
    return RawTable(columns, list(range(2, len(frame) + 2)), None, None)
