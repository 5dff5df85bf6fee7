"""What was taken in is there with its audit row, and what is undone is as it was, or is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from gis_app import clock
from gis_app.desk import tables
from gis_app.errors import Conflict
from gis_app.incidents.incident import Incident
from gis_app.storage import audit, incidents
from gis_app.storage.assignments import read_table
from gis_app.storage.engine import Store, open_store
from gis_app.storage.posts import set_terms
from tests.conftest import gis_app
from tests.unit.desk.tables_of_files import INCIDENT, POST, reference, table


@pytest.fixture
def store(reference_instance: Path, tmp_path: Path) -> Store:
    """Return a copy of the reference county's store."""
    return open_store(
        f"sqlite:///{shutil.copy(reference_instance / 'gis.sqlite3', tmp_path / 'own.sqlite3')}"
    )


def stored(store: Store) -> tuple:
    with store.read() as conn:
        return read_table(conn, "assignments"), incidents.read_incidents(conn)


def take(store: Store, kind: str, raw, mode: str) -> dict:
    with store.read() as conn:
        known = tables.read_known(conn)
    done = tables.prepare(kind, raw, known, mode)
    assert done.ok, done.faults
    with store.write() as conn:
        taken = tables.take_in(conn, kind, done.frame, mode, "planner", {"file": "表.xlsx"})
    counts = (done.inserted, done.updated, done.removed)
    assert (taken.inserted, taken.updated, taken.removed) == counts
    return json.loads(json.dumps(taken.token))


@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.parametrize(
    ("kind", "file", "text", "keep"),
    [("posts", "assignments", "holder_name", 200), ("incidents", "incidents", "description", 700)],
)
def test_an_undone_import_leaves_every_row_as_it_was(store, kind, file, text, keep, mode):
    raw = reference(file)
    raw.rows = raw.rows[:keep]
    raw.columns = {name: cells[:keep] for name, cells in raw.columns.items()}
    raw.columns[text] = [f"新{cell or ''}" for cell in raw.columns[text]]
    raw.columns[tables.KEYS[kind]][3] = "NEW-1"
    before = stored(store)
    token = take(store, kind, raw, mode)
    frame = stored(store)[tables.KINDS.index(kind)]
    assert frame[text].str.startswith("新").sum() >= keep - 40 and "NEW-1" in set(frame[tables.KEYS[kind]])
    with store.write() as conn:
        tables.undo(conn, token, "planner")
    for was, now in zip(before, stored(store), strict=True):
        assert_frame_equal(was, now)
    with store.read() as conn:
        tags = [(row.tag, row.subject, row.actor) for row in audit.read_rows(conn, limit=2)]
        assert audit.verify(conn) is None
    assert tags == [("desk:table:undone", kind, "planner"), ("desk:table:taken_in", kind, "planner")]


def test_posts_that_were_changed_since_are_not_put_back(store):
    token = take(store, "posts", table(POST), "update")
    with store.write() as conn:
        set_terms(conn, "grid_worker", [POST["区域编码"]], "2027-06-30", "", "planner", "2026-11-22")
    after = stored(store)
    with pytest.raises(Conflict, match="changed_since"), store.write() as conn:
        tables.undo(conn, token, "planner")
    assert_frame_equal(after[0], stored(store)[0])


def test_incidents_that_somebody_took_up_are_not_taken_out(store):
    token = take(store, "incidents", table(INCIDENT), "update")
    former = set(reference("incidents").columns["incident_code"])
    code = next(iter(set(stored(store)[1]["incident_code"]) - former))
    with store.write() as conn:
        incidents.add_follower(conn, code, "account:1", clock.now())
    with pytest.raises(Conflict, match="changed_since"), store.write() as conn:
        tables.undo(conn, token, "planner")
    assert code in set(stored(store)[1]["incident_code"])


def test_new_codes_go_on_from_those_that_came_in_and_none_is_given_twice(store):
    take(store, "incidents", table(INCIDENT, {"事件编号": "410222-2025-000041"}, {}), "update")
    found = set(stored(store)[1]["incident_code"])
    assert {"410222-2025-000041", "410222-2025-000001"} <= found
    at = clock.now().replace(year=2025)
    with store.write() as conn:
        code = incidents.insert_report(conn, Incident("", "ENV01", "environment", reported_at=at))
    assert code == "410222-2025-000042"


def test_what_was_reported_here_is_no_files_to_change(store):
    at = clock.now()
    with store.write() as conn:
        report = Incident("", "ENV01", "environment", "reported", reported_at=at, grid_code="410222001006001")
        code = incidents.insert_report(conn, report)
    with store.read() as conn:
        known = tables.read_known(conn)
    done = tables.prepare("incidents", table(INCIDENT, {"事件编号": code}), known)
    assert [one.message_code for one in done.faults if one.is_error] == ["incident_is_live"]
    with pytest.raises(Conflict, match="incident_is_live"), store.write() as conn:
        tables.take_in(conn, "incidents", done.frame, "update", "planner")
    raw = table(INCIDENT)
    take(store, "incidents", raw, "replace")
    left = stored(store)[1]
    assert len(left) == 2 and code in set(left["incident_code"])


@pytest.mark.parametrize(
    ("table_name", "kind", "crs"),
    [("incidents", "incidents", ["--crs", "EPSG:4490"]), ("assignments", "posts", [])],
)
def test_what_was_exported_comes_back_equal(own_instance, tmp_path, table_name, kind, crs):
    own = open_store(f"sqlite:///{own_instance / 'gis.sqlite3'}")
    before = stored(own)
    path = tmp_path / f"{table_name}.xlsx"
    gis_app("export", table_name, "--format", "xlsx", "--out", path, instance_dir=own_instance)
    told = gis_app("import", kind, path, *crs, "--json", instance_dir=own_instance)
    report = json.loads(told.stdout)
    assert report["written"] and report["updated"] > 300 and report["inserted"] == report["removed"] == 0
    for was, now in zip(before, stored(own), strict=True):
        assert_frame_equal(was, now)
    own.dispose()
