"""Which grid a report belongs to, and when to ask.

A position is a circle: where other grids lie within its accuracy, whoever reports is asked which of them it
is. A point in the county but in no grid (the grids cover the town only) has no grid; outside the county it is
refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from weakref import ref

import numpy as np
import shapely

from gis_app.geo.crs import LONLAT, project
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.layers.atlas import Atlas

MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A grid the position may lie in, and how many metres away its border is (0 inside)."""

    grid_code: str
    name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Placing:
    """The grid of a position ("" where the county has none there), and all that it may be, nearest first.

    `ask` says that there is more than one and that nobody has chosen yet.
    """

    grid_code: str
    candidates: tuple[Candidate, ...] = ()
    ask: bool = False


def place(atlas: Atlas, lon: float, lat: float, accuracy_m: float | None = None, chosen: str = "") -> Placing:
    """Return where a position lies; `accuracy_m` is its radius in metres, None where it is not known.

    `chosen` is the answer of who was asked. Raises Refused (BadInput) "outside_county", "grid_not_near",
    "location_out_of_range".
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # also NaN
        raise Refused("report_rejected", [FieldFault("location", "location_out_of_range")])
    own = atlas.grid_at(lon, lat)
    if own is None and not _in_county(atlas, lon, lat):
        raise Refused("report_rejected", [FieldFault("location", "outside_county")])
    candidates = _near(atlas, lon, lat, accuracy_m or 0.0, own) if accuracy_m or chosen else ()
    if not chosen:
        return Placing(own or "", candidates, ask=len({c.grid_code for c in candidates} | {own or ""}) > 1)
    if chosen != own and chosen not in {candidate.grid_code for candidate in candidates}:
        raise Refused("report_rejected", [FieldFault("grid_code", "grid_not_near")])
    return Placing(chosen, candidates)


def _in_county(atlas: Atlas, lon: float, lat: float) -> bool:
    if not len(atlas.county):
        return False
    return bool(shapely.intersects_xy(atlas.county.geometry.to_numpy(), lon, lat).any())


def _near(atlas: Atlas, lon: float, lat: float, accuracy_m: float, own: str | None) -> tuple[Candidate, ...]:
    """Return the grids within the accuracy, that of the point first, then by distance and code."""
    tree, shapes = _metric_grids(ref(atlas))
    point = shapely.Point(project(np.array([[lon, lat]]), LONLAT, atlas.metric_crs)[0])
    found = tree.query(point, predicate="dwithin", distance=accuracy_m)
    distances = shapely.distance(shapes[found], point)
    codes = atlas.grids["grid_code"].to_numpy()[found]
    names = atlas.grids["name"].to_numpy()[found]
    order = np.lexsort((codes, np.round(distances, 3), codes != own))[:MOST_CANDIDATES]
    return tuple(Candidate(str(codes[i]), str(names[i]), round(float(distances[i]), 1)) for i in order)


@lru_cache(maxsize=4)
def _metric_grids(atlas: ref[Atlas]) -> tuple[shapely.STRtree, np.ndarray]:
    """Return the grids in metres with their search tree, made once per atlas without keeping it alive."""
    held = atlas()
    shapes = held.grids.geometry.to_crs(held.metric_crs).to_numpy()
    return shapely.STRtree(shapes), shapes
