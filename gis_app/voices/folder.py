"""Keeps voice notes as files beside the database.

Who may hear one is decided elsewhere: by the incident it belongs to.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from gis_app.photos.kept_files import KeptFiles
from gis_app.voices.processing import Voice

TYPES = {"webm": "audio/webm", "m4a": "audio/mp4"}


class VoiceFolder(KeptFiles):
    """The voice notes of an instance."""

    suffixes: ClassVar = {kind: f".{kind}" for kind in TYPES}
    unknown = ("unknown_voice", "没有这段语音，或您无权收听")
    not_kept = ("voice_not_kept", "语音暂时无法保存，请稍后再试")

    def __init__(self, instance_dir: Path) -> None:
        super().__init__(Path(instance_dir) / "voices")

    def keep(self, voice: Voice) -> list[Path]:
        """Write a voice note unless it is there and return the new files; raises Unavailable."""
        return self.keep_bytes([(voice.voice_hash, voice.kind, voice.data)])
