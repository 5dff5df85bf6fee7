"""One message to a real server: pinned to the checked address, no redirect followed, over within its time."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from gis_app.webhooks.addresses import Target
from gis_app.webhooks.sending import CUT, LATE, REFUSED, TLS, send
from tests.receiver import receiving

BODY = '{"县": 1}'.encode()


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


def target(port: int, **changes) -> Target:
    return Target("http", "hooks.county.example", port, "/in?a=1", "127.0.0.1")._replace(**changes)


def test_it_goes_to_the_checked_address_under_the_name_that_was_asked(receiver):
    answer = send(target(receiver.port), {"webhook-id": "msg_1"}, BODY)
    assert answer.good and answer.status == 200 and answer.text == "taken"
    (got,) = receiver.got
    assert got.headers["host"] == f"hooks.county.example:{receiver.port}" and got.path == "/in?a=1"
    assert got.body == BODY and got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_1"


def test_no_redirect_is_followed(receiver):
    receiver.answer = lambda *_: (302, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"})
    answer = send(target(receiver.port), {}, BODY)
    assert (answer.status, answer.good) == (302, False) and len(receiver.got) == 1


def test_no_proxy_of_the_environment_gets_it(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert send(target(receiver.port), {}, BODY).good


def test_a_receiver_may_ask_for_time(receiver):
    receiver.answer = lambda *_: (503, {"Retry-After": "120"})
    assert send(target(receiver.port), {}, BODY)[::3] == (503, 120.0)


def test_who_listens_not_refuses():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert send(target(port), {}, BODY).fault == REFUSED


def test_plain_http_is_no_tls(receiver):
    assert send(target(receiver.port, scheme="https"), {}, BODY).fault in (TLS, CUT)
    assert receiver.got == []


def test_whoever_answers_drop_by_drop_is_left_in_time():
    """Each byte comes in time, the whole never does."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        peer, _ = listener.accept()
        with peer:
            while not done.wait(0.05):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    begun = time.monotonic()
    answer = send(target(listener.getsockname()[1]), {}, BODY, seconds=0.6)
    assert time.monotonic() - begun < 2 and answer.fault in (LATE, CUT)
    done.set()
    thread.join()
    listener.close()


def test_a_huge_answer_is_not_read(receiver):
    receiver.answer = lambda *_: (200, {"X-Long": "x" * 1000})
    answer = send(target(receiver.port), {}, BODY)
    assert answer.good and len(answer.text) <= 200
