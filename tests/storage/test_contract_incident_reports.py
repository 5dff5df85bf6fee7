"""A report becomes one incident, once, with its history and audit row, and an own code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from gis_app.clock import ZONE
from gis_app.errors import Conflict
from gis_app.incidents.incident import HistoryRow
from gis_app.storage import audit, incidents, tables
from gis_app.storage.incidents import Photo
from gis_app.storage.layers import replace_layer
from gis_app.storage.revision import revision
from tests.storage.loop import GRID, T0, report, reported
from tests.storage.samples import small_county


def rows(store, table) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_report_comes_out_as_it_went_in(store):
    sent = report(
        accuracy_m=12.5, address="咸平大道 8 号", contact_name="李", contact_phone="13812341234",
        contact_email="li@example.org", idempotency_key="a1", source="open311", extra='{"a":1}', plan_id=7,
        reporter_kind="public", reporter_id=None,
    )  # fmt: skip
    with store.write() as conn:
        code = incidents.insert_report(conn, sent, actor="worker")
    with store.read() as conn:
        found = incidents.find(conn, code)
        assert incidents.find(conn, "410222-2026-999999") is None
    expected = replace(sent, incident_code=code, state="reported", updated_at=T0, version=1, change_number=1)
    assert found == expected


def test_codes_count_up_by_county_and_year_of_our_own_time(store):
    assert reported(store) == "410222-2026-000001"
    assert reported(store) == "410222-2026-000002"
    late = datetime(2026, 12, 31, 23, 30, tzinfo=ZONE)
    assert reported(store, at=late) == "410222-2026-000003"
    assert reported(store, at=late + timedelta(hours=1)) == "410222-2027-000001"
    assert reported(store, grid_code="410223001001001") == "410223-2026-000001"
    assert reported(store, grid_code="") == "000000-2026-000001"
    with store.write() as conn:
        replace_layer(conn, "county", small_county()["county"])
    assert reported(store, grid_code="") == "410222-2026-000004"


def test_a_report_leaves_history_audit_row_and_photos_and_no_new_revision(store):
    first = HistoryRow("", T0, "report", "", "reported", 1, "grid_worker", "", "看见的", ("f" * 64,))
    with store.write() as conn:
        code = incidents.insert_report(
            conn, report(), first, actor="worker", photos=[Photo("f" * 64, 800, 600, 12_345)] * 2
        )
    with store.read() as conn:
        assert incidents.history(conn, code) == [replace(first, incident_code=code)]
        photo = incidents.photos(conn, code)[0]
        assert (photo.width, photo.height, photo.bytes, photo.created_at) == (800, 600, 12_345, T0)
        assert incidents.incidents_of_photo(conn, "f" * 64) == [code]
        row = audit.read_rows(conn)[0]
        assert (row.tag, row.actor, row.subject) == ("incidents:incident:reported", "worker", code)
        assert revision(conn) == 0 and incidents.change_number(conn) == 1


def test_a_report_that_fails_leaves_nothing(store):
    with pytest.raises(Conflict), store.write() as conn:
        incidents.insert_report(conn, report(), photos=[Photo("f" * 64)])
        conn.execute(
            insert(tables.incident_photos), [{"photo_hash": "e", "incident_code": "none", "created_at": T0}]
        )
    for table in (tables.incidents, tables.incident_history, tables.incident_photos, tables.audit):
        assert rows(store, table) == 0
    with store.read() as conn:
        assert incidents.change_number(conn) == 0
    assert reported(store) == "410222-2026-000001"


def test_the_same_key_again_is_the_same_incident(store):
    first = reported(store, idempotency_key="k1")
    again = reported(store, idempotency_key="k1", description="别的话")
    assert first == again and rows(store, tables.incidents) == rows(store, tables.incident_history) == 1
    assert reported(store, idempotency_key="k2") != first
    assert reported(store) != reported(store)
    with store.read() as conn:
        assert incidents.find_by_key(conn, "k1") == first and incidents.find_by_key(conn, "k3") is None
    with pytest.raises(Conflict, match="idempotency_key_taken"):
        reported(store, idempotency_key="k1", reporter_id=9)


def test_the_same_key_sent_at_once_is_one_incident_and_codes_are_never_shared(store):
    def send(number: int) -> str:
        return reported(store, idempotency_key=f"k{number % 5}")

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(send, range(40)))
    assert len(set(codes)) == 5 and all(codes[n] == codes[n % 5] for n in range(40))
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: reported(store), range(40)))
    assert len(set(codes)) == 40 and rows(store, tables.incidents) == 45
    with store.read() as conn:
        numbers = incidents.changed_since(conn, 0)["change_number"]
        assert numbers.is_unique and audit.verify(conn) is None and len(audit.read_rows(conn)) == 45


def test_the_place_is_also_a_point_for_whoever_looks_into_the_database(store):
    code = reported(store)
    with store.read() as conn:
        place = conn.execute(select(tables.incidents.c.geometry)).scalar_one()
        assert place is not None and len(bytes(place)) == 21
        assert incidents.find(conn, code).grid_code == GRID
    reported(store, lon=None, lat=None)
    with store.read() as conn:
        assert incidents.read_incidents(conn)["lon"].isna().tolist() == [False, True]
