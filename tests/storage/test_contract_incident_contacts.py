"""A contact is shown with a row in the trail, and erased when it has served."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis_app.errors import NotFound
from gis_app.storage import audit, incidents
from tests.storage.loop import T0, reported, step, taken

CONTACT = {"contact_name": "李", "contact_phone": "13812341234", "contact_email": "li@example.org"}


def test_each_look_at_a_contact_is_on_record(store):
    code = reported(store, **CONTACT)
    with store.write() as conn:
        contact = incidents.reveal_contact(conn, code, "dispatcher")
        with pytest.raises(NotFound):
            incidents.reveal_contact(conn, "none", "dispatcher")
    assert (contact.name, contact.phone, contact.email) == tuple(CONTACT.values())
    with store.read() as conn:
        told = audit.read_rows(conn)[0]
        assert (told.tag, told.actor, told.subject) == ("incidents:contact:revealed", "dispatcher", code)
        assert all("138" not in row.detail and "李" not in row.detail for row in audit.read_rows(conn))


def test_contacts_are_erased_after_their_time_and_of_what_is_done_only(store):
    old, recent, running, without = (reported(store, **CONTACT) for _ in range(3)), None, None, None
    old, recent, running = old
    without = reported(store)
    for code, closed in ((old, T0), (recent, T0 + timedelta(days=20)), (without, T0)):
        taken(store, code, 1, step("close", "verified", "closed", at=closed, changes={"closed_at": closed}))
    with store.write() as conn:
        due = incidents.expired_contacts(conn, T0 + timedelta(days=10))
        assert due == [old]
        assert incidents.erase_contacts(conn, due, "retain") == 1
        assert incidents.erase_contacts(conn, due, "retain") == 0
    with store.read() as conn:
        kept = incidents.find_many(conn, [old, recent, running])
        assert [kept[code].contact_phone for code in (old, recent, running)] == ["", *["13812341234"] * 2]
        assert kept[old].contact_name == kept[old].contact_email == ""
        assert incidents.expired_contacts(conn, T0 + timedelta(days=10)) == []
        assert audit.read_rows(conn)[1].detail == '{"rows":1}'
