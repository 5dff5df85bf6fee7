"""Who still gets a seat: households shared out among the stations in reach, none beyond its capacity.

A seat serves a set number of households (they do not come all at once). The sharing-out is exact: of all
ways it serves as many households as possible and, among those, has them walk the least. Where no station is
asked for more than it holds, everybody simply goes to the nearest. Elsewhere a greatest flow says which
stations stay short of seats whatever one does (all of theirs are taken, some of their places go without) and
which can serve all of theirs; who goes where is then a transport problem, see `prices.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from gis_app.geo.reached import Pairs
from gis_app.stations.prices import Market, cheapest

HOUSEHOLDS_PER_SEAT = 20
MOST = 2**31 - 1  # scipy's flows are 32 bit


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Households sent along each pair (n,), served at each place (p,), taken and wanted of each station (k,).

    `wanted` is how many would come if each went to the nearest: above what it holds, it is overloaded.
    `prices` (k,) are where a like question may begin.
    """

    along: np.ndarray
    served: np.ndarray
    taken: np.ndarray
    wanted: np.ndarray
    prices: np.ndarray


def seats(capacity: np.ndarray, households_per_seat: float = HOUSEHOLDS_PER_SEAT) -> np.ndarray:
    """Return how many households stations of a capacity (seats) serve, whole ones."""
    held = np.floor(np.asarray(capacity, dtype=float) * households_per_seat + 1e-9)
    return np.clip(held, 0, MOST).astype(np.int64)


def share_out(
    pairs: Pairs, households: np.ndarray, holds: np.ndarray, near: np.ndarray | None = None
) -> Shared:
    """Share the households of places (p,) out among stations that hold (k,) households, along `pairs`.

    `near` (k,) are prices of a like question, which bring the same answer sooner.
    """
    prices = np.zeros(len(holds))
    along = np.zeros(len(pairs), dtype=np.int64)
    first = np.append(True, pairs.target[1:] != pairs.target[:-1])[: len(pairs)]
    along[first] = households[pairs.target[first]]
    wanted = _sum(pairs.source, along, len(holds))
    crowded = _crowded(pairs, wanted > holds, len(households))
    if crowded.any():
        along[crowded] = _solved(pairs.where(crowded), households, holds, near, prices)
    taken = _sum(pairs.source, along, len(holds))
    return Shared(along, _sum(pairs.target, along, len(households)), taken, wanted, prices)


def most_served(pairs: Pairs, households: np.ndarray, holds: np.ndarray) -> int:
    """Return how many households can be served at most, however they are shared out."""
    return int(_Flow.of(pairs, households, holds).value) if len(pairs) else 0


def _sum(group: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(group, weights=values, minlength=size).astype(np.int64)


def _crowded(pairs: Pairs, overloaded: np.ndarray, places: int) -> np.ndarray:
    """Return (n,) bool: the pairs that hang together, over places and stations, with an overloaded one."""
    if not overloaded.any() or not len(pairs):
        return np.zeros(len(pairs), dtype=bool)
    size = len(overloaded) + places
    ends = (pairs.source, len(overloaded) + pairs.target)
    links = coo_array((np.ones(len(pairs)), ends), shape=(size, size))
    _, group = connected_components(links, directed=False)
    return np.isin(group[pairs.source], group[: len(overloaded)][overloaded])


def _solved(pairs: Pairs, households, holds: np.ndarray, near, prices: np.ndarray) -> np.ndarray:
    """Return the households along each pair, most served first, then the shortest walk; fill in `prices`."""
    flow = _Flow.of(pairs, households, holds)
    # A station that stays short of seats takes none of a place that can be served without it.
    usable = flow.short_place[pairs.target] == flow.short_station[pairs.source]
    kept = pairs.where(usable)
    place, target = np.unique(kept.target, return_inverse=True)
    station, source = np.unique(kept.source, return_inverse=True)
    market = Market(
        Pairs(source, target, kept.metres),
        households[place],
        holds[station],
        flow.short_place[place],
        flow.short_station[station],
    )
    along = np.zeros(len(pairs), dtype=np.int64)
    along[usable], prices[station] = cheapest(market, None if near is None else near[station])
    return along


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """The greatest flow: households served, and which places (p,) and stations (k,) stay short of seats."""

    value: int
    short_place: np.ndarray
    short_station: np.ndarray

    @classmethod
    def of(cls, pairs: Pairs, households: np.ndarray, holds: np.ndarray) -> _Flow:
        """Return the flow from places to stations, places with the same stations in reach taken together."""
        present, place = np.unique(pairs.target, return_inverse=True)
        alike = _alike(place, pairs.source)
        group = alike[place]
        groups, stations = int(alike.max()) + 1, len(holds)
        lot = np.bincount(alike, households[present], minlength=groups).astype(np.int64)
        link = np.unique(group * stations + pairs.source)
        sender, taker = link // stations, link % stations
        size = groups + stations + 2
        start, stop = size - 2, size - 1
        tails = np.concatenate([np.full(groups, start), sender, groups + np.arange(stations)])
        heads = np.concatenate([np.arange(groups), groups + taker, np.full(stations, stop)])
        room = np.concatenate([lot, lot[sender], holds])
        graph = csr_array((np.minimum(room, MOST).astype(np.int32), (tails, heads)), shape=(size, size))
        answer = maximum_flow(graph, start, stop)
        left = csr_array(graph - answer.flow)
        left.data = (left.data > 0).astype(np.int32)
        left.eliminate_zeros()
        reached = np.zeros(size, dtype=bool)
        reached[breadth_first_order(left, start, return_predecessors=False)] = True
        short = np.zeros(len(households), dtype=bool)
        short[present] = reached[:groups][alike]
        return cls(answer.flow_value, short, reached[groups : groups + stations])


def _alike(place: np.ndarray, station: np.ndarray) -> np.ndarray:
    """Return for each place (numbered from 0 in the order of pairs) its group: one set of stations each."""
    marks = np.random.default_rng(1).integers(0, 2**63, int(station.max()) + 1, dtype=np.uint64)
    mixed = np.zeros(int(place.max()) + 1, dtype=np.uint64)
    np.add.at(mixed, place, marks[station])
    return np.unique(mixed, return_inverse=True)[1]
