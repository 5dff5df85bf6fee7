"""The model that HiGHS gets: for each place, how far down its list of distances it has to go.

Column z[i,l] is 1 where place i finds nothing open among its l nearest costs; it pays the difference to the
next one (Elloumi 2010). That is one column for each distinct cost instead of one for each pair, with the same
linear bound. Lists end where the bound proves that no better solution goes (`Bounded.farthest`), or after
`nearest` costs: there a last column pays only the difference to the next cost. Such a model is a relaxation,
its bound stays true, and where a solution leaves that column at 0 the truncation is certified.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, vstack

from gis_app.stations.siting.core import Core
from gis_app.stations.siting.solver import Model


@dataclass(frozen=True)
class Radius:
    """The model with what is needed to read it."""

    model: Model
    candidates: np.ndarray
    """Position in the core of each y column; the z columns follow."""
    constant: float
    """What every solution costs at least; the model leaves it out."""
    overflow: np.ndarray
    """z columns that stand for more than one cost."""

    def opened(self, values: np.ndarray) -> np.ndarray:
        """Return which candidates (positions in the core) a solution opens."""
        return self.candidates[values[: len(self.candidates)] > 0.5]

    def certified(self, values: np.ndarray) -> bool:
        """Tell whether a solution needs nothing beyond the lists."""
        return bool((values[self.overflow] < 0.5).all())


def radius_model(
    core: Core, useful: np.ndarray, farthest: np.ndarray, opened: np.ndarray, nearest: int | None = None
) -> Radius:
    """Return the model over the `useful` candidates; `opened` is the start, if any."""
    kept = np.flatnonzero(useful)
    lists = _Lists.of(core, kept, farthest, nearest)
    columns, ys = len(kept) + len(lists.pay), len(kept)
    chain, chain_lower = lists.rows(ys, columns)
    rules, lower, upper = core.rules.rows()
    rules = csc_array((rules.shape[0], columns)) if not ys else _widen(rules[:, kept], columns)
    start = np.isin(kept, opened).astype(float)
    model = Model(
        cost=np.concatenate([np.zeros(ys), lists.pay]),
        rows=csc_array(vstack([chain, rules])),
        row_lower=np.concatenate([chain_lower, lower]),
        row_upper=np.concatenate([np.full(chain.shape[0], np.inf), upper]),
        whole=np.arange(columns) < ys,
        start=np.concatenate([start, lists.values(np.isin(kept, opened))]) if len(opened) else None,
        whole_objective=core.whole,
    )
    return Radius(model, kept, lists.constant, ys + np.flatnonzero(lists.over))


def _widen(rows, columns: int) -> csc_array:
    wide = csc_array(rows)
    wide.resize((rows.shape[0], columns))
    return wide


@dataclass(frozen=True)
class _Lists:
    """The levels of all places after each other; a level is a distinct cost of a place."""

    pay: np.ndarray
    """What going beyond each level costs."""
    over: np.ndarray
    """Which levels hide more than one cost behind them."""
    hard: np.ndarray
    """Which levels must not be gone beyond."""
    first: np.ndarray
    """Which levels are the first of their place."""
    level: np.ndarray
    candidate: np.ndarray
    """The pairs (level, candidate position among those kept)."""
    constant: float

    @classmethod
    def of(cls, core: Core, kept: np.ndarray, farthest: np.ndarray, nearest: int | None) -> _Lists:
        position = np.full(core.candidates, -1)
        position[kept] = np.arange(len(kept))
        at = np.flatnonzero((position[core.candidate] >= 0) & (core.cost <= farthest[core.place]))
        at, end = _cut(core, at, nearest)
        place, cost = core.place[at], core.cost[at]
        begins = _differs(place)
        new = begins | _differs(cost)
        where, here, first = place[new], cost[new], begins[new]
        last = np.append(first[1:], True)[: len(first)]
        cut = last & np.isfinite(end[where])
        # behind the last level: the next cost where the list was cut, else what serves the place anyway
        behind = np.where(cut, end[where], core.base[where])
        hard = last & ~cut & ((behind >= core.far) | (behind > farthest[where]))
        behind = np.where(last, behind, np.append(here[1:], 0.0)[: len(here)])
        least = core.base.copy()
        least[where[first]] = here[first]
        return cls(
            pay=np.where(hard, 0.0, behind - here),
            over=cut,
            hard=hard,
            first=first,
            level=np.cumsum(new) - 1,
            candidate=position[core.candidate[at]],
            constant=float(least.sum()),
        )

    def rows(self, ys: int, columns: int) -> tuple[csc_array, np.ndarray]:
        """Return for each level: its z, plus what opens at it, is at least the z before (1 at first)."""
        count = len(self.pay)
        levels = np.arange(count)
        later, soft = levels[~self.first], levels[~self.hard]
        row = np.concatenate([soft, later, self.level])
        column = np.concatenate([ys + soft, ys + later - 1, self.candidate])
        value = np.concatenate([np.ones(len(soft)), -np.ones(len(later)), np.ones(len(self.level))])
        matrix = coo_array((value, (row, column)), shape=(count, columns))
        return csc_array(matrix), self.first.astype(float)

    def values(self, opened: np.ndarray) -> np.ndarray:
        """Return the z of a solution: 1 until something is open."""
        count = len(self.pay)
        hit = np.zeros(count, bool)
        hit[self.level[opened[self.candidate]]] = True
        number = np.cumsum(hit)
        begin = (
            np.maximum.accumulate(np.where(self.first, np.arange(count), 0)) if count else np.zeros(0, int)
        )
        before = number[begin] - hit[begin] if count else number
        return np.where(self.hard, 0.0, (number - before == 0).astype(float))


def _differs(values: np.ndarray) -> np.ndarray:
    """Return which values differ from the one before; the first does."""
    return np.concatenate([[True], values[1:] != values[:-1]]) if len(values) else np.zeros(0, bool)


def _cut(core: Core, at: np.ndarray, nearest: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs within the `nearest` costs of each place, and the cost behind them, else inf."""
    end = np.full(core.places, np.inf)
    if nearest is None or not len(at):
        return at, end
    place, begins = core.place[at], _differs(core.place[at])
    level = np.cumsum(begins | _differs(core.cost[at]))
    rank = level - level[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    out = rank >= nearest
    np.minimum.at(end, place[out], core.cost[at][out])
    return at[~out], end
