"""Who still gets a seat: households shared out among the stations in reach, none beyond its capacity.

A seat serves a set number of households (they do not come all at once). The sharing-out is exact: of all
ways it serves as many households as possible and, among those, has them walk the least. It is a transport
problem, whose corners are whole numbers; HiGHS solves it where more want a station than it holds, and
elsewhere everybody simply goes to the nearest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from gis_app.geo.reached import Pairs

HOUSEHOLDS_PER_SEAT = 20


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Households sent along each pair (n,), served at each place (p,), taken and wanted of each station (k,).

    `wanted` is how many would come if each went to the nearest: above what it holds, it is overloaded.
    """

    along: np.ndarray
    served: np.ndarray
    taken: np.ndarray
    wanted: np.ndarray


def seats(capacity: np.ndarray, households_per_seat: float = HOUSEHOLDS_PER_SEAT) -> np.ndarray:
    """Return how many households stations of a capacity (seats) serve, whole ones."""
    return np.floor(np.asarray(capacity, dtype=float) * households_per_seat + 1e-9).astype(np.int64)


def share_out(pairs: Pairs, households: np.ndarray, holds: np.ndarray) -> Shared:
    """Share the households of places (p,) out among stations that hold (k,) households, along `pairs`."""
    along = np.zeros(len(pairs), dtype=np.int64)
    first = np.append(True, pairs.target[1:] != pairs.target[:-1])[: len(pairs)]
    along[first] = households[pairs.target[first]]
    wanted = _sum(pairs.source, along, len(holds))
    crowded = _crowded(pairs, wanted > holds, len(households))
    if crowded.any():
        along[crowded] = _solved(pairs.where(crowded), households, holds)
    taken = _sum(pairs.source, along, len(holds))
    return Shared(along, _sum(pairs.target, along, len(households)), taken, wanted)


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


def _solved(pairs: Pairs, households: np.ndarray, holds: np.ndarray) -> np.ndarray:
    """Return the households along each pair: most served first, then the shortest walk."""
    count = len(pairs)
    station, source = np.unique(pairs.source, return_inverse=True)
    place, target = np.unique(pairs.target, return_inverse=True)
    one, each = np.ones(count), np.arange(count)
    rows = vstack(
        [
            csr_array((one, (target, each)), shape=(len(place), count)),
            csr_array((one, (source, each)), shape=(len(station), count)),
        ]
    )
    # One household more outweighs whatever others may have to walk further for it: a chain over all stations.
    worth = (pairs.metres.max() + 1.0) * (len(station) + 1)
    most = np.concatenate([households[place], holds[station]]).astype(float)
    answer = linprog(pairs.metres - worth, A_ub=rows.tocsr(), b_ub=most, method="highs")
    if not answer.success:
        raise RuntimeError(f"the sharing-out was not solved: {answer.message}")
    return np.rint(answer.x).astype(np.int64)
