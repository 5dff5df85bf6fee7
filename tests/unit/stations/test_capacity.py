"""Seats go to as many as possible, then with the least walking, as one plain linear programme says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gis_app.geo.reached import Pairs
from gis_app.stations.capacity import most_served, seats, share_out


def plainly(pairs: Pairs, households, holds) -> tuple[int, float]:
    """Return (served, metres) of one linear programme over all pairs, written out dense."""
    rows = np.zeros((len(households) + len(holds), len(pairs)))
    rows[pairs.target, np.arange(len(pairs))] = 1
    rows[len(households) + pairs.source, np.arange(len(pairs))] = 1
    worth = (pairs.metres.max() + 1) * (len(holds) + 1)
    most = np.concatenate([households, holds])
    found = np.rint(linprog(pairs.metres - worth, A_ub=rows, b_ub=most, method="highs").x)
    return int(found.sum()), float((found * pairs.metres).sum())


def town(seed: int, places: int, stations: int, reach: float) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Return pairs, households and what stations hold, in a made-up town."""
    random = np.random.default_rng(seed)
    homes, sites = random.uniform(0, 2000, (places, 2)), random.uniform(0, 2000, (stations, 2))
    metres = np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1)).round(int(random.integers(0, 4)))
    target, source = np.nonzero(metres <= reach)
    households, holds = random.integers(0, 30, places), random.integers(0, 150, stations)
    return Pairs.of(source, target, metres[target, source]), households, holds


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 80), st.integers(1, 9), st.sampled_from([200.0, 600.0, 3000.0]))
def test_agrees_with_one_plain_linear_programme(seed, places, stations, reach):
    pairs, households, holds = town(seed, places, stations, reach)
    shared = share_out(pairs, households, holds)
    assert (shared.taken <= holds).all()
    assert (shared.served <= households).all()
    assert (shared.along >= 0).all()
    if not len(pairs):
        assert shared.served.sum() == 0
        return
    served, metres = plainly(pairs, households, holds)
    assert shared.served.sum() == served == most_served(pairs, households, holds)
    assert (shared.along * pairs.metres).sum() == pytest.approx(metres, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 8))
def test_a_start_from_like_prices_brings_as_good_an_answer(seed, moved):
    pairs, households, holds = town(seed, 60, 9, 900.0)
    before = share_out(pairs, households, holds)
    holds[moved] = holds[moved] // 2
    cold, warm = share_out(pairs, households, holds), share_out(pairs, households, holds, before.prices)
    assert warm.served.sum() == cold.served.sum()
    assert (warm.along * pairs.metres).sum() == pytest.approx((cold.along * pairs.metres).sum(), abs=0.01)


def test_a_seat_serves_whole_households():
    assert seats(np.array([0, 1, 7]), 2.5).tolist() == [0, 2, 17]


def test_everybody_goes_to_the_nearest_where_there_is_room():
    pairs = Pairs.of(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([10.0, 5.0, 7.0]))
    shared = share_out(pairs, np.array([4, 6]), np.array([100, 100]))
    assert shared.taken.tolist() == [0, 10]
    assert shared.wanted.tolist() == [0, 10]
