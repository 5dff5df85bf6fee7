"""Every message comes at least once, in order and under one id, whoever is slow, gone or killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from gis_app import clock
from gis_app.jobs.deliveries import Deliverer
from gis_app.networks import PRIVATE_NETWORKS
from gis_app.settings import Settings
from gis_app.storage import webhook_outbox as outbox
from gis_app.storage import webhooks as stored
from gis_app.storage.engine import open_store
from gis_app.storage.migrations import migrate
from gis_app.webhooks import signing
from tests.receiver import LOOPBACK, receiving, until
from tests.serving import serve
from tests.storage.loop import reported, step, taken
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.county import PASSWORD, make_instance
from tests.web.incidents import INSIDE

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 40


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def settings(tmp_path, receiver) -> Settings:
    made = Settings(
        instance_dir=tmp_path / "instance",
        secret_key=KEY,
        webhook_networks=(LOOPBACK,),
        webhook_ports="1024-65535",
        webhook_retry_seconds=0.02,
        webhook_attempts=3,
    )
    made.instance_dir.mkdir()
    migrate(made.database_url)
    return made


@pytest.fixture
def store(settings):
    found = open_store(settings.database_url)
    yield found
    found.dispose()


def hook(store, url: str, salt: str = "salt", key: str = KEY) -> int:
    mark = signing.mark_of(signing.secret_of(key, salt))
    values = {"name": "城管", "url": url, "events": "", "salt": salt, "secret_mark": mark}
    with store.write() as conn:
        return stored.insert_webhook(conn, values, clock.now(), "administrator")


def rows(store, webhook_id: int) -> list:
    with store.read() as conn:
        return stored.read_deliveries(conn, webhook_id)[::-1]


def state(store, webhook_id: int):
    with store.read() as conn:
        return stored.find_webhook(conn, webhook_id)


@contextmanager
def sending(store, settings, **more) -> Iterator[Deliverer]:
    deliverer = Deliverer(store, settings, **more)
    deliverer.start()
    try:
        yield deliverer
    finally:
        deliverer.stop()


def test_each_message_is_signed_and_comes_in_order(store, settings, receiver):
    number = hook(store, receiver.url)
    code = reported(store)
    taken(store, code, 1, step("accept", "reported", "accepted"))
    with sending(store, settings):
        receiver.wait_for(2)
        until(lambda: {row.state for row in rows(store, number)} == {"delivered"})
    told = [json.loads(got.body) for got in receiver.got]
    assert [one["type"] for one in told] == ["incident.reported", "incident.accepted"]
    assert {one["data"]["incident_code"] for one in told} == {code}
    secret = signing.secret_of(KEY, "salt")
    assert all(signing.is_signed(secret, got.headers, got.body, clock.now()) for got in receiver.got)
    assert [(row.status, row.answer, row.attempts) for row in rows(store, number)] == [(200, "taken", 1)] * 2


def test_what_fails_is_sent_again_under_the_same_id_before_what_follows(store, settings, receiver):
    receiver.answer = lambda number, _got: (500 if number <= 2 else 200, {})
    number, code = hook(store, receiver.url), reported(store)
    taken(store, code, 1, step("accept", "reported", "accepted"))
    with sending(store, settings):
        receiver.wait_for(4)
        until(lambda: {row.state for row in rows(store, number)} == {"delivered"})
    assert len(set(receiver.ids[:3])) == 1 and receiver.ids[3] != receiver.ids[0]
    assert [row.attempts for row in rows(store, number)] == [3, 1]


def test_what_fails_too_often_is_given_up_with_a_note_and_the_next_goes_on(store, settings, receiver):
    receiver.answer = lambda number, _got: (302, {"Location": receiver.url}) if number <= 3 else (204, {})
    number, code = hook(store, receiver.url), reported(store)
    taken(store, code, 1, step("accept", "reported", "accepted"))
    with sending(store, settings):
        until(lambda: [row.state for row in rows(store, number)] == ["given_up", "delivered"])
    first = rows(store, number)[0]
    assert (first.attempts, first.status, first.fault) == (3, 302, "redirect") and len(receiver.got) == 4


def test_a_slow_receiver_delays_neither_reports_nor_others(store, settings, receiver):
    free = threading.Event()
    receiver.answer = lambda *_: (free.wait(8) and None) or (200, {})
    slow = hook(store, receiver.url)
    with receiving() as quick:
        hook(store, quick.url)
        with sending(store, settings):
            reported(store)
            receiver.wait_for(1)
            begun = time.monotonic()
            for _ in range(5):
                reported(store)
            assert time.monotonic() - begun < 1, "a report waits for nobody"
            quick.wait_for(6)
            assert len(receiver.got) == 1
            free.set()
            until(lambda: len({row.state for row in rows(store, slow)} - {"delivered"}) == 0)
    assert len(receiver.got) == 6


def test_paused_between_two_messages_it_gets_no_other(store, settings, receiver):
    number = hook(store, receiver.url)

    def pause(_number: int, _got) -> tuple[int, dict]:
        with store.write() as conn:
            stored.pause_webhook(conn, number, "administrator")
        return 200, {}

    receiver.answer = pause
    for _ in range(3):
        reported(store)
    with sending(store, settings):
        receiver.wait_for(1)
        time.sleep(0.8)
    assert len(receiver.got) == 1
    assert [row.state for row in rows(store, number)] == ["delivered", "waiting", "waiting"]


def test_a_receiver_that_is_gone_for_good_is_paused(store, settings, receiver):
    receiver.answer = lambda *_: (410, {})
    number = hook(store, receiver.url)
    reported(store)
    with sending(store, settings):
        until(lambda: state(store, number).state == "paused")
    assert state(store, number).paused_why == "gone" and rows(store, number)[0].state == "waiting"


def test_with_another_key_of_the_server_nothing_is_sent_until_somebody_looks(store, settings, receiver):
    number = hook(store, receiver.url, key="other" * 8)
    reported(store)
    with sending(store, settings):
        until(lambda: state(store, number).state == "paused")
    assert receiver.got == [] and state(store, number).paused_why == "server_key_changed"


def test_a_name_that_changes_its_mind_reaches_nothing(store, settings, receiver):
    """The name is private when it is looked at first and a cloud's secret-keeper when it is sent to."""
    answers = iter([["10.0.0.1"], ["169.254.169.254"], ["8.8.8.8"], ["127.0.0.1", "8.8.8.8"]])
    inside = settings.model_copy(update={"webhook_networks": (*PRIVATE_NETWORKS, LOOPBACK)})
    number = hook(store, f"http://hooks.county.example:{receiver.port}/hook")
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return next(answers)

    assert resolve("hooks.county.example", 80) == ["10.0.0.1"]
    reported(store)
    with sending(store, inside, resolve=resolve):
        until(lambda: rows(store, number)[0].state == "given_up")
    assert len(asked) == 4 and receiver.got == []
    assert rows(store, number)[0].fault == "webhook_not_private"


def test_loopback_is_reached_only_where_a_setting_says_so(store, settings, receiver):
    number = hook(store, receiver.url)
    reported(store)
    with sending(store, settings.model_copy(update={"webhook_networks": PRIVATE_NETWORKS})):
        until(lambda: rows(store, number)[0].state == "given_up")
    assert receiver.got == [] and rows(store, number)[0].fault == "webhook_not_private"


def test_a_worker_killed_while_sending_sends_again_and_nothing_is_lost(store, settings, receiver):
    """The receiver has it, the worker dies before it hears so; the next worker sends it under the same id."""
    free = threading.Event()
    receiver.answer = lambda number, _got: (free.wait(20) and None) or (200, {})
    number, code = hook(store, receiver.url), reported(store)
    with worker(settings) as first:
        receiver.wait_for(1, 30)
        first.send_signal(signal.SIGKILL)
        first.wait()
    taken(store, code, 1, step("accept", "reported", "accepted"))
    assert [row.state for row in rows(store, number)] == ["waiting", "waiting"]
    free.set()
    with worker(settings):
        receiver.wait_for(3, 30)
        until(lambda: {row.state for row in rows(store, number)} == {"delivered"})
    assert receiver.ids[0] == receiver.ids[1] != receiver.ids[2]
    assert [json.loads(got.body)["type"] for got in receiver.got[1:]] == [
        "incident.reported",
        "incident.accepted",
    ]


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen]:
    """Run the worker that runs beside the server, until the block ends."""
    environ = os.environ | {
        "GIS_INSTANCE_DIR": str(settings.instance_dir),
        "GIS_SECRET_KEY": KEY,
        "GIS_WEBHOOK_NETWORKS": LOOPBACK,
        "GIS_WEBHOOK_PORTS": "1024-65535",
        "GIS_WEBHOOK_RETRY_SECONDS": "0.02",
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen([sys.executable, "-m", "gis_app.jobs.worker"], cwd=ROOT, env=environ)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_two_senders_send_a_message_once(store, settings, receiver):
    hook(store, receiver.url)
    for _ in range(10):
        reported(store)
    other = settings.model_copy(update={"instance_dir": settings.instance_dir / "other"})
    with sending(store, settings), sending(store, other):
        receiver.wait_for(10)
        time.sleep(0.6)
    assert len(receiver.ids) == len(set(receiver.ids)) == 10


def test_what_waited_too_long_is_given_up(store, settings, receiver):
    number = hook(store, "http://127.0.0.1:1024/")
    with store.write() as conn:
        stored.pause_webhook(conn, number, "administrator")
        outbox.tell_test(conn, number, clock.now() - timedelta(days=settings.webhook_days + 1))
    with sending(store, settings):
        until(lambda: rows(store, number)[0].state == "given_up")
    assert rows(store, number)[0].fault == "too_old"


def test_a_report_to_the_real_server_reaches_the_receiver_beside_it(tmp_path, receiver):
    """Server, keeper and worker as `gis-app serve` starts them; the report is made over HTTP."""
    folder = tmp_path / "served"
    made = make_instance(folder)
    served = open_store(made.database_url)
    hook(served, receiver.url, key=made.secret_key)
    served.dispose()
    settings = {"GIS_WEBHOOK_NETWORKS": LOOPBACK, "GIS_WEBHOOK_PORTS": "1024-65535", "GIS_WORKERS": "1"}
    with serve(folder, **settings) as server, requests.Session() as client:
        form = {"username": "dispatcher", "password": PASSWORD}
        client.post(f"{server.url}/sign-in", data=form, headers=FROM_OUR_PAGE, allow_redirects=False)
        body = {"class_code": "C1", "description": "路面积水", **INSIDE}
        told = client.post(f"{server.url}/api/v1/incidents", json=body, headers=FROM_OUR_PAGE)
        assert told.status_code == 201, told.text
        receiver.wait_for(1, 30)
    (got,) = receiver.got
    assert json.loads(got.body)["data"]["incident_code"] == told.json()["incident_code"]
    secret = signing.secret_of(made.secret_key, "salt")
    assert signing.is_signed(secret, got.headers, got.body, clock.now())
