"""Statistics under the plan of their time, and re-counted under any other: plain sums say the same."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from gis_app import clock, create_app
from gis_app.people.accounts import create_account
from gis_app.people.roles import Role
from gis_app.settings import load_settings
from gis_app.storage.engine import open_store
from gis_app.storage.incidents import replace_incidents
from gis_app.storage.migrations import migrate
from gis_app.storage.plan_incidents import placed_incidents
from gis_app.storage.plan_layers import read_grids
from gis_app.studio import drafts, editing, past, publish
from gis_app.web.services import KEY
from tests.storage import plan_county as county
from tests.web.conftest import settings_of, sign_in
from tests.web.county import PASSWORD

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
SPLIT = {"verb": "split_line", "grid": county.A1, "line": [[114.4015, 34.3995], [114.4015, 34.4025]]}
MERGE = {"verb": "merge", "grids": [county.B1, county.B2]}
NEXT = {"verb": "transfer", "blocks": ["B12"], "to": county.A2}
NEW = f"{county.WEST}003"
PAGE = "/incidents/statistics?from=2000-01-01&to=2026-12-31"
# Incidents without a place, by the grid they were reported in, and where most of its households went.
UNPLACED = {"U1": county.A1, "U2": county.A2, "U3": county.B2}
HEIRS = {county.A1: county.A1, county.A2: county.A2, county.B2: county.B1}


def take_effect(store, *operations: dict, day: datetime, name: str) -> None:
    """Publish a draft with these operations, in force from a day."""
    draft, version = drafts.open_draft(store, name, "planner"), 1
    for operation in operations:
        version = editing.edit(store, draft, version, operation, "planner").version
    version = publish.submit(store, draft, version, "planner", "请审核")
    version = publish.approve(store, draft, version, "leader")
    publish.publish(store, draft, version, day.date().isoformat(), "leader")


def reports() -> pd.DataFrame:
    """Return an incident in the middle of every block, and three without a place, closed."""
    placed = county.incidents().iloc[: county.ROWS * county.COLUMNS]
    rest = placed.iloc[: len(UNPLACED)].assign(
        incident_code=list(UNPLACED), grid_code=list(UNPLACED.values()), lon=np.nan, lat=np.nan,
        state="closed",
    )  # fmt: skip
    return pd.concat([placed, rest], ignore_index=True)


def made(folder, *, plans: bool = True):
    """Return the application on a county of three plans: one past, one in force, one waiting for its day."""
    settings = load_settings(instance_dir=folder, geodata_dir=folder / "none")
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    with clock.frozen(NOON - timedelta(days=9)):
        county.fill(store)
        with store.write() as conn:
            replace_incidents(conn, reports())
        create_account(store, "leader", PASSWORD, Role.LEADER, "", display_name="领导")
    with clock.frozen(NOON):
        if plans:
            take_effect(store, SPLIT, MERGE, day=NOON, name="春季调整")
            take_effect(store, NEXT, day=NOON + timedelta(days=30), name="夏季调整")
    store.dispose()
    return create_app(settings_of(folder))


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = made(tmp_path_factory.mktemp("plans") / "instance")
    yield app
    app.extensions[KEY].store.dispose()


@pytest.fixture
def client(app):
    with clock.frozen(NOON):
        found = app.test_client()
        sign_in(found, "leader")
        yield found


def counted(app, plan: int) -> dict[str, int]:
    """Count the incidents by grid of a plan with plain points in polygons; those without a place by hand."""
    with app.extensions[KEY].store.read() as conn:
        grids = read_grids(conn, plan)
    told = reports()
    points = shapely.points(told["lon"], told["lat"])
    where = {}
    for code, shape in zip(grids["grid_code"], grids.geometry, strict=True):
        where |= dict.fromkeys(told["incident_code"][shapely.intersects(shape, points)], code)
    where |= UNPLACED if plan == 1 else {code: HEIRS[grid] for code, grid in UNPLACED.items()}
    return pd.Series(where).value_counts().to_dict()


def by_group(client, query: str) -> dict[str, int]:
    """Return how many were reported by group, having checked that they add up to the whole."""
    told = client.get(PAGE.replace("?", ".json?") + query).get_json()
    found = {one["code"]: one["figures"]["reported"]["value"] for one in told["groups"]}
    assert sum(found.values()) == told["figures"]["reported"]["value"] == len(reports())
    return found


@pytest.mark.parametrize("plan", [1, 2, 3])
def test_figures_by_grid_under_any_plan_are_those_of_plain_sums(app, client, plan):
    expected = counted(app, plan)
    assert by_group(client, f"&by=grid&plan={plan}") == expected
    communities = pd.Series(expected).groupby(lambda code: code[:12]).sum().to_dict()
    assert by_group(client, f"&by=community&plan={plan}") == communities
    assert [counted(app, 1)[code] for code in (county.A1, county.B2)] == [7, 7]
    assert counted(app, 2)[NEW] == 2 and counted(app, 3)[NEW] == 1


def test_under_the_plan_of_its_time_an_incident_is_where_it_was_reported(app, client):
    assert by_group(client, "&by=grid&plan=reported") == reports()["grid_code"].value_counts().to_dict()
    with app.extensions[KEY].store.read() as conn:
        now = placed_incidents(conn)["grid_code"].value_counts().to_dict()
    assert by_group(client, "&by=grid") == now != reports()["grid_code"].value_counts().to_dict()


def test_what_followed_the_lineage_is_counted_in_the_note(client):
    told = client.get(PAGE.replace("?", ".json?") + "&plan=2").get_json()["plan"]
    assert told["counts"]["lineage"] == len(UNPLACED) and told["counts"]["none"] == 0
    assert sum(told["counts"].values()) == len(reports())
    assert "3 件没有可用的位置" in told["rule"] and "春季调整" in told["label"]
    note = re.search(r'id="plan-note">(.*?)</p>', client.get(f"{PAGE}&plan=2").text)[1]
    assert told["label"] in note and told["rule"] in note
    one = client.get(PAGE.replace("?", ".json?") + f"&plan=2&area={NEW}").get_json()["plan"]
    assert one["counts"]["lineage"] == 0


def test_a_grid_that_is_no_more_can_be_asked_for_under_its_plan(client):
    address = PAGE.replace("?", ".json?") + f"&area={county.B2}"
    assert client.get(address).status_code == 400
    assert client.get(f"{address}&plan=1").get_json()["figures"]["reported"]["value"] == 7
    page = client.get(f"{PAGE}&area={county.B2}&plan=1&by=grid").text
    assert f'<option value="{county.B2}" selected>' in page and "热点只按现行网格检验" in page


def test_the_picker_offers_every_plan_and_keeps_the_one_chosen(client):
    page = client.get(f"{PAGE}&plan=3").text
    offered = re.search(r'<select class="field" name="plan">(.*?)</select>', page, re.S)[1]
    assert re.findall(r'value="(\w*)"', offered) == ["", "reported", "3", "2", "1"]
    assert re.findall(r'value="(\w*)" selected', offered) == ["3"]
    assert "夏季调整（待生效，2026-04-09 起）" in offered and "春季调整（现行，2026-03-10 起）" in offered
    assert "plan=3" in re.search(r'href="(/incidents/statistics.xlsx[^"]*)"', page)[1]


def test_with_one_plan_there_is_nothing_to_pick(tmp_path):
    app = made(tmp_path / "instance", plans=False)
    with clock.frozen(NOON):
        client = app.test_client()
        sign_in(client, "leader")
        assert 'name="plan"' not in client.get(PAGE).text
        assert by_group(client, "&by=grid&plan=1") == by_group(client, "&by=grid")
    app.extensions[KEY].store.dispose()


@pytest.mark.parametrize("plan", ["4", "0", "x", "-1", "01", "９", "99999999999999999", "none"])
@pytest.mark.parametrize("kind", ["", ".json", ".csv", ".xlsx"])
def test_an_unknown_plan_is_refused_by_name(client, plan, kind):
    answer = client.get(
        PAGE.replace("?", f"{kind}?") + f"&plan={plan}", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    told = answer.get_json()["error"]
    assert told["code"] == "bad_parameter" and list(told["fields"]) == ["plan"]


def test_files_say_under_which_plan_they_are(client):
    table = client.get(PAGE.replace("?", ".csv?") + "&plan=1&by=grid").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["边界方案"] for row in rows} == {rows[0]["边界方案"]}
    assert "第 1 号方案" in rows[0]["边界方案"] and "按沿革划入" in rows[0]["边界方案"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(PAGE.replace("?", ".xlsx?") + "&plan=2").data))
    notes = dict(book.worksheets[1].iter_rows(values_only=True))
    assert "春季调整" in notes["边界方案"] and "3 件没有可用的位置" in notes["划入网格的规则"]


def test_a_plan_is_recounted_once_for_all_questions(app, client, monkeypatch):
    calls = []
    real = past.incidents_under
    monkeypatch.setattr(past, "incidents_under", lambda *told: calls.append(told[1]) or real(*told))
    app.extensions[KEY].incident_frames._latest = None
    for by in ("grid", "community", "month"):
        for kind in ("", ".json", ".csv"):
            assert client.get(PAGE.replace("?", f"{kind}?") + f"&plan=2&by={by}").status_code == 200
    assert calls == [2]
