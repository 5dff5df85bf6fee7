"""Good solutions within seconds, before anything is proved: greedy, then interchange until no swap helps.

Interchange is Teitz and Bart's, in the form of Resende and Werneck (2007): the profit of every swap at once,
from each place's nearest and second nearest station, as one sparse product.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from gis_app.stations.siting.core import Core

_WORTH = 1e-9
SWAPS = 1000


def greedy(core: Core) -> np.ndarray:
    """Return candidates (positions) opened one after the other, each the best at its turn."""
    chosen = np.zeros(0, int)
    served = core.served(chosen)
    priced = np.isfinite(core.rules.money) and len(set(core.rules.price)) > 1
    while len(chosen) < core.rules.most:
        may = core.rules.may_add(chosen)
        gain = core.saved(served)
        worth = np.where(may, gain / np.maximum(core.rules.price, 1e-6) if priced else gain, -1.0)
        best = int(worth.argmax())
        if not may.any() or (worth[best] <= 0 and core.rules.kept_by(chosen)):
            break
        chosen = np.append(chosen, best)
        served = core.served(chosen)
    return chosen


def interchange(
    core: Core, opened: np.ndarray, swaps: int = SWAPS, stop: Callable[[], bool] = lambda: False
) -> np.ndarray:
    """Return the solution after the best swaps, until none improves it."""
    opened = np.array(opened, int)
    for _ in range(swaps if len(opened) else 0):
        who, first, second = core.nearest_two(opened)
        profit = _profits(core, who, first, second, len(opened))
        profit[~core.rules.may_swap(opened)] = -np.inf
        out, into = np.unravel_index(profit.argmax(), profit.shape)
        if stop() or not profit[out, into] > _WORTH * max(1.0, first.sum()):
            break
        opened[out] = into
    return opened


def _profits(core: Core, who: np.ndarray, first: np.ndarray, second: np.ndarray, p: int) -> np.ndarray:
    """Return what each swap saves, opened station by candidate, (p, m)."""
    at = np.flatnonzero(core.cost < second[core.place])
    place, cost = core.place[at], core.cost[at]
    gain = np.bincount(core.candidate[at], np.maximum(first[place] - cost, 0), core.candidates)
    lost = np.bincount(who, second - first, p + 1)[:p]
    caught = core.table(second[place] - np.maximum(cost, first[place]), at)
    theirs = csr_array((np.ones(core.places), (who, np.arange(core.places))), shape=(p + 1, core.places))
    return (theirs @ caught).toarray()[:p] + gain[None, :] - lost[:, None]
