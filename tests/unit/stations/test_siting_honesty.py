"""What is not proved is not called proved, and what cannot be is explained."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from gis_app.errors import BadInput
from gis_app.stations.siting.capacity import capacitated_median
from gis_app.stations.siting.center import center
from gis_app.stations.siting.cover import mclp
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.fewest import lscp
from gis_app.stations.siting.median import median
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult
from tests.unit.stations.siting_samples import pmed, published, town

HARD = 17


def line(**options) -> SitingProblem:
    """Return three places and three candidates on a line, the last place cut off from the first two sites."""
    metres = np.array([[0, 400, 900], [400, 0, 500], [np.inf, np.inf, 100.0]])
    names = ("A", "B", "C")
    return SitingProblem(names, ("甲楼", "乙楼", "丙楼"), np.array([5, 7, 9]), metres, **options)


def test_a_solve_out_of_time_says_so_with_a_true_bound():
    result = median(pmed(HARD), Watch(0.6))
    best = published("pmed")[HARD]
    assert result.status == "time_limit" and result.reason and result.gap > 0
    assert result.bound < best <= result.objective
    assert result.gap == pytest.approx((result.objective - result.bound) / result.objective)


def test_a_cancelled_solve_stops_soon_and_says_so():
    begun = time.monotonic()
    result = median(pmed(HARD), Watch(cancelled=lambda: time.monotonic() - begun > 1.0))
    assert result.status == "cancelled" and result.bound < result.objective and result.chosen
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("model", [mclp, median, center, lscp])
def test_a_solve_cancelled_before_it_began_claims_nothing(model):
    result = model(town(2, 400, 100, k=12, limit_m=400), Watch(cancelled=lambda: True))
    assert result.status in ("cancelled", "infeasible")
    assert result.status == "infeasible" or result.gap is None or result.gap > 0


def test_progress_tells_a_bound_that_only_rises_and_a_solution_that_only_improves():
    told: list[tuple[float, float]] = []
    result = median(pmed(12), Watch(60, progress=lambda best, bound: told.append((best, bound))))
    best, bound = np.array(told).T
    assert len(told) > 1 and (np.diff(best) <= 0).all() and (bound <= result.objective + 1e-6).all()


def most_of(problem: SitingProblem, watch: Watch) -> SitingResult:
    """Cover four fifths with the fewest stations."""
    return lscp(problem, watch, share=0.8)


@pytest.mark.parametrize("model", [mclp, median, center, most_of, capacitated_median])
def test_every_answer_handed_over_on_the_way_is_allowed_and_claims_no_more_than_is_true(model):
    kept: list[SitingResult] = []
    asked = {"must_keep": ("s1",), "forbidden": ("s2",), "limit_m": 1500, "capacity": np.full(30, 2000.0)}
    problem = town(6, 150, 30, k=12, **asked)
    last = model(problem, Watch(60, keep=kept.append))
    assert last.status == "proven" and kept and len(last.chosen) <= 12
    sign = -1 if model is mclp else 1
    for one in kept:
        assert one.status == "gap" or one.objective == pytest.approx(last.objective)
        assert "s1" in one.chosen and "s2" not in one.chosen
        assert len(one.chosen) <= 12 and sign * one.objective >= sign * last.objective - 1e-6
        assert one.bound is None or sign * one.bound <= sign * last.objective + 1e-6
    values = [sign * one.objective for one in kept]
    assert values == sorted(values, reverse=True)


def test_a_place_that_nobody_can_reach_is_named():
    result = median(line(k=2, forbidden=("C",)), Watch())
    assert result.status == "infeasible" and "丙楼" in result.reason and "甲楼" not in result.reason
    assert "丙楼" in lscp(line(limit_m=50), Watch()).reason


def test_too_few_stations_is_explained():
    assert "1 个站点" in median(line(k=1, forbidden=("B",), must_keep=("A",)), Watch()).reason


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 1, "must_keep": ("A", "B")}, "必须保留的站点有 2 个，多于可设的 1 个"),
        ({"k": 2, "must_keep": ("A",), "price": [9, 1, 1], "budget": 5}, "超出预算 4"),
        ({"k": 3, "community": ("x", "x", "y"), "quota": {"y": 2}}, "社区 y 还须设 2 个站点，但只有 1 个"),
        (
            {"k": 1, "community": ("x", "x", "y"), "quota": {"x": 1, "y": 1}},
            "合计还须设 2 个站点，多于可设的 1 个",
        ),
    ],
)
def test_rules_that_contradict_each_other_are_explained(options, words):
    for model in (mclp, median, center, lscp):
        result = model(line(**options), Watch())
        assert result.status == "infeasible" and words in result.reason


def test_a_share_beyond_all_candidates_is_explained():
    result = lscp(line(limit_m=200, forbidden=("C",)), Watch(), share=0.9)
    assert result.status == "infeasible" and "57.1%" in result.reason


def test_existing_stations_stay_and_do_not_count():
    result = mclp(line(k=1, existing=("A",), limit_m=100), Watch())
    assert result.chosen == ("C",) and result.covered == 14


@pytest.mark.parametrize(
    "options",
    [
        {"k": -1},
        {"existing": ("Z",)},
        {"must_keep": ("A",), "forbidden": ("A",)},
        {"price": [1, 2]},
        {"quota": {"x": 1}},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(options):
    with pytest.raises(BadInput):
        line(**options)


def test_an_empty_question_is_answered():
    nobody = replace(line(k=1), weight=np.zeros(3))
    assert mclp(nobody, Watch()).objective == 0 and median(nobody, Watch()).objective == 0
    assert center(nobody, Watch()).objective == 0 and lscp(nobody, Watch()).chosen == ()
