"""The process that decodes one untrusted recording: it confines itself, decodes, encodes anew, and ends.

Started as `python -m gis_app.voices.child SOURCE FORMAT TARGET`; beside the new file it writes what it found,
{"seconds", "kind"} or {"fault"}. Only the sound of the one track is carried over, so nothing else survives.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gis_app.exchange.child import confine
from gis_app.voices import limits

RATE, BITS = 48_000, 32_000
# codec of the recording -> what is written: kind, container, encoder
WRITTEN = {
    "opus": ("webm", "webm", "libopus"),
    "vorbis": ("webm", "webm", "libopus"),
    "aac": ("m4a", "mp4", "aac"),
}


class Refused(Exception):
    """A recording that is not taken; its text is a key of `limits.REFUSALS`."""


def main() -> int:
    """Turn a recording into a plain one, or say why not."""
    source, container, target = sys.argv[1:4]
    confine(limits.PROCESS)
    try:
        told = written(source, container, target)
    except Refused as refused:
        told = {"fault": str(refused)}
    except Exception:  # decoders raise whatever they like at a broken file
        told = {"fault": "unreadable"}
    Path(target).with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    return 0


def written(source: str, container: str, target: str) -> dict[str, object]:
    """Write the sound of `source` to `target` and return its kind and its seconds."""
    import av

    with av.open(source, format=container, options={"protocol_whitelist": "file"}) as given:
        sounds = given.streams.audio
        if len(sounds) != 1 or len(given.streams) != 1 or sounds[0].codec_context.name not in WRITTEN:
            raise Refused("type")
        kind, form, encoder = WRITTEN[sounds[0].codec_context.name]
        samples = 0
        with av.open(target, "w", format=form) as made:
            stream = made.add_stream(encoder, rate=RATE, layout="mono")
            stream.bit_rate = BITS
            for frame in _frames(av, given, stream):
                samples += frame.samples
                if samples > (limits.MAX_SECONDS + limits.SLACK) * RATE:
                    raise Refused("too_long")
                made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
    if samples < limits.MIN_SECONDS * RATE:
        raise Refused("empty")
    return {"seconds": round(samples / RATE, 1), "kind": kind}


def _frames(av: object, given: object, stream: object) -> Iterator:
    """Yield the decoded sound at our rate, in pieces that the encoder takes, timed from zero."""
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=RATE)
    pieces = av.AudioFifo()
    size = stream.codec_context.frame_size or 960
    for frame in given.decode(audio=0):
        frame.pts = None
        for part in resampler.resample(frame):
            part.pts = None
            pieces.write(part)
        yield from pieces.read_many(size)
    for part in resampler.resample(None):
        part.pts = None
        pieces.write(part)
    yield from pieces.read_many(size, partial=True)


if __name__ == "__main__":
    sys.exit(main())
