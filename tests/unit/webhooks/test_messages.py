"""What is sent says codes and states alone, is signed as Standard Webhooks says, and retried ever later."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from gis_app import clock
from gis_app.incidents.transitions import VERBS
from gis_app.webhooks import events, signing
from gis_app.webhooks.retries import LONGEST, wait_after

AT = datetime(2026, 3, 2, 9, 30, tzinfo=clock.ZONE)
BODY = b'{"test": 2432232314}'


def test_every_verb_of_the_loop_has_its_event():
    assert events.EVENTS.keys() == VERBS.keys() and len(set(events.NAMES)) == len(VERBS)
    assert all(name.startswith("incident.") and len(name) <= 32 for name in events.NAMES)


def test_a_body_says_nothing_but_codes_and_states():
    said = dict.fromkeys((*events.SAID, "previous_state"), "x")
    private = {
        "description": "张三",
        "contact_phone": "13800001111",
        "lon": 114.4,
        "note": "n",
        "reporter_id": 7,
    }
    told = json.loads(events.body_of("incident.closed", AT, said | private))
    assert told == {"type": "incident.closed", "timestamp": "2026-03-02T09:30:00+08:00", "data": said}


def test_mediation_and_classes_without_public_places_are_not_told():
    assert events.is_told("facilities", "C1", {"C2"})
    assert not events.is_told("mediation", "C1", set()) and not events.is_told("facilities", "C2", {"C2"})


def test_an_empty_list_wants_all_and_a_test_always_comes():
    assert events.wanted("", "incident.closed") and events.wanted("incident.closed", events.TEST)
    assert events.wanted("incident.closed;incident.reported", "incident.reported")
    assert not events.wanted("incident.closed", "incident.reported")


def test_the_signature_is_that_of_the_published_example():
    """The example of the Standard Webhooks specification, with its secret, id, time and signature."""
    at = datetime.fromtimestamp(1614265330, clock.ZONE)
    found = signing.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, BODY
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert found["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("what", ["body", "id", "timestamp", "secret", "late", "missing"])
def test_whatever_is_changed_is_found_out(what):
    secret = signing.secret_of("k" * 40, "salt")
    sent, body, now = signing.headers(secret, "msg_1", AT, BODY), BODY, AT
    assert signing.is_signed(secret, sent, body, now + timedelta(seconds=200))
    if what == "body":
        body += b" "
    elif what == "secret":
        secret = signing.secret_of("k" * 40, "other")
    elif what == "late":
        now += timedelta(seconds=301)
    elif what == "missing":
        sent.pop("webhook-signature")
    else:
        sent[f"webhook-{what}"] = "1"
    assert not signing.is_signed(secret, sent, body, now)


def test_a_secret_comes_from_the_servers_own_and_is_known_by_its_mark():
    one, other = (signing.secret_of(key * 40, "salt") for key in "ab")
    assert one != other and one.startswith("whsec_") and len(one) == 50
    assert signing.mark_of(one) != signing.mark_of(other) and one not in signing.mark_of(one)
    assert signing.new_salt() != signing.new_salt()


def test_waits_grow_fourfold_up_to_six_hours_and_are_never_alike():
    waits = [wait_after(n, 5).total_seconds() for n in range(1, 12)]
    for number, wait in enumerate(waits):
        usual = min(5 * 4**number, LONGEST)
        assert 0.75 * usual <= wait <= 1.25 * usual
    assert len({wait_after(3, 5) for _ in range(20)}) > 10
    assert wait_after(1, 5, asked_seconds=600) >= timedelta(seconds=600)
    assert wait_after(1, 5, asked_seconds=1e9).total_seconds() <= LONGEST
