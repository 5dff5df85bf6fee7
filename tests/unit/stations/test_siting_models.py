"""Every model finds the best there is: published optima, and brute force under any mixture of rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.stations.siting.capacity import capacitated_median
from gis_app.stations.siting.center import center
from gis_app.stations.siting.cover import aggregated, mclp
from gis_app.stations.siting.exact import Watch, minimise
from gis_app.stations.siting.fewest import lscp
from gis_app.stations.siting.gain import gain_curve
from gis_app.stations.siting.median import median, median_core
from tests.unit.stations.siting_samples import brute, choices, pmed, published, small_problems, town

QUICK = (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15)
CENTERS = (2, 3, 4, 5, 9, 10, 14, 15, 19, 20)


@pytest.mark.parametrize("number", QUICK)
def test_p_median_reaches_the_published_optimum_with_proof(number):
    result = median(pmed(number), Watch(60))
    assert (result.status, result.objective, result.gap) == ("proven", published("pmed")[number], 0.0)
    assert result.bound == result.objective and len(result.chosen) == pmed(number).k


@pytest.mark.parametrize("number", CENTERS)
def test_p_center_reaches_the_published_optimum_with_proof(number):
    result = center(pmed(number), Watch(60))
    assert (result.status, result.objective, result.gap) == ("proven", published("pcenter")[number], 0.0)
    assert result.worst_m == result.objective


@settings(max_examples=120, deadline=None)
@given(small_problems(), st.sampled_from(["mclp", "lscp", "median", "center"]), st.sampled_from([1.0, 0.7]))
def test_no_model_is_beaten_by_brute_force_and_none_breaks_a_rule(problem, model, share):
    solvers = {"mclp": mclp, "median": median, "center": center, "lscp": lambda *a: lscp(*a, share=share)}
    result, best = solvers[model](problem, Watch(60)), brute(problem, model, share)
    if best is None:
        assert (result.status, result.chosen, result.objective) == ("infeasible", (), None) and result.reason
        return
    assert result.status == "proven"
    assert result.objective == pytest.approx(best, rel=1e-6, abs=1e-5)
    assert result.bound == pytest.approx(best, rel=1e-6, abs=1e-5)
    keeps_every_rule(problem, result)


def keeps_every_rule(problem, result) -> None:
    """Say that an answer holds what must be kept, nothing forbidden, and number, budget and quota."""
    opened = problem.mask(result.chosen) | problem.mask(problem.existing)
    assert any((opened == allowed).all() for allowed in choices(problem))
    assert set(problem.must_keep) - set(problem.existing) <= set(result.chosen)
    assert not set(problem.forbidden) & set(result.chosen)
    assert problem.k is None or len(set(result.chosen) - set(problem.existing)) <= problem.k
    assert (
        problem.budget is None or problem.prices[problem.mask(result.chosen)].sum() <= problem.budget + 1e-9
    )
    community = dict(zip(problem.candidates, problem.community, strict=True))
    have = [community[code] for code in {*result.chosen, *problem.existing}]
    assert all(have.count(name) >= least for name, least in problem.quota.items())


@settings(max_examples=30, deadline=None)
@given(small_problems(), st.integers(1, 3))
def test_lists_cut_short_are_certified_or_made_longer(problem, nearest):
    core = median_core(problem)
    if brute(problem, "median") is not None:
        assert minimise(core, Watch(60), nearest).value == pytest.approx(brute(problem, "median"), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(small_problems(), st.integers(1, 8))
def test_a_full_station_turns_people_away(problem, nearest):
    best = split_brute(problem)
    result = capacitated_median(problem, Watch(60), nearest)
    if best is None:
        assert result.status == "infeasible" and result.reason
    else:
        assert result.status == "proven" and result.objective == pytest.approx(best, rel=1e-6, abs=1e-4)
        keeps_every_rule(problem, result)


@settings(max_examples=40, deadline=None)
@given(small_problems(), st.sampled_from(["mclp", "median"]))
def test_every_point_of_the_curve_keeps_every_rule_and_is_the_best(problem, model):
    if problem.k is None:
        problem = replace(problem, k=0)
    for point in gain_curve(problem, Watch(60), model, longest=3):
        asked = replace(problem, k=point.k + len(problem.must_keep))
        best = brute(asked, model)
        if best is None:
            assert point.result.status == "infeasible"
        else:
            assert point.result.objective == pytest.approx(best, rel=1e-6, abs=1e-5)
            keeps_every_rule(asked, point.result)


def split_brute(problem) -> float | None:
    """Return the least walking over all allowed sets, people assigned by scipy's own linear programme."""
    from scipy.optimize import linprog

    counted, best = problem.weight > 0, None
    weight = problem.weight[counted]
    for opened in choices(problem):
        metres = problem.cost_m[counted][:, opened]
        n, m = metres.shape
        if not n:
            return 0.0
        if not m:
            continue
        far = ~np.isfinite(metres)
        found = linprog(
            np.where(far, 0.0, metres).ravel(),
            A_ub=np.tile(np.eye(m), n),
            b_ub=problem.capacity[opened],
            A_eq=np.kron(np.eye(n), np.ones(m)),
            b_eq=weight,
            bounds=[(0, 0 if out else None) for out in far.ravel()],
        )
        if found.status == 0 and (best is None or found.fun < best):
            best = float(found.fun)
    return best


def test_places_that_the_same_candidates_cover_are_one_row():
    covers = np.array([[1, 0, 1], [1, 0, 1], [0, 0, 0], [1, 0, 1]], bool)
    rows, weight = aggregated(covers, np.array([1.0, 2.0, 4.0, 8.0]))
    assert sorted(zip(rows.sum(axis=1), weight, strict=True)) == [(0, 4.0), (2, 11.0)]


def test_a_place_exactly_at_the_limit_is_covered():
    problem = replace(town(1, 1, 1), cost_m=np.array([[500.0]]), limit_m=500.0, k=1)
    assert mclp(problem, Watch()).covered == problem.weight[0]


def test_the_curve_of_gain_never_falls_and_each_point_is_proved():
    problem = town(3, 300, 60, existing=tuple(f"s{number}" for number in range(8)))
    points = gain_curve(problem, Watch(60))
    assert [point.k for point in points] == list(range(11)) and points[0].gain is None
    covered = [point.result.objective for point in points]
    assert covered == sorted(covered) and all(point.result.status == "proven" for point in points)
    for before, after in pairwise(points):
        assert after.gain == after.result.objective - before.result.objective
        assert len(after.result.chosen) <= after.k
