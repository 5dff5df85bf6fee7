"""The production server: where it may listen, that it answers from every worker, that it ends well."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from gis_app.errors import Forbidden
from gis_app.people.demonstration import ensure_demo_accounts
from gis_app.web.server import check_host, gunicorn_options, is_loopback
from gis_app.web.services import KEY
from tests.serving import free_port

START = (
    "from gis_app.settings import load_settings; from gis_app.web.server import serve; serve(load_settings())"
)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "map.example", "", "127.0.0.1.example"])
def test_everything_else_can_be_reached(host):
    assert not is_loopback(host)


def test_demonstration_accounts_keep_the_server_on_this_machine(own_app):
    app = own_app(host="0.0.0.0")
    check_host(app)
    ensure_demo_accounts(app.extensions[KEY].store)
    with pytest.raises(Forbidden, match="示范账号"):
        check_host(app)
    check_host(own_app(host="127.0.0.1"))


def test_the_servers_own_access_log_is_off(own_app):
    options = gunicorn_options(own_app().extensions[KEY].settings)
    assert (
        options["accesslog"] is None
        and options["preload_app"] is True
        and "Worker" in options["worker_class"]
    )


@pytest.fixture(scope="module")
def server(toy_instance: Path, tmp_path_factory: pytest.TempPathFactory):
    """Run the server on a copy of the toy county; yield (address, process)."""
    tmp_path = tmp_path_factory.mktemp("server")
    folder = shutil.copytree(toy_instance, tmp_path / "instance")
    port = free_port()
    environ = os.environ | {"GIS_INSTANCE_DIR": str(folder), "GIS_PORT": str(port), "GIS_WORKERS": "2"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START], env=environ, cwd=Path(__file__).parents[2], stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/readyz", process)
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=["no_http", "long_line", "long_header", "version", "smuggling"],
)
def test_what_is_no_request_is_answered_with_our_headers(server, request_bytes):
    address, _ = server
    port = int(address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = connection.recv(65_536).decode("latin-1")
    assert re.match(r"HTTP/1\.1 (4\d\d|501) ", answer), answer
    assert "X-Content-Type-Options: nosniff" in answer and "default-src 'none'" in answer
    assert "Traceback" not in answer


def test_it_serves_and_ends_when_told(server):
    address, process = server
    for _ in range(20):
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            assert answer.status == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
    with urllib.request.urlopen(f"{address}/sign-in", timeout=10) as answer:
        assert answer.status == 200 and not any(c.isdigit() for c in answer.headers["Server"] or "")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
