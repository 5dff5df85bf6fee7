"""Rows that come from a file are taken in and put back exactly, on both databases."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import update

from gis_app.errors import Conflict
from gis_app.incidents.incident import Incident
from gis_app.incidents.model import COLUMNS
from gis_app.storage import assignments, incident_ledger, incidents, post_ledger
from gis_app.storage.engine import Store
from gis_app.storage.tables import incidents as table

AT = "2025-03-01T09:00:00+08:00"


def ledger(*codes: str, text: str = "垃圾") -> pd.DataFrame:
    """Return incidents with these codes, one in three without a place."""
    plain = dict.fromkeys(COLUMNS, "") | {
        "class_code": "ENV01",
        "category": "environment",
        "state": "reported",
    }
    plain |= {"reported_at": AT, "description": text, "lon": 114.46, "lat": 34.47}
    frame = pd.DataFrame([plain | {"incident_code": code} for code in codes])
    frame.loc[::3, ["lon", "lat"]] = float("nan")
    return frame


def posts(*codes: str, name: str = "韩梅") -> pd.DataFrame:
    """Return posts with these codes."""
    one = {"area_code": "410222001006001", "role": "grid_worker", "holder_name": name, "holder_phone": "",
           "organisation_code": "", "term_from": "2026-01-01", "term_to": ""}  # fmt: skip
    return pd.DataFrame([one | {"assignment_code": code} for code in codes])


def read(store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    with store.read() as conn:
        return incidents.read_incidents(conn), assignments.read_table(conn, "assignments")


def put(store: Store, write, frame: pd.DataFrame, mode: str) -> dict:
    with store.write() as conn:
        return json.loads(json.dumps(write(conn, frame, mode)))


@pytest.mark.parametrize("mode", ["update", "replace"])
def test_an_incident_ledger_is_put_back_with_versions_and_places(store: Store, mode: str):
    put(store, incident_ledger.write_ledger, ledger("A", "B", "C", "D"), "update")
    with store.read() as conn:
        before, raw = incidents.read_incidents(conn), dict(conn.execute(table.select()).mappings().first())
    token = put(store, incident_ledger.write_ledger, ledger("C", "D", "E", text="新"), mode)
    left = read(store)[0]
    assert set(left["incident_code"]) == ({"C", "D", "E"} if mode == "replace" else set("ABCDE"))
    with store.write() as conn:
        incident_ledger.take_back(conn, token)
    assert_frame_equal(before, read(store)[0])
    with store.read() as conn:
        again = dict(conn.execute(table.select()).mappings().first())
    changed = {name for name in raw if raw[name] != again[name]}
    assert changed <= {"change_number"}


def test_a_row_taken_in_again_has_a_newer_version(store: Store):
    put(store, incident_ledger.write_ledger, ledger("A"), "update")
    put(store, incident_ledger.write_ledger, ledger("A", text="新"), "update")
    with store.read() as conn:
        assert incidents.find(conn, "A").version == 2
        assert list(incidents.changed_since(conn, 1)["incident_code"]) == ["A"]


def test_an_incident_ledger_that_was_worked_on_stays(store: Store):
    token = put(store, incident_ledger.write_ledger, ledger("A", "B"), "update")
    with store.write() as conn:
        conn.execute(update(table).where(table.c.incident_code == "A").values(change_number=99, version=2))
    with pytest.raises(Conflict), store.write() as conn:
        incident_ledger.take_back(conn, token)
    assert len(read(store)[0]) == 2


def test_a_report_of_our_own_is_never_replaced_and_new_numbers_follow_the_ledgers(store: Store):
    with store.write() as conn:
        report = Incident(
            "", "ENV01", "environment", reported_at=datetime.fromisoformat(AT), grid_code="410222001006001"
        )
        own = incidents.insert_report(conn, report)
        assert own == "410222-2025-000001"
    put(store, incident_ledger.write_ledger, ledger("410222-2025-000007"), "replace")
    with pytest.raises(Conflict), store.write() as conn:
        incident_ledger.write_ledger(conn, ledger(own), "update")
    with store.write() as conn:
        assert incident_ledger.give_codes(conn, ["410222-2025"] * 2 + ["410222-2024"]) == [
            "410222-2025-000008", "410222-2025-000009", "410222-2024-000001",
        ]  # fmt: skip
    assert set(read(store)[0]["incident_code"]) == {own, "410222-2025-000007"}


@pytest.mark.parametrize("mode", ["update", "replace"])
def test_posts_are_put_back_unless_somebody_changed_them(store: Store, mode: str):
    put(store, post_ledger.write_posts, posts("A", "B", "C"), "update")
    before = read(store)[1]
    token = put(store, post_ledger.write_posts, posts("C", "D", name="李雷"), mode)
    with store.write() as conn:
        post_ledger.take_back(conn, token)
    assert_frame_equal(before, read(store)[1])
    token = put(store, post_ledger.write_posts, posts("C", name="李雷"), mode)
    put(store, post_ledger.write_posts, posts("C", name="王芳"), mode)
    with pytest.raises(Conflict), store.write() as conn:
        post_ledger.take_back(conn, token)
    assert "王芳" in set(read(store)[1]["holder_name"])
