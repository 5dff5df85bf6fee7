"""Evenness and accessibility: weighted figures by hand, and E2SFCA beside PySAL's `access`."""

import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geo.reached import Pairs
from gis_app.stations.accessibility import ZONES, e2sfca
from gis_app.stations.equity import gini, weighted_mean, worst_share

LIMIT = 900.0


def expanded_gini(values, counts) -> float:
    """Return the Gini coefficient of everybody one by one, as its definition says."""
    x = np.repeat(values, counts)
    return np.abs(x[:, None] - x[None]).mean() / (2 * x.mean())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 3000), st.integers(0, 9)), min_size=1, max_size=20))
def test_gini_is_that_of_everybody_one_by_one(rows):
    values, counts = (np.array(part) for part in zip(*rows, strict=True))
    if not counts.sum():
        assert np.isnan(gini(values, counts))
    elif not (values * counts).sum():
        assert gini(values, counts) == 0
    else:
        assert gini(values, counts) == pytest.approx(expanded_gini(values, counts), abs=1e-9)


def test_the_worst_tenth_counts_the_household_at_its_border_in_part():
    begins, mean = worst_share(np.array([100.0, 200.0, 400.0]), np.array([10, 4, 1]))
    assert begins == 200.0
    assert mean == pytest.approx((400 * 1 + 200 * 0.5) / 1.5)


def test_what_has_no_way_is_not_in_the_mean():
    values, counts = np.array([100.0, np.nan, 300.0]), np.array([1, 50, 1])
    assert weighted_mean(values, counts) == 200.0
    assert worst_share(values, counts)[0] == 300.0
    assert np.isnan(weighted_mean(np.array([np.nan]), np.array([3])))


def made_up(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return metres (places, stations), households and seats."""
    random = np.random.default_rng(seed)
    homes, sites = random.uniform(0, 2500, (90, 2)), random.uniform(0, 2500, (12, 2))
    metres = np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1))
    return metres, random.integers(1, 40, 90), random.integers(0, 60, 12)


def ours(metres, households, capacity) -> np.ndarray:
    """Return our seats per household."""
    target, source = np.nonzero(metres <= LIMIT)
    return e2sfca(Pairs.of(source, target, metres[target, source]), households, capacity, LIMIT)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_pysal_access(seed):
    metres, households, capacity = made_up(seed)
    homes = pd.DataFrame({"id": [f"h{n}" for n in range(len(households))], "people": households})
    sites = pd.DataFrame({"id": [f"s{n}" for n in range(len(capacity))], "seats": capacity})
    costs = pd.DataFrame(
        [(f"h{i}", f"s{j}", metres[i, j]) for i in range(len(homes)) for j in range(len(sites))],
        columns=["origin", "dest", "cost"],
    )
    model = Access(
        demand_df=homes.set_index("id"), demand_index=True, demand_value="people",
        supply_df=sites.set_index("id"), supply_index=True, supply_value="seats",
        cost_df=costs, cost_origin="origin", cost_dest="dest", cost_name="cost",
        neighbor_cost_df=costs, neighbor_cost_origin="origin", neighbor_cost_dest="dest",
        neighbor_cost_name="cost",
    )  # fmt: skip
    steps = weights.step_fn({end * LIMIT: weight for end, weight in ZONES})
    peer = model.enhanced_two_stage_fca(name="e", max_cost=LIMIT, weight_fn=steps)
    column = next(name for name in peer.columns if name.startswith("e"))
    expected = peer[column].reindex(homes["id"]).fillna(0.0).to_numpy()
    assert ours(metres, households, capacity) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_no_seat_is_lost_and_none_made(seed):
    metres, households, capacity = made_up(seed)
    within = (metres <= LIMIT).any(axis=0)
    given_out = (ours(metres, households, capacity) * households).sum()
    assert given_out == pytest.approx(capacity[within].sum())
