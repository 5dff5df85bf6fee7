"""Turns a recording into a voice note that may be kept: decoded in a process of its own, made anew."""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gis_app.exchange.confined import run_confined
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
    try:
        run_confined(
            "gis_app.voices.child", [str(source), container, str(target)], target.parent, limits.WALL_SECONDS
        )
        return json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a TimeoutError is an OSError
        raise limits.unreadable() from None
