"""A siting question put to a county: which candidates, what they are called, how far people walk to them.

Candidates are blocks (their inner points) and the stations that exist; distances are the walking distances of
`geo.network`, as the crow flies only where a county has no streets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial.distance import cdist

from gis_app.errors import BadInput
from gis_app.geo.crs import to_metres
from gis_app.geo.network import SNAP_LIMIT, StreetNetwork
from gis_app.geo.validity import representative_points
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import serving
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.street_points import street_points

UNUSABLE = ("water", "green")
PLACES = ("blocks", "streets")


@dataclass(frozen=True)
class Asked:
    """What a planner asks for; codes are block codes, or station codes in `must_keep` and `movable`."""

    k: int | None = None
    limit_m: float = 500.0
    share: float = 1.0
    kinds: Sequence[str] = ("warm_station",)
    keep_existing: bool = True
    """Existing stations stay, beside k new ones; otherwise they are candidates like others."""
    candidates_on: str = "blocks"
    """New stations stand in blocks (at an inner point) or along streets (at a point of the street)."""
    candidates: Sequence[str] = ()
    """Block or street codes; all that can be built on where empty."""
    must_keep: Sequence[str] = ()
    forbidden: Sequence[str] = ()
    budget: float | None = None
    price: Mapping[str, float] = field(default_factory=dict)
    price_each: float = 1.0
    """What a new station costs that has no price of its own."""
    capacity: float = 1000.0
    """Households that a new station serves, or one without a capacity of its own."""
    households_per_seat: float = 1.0
    """How many households a seat of a station serves."""
    per_community: int = 0
    """The fewest stations of every community."""
    snap_limit: float = SNAP_LIMIT

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Asked:
        """Return the question in parameters, of which other names are left out; raises BadInput."""
        known = {one.name for one in fields(cls)}
        asked = cls(**{name: value for name, value in params.items() if name in known})
        if not 0 < asked.share <= 1 or not asked.limit_m > 0:
            raise BadInput("bad_siting_problem", "选址条件有误", {"share": "0–1", "limit_m": "> 0"})
        if asked.candidates_on not in PLACES:
            raise BadInput("bad_siting_problem", "选址条件有误", {"candidates_on": " ".join(PLACES)})
        return asked


@dataclass(frozen=True)
class County:
    """The candidates of a county with the way to each from every place where households are."""

    candidates: gpd.GeoDataFrame
    """code, name, community_code, existing, capacity, geometry (a lon/lat point)."""
    demand: pd.DataFrame
    metres: np.ndarray

    @classmethod
    def of(cls, atlas: Atlas, asked: Asked) -> County:
        """Return candidates and distances for a question."""
        new = _blocks(atlas, asked) if asked.candidates_on == "blocks" else _streets(atlas, asked)
        candidates = pd.concat([_stations(atlas, asked), new], ignore_index=True)
        candidates = gpd.GeoDataFrame(candidates, geometry="geometry", crs=atlas.grids.crs)
        if not len(candidates):
            raise BadInput("no_candidates", "没有可用的候选点", {"candidates": ""})
        sources = shapely.get_coordinates(to_metres(candidates, atlas.metric_crs).geometry.values)
        targets = shapely.get_coordinates(to_metres(atlas.demand, atlas.metric_crs).geometry.values)
        if len(atlas.streets):
            metres = walks(atlas.street_network, sources, targets, asked.snap_limit)
        else:
            metres = cdist(targets, sources)
        return cls(candidates, pd.DataFrame(atlas.demand.drop(columns="geometry")), metres)

    def problem(self, asked: Asked) -> SitingProblem:
        """Return the question as the models take it."""
        frame = self.candidates
        codes = frame["code"].to_numpy(object)
        named = sorted(set(frame["community_code"].dropna()))
        return SitingProblem(
            candidates=tuple(codes),
            demand=tuple(self.demand["code"]),
            weight=self.demand["households"].to_numpy(float),
            cost_m=self.metres,
            k=asked.k,
            existing=tuple(codes[frame["existing"].to_numpy(bool)]) if asked.keep_existing else (),
            must_keep=tuple(asked.must_keep),
            forbidden=tuple(asked.forbidden),
            limit_m=asked.limit_m,
            price=np.array([float(asked.price.get(code, asked.price_each)) for code in codes]),
            budget=asked.budget,
            capacity=frame["capacity"].to_numpy(float),
            community=tuple(frame["community_code"].fillna("")),
            quota=dict.fromkeys(named, asked.per_community) if asked.per_community else {},
        )

    def places(self, codes: Sequence[str]) -> list[dict[str, Any]]:
        """Return code, name, community_code, lon and lat of candidates, in their order."""
        frame = self.candidates.set_index("code").loc[list(codes)]
        table = frame[["name", "community_code"]].assign(lon=frame.geometry.x, lat=frame.geometry.y)
        return table.astype(object).where(table.notna(), None).reset_index().to_dict("records")

    def served(self, problem: SitingProblem, chosen: Sequence[str]) -> dict[str, float]:
        """Return the households within the limit whose nearest open candidate is each chosen one."""
        opened = np.flatnonzero(problem.mask(problem.existing) | problem.mask(chosen))
        if not len(opened):
            return {}
        metres = problem.cost_m[:, opened]
        nearest = opened[metres.argmin(axis=1)]
        within = problem.covers()[np.arange(len(nearest)), nearest]
        sums = np.bincount(nearest[within], problem.weight[within], len(problem.candidates))
        return {code: float(sums[problem.candidates.index(code)]) for code in chosen}


def walks(network: StreetNetwork, sources: np.ndarray, targets: np.ndarray, limit: float) -> np.ndarray:
    """Return the walking metres from every target to every source, (targets, sources); inf without a way."""
    snapped, doors = network.snap(sources, limit), network.snap(targets, limit)
    metres = np.full((len(targets), len(sources)), np.inf)
    for number in range(len(sources)):
        one = type(snapped)(
            *(part[number : number + 1] for part in (snapped.edge, snapped.position, snapped.leg))
        )
        walk = network.walk(one, doors).distance
        metres[:, number] = np.where(np.isnan(walk), np.inf, walk)
    return metres


def _stations(atlas: Atlas, asked: Asked) -> pd.DataFrame:
    stations = serving(atlas, asked.kinds)
    capacity = pd.to_numeric(stations["capacity"], errors="coerce")
    return pd.DataFrame(
        {
            "code": stations["station_code"].astype(object),
            "name": stations["name"].astype(object),
            "community_code": stations["grid_code"].astype(object).str[:12],
            "existing": True,
            "capacity": (capacity * asked.households_per_seat)
            .where(capacity > 0, asked.capacity)
            .astype(float),
            "geometry": stations.geometry.astype(object),
        }
    )


def _blocks(atlas: Atlas, asked: Asked) -> pd.DataFrame:
    blocks = _named(atlas.blocks, "block_code", asked) if asked.candidates else atlas.blocks
    if not asked.candidates:
        blocks = blocks[~blocks["land_use"].isin(UNUSABLE)]
    return pd.DataFrame(
        {
            "code": blocks["block_code"].astype(object),
            "name": blocks["name"].astype(object),
            "community_code": blocks["community_code"].astype(object),
            "existing": False,
            "capacity": float(asked.capacity),
            "geometry": list(shapely.points(representative_points(blocks.geometry.values))),
        }
    )


def _streets(atlas: Atlas, asked: Asked) -> pd.DataFrame:
    points = street_points(atlas)
    if asked.candidates:
        points = _named(points, "code", asked)
    return points.assign(existing=False, capacity=float(asked.capacity))


def _named(frame: pd.DataFrame, column: str, asked: Asked) -> pd.DataFrame:
    unknown = set(asked.candidates) - set(frame[column])
    if unknown:
        raise BadInput("unknown_block", "没有这些候选点", {"candidates": "、".join(sorted(unknown)[:5])})
    return frame[frame[column].isin(list(asked.candidates))]
