"""What cannot be is told with its reason and its remedy, in Chinese, and never silently."""

from __future__ import annotations

import pytest

from gis_app.plans.proposals.problem import GOALS, counts
from gis_app.plans.proposals.propose import propose_community
from gis_app.plans.proposals.reasons import MESSAGES, Reason
from tests.unit.plans.proposals.boards import board

RIVER = [(0, 3), (1, 4), (2, 5)]
CASES = {
    "block_too_large": board([[600, 200, 200]], [[0, 0, 1]], 2, (300, 500)),
    "count": board([[250, 250, 250]], [[0, 1, 2]], 3, (300, 500)),
    "no_count": board([[150, 130]], [[0, 0]], 1, (300, 500)),
    "parts": board([[100, 100, 50], [200, 200, 150]], [[0, 0, 0], [1, 1, 1]], 2, (300, 500), RIVER),
    "too_few_blocks": board([[300, 300]], [[0, 1]], 3, (100, 500)),
    "fixed_too_large": board([[300, 300, 100, 100]], [[0, 0, 1, 1]], 2, (300, 500), fixed=[0, 1]),
    "fixed_apart": board([[200, 400, 200]], [[0, 1, 0]], 2, (300, 500), fixed=[0, 1, 2]),
}


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("code", CASES)
def test_a_hopeless_problem_is_told_with_its_reason(code, goal):
    proposal = propose_community(CASES[code], goal)
    assert proposal.reason.code == code and proposal.candidates == ()
    told = proposal.as_json()["reason"]
    assert told["message"] and told["remedy"] and "{" not in told["message"] + told["remedy"]


def test_the_mean_out_of_the_band_tells_how_many_grids_would_fit():
    assert "可分 2 个网格" in propose_community(CASES["count"]).reason.remedy
    four = board([[400] * 5], [[0, 0, 1, 1, 2]], 3, (300, 500))
    assert "可分 4–5 个网格" in propose_community(four).reason.remedy


def test_the_block_over_the_limit_is_named():
    assert "b00" in propose_community(CASES["block_too_large"]).reason.message


def test_what_counting_cannot_see_is_found_by_the_search_and_told():
    """Blocks of 260 fit no grid of 300 to 500 by themselves, and two of them none either."""
    problem = board([[260, 260, 260, 260]], [[0, 0, 1, 1]], 3, (300, 500))
    proposal = propose_community(problem)
    assert proposal.reason.code == "not_found" and "户超出范围" in proposal.reason.message
    assert len(proposal.candidates) == 1 and not proposal.candidates[0].valid


@pytest.mark.parametrize("households", [0, 1, 299, 300, 500, 501, 599, 600, 1000, 1001, 1499, 1500])
def test_counts_are_those_that_fit(households):
    found = [n for n in range(1, 40) if 300 * n <= households <= 500 * n]
    assert list(counts(households, (300, 500))) == found


def test_every_reason_has_a_message_and_a_remedy():
    values = dict.fromkeys(
        ("blocks", "n", "high", "households", "mean", "low", "counts", "parts", "grids", "beyond"), 7
    )
    for code in MESSAGES:
        told = Reason(code, values).as_json()
        assert "{" not in str(told["message"] + told["remedy"])
        assert all(text.isascii() and "{" not in text for text in told["en"].values())
