"""Five stars, each judged by its own team; verdicts need a quarter that is over and its three months."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from gis_app.errors import Forbidden
from gis_app.incidents.messages import Refused
from gis_app.programme import stars as rules
from gis_app.programme.standings import latest, means, standings

TODAY = date(2024, 4, 29)
TEAMS = {"environment": ("ORG1", "ORG2"), "safety": ("ORG3",)}
SCORE = {"star": "safety", "community_code": "C1", "month": "2024-04", "score": "85.5"}
VERDICT = {
    "star": "safety",
    "community_code": "C1",
    "quarter": "2024-Q1",
    "verdict": "awarded",
    "reasons": "整改到位",
}
MONTHS = {("safety", "C1", month) for month in ("2024-01", "2024-02", "2024-03")}


def test_there_are_five_stars_with_both_names():
    assert len(rules.STARS) == 5
    assert all(words["zh"].endswith("星") and words["en"] for words in rules.STARS.values())


def test_a_handler_judges_the_stars_of_the_own_team_only():
    assert rules.stars_of("handler", "ORG1", TEAMS) == ("environment",)
    assert rules.stars_of("handler", "ORG3", TEAMS) == ("safety",)
    assert rules.stars_of("handler", "", TEAMS) == ()
    assert rules.stars_of("handler", "ORG9", TEAMS) == ()
    assert rules.stars_of("inspector", "", TEAMS) == tuple(rules.STARS)
    with pytest.raises(Forbidden) as refused:
        rules.check_entry(SCORE, {"C1"}, ("environment",), TODAY)
    assert refused.value.code == "not_of_team"


def test_a_good_score_is_read():
    assert rules.check_entry(SCORE, {"C1"}, rules.STARS, TODAY) == rules.Entry(
        "safety", "C1", "2024-04", 85.5, ""
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", "101"),
        ("score", "-1"),
        ("score", "85.55"),
        ("score", "nan"),
        ("score", "abc"),
        ("score", ""),
        ("month", "2024-05"),
        ("month", "2022-03"),
        ("month", "2024-13"),
        ("month", "04/2024"),
        ("star", "gold"),
        ("community_code", "C2"),
        ("note", "电话 13812345678"),
    ],
)
def test_a_bad_score_is_refused_by_field(field, value):
    with pytest.raises(Refused) as refused:
        rules.check_entry(SCORE | {field: value}, {"C1"}, rules.STARS, TODAY)
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quarter": "2024-Q2"}, "quarter"),
        ({"quarter": "2023-Q4"}, "quarter"),
        ({"quarter": "2024-Q5"}, "quarter"),
        ({"verdict": "maybe"}, "verdict"),
        ({"reasons": ""}, "reasons"),
    ],
)
def test_a_verdict_needs_a_full_quarter_and_reasons(changes, field):
    rules.check_verdict(VERDICT, {"C1"}, MONTHS, TODAY)
    with pytest.raises(Refused) as refused:
        rules.check_verdict(VERDICT | changes, {"C1"}, MONTHS, TODAY)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_quarter_is_over_on_the_first_day_after_it():
    assert rules.months_of("2024-Q4") == ("2024-10", "2024-11", "2024-12")
    assert [rules.quarter_of(f"2024-{month:02d}")[-1] for month in range(1, 13)] == list("111222333444")
    assert not rules.is_over("2024-Q1", date(2024, 3, 31))
    assert rules.is_over("2024-Q1", date(2024, 4, 1))


def verdicts(*rows) -> pd.DataFrame:
    columns = ["star", "community_code", "quarter", "version", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def test_a_star_stands_until_the_next_verdict_on_it():
    table = verdicts(
        ("safety", "C1", "2023-Q1", 1, "awarded"),
        ("safety", "C1", "2023-Q3", 1, "awarded"),
        ("safety", "C1", "2023-Q3", 2, "revoked"),
        ("civility", "C1", "2023-Q2", 1, "awarded"),
    )
    held = {q: int(standings(table, ["C1"], q)["stars"].iloc[0]) for q in ("2023-Q1", "2023-Q2", "2023-Q3")}
    assert held == {"2023-Q1": 1, "2023-Q2": 2, "2023-Q3": 1}
    assert set(latest(table)["verdict"]) == {"revoked", "awarded"}
    nobody = standings(table, ["C1", "C2"]).set_index("community_code").loc["C2"]
    assert (nobody["stars"], nobody["judged"], nobody["safety"]) == (0, 0, "")
    assert standings(verdicts(), ["C2"])["stars"].tolist() == [0]


def test_the_mean_of_a_quarter_counts_its_months():
    scores = pd.DataFrame(
        {
            "star": "safety",
            "community_code": "C1",
            "month": ["2024-01", "2024-03", "2024-04"],
            "score": [80.0, 90.0, 10.0],
        }
    )
    row = means(scores, "2024-Q1").iloc[0]
    assert (row["mean"], row["months"]) == (85.0, 2)
