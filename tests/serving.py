"""Run the real server for a test or a benchmark: its own process, a free port, stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 90


@dataclass(frozen=True)
class Server:
    """A server that answers: where, on which instance folder, with which log."""

    url: str
    instance_dir: Path
    log: Path


@contextlib.contextmanager
def serve(instance_dir: Path, **settings: str) -> Iterator[Server]:
    """Serve an instance folder by `gis-app serve` until the block ends; settings are GIS_… variables."""
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", instance_dir, instance_dir / "serve.log")
    environ = os.environ | {
        "GIS_INSTANCE_DIR": str(instance_dir),
        "GIS_GEODATA_DIR": str(ROOT / "geodata"),
        "PYTHONPATH": str(ROOT),
    }
    with server.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gis_app.cli", "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_ready(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(server: Server, process: subprocess.Popen) -> None:
    """Return when /readyz answers; raises RuntimeError with the log when the server ends or stays silent."""
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not become ready:\n{server.log.read_text(errors='replace')}")


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
