"""The report's figures are those of plain sums over the store's own rows, as things were known then."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.key_figures import COVERAGE, POSTS, REPORTS
from gis_app.paper.document import Paragraph, Table
from gis_app.paper.monthly import build
from gis_app.paper.monthly_question import Asked, before, period_to
from gis_app.storage.incidents import read_incidents
from tests.unit.paper.monthly_samples import asked, material_of, params

CUT = pd.Timestamp("2023-07-01T00:00:00+08:00")
NOT_COUNTED = ("returned", "rejected", "duplicate")


@pytest.fixture(scope="module")
def june(reference_store):
    return material_of(reference_store, asked("2023-06-30"))


@pytest.fixture(scope="module")
def rows(reference_store) -> pd.DataFrame:
    """Return the incidents of the store as plain rows, times as times."""
    with reference_store.read() as conn:
        frame = read_incidents(conn)
    times = [name for name in frame if name.endswith("_at")]
    read = {name: pd.to_datetime(frame[name], utc=True, format="ISO8601") for name in times}
    return frame.assign(**read)


def table(made, key: str) -> Table:
    return next(one for one in made.tables() if one.key == key)


def of_june(rows: pd.DataFrame) -> pd.DataFrame:
    start = pd.Timestamp("2023-06-01T00:00:00+08:00")
    return rows[(rows["reported_at"] >= start) & (rows["reported_at"] < CUT)]


def test_counts_and_rates_are_those_of_plain_sums_as_known_at_the_end_of_the_month(june, rows):
    told = of_june(rows)
    counted = told[~told["state"].isin(NOT_COUNTED)]
    closed = counted["closed_at"] <= CUT
    due = closed | (counted["due_at"] <= CUT)
    done = counted["resolved_at"].fillna(counted["closed_at"])
    in_time = closed & ~(done > counted["due_at"])
    resolved = counted["resolved_at"] <= CUT
    open_ = counted[~closed & ~resolved]
    late = open_["due_at"] < CUT
    assert len(told) > 100 and closed.sum() < due.sum()
    assert june.value(june.now, REPORTS)[1] == len(told)
    assert june.value(june.now, "closing_rate")[1:] == (closed.sum(), due.sum())
    assert june.value(june.now, "in_time_rate")[1:] == (in_time.sum(), due.sum())
    assert june.value(june.now, "overdue_rate")[1:] == (late.sum(), len(open_))


def test_a_month_closes_less_than_is_known_of_it_today(june, rows):
    """The reference county closed every incident of June by the end of the year; in June it had not."""
    told = of_june(rows)
    today = told[~told["state"].isin(NOT_COUNTED)]["closed_at"].notna().sum()
    assert june.value(june.now, "closing_rate")[1] < today


def test_areas_add_up_to_the_county_on_every_table(june, rows):
    made = build(june)
    by_area, coverage = table(made, "incidents"), table(made, "coverage")
    in_a_grid = (of_june(rows)["grid_code"] != "").sum()
    assert sum(row[1] for row in by_area.rows) == in_a_grid > 100
    assert sum(row[1] for row in coverage.rows) == june.value(june.now, COVERAGE)[2]
    assert sum(row[1] - row[5] for row in coverage.rows) == june.value(june.now, COVERAGE)[1]


def test_the_change_since_last_month_is_the_difference_of_the_two_reports(june, reference_store):
    may = material_of(reference_store, asked("2023-05-31"))
    for code in june.figures:
        assert june.value(june.before, code) == may.value(may.now, code), code


def test_a_circle_claims_more_than_walking_and_walking_more_than_seats(june):
    three = {name: part["numerator"].sum() for name, part in june.now.three.items()}
    assert three["crow"] > three["walk"] > three["seated"] > 0


def test_no_name_of_a_person_stands_in_the_report(june):
    holders = set(june.now.posts["holder"]) - {""}
    organisations = {name for name in holders if len(name) > 4}
    said = "\n".join(_texts(build(june)))
    assert len(holders) > 50
    assert [name for name in holders - organisations if len(name) > 2 and name in said] == []


def test_mediation_is_told_as_counts_only(june, rows):
    names = dict(zip(june.classes["class_code"], june.classes["name"], strict=True))
    mediation = of_june(rows)
    mediation = mediation[mediation["category"] == "mediation"]
    assert len(mediation)
    said = "\n".join(_texts(build(june)))
    assert any(names[code] in said for code in mediation["class_code"])
    assert not any(code in said for code in mediation["incident_code"])
    kept_apart = [text for text in mediation["description"] if text and text not in names.values()]
    assert not any(text in said for text in kept_apart)


def _texts(made) -> list[str]:
    found = [made.county, *(" ".join(fact) for fact in made.facts)]
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            if isinstance(block, Table):
                found += [str(value) for row in block.rows for value in row]
    return found


def test_vacant_posts_are_those_of_the_table_of_posts(june):
    made = build(june)
    by_role, vacant = table(made, "posts"), table(made, "vacant")
    every, filled = june.value(june.now, POSTS)[2], june.value(june.now, POSTS)[1]
    assert sum(row[1] for row in by_role.rows) == every
    assert len(vacant.rows) == every - filled > 0


def test_a_subdistrict_and_a_community_tell_their_own_part(reference_store):
    community = "410222001006"
    whole = material_of(reference_store, asked("2023-06-30", community[:9]))
    part = material_of(reference_store, asked("2023-06-30", community))
    assert part.level == "grid" and whole.level == "community"
    row = whole.tables(whole.now, "community")[REPORTS].loc[community]
    assert part.value(part.now, REPORTS)[1] == row["numerator"]
    assert {code[:12] for code in part.areas("grid")["code"]} == {community}


@pytest.mark.parametrize(
    ("end", "start", "earlier"),
    [
        ("2023-06-30", "2023-06-01", ("2023-05-01", "2023-05-31")),
        ("2023-03-31", "2023-03-01", ("2023-02-01", "2023-02-28")),
        ("2024-03-30", "2024-03-01", ("2024-02-01", "2024-02-29")),
        ("2023-06-15", "2023-06-01", ("2023-05-01", "2023-05-15")),
        ("2023-01-31", "2023-01-01", ("2022-12-01", "2022-12-31")),
    ],
)
def test_a_period_is_compared_with_the_same_days_of_the_month_before(end, start, earlier):
    period = period_to(date.fromisoformat(end), pd.Timestamp("2025-01-01", tz=clock.ZONE))
    then = before(period)
    assert period.start.isoformat() == start
    assert (then.start.isoformat(), then.end.isoformat()) == earlier
    assert then.cut_off.isoformat() == f"{date.fromordinal(then.end.toordinal() + 1)}T00:00:00+08:00"


def test_a_month_that_still_runs_is_seen_as_of_the_moment_of_asking():
    question = asked("2023-06-15", at="2023-06-15")
    assert question.now.cut_off.isoformat() == "2023-06-15T00:00:00+08:00"


@pytest.mark.parametrize("wrong", [{"end": "soon"}, {"formats": []}, {"basis": {}}, {"asked_at": "never"}])
def test_a_job_with_wrong_parameters_is_refused_in_words(wrong):
    with pytest.raises(BadInput) as refused:
        Asked.of(params("2023-06-30") | wrong)
    assert refused.value.code == "bad_report" and refused.value.fields
