"""Recordings as phones make them, with what no recording may keep: a title and where it was made."""

from __future__ import annotations

import io
import math
from array import array

import av

RATE = 48_000
SECRETS = {"title": "SECRET-TITLE", "location": "+34.4871+114.4712/"}


def recording(form: str = "webm", codec: str = "libopus", seconds: float = 1.0) -> bytes:
    """Return a tone of some seconds in a container ("webm", "ogg", "mp4") and a codec."""
    out, total = io.BytesIO(), int(seconds * RATE)
    with av.open(out, "w", format=form) as made:
        made.metadata.update(SECRETS)
        stream = made.add_stream(codec, rate=RATE, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=RATE)
        pieces = av.AudioFifo()
        for part in resampler.resample(_tone(total)) + resampler.resample(None):
            part.pts = None
            pieces.write(part)
        for part in pieces.read_many(stream.codec_context.frame_size or 960, partial=True):
            made.mux(stream.encode(part))
        made.mux(stream.encode(None))
    return out.getvalue()


def _tone(total: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=total)
    frame.sample_rate = RATE
    wave = array("h", [int(8000 * math.sin(number * 0.05)) for number in range(total)]).tobytes()
    frame.planes[0].update(wave.ljust(frame.planes[0].buffer_size, b"\0"))
    return frame
