"""`gis-app webhook test` says what came back, once: nothing of it is left for the worker to send again."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gis_app.cli import main
from gis_app.jobs import deliveries
from gis_app.webhooks.sending import LATE
from tests.receiver import LOOPBACK, receiving


@pytest.fixture
def run(tmp_path: Path):
    """Return a function that runs a command of webhooks on a new instance and expects an exit code."""
    environ = {"GIS_INSTANCE_DIR": str(tmp_path), "GIS_WEBHOOK_NETWORKS": LOOPBACK}
    environ["GIS_WEBHOOK_PORTS"] = "1024-65535"

    def webhook(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, ["webhook", *words, "--json"], env=environ)
        assert done.exit_code == code, f"{done.output}{done.exception!r}"
        return json.loads(done.stdout)

    return webhook


@pytest.fixture
def dripping() -> Iterator[str]:
    """Lend the address of a receiver that says 200 and then never comes to the end of its headers."""
    listener, done = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 200 OK\r\n")
            while not done.wait(0.05):
                try:
                    peer.sendall(b"X-More: 1\r\n")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    done.set()
    thread.join()
    listener.close()


def test_headers_that_never_end_are_no_delivery(run, dripping: str, monkeypatch):
    monkeypatch.setattr(deliveries, "WHOLE_SECONDS", 0.6)
    run("add", "城管", dripping)
    told = run("test", "1", code=1)
    assert (told["delivered"], told["fault"]) == (False, LATE)


def test_a_test_that_fails_is_given_up_at_once(run):
    with receiving() as receiver:
        receiver.answer = lambda *_: (500, {})
        run("add", "城管", receiver.url)
        assert run("test", "1", code=1)["status"] == 500
        (kept,) = run("log", "1")
        assert (kept["state"], kept["attempts"], len(receiver.got)) == ("given_up", 1, 1)


def test_a_test_that_arrives_is_delivered(run):
    with receiving() as receiver:
        run("add", "城管", receiver.url)
        assert run("test", "1")["delivered"] and run("log", "1")[0]["state"] == "delivered"
