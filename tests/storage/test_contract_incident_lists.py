"""Lists of incidents agree with plain sorting and filtering, page by page, whatever they are asked for."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from pyproj import Geod

from gis_app.clock import ZONE
from gis_app.errors import BadInput
from gis_app.incidents.model import OPEN_STATES
from gis_app.storage import incidents
from gis_app.storage.incidents import InboxQuery, Line
from gis_app.storage.tables import incidents as table
from tests.benchmarks.incident_seed import seed
from tests.storage.loop import T0, dispatched, reported

UNTIL = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


@pytest.fixture
def lines(store) -> list[Line]:
    """Fill the store with six hundred incidents and return all of them."""
    seed(store, 600, until=UNTIL)
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM incidents WHERE due_at IS NULL").scalar_one() > 5
        return all_of(conn, InboxQuery(limit=500))


def all_of(conn, query: InboxQuery) -> list[Line]:
    """Return every line of a list, page after page."""
    found, page = [], incidents.inbox(conn, query)
    while True:
        found += page.lines
        if not page.next:
            return found
        assert len(page.lines) == query.limit
        page = incidents.inbox(conn, replace(query, after=page.next))


def by_due(line: Line) -> tuple:
    return (line.due_at or LAST, line.incident_code)


def expected(lines: list[Line], fits: Callable[[Line], bool], order: str) -> list[str]:
    if order == "reported":
        ordered = sorted(lines, key=lambda line: (line.reported_at, line.incident_code), reverse=True)
    else:
        ordered = sorted(lines, key=by_due)
    return [line.incident_code for line in ordered if fits(line)]


def packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


MONTH = (UNTIL - timedelta(days=200), UNTIL - timedelta(days=160))
QUESTIONS: dict[str, tuple[dict, Callable[[Line], bool]]] = {
    "everything": ({}, lambda line: True),
    "states": ({"states": OPEN_STATES}, lambda line: line.state in OPEN_STATES),
    "categories": ({"categories": ("hazard", "mediation")},
                   lambda line: line.category in ("hazard", "mediation")),
    "without": ({"without_categories": ("mediation",), "without_classes": ("C02",)},
                lambda line: line.category != "mediation" and line.class_code != "C02"),
    "classes": ({"classes": ("C01", "C05")}, lambda line: line.class_code in ("C01", "C05")),
    "organisation": ({"organisation_code": "ORG003"}, lambda line: line.organisation_code == "ORG003"),
    "community": ({"scope_code": "410222001001"}, lambda line: line.grid_code.startswith("410222001001")),
    "grid": ({"scope_code": "410222001", "area_code": "410222001001004"},
             lambda line: line.grid_code == "410222001001004"),
    "elsewhere": ({"scope_code": "410222001001", "area_code": "410222001002"}, lambda line: False),
    "overdue": ({"states": OPEN_STATES, "due_before": UNTIL},
                lambda line: line.state in OPEN_STATES and line.due_at is not None and line.due_at < UNTIL),
    "due soon": ({"due_after": UNTIL, "due_before": UNTIL + timedelta(days=2)},
                 lambda line: line.due_at and UNTIL <= line.due_at < UNTIL + timedelta(days=2)),
    "period": ({"reported_from": MONTH[0], "reported_to": MONTH[1]},
               lambda line: MONTH[0] <= line.reported_at < MONTH[1]),
    "code": ({"code_prefix": "SEED-2024-"}, lambda line: line.incident_code.startswith("SEED-2024-")),
    "long code": ({"code_prefix": "SEED-2024-00001"},
                  lambda line: line.incident_code.startswith("SEED-2024-00001")),
    "no wildcard": ({"code_prefix": "SEED_2024%"}, lambda line: False),
    "box": ({"bbox": (114.44, 34.46, 114.46, 34.48)},
            lambda line: 114.44 <= line.lon <= 114.46 and 34.46 <= line.lat <= 34.48),
    "text": ({"text": "第 10"}, lambda line: "第 10" in line.description),
    "all at once": (
        {"states": ("closed", "evaluated"), "classes": ("C01", "C02", "C03"), "organisation_code": "ORG001",
         "scope_code": "410222001", "reported_from": MONTH[0]},
        lambda line: line.state in ("closed", "evaluated") and line.class_code in ("C01", "C02", "C03")
        and line.organisation_code == "ORG001" and line.reported_at >= MONTH[0]),
}  # fmt: skip


def test_every_list_is_what_plain_filtering_and_sorting_gives(store, lines):
    assert len(lines) == 600 and [line.incident_code for line in lines] == expected(
        lines, lambda _: True, "due"
    )
    assert len({line.state for line in lines}) == 12
    with store.read() as conn:
        for name, (asked, fits) in QUESTIONS.items():
            for order in ("due", "reported"):
                query = InboxQuery(order=order, limit=23, **asked)
                found = [line.incident_code for line in all_of(conn, query)]
                assert found == expected(lines, fits, order), f"{name} by {order}"
                assert incidents.count_inbox(conn, query) == len(found), name
            assert incidents.count_inbox(conn, replace(query, **asked), most=7) == min(len(found), 7)


def test_the_nearest_come_first_however_few_or_many_fit(store, lines, monkeypatch):
    here = (114.455, 34.466)
    geod = Geod(ellps="GRS80")
    away = {line.incident_code: geod.inv(*here, line.lon, line.lat)[2] for line in lines}
    box = (114.44, 34.45, 114.47, 34.48)
    for few in (2_000, 0):  # all read at once, and circle by circle
        monkeypatch.setattr("gis_app.storage.incidents.lists.FEW", few)
        with store.read() as conn:
            for asked, fits in (
                ({}, lambda line: True),
                ({"states": OPEN_STATES}, lambda line: line.state in OPEN_STATES),
                ({"organisation_code": "ORG003"}, lambda line: line.organisation_code == "ORG003"),
                ({"bbox": box}, lambda line: box[0] <= line.lon <= box[2] and box[1] <= line.lat <= box[3]),
            ):
                found = all_of(conn, InboxQuery(order="distance", near=here, limit=37, **asked))
                wanted = sorted(
                    (away[line.incident_code], line.incident_code) for line in lines if fits(line)
                )
                assert [line.incident_code for line in found] == [code for _, code in wanted]
                assert all(abs(line.distance_m - away[line.incident_code]) < 0.01 for line in found)


def test_what_has_no_place_is_in_no_list_by_distance(store):
    reported(store, lon=None, lat=None)
    code = reported(store)
    with store.read() as conn:
        page = incidents.inbox(conn, InboxQuery(order="distance", near=(114.0, 34.0)))
        far = incidents.inbox(
            conn, InboxQuery(order="distance", near=(114.0, 34.0), bbox=(0.0, 0.0, 1.0, 1.0))
        )
    assert [line.incident_code for line in page.lines] == [code] and far.lines == ()


def test_whose_it_is(store):
    mine, other = reported(store, reporter_id=7), reported(store, reporter_id=8)
    dispatched(store, other, "O1", T0)
    with store.read() as conn:
        assert [one.incident_code for one in incidents.inbox(conn, InboxQuery(reporter_id=7)).lines] == [mine]
        line = incidents.inbox(conn, InboxQuery(reporter_id=8, order="reported")).lines[0]
        assert incidents.inbox(conn, InboxQuery(handler_id=7)).lines == ()
    assert (line.incident_code, line.organisation_code, line.due_at, line.version) == (other, "O1", T0, 3)


@pytest.mark.parametrize(
    "asked",
    [
        {"order": "newest"},
        {"order": "distance"},
        {"order": "distance", "near": (float("nan"), 34.0)},
        {"after": "!!"},
        {"after": "é"},
        {"after": packed("null")},
        {"after": packed('["reported", null, "x"]')},
        {"after": packed('["due", "2026-01-01T00:00:00", "x"]')},
        {"after": packed('["due", "0001-01-01T00:00:00+08:00", "x"]')},
        {"after": packed('["due", 5, "x"]')},
        {"after": packed('["due", null, 5]')},
        {"after": packed('["due", null, "\\ud800"]')},
        {"after": packed("[" * 100_000)},
        {"order": "reported", "after": packed('["reported", null, "x"]')},
        {"order": "distance", "near": (114.0, 34.0), "after": packed('["distance", NaN, "x"]')},
        {"order": "distance", "near": (114.0, 34.0), "after": packed('["distance", 1e999, "x"]')},
    ],
)
def test_a_question_that_cannot_be_asked_is_bad_input(store, asked):
    with pytest.raises(BadInput), store.read() as conn:
        incidents.inbox(conn, InboxQuery(**asked))


def test_likely_duplicates_are_near_recent_open_and_of_the_same_class(store):
    def degrees(metres: float) -> float:
        return 114.46 + metres / 91_830  # along the parallel of 34.47

    near, edge = reported(store, lon=degrees(30)), reported(store, lon=degrees(-240))
    reported(store, lon=degrees(260))
    reported(store, class_code="ENV02")
    reported(store, at=T0 - timedelta(days=8))
    closed = reported(store)
    with store.write() as conn:
        conn.execute(table.update().where(table.c.incident_code == closed).values(state="closed"))
    with store.read() as conn:
        found = incidents.nearby_open(conn, "ENV01", 114.46, 34.47, 250, T0 - timedelta(days=7))
    assert [one.incident_code for one in found] == [near, edge]
    assert all(before.distance_m < after.distance_m for before, after in pairwise(found))
    assert abs(found[0].distance_m - 30) < 0.5
