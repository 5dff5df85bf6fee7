"""Makes the frame of each table from a snapshot: the stored columns with the names of what they point to.

Each function takes a Snapshot and returns a DataFrame with the columns its table declares (and a
`geometry` where its rows have one), in the order of the stored rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.geo.crs import to_metres
from gis_app.geo.validity import representative_points
from gis_app.layers.codes import LAYER_OF_LEVEL, LENGTHS
from gis_app.layers.schema import code_column
from gis_app.layers.streets import pieces
from gis_app.stations.status import CLOSED
from gis_app.web.current import Snapshot

AREA_DECIMALS, LENGTH_DECIMALS = 4, 1


def grids(found: Snapshot) -> pd.DataFrame:
    """Return one row per grid."""
    return _areas(found, "grid")


def communities(found: Snapshot) -> pd.DataFrame:
    """Return one row per community."""
    return _areas(found, "community")


def subdistricts(found: Snapshot) -> pd.DataFrame:
    """Return one row per subdistrict."""
    return _areas(found, "subdistrict")


def county(found: Snapshot) -> pd.DataFrame:
    """Return the county's row."""
    return _areas(found, "county")


def stations(found: Snapshot) -> pd.DataFrame:
    """Return one row per station."""
    frame = found.atlas.stations.copy()
    return frame.assign(grid_name=frame["grid_code"].map(names(found, "grid")), status_now=frame["status"])


def stations_at(frame: pd.DataFrame, unusual: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of `stations` with how each is now: as the layer says, but where an open one is not."""
    said = frame["station_code"].map({**unusual}).replace(CLOSED, "closed_now")
    told = said.where(said.notna() & (frame["status"] == "open"), frame["status"])
    return frame.assign(status_now=told.astype("str"))


def blocks(found: Snapshot) -> pd.DataFrame:
    """Return one row per block."""
    frame = found.atlas.blocks.copy()
    return frame.assign(
        community_name=frame["community_code"].map(names(found, "community")),
        grid_name=frame["grid_code"].map(names(found, "grid")),
        area_km2=_square_kilometres(frame),
    )


def buildings(found: Snapshot) -> pd.DataFrame:
    """Return one row per building."""
    frame = found.atlas.buildings.copy()
    grid_of = dict(zip(found.atlas.blocks["block_code"], found.atlas.blocks["grid_code"], strict=True))
    return frame.assign(grid_code=frame["block_code"].map(grid_of))


def streets(found: Snapshot) -> pd.DataFrame:
    """Return one row per street."""
    frame = found.atlas.streets.copy()
    length = to_metres(frame).length.round(LENGTH_DECIMALS) if len(frame) else pd.Series([], dtype="float64")
    return frame.assign(length_m=np.asarray(length))


def gates(found: Snapshot) -> pd.DataFrame:
    """Return one row per gate, with the name of its block."""
    frame = found.atlas.gates.copy()
    blocks_ = found.atlas.blocks
    block_names = dict(zip(blocks_["block_code"], blocks_["name"], strict=True))
    return frame.assign(block_name=frame["block_code"].map(block_names), place=_places(frame))


def street_pieces(found: Snapshot) -> gpd.GeoDataFrame:
    """Return one row per piece of the streets that hangs together with nothing else, with its place."""

    def make() -> gpd.GeoDataFrame:
        frame = pieces(found.atlas)
        return frame.assign(grid_name=frame["grid_code"].map(names(found, "grid")), place=_places(frame))

    return found.memo(("street pieces",), make)


def water(found: Snapshot) -> pd.DataFrame:
    """Return one row per water body."""
    frame = found.atlas.water.copy()
    return frame.assign(area_km2=_square_kilometres(frame))


def assignments(found: Snapshot) -> pd.DataFrame:
    """Return one row per post, with the names of its area and organisation."""
    frame = found.tables.assignments.copy()
    return frame.assign(
        area_name=frame["area_code"].map(all_names(found)),
        organisation_name=frame["organisation_code"].map(_organisation_names(found)),
        vacant=(frame["holder_name"].fillna("") == "") & (frame["organisation_code"].fillna("") == ""),
    )


def organisations(found: Snapshot) -> pd.DataFrame:
    """Return one row per organisation, with its zone and its count of members reported in."""
    tables = found.tables
    frame = tables.organisations.copy()
    zones = dict(zip(tables.zones["zone_code"], tables.zones["name"], strict=True))
    members = tables.members.groupby("organisation_code")["members"].sum()
    counted = frame["organisation_code"].map(members).fillna(0).astype("int64")
    return frame.assign(zone_name=frame["zone_code"].map(zones), members=counted)


def incidents(found: Snapshot, seen: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return one row per incident in `seen`, those that the account may see as places."""
    classes = dict(zip(found.classes["class_code"], found.classes["name"], strict=True))
    frame = seen.assign(
        class_name=seen["class_code"].map(classes),
        grid_name=seen["grid_code"].map(names(found, "grid")),
        organisation_name=seen["organisation_code"].map(_organisation_names(found)),
    )
    for column in ("reported_at", "due_at", "resolved_at"):
        frame[column] = _minutes(frame[column])
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4490")


def names(found: Snapshot, level: str) -> Mapping[str, str]:
    """Return the names of the areas of a level by code."""
    layer = LAYER_OF_LEVEL[level]
    frame = found.atlas.layer(layer)
    return found.memo(
        ("names", level), lambda: dict(zip(frame[code_column(layer)], frame["name"], strict=True))
    )


def all_names(found: Snapshot) -> Mapping[str, str]:
    """Return the names of all areas of all levels by code."""
    return {code: name for level in LAYER_OF_LEVEL for code, name in names(found, level).items()}


def _areas(found: Snapshot, level: str) -> pd.DataFrame:
    layer = LAYER_OF_LEVEL[level]
    frame = found.atlas.layer(layer).copy()
    codes = frame[code_column(layer)].astype(str)
    households = found.atlas.households_by(level)
    frame = frame.assign(
        households=codes.map(households),
        area_km2=_square_kilometres(frame),
        grids=codes.map(_inside(found.atlas.grids["grid_code"], level)).fillna(0).astype("int64"),
        communities=codes.map(_inside(found.atlas.communities["community_code"], level))
        .fillna(0)
        .astype("int64"),
        stations=codes.map(_inside(found.atlas.stations["grid_code"], level)).fillna(0).astype("int64"),
    )
    for parent in ("subdistrict", "community"):
        frame[f"{parent}_name"] = codes.str[: LENGTHS[parent]].map(names(found, parent))
    return frame


def _inside(codes: pd.Series, level: str) -> pd.Series:
    """Count codes by their ancestor at a level."""
    known = codes.dropna().astype(str)
    return known.str[: LENGTHS[level]].value_counts()


def _places(frame: gpd.GeoDataFrame) -> list[str]:
    """Return a longitude and latitude on each shape, as the map's address takes them."""
    return [f"{lon:.6f},{lat:.6f}" for lon, lat in representative_points(frame.geometry.values)]


def _square_kilometres(frame: gpd.GeoDataFrame) -> np.ndarray:
    if not len(frame):
        return np.empty(0)
    return np.asarray((to_metres(frame).area / 1e6).round(AREA_DECIMALS))


def _organisation_names(found: Snapshot) -> Mapping[str, str]:
    frame = found.tables.organisations
    return dict(zip(frame["organisation_code"], frame["name"], strict=True))


def _minutes(times: pd.Series) -> pd.Series:
    """Return ISO times as YYYY-MM-DD HH:MM, "" for none."""
    return times.astype(object).where(times.notna(), "").astype(str).str[:16].str.replace("T", " ")
