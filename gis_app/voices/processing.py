"""Turns a recording into a voice note that may be kept: decoded in a process of its own, made anew."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gis_app.voices import limits

_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Voice:
    """A voice note ready to be kept: its bytes, the kind of file they are, and how long it goes on."""

    voice_hash: str
    data: bytes
    kind: str
    seconds: float


def process(data: bytes) -> Voice:
    """Return the voice note in `data` made harmless; raises TooLarge and BadInput for what is not taken."""
    if len(data) > limits.MAX_BYTES:
        raise limits.too_many_bytes()
    container = container_of(data)
    if container is None:
        raise limits.unknown_kind()
    with _AT_ONCE, tempfile.TemporaryDirectory(prefix="gis-voice-") as folder:
        source, target = Path(folder) / "given", Path(folder) / "made.voice"
        source.write_bytes(data)
        told = _run(source, container, target)
        if "fault" in told:
            raise limits.REFUSALS.get(str(told["fault"]), limits.unreadable)()
        made = target.read_bytes()
    return Voice(sha256(made).hexdigest(), made, str(told["kind"]), float(told["seconds"]))


def container_of(data: bytes) -> str | None:
    """Return which container the first bytes are of, None for anything else."""
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    if data[:4] == b"OggS":
        return "ogg"
    if data[4:8] == b"ftyp":
        return "mp4"
    return None


def _run(source: Path, container: str, target: Path) -> dict:
    child = subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-m", "gis_app.voices.child",
         str(source), container, str(target)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=target.parent,
        env=_environment(target.parent),
        start_new_session=True,
    )  # fmt: skip
    try:
        child.wait(timeout=limits.WALL_SECONDS)
        return json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    except (subprocess.TimeoutExpired, OSError, ValueError):
        raise limits.unreadable() from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return the child's whole environment: nothing of the parent's but where its libraries are."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
