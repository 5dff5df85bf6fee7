"""Keeps voice notes as files beside the database, named by the hash of their content.

Who may hear one is decided elsewhere: by the incident it belongs to.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from gis_app.errors import NotFound, Unavailable
from gis_app.voices.processing import Voice

_HASH = re.compile(r"[0-9a-f]{64}")
TYPES = {"webm": "audio/webm", "m4a": "audio/mp4"}


class VoiceFolder:
    """The voice notes under one folder; it is made when the first is kept."""

    def __init__(self, instance_dir: Path) -> None:
        self.folder = Path(instance_dir).absolute() / "voices"

    def path(self, voice_hash: str, kind: str) -> Path:
        """Return where a voice note lies; raises NotFound for what is not a hash or no kind of ours."""
        if not _HASH.fullmatch(voice_hash) or kind not in TYPES:
            raise _unknown()
        return self.folder / voice_hash[:2] / f"{voice_hash}.{kind}"

    def read(self, voice_hash: str, kind: str) -> bytes:
        """Return the bytes of a voice note; raises NotFound where it is not kept."""
        try:
            return self.path(voice_hash, kind).read_bytes()
        except OSError:
            raise _unknown() from None

    def keep(self, voice: Voice) -> list[Path]:
        """Write a voice note unless it is there and return the new files; raises Unavailable."""
        path = self.path(voice.voice_hash, voice.kind)
        if path.exists():
            return []
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            _write(path, voice.data)
        except OSError:
            raise Unavailable("voice_not_kept", "语音暂时无法保存，请稍后再试") from None
        return [path]

    def files(self) -> list[Path]:
        """Return every voice note's file."""
        return sorted(path for path in self.folder.glob("??/*.*") if _HASH.match(path.name))

    def drop(self, files: Iterable[Path]) -> None:
        """Remove files that were made for something that did not happen after all."""
        for path in files:
            path.unlink(missing_ok=True)


def _unknown() -> NotFound:
    return NotFound("unknown_voice", "没有这段语音，或您无权收听")


def _write(path: Path, data: bytes) -> None:
    handle, draft = tempfile.mkstemp(prefix=".voice-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
