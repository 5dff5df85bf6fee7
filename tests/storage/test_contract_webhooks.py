"""The outbox is written with the step or not at all, and of one incident nothing overtakes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit, classes
from gis_app.storage import webhook_outbox as outbox
from gis_app.storage import webhooks as stored
from gis_app.webhooks import signing
from tests.storage.loop import T0, reported, step, taken

ACCEPT = step("accept", "reported", "accepted", T0 + timedelta(minutes=1), note="张三，13800001111")
SECRET = signing.secret_of("k" * 40, "salt")


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(T0):
        yield


def hook(store, name: str = "城管", events: str = "") -> int:
    values = {"name": name, "url": "http://10.0.0.1/", "events": events, "salt": "salt", "secret_mark": "m"}
    with store.write() as conn:
        return stored.insert_webhook(conn, values, T0, "administrator")


def taken_next(store, webhook_id: int, at=T0 + timedelta(hours=1), holder: str = "one"):
    with store.write() as conn:
        due = outbox.due_deliveries(conn, webhook_id, at)
        return outbox.hold(conn, due[0], at, holder) if due else None


def ended(store, row, state: str, at=T0, wait: float = 0) -> None:
    with store.write() as conn:
        told = {"status": 200, "answer": "", "fault": ""}
        outbox.end_attempt(conn, row.delivery_id, state, at, told, at + timedelta(seconds=wait))


def deliveries(store, webhook_id: int) -> list:
    with store.read() as conn:
        return stored.read_deliveries(conn, webhook_id)[::-1]


def test_a_report_and_a_step_leave_one_message_for_each_webhook_that_wants_them(store):
    every, closed = hook(store), hook(store, events="incident.closed;incident.accepted")
    code = reported(store)
    taken(store, code, 1, ACCEPT)
    assert [row.event for row in deliveries(store, every)] == ["incident.reported", "incident.accepted"]
    assert [row.event for row in deliveries(store, closed)] == ["incident.accepted"]
    first, second = (json.loads(row.body) for row in deliveries(store, every))
    assert first["data"]["incident_code"] == code and first["data"]["state"] == "reported"
    assert (
        second["data"] | {"state": "accepted", "previous_state": "reported", "version": 2} == second["data"]
    )
    one, other = deliveries(store, every)[1], deliveries(store, closed)[0]
    assert one.message_id == other.message_id and one.message_id != deliveries(store, every)[0].message_id


def test_no_person_no_text_and_no_place_is_in_it(store):
    number = hook(store)
    code = reported(store, contact_name="李四", contact_phone="13912345678", address="解放路 1 号")
    taken(store, code, 1, ACCEPT)
    said = "".join(row.body for row in deliveries(store, number))
    for text in (
        "张三",
        "138000",
        "李四",
        "1391234",
        "解放路",
        "积存",
        "114.46",
        "34.47",
        "reporter",
        "actor",
    ):
        assert text not in said


@pytest.mark.parametrize("how", ["mediation", "class", "group", "class_category"])
def test_nothing_is_told_of_what_only_its_handling_chain_sees(store, how):
    number = hook(store)
    with store.write() as conn:
        shared = {"name": "n", "category": "facilities", "location_public": True}
        classes.insert_class(conn, shared | {"class_code": "G", "location_public": how != "group"}, "t")
        own = {"class_code": "P", "parent_code": "G", "location_public": how != "class"}
        own |= {"category": "mediation"} if how == "class_category" else {}
        classes.insert_class(conn, shared | own, "t")
    category = "mediation" if how == "mediation" else "facilities"
    code = reported(store, category=category, class_code="ENV01" if how == "mediation" else "P")
    taken(store, code, 1, ACCEPT)
    assert deliveries(store, number) == []


def test_a_step_that_is_refused_tells_nothing(store):
    number, code = hook(store), reported(store)
    with pytest.raises(Conflict):
        taken(store, code, 7, ACCEPT)
    with pytest.raises(RuntimeError), store.write() as conn:
        outbox.tell_step(conn, code, "close", "verified", T0)
        raise RuntimeError
    assert [row.event for row in deliveries(store, number)] == ["incident.reported"]


def test_of_one_incident_nothing_overtakes_and_others_go_on(store):
    number = hook(store)
    first = reported(store)
    taken(store, first, 1, ACCEPT)
    second = reported(store)
    held = taken_next(store, number)
    assert (
        held.event == "incident.reported" and held.incident_code == first and held.url == "http://10.0.0.1/"
    )
    ended(store, held, stored.WAITING, T0 + timedelta(hours=1), wait=60)
    other = taken_next(store, number)
    assert other.incident_code == second, "the next of the first incident waits for its turn"
    ended(store, other, stored.DELIVERED)
    assert taken_next(store, number) is None
    again = taken_next(store, number, T0 + timedelta(hours=2))
    assert again.delivery_id == held.delivery_id and again.attempts == 1
    ended(store, again, stored.GIVEN_UP)
    assert taken_next(store, number).event == "incident.accepted", "what is given up is in nobody's way"


def test_what_is_held_is_sent_by_one_and_let_go_when_its_sender_dies(store):
    number, later = hook(store), T0 + timedelta(hours=1)
    reported(store)
    assert taken_next(store, number) is not None and taken_next(store, number, holder="two") is None
    with store.read() as conn:
        assert outbox.due_webhooks(conn, later) == []
        assert outbox.due_webhooks(conn, later + outbox.HELD) == [number]
    with store.write() as conn:
        outbox.let_go(conn, "one")
    assert taken_next(store, number, holder="two") is not None


def test_a_paused_webhook_keeps_what_comes_and_gets_it_at_once_when_resumed(store):
    number = hook(store)
    with store.write() as conn:
        stored.pause_webhook(conn, number, "administrator", "gone")
    reported(store)
    assert taken_next(store, number) is None and len(deliveries(store, number)) == 1
    with store.write() as conn:
        stored.resume_webhook(conn, number, "administrator", T0)
    assert taken_next(store, number) is not None
    with store.read() as conn:
        assert stored.find_webhook(conn, number).paused_why == ""


def test_a_deleted_webhook_is_gone_with_what_waits_and_the_trail_tells_all(store):
    number = hook(store)
    reported(store)
    with store.write() as conn:
        outbox.tell_test(conn, number, T0)
        stored.change_secret(conn, number, "other", "mark", "administrator")
        stored.delete_webhook(conn, number, "administrator")
    with store.read() as conn:
        assert stored.read_webhooks(conn) == [] and audit.verify(conn) is None
        tags = [row.tag for row in audit.read_rows(conn) if row.tag.startswith("webhooks:")]
    assert tags == [stored.TAGS[name] for name in ("deleted", "secret_changed", "added")]
    with pytest.raises(NotFound), store.read() as conn:
        stored.find_webhook(conn, number)


def test_what_is_old_is_forgotten_and_what_still_waits_is_given_up(store):
    number = hook(store)
    reported(store)
    ended(store, taken_next(store, number), stored.DELIVERED)
    with store.write() as conn:
        outbox.tell_test(conn, number, T0)
        outbox.tell_test(conn, number, T0 + timedelta(days=2))
        assert outbox.forget(conn, T0 + timedelta(days=1)) == 2
    assert [(row.event, row.state) for row in deliveries(store, number)] == [
        ("webhook.test", "given_up"),
        ("webhook.test", "waiting"),
    ]
    with store.read() as conn:
        (row,) = stored.read_webhooks(conn)
    assert (row.waiting, row.delivered, row.given_up) == (1, 0, 1)
