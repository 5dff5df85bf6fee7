"""Pieces of the street layer that do not hang together, so that a planner can see and mend them.

Counted on the streets themselves, whatever gates are closed: a compound behind a closed gate is no fault of
the layer. What meets is what `geo/network.py` joins: streets that share a vertex.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis_app.geo.edges import NODE_DIGITS
from gis_app.geo.network import SNAP_LIMIT
from gis_app.layers import schema

if TYPE_CHECKING:
    from gis_app.layers.atlas import Atlas

MOST_CODES = 20  # named per piece
COLUMNS = ("piece", "name", "length_m", "streets", "street_codes", "grid_code", "households_near")


@dataclass(frozen=True)
class Piece:
    """One unconnected piece: positions of its streets, metres, and a point on its longest street."""

    number: int
    rows: np.ndarray
    length: float
    place: shapely.Point


def piece_of(lines: np.ndarray) -> np.ndarray:
    """Return for each line (n,) in metres the number of the piece it is in, the longest piece being 0."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if len(xy) == 0:
        return np.zeros(len(lines), dtype=int)
    _, vertex = np.unique(np.round(xy, NODE_DIGITS), axis=0, return_inverse=True)
    vertex = vertex.reshape(-1) + len(lines)
    size = int(vertex.max()) + 1
    links = coo_array((np.ones(len(line), dtype=np.int8), (line, vertex)), shape=(size, size))
    _, label = connected_components(links.tocsr(), directed=False)
    _, label = np.unique(label[: len(lines)], return_inverse=True)
    totals = np.bincount(label, weights=shapely.length(lines))
    rank = np.argsort(np.argsort(-totals, kind="stable"), kind="stable")
    return rank[label]


def unconnected(lines: np.ndarray) -> Iterator[Piece]:
    """Yield the pieces that do not hang together with the longest one, longest first; lines in metres."""
    number = piece_of(lines)
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    lengths = shapely.length(lines)
    for rows in groups[1:]:
        longest = lines[rows[np.argmax(lengths[rows])]]
        place = shapely.line_interpolate_point(longest, 0.5, normalized=True)
        place = shapely.point_on_surface(longest) if place.is_empty else place
        yield Piece(int(number[rows[0]]), rows, float(lengths[rows].sum()), place)


def codes_of(streets: gpd.GeoDataFrame, piece: Piece) -> str:
    """Return the codes of a piece's streets joined by semicolons, the first ones of many."""
    codes = streets["street_code"].iloc[piece.rows[:MOST_CODES]].astype(str)
    return ";".join(codes) + ("…" if len(piece.rows) > MOST_CODES else "")


def pieces(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the unconnected pieces in lon/lat, longest first; none where all streets hang together.

    `households_near` counts the demand whose nearest street, within `SNAP_LIMIT` metres, is in the piece.
    """
    streets = atlas.streets
    lines = np.asarray(streets.to_crs(atlas.metric_crs).geometry.values, dtype=object)
    found = list(unconnected(lines)) if len(lines) else []
    near = _households_near(atlas, lines, found)
    table = {
        "piece": [f"P{piece.number:03d}" for piece in found],
        "name": [_name(streets, piece) for piece in found],
        "length_m": [round(piece.length, 1) for piece in found],
        "streets": [len(piece.rows) for piece in found],
        "street_codes": [codes_of(streets, piece) for piece in found],
        "grid_code": _grids(atlas, found),
        "households_near": near,
    }
    shapes = [shapely.multilinestrings(shapely.get_parts(streets.geometry.values[p.rows])) for p in found]
    frame = pd.DataFrame(table, columns=list(COLUMNS))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=schema.CRS))


def _name(streets: gpd.GeoDataFrame, piece: Piece) -> str:
    names = streets["name"].iloc[piece.rows]
    return "、".join(list(dict.fromkeys(name for name in names if name))[:3])


def _grids(atlas: Atlas, found: list[Piece]) -> np.ndarray:
    if not found:
        return np.empty(0, dtype=object)
    places = gpd.GeoSeries([piece.place for piece in found], crs=atlas.metric_crs).to_crs(schema.CRS)
    return atlas.grids_at(shapely.get_coordinates(places.values))


def _households_near(atlas: Atlas, lines: np.ndarray, found: list[Piece]) -> list[int]:
    demand = atlas.demand
    if not found or not len(demand):
        return [0] * len(found)
    points = np.asarray(demand.to_crs(atlas.metric_crs).geometry.values, dtype=object)
    place, street = shapely.STRtree(lines).query_nearest(points, max_distance=SNAP_LIMIT, all_matches=False)
    owner = np.full(len(lines), -1)
    for position, piece in enumerate(found):
        owner[piece.rows] = position
    inside = owner[street] >= 0
    weights = demand["households"].to_numpy(dtype=float)[place[inside]]
    return np.bincount(owner[street[inside]], weights=weights, minlength=len(found)).astype(int).tolist()
