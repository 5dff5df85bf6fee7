"""scripts/run as a newcomer meets it: starts, says where, stops whole; the second time changes nothing."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import PASSWORD, ROOT, USERNAMES
from tests.serving import free_port

START_WITHIN_S = 120


class Started:
    """scripts/run under way, its output read line by line."""

    def __init__(self, instance: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.output = instance.parent / f"output-{port}-{time.monotonic_ns()}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "scripts" / "run", "--port", str(port)],
                env=os.environ | {"GIS_INSTANCE_DIR": str(instance)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=instance.parent,
                start_new_session=True,
            )

    def wait(self) -> str:
        """Return what was printed once the server answers."""
        end = time.monotonic() + START_WITHIN_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return self.output.read_text()
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def stop(self, by: signal.Signals) -> int:
        """Signal the process that was started, and return its exit code."""
        self.process.send_signal(by)
        return self.process.wait(timeout=30)


@pytest.fixture
def start(request):
    """Return a function that starts scripts/run; what still runs is ended afterwards."""
    running: list[Started] = []

    def begin(instance: Path, port: int | None = None) -> Started:
        running.append(Started(instance, port or free_port()))
        return running[-1]

    yield begin
    for started in running:
        if started.process.poll() is None:
            started.stop(signal.SIGKILL)


def contents(folder: Path) -> dict[str, str]:
    """Return the hash of every file of an instance but the write-ahead log, the database's scratch paper."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith(("-wal", "-shm"))
    }


def test_the_first_start_says_where_and_who_and_the_second_changes_nothing(start, tmp_path: Path):
    instance = tmp_path / "instance"
    first = start(instance)
    printed = first.wait()
    assert first.url in printed
    assert PASSWORD in printed
    assert all(re.search(rf"\b{username}\b", printed) for username in USERNAMES.values())
    assert first.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    before = contents(instance)

    second = start(instance)
    printed = second.wait()
    assert PASSWORD in printed
    assert "gis-app init" not in printed and "[2]" not in printed
    assert second.stop(signal.SIGINT) in (0, 1, 130, -signal.SIGINT)
    assert contents(instance) == before


def test_stopping_the_command_frees_the_port(start, own_instance: Path):
    port = free_port()
    started = start(own_instance, port)
    started.wait()
    started.stop(signal.SIGTERM)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_two_run_side_by_side(start, tmp_path: Path):
    one, other = start(tmp_path / "one"), start(tmp_path / "other")
    for started in (one, other):
        started.wait()


@pytest.mark.parametrize("port", ["70000", "eight", "-1"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path):
    done = run("--port", port, instance=tmp_path / "instance")
    assert done.returncode == 2
    assert port in done.stderr
    assert not (tmp_path / "instance").exists()


def test_a_taken_port_is_named_with_a_remedy(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port), instance=tmp_path / "instance")
    assert done.returncode == 1
    assert str(port) in done.stderr and "--port" in done.stderr
    assert not (tmp_path / "instance").exists()


def run(*arguments: str, instance: Path) -> subprocess.CompletedProcess:
    """Run scripts/run to its end."""
    return subprocess.run(
        [ROOT / "scripts" / "run", *arguments],
        env=os.environ | {"GIS_INSTANCE_DIR": str(instance)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_WITHIN_S,
    )
