"""The statistics page: figures with what they are made of, exports, hot spots, filters, who may see what."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import datetime

import openpyxl
import pytest

from gis_app import clock, create_app
from gis_app.incidents.statistics_measures import MEASURES
from gis_app.people.roles import Role
from gis_app.storage import audit
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS, toy_incidents
from tests.unit.incidents import hand_made
from tests.web.conftest import settings_of, sign_in
from tests.web.county import make_instance

PAGE = "/incidents/statistics"
WHOLE = "from=2024-01-01&to=2025-06-30"
TIMES = ("reported_at", "accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at")


def hand_made_frame():
    """Return the thousand incidents made by hand as the store takes them, in the toy county's grids."""
    rows = hand_made.incidents()
    frame = toy_incidents(1000)
    for number, one in enumerate(rows):
        one["grid_code"] = GRIDS[hand_made.GRIDS.index(one["grid_code"]) % 4] if one["grid_code"] else ""
        # What files cannot hold is not in the store either.
        one |= {"return_count": 0, "reopen_count": 0, "extended_seconds": 0, "satisfaction": 0}
        one.pop("paused_at", None)
        one.pop("evaluated_at", None)
        for name in ("incident_code", "class_code", "category", "state", "grid_code"):
            frame.loc[number, name] = one[name]
        one["organisation_code"] = "ORG001" if one["organisation_code"] else ""
        frame.loc[number, "organisation_code"] = one["organisation_code"]
        for name in TIMES:
            frame.loc[number, name] = one[name].isoformat() if name in one else ""
    return frame, rows


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Return (application, rows) of a county with the hand-made incidents."""
    folder = tmp_path_factory.mktemp("statistics") / "instance"
    frame, rows = hand_made_frame()
    make_instance(folder, reports=frame)
    app = create_app(settings_of(folder))
    yield app, rows
    app.extensions[KEY].store.dispose()


@pytest.fixture
def client(county):
    with clock.frozen(hand_made.CUT_OFF):
        signed_in = county[0].test_client()
        sign_in(signed_in, "leader")
        yield signed_in


def chosen(rows, keep=lambda one: True):
    return [one for one in rows if keep(one) and one["reported_at"] < datetime(2025, 7, 1, tzinfo=clock.ZONE)]


def check(told: dict, rows: list[dict]) -> None:
    for name, (numerator, denominator, value) in hand_made.figures(rows).items():
        figure = told[name]
        assert (figure["numerator"], figure["denominator"]) == (numerator, denominator), name
        assert figure["value"] == (pytest.approx(value) if value is not None else None), name


def test_the_figures_agree_with_the_table_made_by_hand(county, client):
    told = client.get(f"{PAGE}.json?{WHOLE}&by=community").json
    assert told["cut_off"] == hand_made.CUT_OFF.isoformat()
    check(told["figures"], chosen(county[1]))
    assert {one["code"] for one in told["groups"]} == {*COMMUNITIES, ""}
    for group in told["groups"]:
        check(
            group["figures"], chosen(county[1], lambda one, code=group["code"]: one["grid_code"][:12] == code)
        )
    assert set(told["rules"]) == set(MEASURES)


@pytest.mark.parametrize("by", ["grid", "category", "class", "organisation", "month"])
def test_groups_add_up_to_the_whole(client, by):
    told = client.get(f"{PAGE}.json?{WHOLE}&by={by}").json
    for measure in ("reported", "closing_rate", "open", "rework_rate"):
        for part in ("numerator", "denominator"):
            assert (
                sum(one["figures"][measure][part] for one in told["groups"]) == told["figures"][measure][part]
            )
    assert (
        sum(one["figures"]["reported"]["numerator"] for one in told["months"])
        == (told["figures"]["reported"]["numerator"])
    )


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        (f"area={GRIDS[1]}", lambda one: one["grid_code"] == GRIDS[1]),
        ("category=hazard", lambda one: one["category"] == "hazard"),
        ("class=C2", lambda one: one["class_code"] == "C2"),
        ("organisation=ORG001", lambda one: one["organisation_code"] == "ORG001"),
    ],
)
def test_filters_leave_what_they_say(county, client, query, keep):
    check(client.get(f"{PAGE}.json?{WHOLE}&{query}").json["figures"], chosen(county[1], keep))


def test_the_period_before_is_judged_after_the_same_time(county, client):
    told = client.get(f"{PAGE}.json?from=2025-04-01&to=2025-06-30").json
    assert told["period_before"] == "2024-12-31 – 2025-03-31"
    start, end = (datetime(2024, 12, 31, tzinfo=clock.ZONE), datetime(2025, 4, 1, tzinfo=clock.ZONE))
    before = [one for one in county[1] if start <= one["reported_at"] < end]
    cut_off = hand_made.CUT_OFF - (datetime(2025, 4, 1) - datetime(2024, 12, 31))
    closed = [
        one for one in before
        if one["state"] not in hand_made.NOT_COUNTED and "closed_at" in one and one["closed_at"] <= cut_off
    ]  # fmt: skip
    assert told["before"]["reported"]["numerator"] == len(before)
    assert told["before"]["closed"]["numerator"] == len(closed) > 0
    year = client.get(f"{PAGE}.json?from=2025-04-01&to=2025-06-30&compare=year").json
    assert year["period_before"] == "2024-04-01 – 2024-06-30"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_the_page_carries_what_it_is_made_of(client, language):
    client.set_cookie("language", language)
    page = client.get(f"{PAGE}?{WHOLE}").text
    told = client.get(f"{PAGE}.json?{WHOLE}").json
    shown = re.findall(r'data-measure="(\w+)" data-n="([\d,.]+)" data-d="([\d,.]+)"', page)
    assert len(shown) > 40
    for measure in ("closing_rate", "in_time_rate", "whole_work"):
        figure = told["figures"][measure]
        assert (measure, f"{figure['numerator']:,}", f"{figure['denominator']:,}") in shown
    assert "2025-07-01 12:00" in page
    for measure in ("closing_rate", "repeat_rate", "whole_wall"):
        assert MEASURES[measure].rule[language] in html.unescape(page)


def test_exports_hold_every_figure_with_its_rule(county, client):
    told = client.get(f"{PAGE}.json?{WHOLE}&by=class").json
    rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}.csv?{WHOLE}&by=class").data.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}.xlsx?{WHOLE}&by=class").data))
    sheet, notes = book.worksheets
    cells = [
        [("" if cell is None else str(cell)) for cell in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert [row[:4] + row[6:] for row in cells] == [row[:4] + row[6:] for row in rows]
    groups = len(told["groups"]) + len(told["months"]) + 2
    assert len(rows) == 1 + groups * len(MEASURES)
    line = next(row for row in rows if row[0] == "合计" and row[3] == "结案率")
    figure = told["figures"]["closing_rate"]
    assert (float(line[4]), int(line[6]), int(line[7])) == (
        pytest.approx(figure["value"], abs=1e-6), figure["numerator"], figure["denominator"])  # fmt: skip
    assert "应结案数" in line[8] and line[9] == hand_made.CUT_OFF.isoformat()
    assert any("结案率" in str(row[0]) for row in notes.iter_rows(values_only=True))
    with county[0].extensions[KEY].store.read() as conn:
        assert audit.read_rows(conn, "incidents:incident:exported", limit=1)[0].actor == "leader"


def test_an_export_is_for_the_office(as_role):
    for role in Role:
        expected = 403 if role in (Role.GRID_WORKER, Role.HANDLER, Role.DUTY_STAFF) else 200
        assert as_role(role).get(f"{PAGE}.csv").status_code == expected
        assert as_role(role).get(PAGE).status_code == 200
    assert as_role("leader").get(f"{PAGE}.exe").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["from=2024-13-01", "from=2025-02-01&to=2025-01-01", "category=x", "class=x", "area=x", "organisation=x",
     "by=x", "compare=x", "nothing=1", "area=410222001009"],
)  # fmt: skip
def test_a_bad_parameter_is_named(as_role, query):
    answer = as_role("leader").get(f"{PAGE}.json?{query}")
    assert answer.status_code == 400 and answer.json["error"]["code"] == "bad_parameter"
    assert answer.json["error"]["fields"]


def test_hot_spots_come_as_a_layer_with_what_was_tested(client):
    told = client.get(f"{PAGE}/hotspots.geojson?{WHOLE}").json
    assert [one["id"] for one in told["features"]] == list(GRIDS)
    assert told["test"]["tested"] == 0 and told["test"]["explained"]
    assert sum(one["count"] for one in told["legend"]["classes"]) == len(GRIDS)
    bare = client.get(f"{PAGE}/hotspots.geojson?{WHOLE}&geometry=none").json
    assert all(one["geometry"] is None for one in bare["features"])
    assert client.get(f"{PAGE}/hotspots.geojson?level=street").status_code == 400


def test_figures_follow_a_change_at_once(own_app):
    from gis_app.storage import incidents

    app = own_app()
    client = app.test_client()
    sign_in(client, "leader")
    address = f"{PAGE}.json?from=2023-01-01&to=2023-12-31"
    before = client.get(address)
    same = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert same.status_code == 304
    with app.extensions[KEY].store.write() as conn:
        found = incidents.find(conn, "XX2023-000001")
        incidents.add_follower(conn, found.incident_code, "account:1", clock.now())
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and after.json["figures"] == before.json["figures"]


def test_nothing_reported_is_an_empty_page(tmp_path):
    folder = tmp_path / "instance"
    make_instance(folder, reports=toy_incidents(0))
    app = create_app(settings_of(folder))
    client = app.test_client()
    sign_in(client, "leader")
    for address in (PAGE, f"{PAGE}.json", f"{PAGE}.csv", f"{PAGE}.xlsx", f"{PAGE}/hotspots.geojson"):
        assert client.get(address).status_code == 200, address
    assert client.get(f"{PAGE}.json").json["figures"]["closing_rate"]["value"] is None
    app.extensions[KEY].store.dispose()
