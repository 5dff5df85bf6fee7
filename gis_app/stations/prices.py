"""The transport problem of `capacity.py`, solved to the proven optimum by way of prices.

Every station has a price in metres; a place goes where metres and price together are least. Prices are raised
and lowered, station by station, until about as many come as are held. Few places are then undecided between
two stations; HiGHS settles those alone, and its own prices prove the whole: a place that was not given to it
and would rather go elsewhere is given to it too, until there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from gis_app.geo.reached import Pairs

SOFTNESS = (100.0, 30.0, 10.0, 3.0, 1.0)  # metres
STEPS, ENOUGH, LEAP = 12, 2.0, 8.0  # of Newton at most; households out of place; times the softness
FAINT = 1e-6  # a part of a place that bends nothing
FAR = 1e6  # metres: what nobody would walk
UNDECIDED = 6.0  # metres between the best and the next best, at first
CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Market:
    """Pairs by place, households (p,), what stations hold (k,), and who is short of seats.

    A short station is filled to the last seat and its places may go without; any other serves all its places
    and may have seats to spare. No pair joins a short one with one that is not.
    """

    pairs: Pairs
    households: np.ndarray
    holds: np.ndarray
    short_place: np.ndarray
    short_station: np.ndarray

    @cached_property
    def begin(self) -> np.ndarray:
        """Return where each place's pairs begin (p,)."""
        return np.searchsorted(self.pairs.target, np.arange(len(self.households)))

    @cached_property
    def options(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each place's (stations, metres), (p, most), padded with a station too many and inf."""
        rank = np.arange(len(self.pairs)) - self.begin[self.pairs.target]
        shape = (len(self.households), int(rank.max()) + 1)
        stations, metres = np.full(shape, len(self.holds)), np.full(shape, np.inf)
        stations[self.pairs.target, rank] = self.pairs.source
        metres[self.pairs.target, rank] = self.pairs.metres
        return stations, metres

    @cached_property
    def without(self) -> np.ndarray:
        """Return what it costs a place to go without (p,): nothing where seats are short, else infinitely."""
        return np.where(self.short_place, 0.0, np.inf)

    def priced(self, prices: np.ndarray, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return metres and price of each place's options (rows, most)."""
        stations, metres = self.options
        return metres[rows] + np.append(prices, 0.0)[stations[rows]]


def cheapest(market: Market, near: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the households along each pair (n,) with the least metres, and the prices (k,) of stations."""
    gap, prices = UNDECIDED, _prices(market, near)
    free = _undecided(market, prices, gap)
    while True:
        answer = _settled(market, prices, free)
        if answer is None:  # too much was decided beforehand
            gap *= 4
            free |= _undecided(market, prices, gap)
            continue
        along, found = answer
        wrong = _unhappy(market, along, found) & ~free
        if not wrong.any():
            return along, prices
        free |= wrong


def _prices(market: Market, near: np.ndarray | None = None) -> np.ndarray:
    """Return prices (k,) at which about as many come to each station as it holds; sooner from `near` them."""
    dual = _Dual(market)
    prices = np.zeros(len(market.holds)) if near is None else np.maximum(near, dual.lowest)
    for soft in SOFTNESS if near is None else SOFTNESS[-3:]:
        prices = _climbed(dual, prices, soft)
    return prices


class _Dual:
    """The dual with its corners rounded off: a place goes in parts to what costs it about the same.

    That makes it smooth, so that Newton's method climbs it in a few steps; the softer, the rounder.
    """

    def __init__(self, market: Market) -> None:
        stations, metres = market.options
        self.holds, self.weight = market.holds.astype(float), market.households.astype(float)
        self.lowest = np.where(market.short_station, -np.inf, 0.0)
        without = np.minimum(market.without, FAR)
        self.metres = np.minimum(np.column_stack([metres, without]), FAR)
        self.at = np.column_stack([stations, np.full(len(metres), len(self.holds))])

    def parts(self, prices: np.ndarray, soft: float) -> tuple[float, np.ndarray]:
        """Return the value to be made least, and which part of each place goes to each of its options."""
        costs = self.metres + np.append(prices, 0.0)[self.at]
        least = costs.min(axis=1)
        parts = np.exp((least[:, None] - costs) / soft)
        total = parts.sum(axis=1)
        value = (prices * self.holds).sum() - (self.weight * (least - soft * np.log(total))).sum()
        return value, parts / total[:, None]

    def slopes(self, parts: np.ndarray, soft: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the gradient (k,) and the curvature (k, k)."""
        size = len(self.holds)
        come = parts * self.weight[:, None]
        to = np.bincount(self.at.ravel(), come.ravel(), size + 1)[:size]
        felt = np.flatnonzero((parts > FAINT) & (self.at < size))
        row = felt // parts.shape[1]
        values = parts.ravel()[felt] * np.sqrt(self.weight)[row]
        table = csr_array((values, (row, self.at.ravel()[felt])), shape=(len(parts), size))
        return self.holds - to, (np.diag(to) - (table.T @ table).toarray()) / soft


def _climbed(dual: _Dual, prices: np.ndarray, soft: float) -> np.ndarray:
    """Return better prices at one softness: Newton's steps, shortened while they do not help."""
    value, parts = dual.parts(prices, soft)
    for _ in range(STEPS):
        slope, curve = dual.slopes(parts, soft)
        free = (prices > dual.lowest) | (slope < 0)
        if not free.any() or np.abs(slope[free]).max() < ENOUGH:
            break
        damped = curve[np.ix_(free, free)] + np.diag(np.full(free.sum(), 1e-3 / soft + 1e-9))
        step = np.zeros(len(prices))
        step[free] = -np.linalg.solve(damped, slope[free])
        step = np.clip(step, -LEAP * soft, LEAP * soft)
        for shorter in (1.0, 0.4, 0.1, 0.02):
            there = np.maximum(prices + shorter * step, dual.lowest)
            lower, found = dual.parts(there, soft)
            if lower < value:
                break
        else:
            break
        prices, value, parts = there, lower, found
    return prices


def _undecided(market: Market, prices: np.ndarray, gap: float) -> np.ndarray:
    """Return (p,) bool: whose best and next best differ by less than `gap`."""
    costs = np.column_stack([market.priced(prices), market.without])
    costs.partition(1, axis=1)
    return costs[:, 1] - costs[:, 0] <= gap


def _settled(market: Market, prices, free: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return (households along each pair, prices), all not `free` at their best; None if that cannot be."""
    along = np.zeros(len(market.pairs), dtype=np.int64)
    costs = market.priced(prices)
    best = costs.argmin(axis=1)
    goes = ~free & (costs[np.arange(len(best)), best] < market.without)
    along[market.begin[goes] + best[goes]] = market.households[goes]
    left = market.holds - np.bincount(market.pairs.source, along, minlength=len(market.holds)).astype(
        np.int64
    )
    if (left < 0).any():
        return None
    chosen = np.flatnonzero(free[market.pairs.target])
    answer = _linear(market, chosen, free, left)
    if answer is None:
        return None
    along[chosen], found = answer
    return along, found


def _linear(market: Market, chosen, free: np.ndarray, left: np.ndarray):
    """Return the best along the `chosen` pairs and the prices that prove it, None where it cannot be done."""
    source, target = market.pairs.source[chosen], market.pairs.target[chosen]
    each, one = np.arange(len(chosen)), np.ones(len(chosen))
    stations = csr_array((one, (source, each)), shape=(len(left), len(chosen)))
    places = csr_array((one, (target, each)), shape=(len(free), len(chosen)))
    full, whole = np.flatnonzero(market.short_station), np.flatnonzero(free & ~market.short_place)
    loose, part = np.flatnonzero(~market.short_station), np.flatnonzero(free & market.short_place)
    if not len(chosen):
        return None if left[full].any() else (np.zeros(0, dtype=np.int64), np.zeros(len(left)))
    answer = linprog(
        market.pairs.metres[chosen],
        A_ub=vstack([stations[loose], places[part]]).tocsr(),
        b_ub=np.concatenate([left[loose], market.households[part]]).astype(float),
        A_eq=vstack([stations[full], places[whole]]).tocsr(),
        b_eq=np.concatenate([left[full], market.households[whole]]).astype(float),
        method="highs-ds",
    )
    if answer.status == 2:
        return None
    if not answer.success:
        raise RuntimeError(f"the sharing-out was not solved: {answer.message}")
    prices = np.zeros(len(left))
    prices[loose] = -answer.ineqlin.marginals[: len(loose)]
    prices[full] = -answer.eqlin.marginals[: len(full)]
    return np.rint(answer.x).astype(np.int64), prices


def _unhappy(market: Market, along: np.ndarray, prices: np.ndarray) -> np.ndarray:
    """Return (p,) bool: which places go where metres and price together are not the least for them."""
    costs = market.priced(prices)
    best = np.minimum(costs.min(axis=1), market.without)
    paid = market.pairs.metres + prices[market.pairs.source]
    target = market.pairs.target
    worse = np.bincount(target, (along > 0) & (paid > best[target] + CLOSE), len(best)) > 0
    served = np.bincount(target, along, minlength=len(best))
    return worse | ((served < market.households) & (market.without > best + CLOSE))
