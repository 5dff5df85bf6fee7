"""A PostgreSQL server with PostGIS of our own: made in a temporary folder, stopped and deleted afterwards.

The tests that need it never skip: where PostgreSQL or PostGIS is not installed they fail with the one command
that installs it. The server listens on a loopback port of its own, trusts local users, and does not fsync.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL = "apt-get install postgresql-15 postgresql-15-postgis-3"
ROOTS = ("/usr/lib/postgresql",)
SYSTEM_USER = "postgres"
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}


class PostgresMissing(RuntimeError):
    """PostgreSQL with PostGIS is not installed; the message is the command to type."""


def find_binaries() -> Path:
    """Return the folder of the newest installed server programs that have PostGIS."""
    found = [path for root in ROOTS for path in Path(root).glob("*/bin") if (path / "initdb").exists()]
    with_postgis = [path for path in found if _has_postgis(path)]
    if not with_postgis:
        what = "PostGIS" if found else "PostgreSQL with PostGIS"
        raise PostgresMissing(f"{what} is not installed; install it with:  sudo {INSTALL}")
    return max(with_postgis, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


def _has_postgis(binaries: Path) -> bool:
    share = Path("/usr/share/postgresql") / binaries.parent.name / "extension" / "postgis.control"
    return share.exists()


@contextmanager
def running() -> Iterator[str]:
    """Start a server and yield its address without a database name: postgresql://postgres@127.0.0.1:PORT/."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="gis-app-pg-"))
    data, log = folder / "data", folder / "log"
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(SYSTEM_USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        port = _start(binaries, data, log, folder)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/"
        finally:
            _run(binaries / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, data: Path, log: Path, folder: Path) -> int:
    """Start the server on a free port, trying another when somebody else takes it first."""
    options = [f"-c {name}={value}" for name, value in OPTIONS.items()]
    for attempt in range(5):
        port = _free_port()
        settings = " ".join([*options, f"-c unix_socket_directories={folder}", f"-p {port}"])
        try:
            _run(binaries / "pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", "60", "-o", settings)
            return port
        except RuntimeError as error:
            if attempt == 4:
                said = log.read_text(errors="replace") if log.exists() else ""
                raise RuntimeError(f"{error}\n{said}") from None
    raise AssertionError("unreachable")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(*command: object) -> None:
    """Run a server program; as the system user that PostgreSQL wants when we are root, which it refuses."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", SYSTEM_USER, "--", *words]
    done = subprocess.run(  # a file, not a pipe: the server inherits the output and would hold a pipe open
        words, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[0])).name} {command[1]} failed with {done.returncode}")
