"""What a phone finds by name without a network, and what a patrol of a grid goes to see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis_app.web import geojson
from gis_app.web.current import Snapshot
from gis_app.web.field_extent import Extent

DECIMALS = 5  # a metre


def places(found: Snapshot, extent: Extent) -> list[dict[str, Any]]:
    """Return grids, stations, named streets and named blocks as {kind, code, name, lon, lat}."""
    atlas = found.atlas
    carried = set(atlas.grids["grid_code"][extent.grids])
    blocks = atlas.blocks[atlas.blocks["grid_code"].isin(carried)] if not extent.whole else atlas.blocks
    parts = [
        _table("grid", atlas.grids[extent.grids], "grid_code"),
        _table("station", atlas.stations[extent.stations], "station_code"),
        _once(_carried_streets(found, extent)),
        _table("block", blocks, "block_code"),
    ]
    table = pd.concat([part for part in parts if len(part)] or [_empty()], ignore_index=True)
    return geojson.records(table)


def patrols(found: Snapshot, extent: Extent) -> dict[str, list[dict[str, Any]]]:
    """Return for each own grid the streets and stations to look at, streets by name, stations first."""
    codes = set(found.atlas.grids["grid_code"][extent.own])
    stations = found.atlas.stations[found.atlas.stations["grid_code"].isin(codes).to_numpy()]
    stops = _table("station", stations, "station_code").assign(grid_code=stations["grid_code"].to_numpy())
    pieces = _pieces(found)
    walks = pieces[pieces["grid_code"].isin(codes)]
    walks = walks.sort_values("length", ascending=False, kind="stable").drop_duplicates(["grid_code", "name"])
    walks = walks.sort_values(["name", "code"], kind="stable")
    table = pd.concat([stops, walks], ignore_index=True)
    wanted = ["kind", "code", "name", "lon", "lat"]
    found_ones = {code: geojson.records(rows[wanted]) for code, rows in table.groupby("grid_code", sort=True)}
    return {code: found_ones.get(code, []) for code in sorted(codes)}


def _table(kind: str, frame: Any, code: str) -> pd.DataFrame:
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    names = frame["name"].fillna("").astype(str).to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "kind": kind,
            "code": frame[code].astype(str).to_numpy(dtype=object),
            "name": names,
            "lon": np.round(shapely.get_x(points), DECIMALS),
            "lat": np.round(shapely.get_y(points), DECIMALS),
        }
    )
    return table[(table["name"] != "") & np.isfinite(table["lon"])]


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("kind", "code", "name", "lon", "lat")})


def _carried_streets(found: Snapshot, extent: Extent) -> pd.DataFrame:
    pieces = _pieces(found)
    if extent.whole:
        return pieces
    return pieces[pieces["grid_code"].isin(set(found.atlas.grids["grid_code"][extent.grids]))]


def _once(pieces: pd.DataFrame) -> pd.DataFrame:
    """Return a street of many pieces once, at its longest piece."""
    longest = pieces.sort_values("length", ascending=False, kind="stable").drop_duplicates("name")
    return longest.sort_values(["name", "code"], kind="stable")[["kind", "code", "name", "lon", "lat"]]


def _pieces(found: Snapshot) -> pd.DataFrame:
    """Return every named piece of street with its middle, its length in metres and the grid it lies in."""
    return found.memo("field-street-pieces", lambda: _read_pieces(found))


def _read_pieces(found: Snapshot) -> pd.DataFrame:
    frame = found.atlas.streets
    frame = frame[frame["name"].fillna("").astype(str).to_numpy() != ""]
    middle = shapely.line_interpolate_point(frame.geometry.to_numpy(), 0.5, normalized=True)
    lon, lat = shapely.get_x(middle), shapely.get_y(middle)
    return pd.DataFrame(
        {
            "kind": "street",
            "code": frame["street_code"].astype(str).to_numpy(dtype=object),
            "name": frame["name"].astype(str).to_numpy(dtype=object),
            "lon": np.round(lon, DECIMALS),
            "lat": np.round(lat, DECIMALS),
            "length": frame.to_crs(found.atlas.metric_crs).length.to_numpy(),
            "grid_code": found.atlas.grids_at(np.column_stack([lon, lat])) if len(frame) else [],
        }
    )
