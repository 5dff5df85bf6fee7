"""How long and large a voice note may be, and what is said about one that is not taken."""

from __future__ import annotations

from gis_app.errors import BadInput, TooLarge

MAX_BYTES = 2 * 2**20
MAX_SECONDS = 60.0
SLACK = 1.0  # a recorder stops a little late
MIN_SECONDS = 0.2
# of the process that decodes one
PROCESS = {"memory_bytes": 2**30, "cpu_seconds": 20, "result_bytes": 8 * 2**20, "open_files": 64}
WALL_SECONDS = 30
KINDS = "WebM Ogg MP4"


def too_many_bytes() -> TooLarge:
    """Return the refusal of a file that is too large."""
    return TooLarge("voice_too_large", "语音超过 2 MB，请缩短后再录", {"voice": "2 MB"})


def too_long() -> BadInput:
    """Return the refusal of a note that goes on for too long."""
    return BadInput("voice_too_long", "语音超过 60 秒，请缩短后再录", {"voice": "60 s"})


def too_many() -> BadInput:
    """Return the refusal of more than one note."""
    return BadInput("too_many_voices", "一次只能附一段语音", {"voice": "1"})


def unknown_kind() -> BadInput:
    """Return the refusal of a file that is no sound of a kind we take."""
    return BadInput("voice_type", "不是可用的语音，只收 WebM、Ogg 和 MP4 录音", {"voice": KINDS})


def unreadable() -> BadInput:
    """Return the refusal of a file that cannot be decoded to its end."""
    return BadInput("voice_unreadable", "语音已损坏，无法读取，请重新录制", {"voice": KINDS})


def empty() -> BadInput:
    """Return the refusal of a file without any sound in it."""
    return BadInput("voice_empty", "语音里没有声音，请重新录制", {"voice": KINDS})


REFUSALS = {"too_long": too_long, "type": unknown_kind, "unreadable": unreadable, "empty": empty}
