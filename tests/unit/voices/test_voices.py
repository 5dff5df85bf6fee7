"""A voice note is decoded to its end by a process of its own, and nothing but its sound is kept."""

from __future__ import annotations

import io

import av
import pytest

from gis_app.errors import BadInput, NotFound, TooLarge
from gis_app.voices import limits
from gis_app.voices.folder import VoiceFolder
from gis_app.voices.processing import process
from tests.web.recordings import SECRETS, recording

KINDS = (("webm", "libopus", "webm"), ("ogg", "libopus", "webm"), ("mp4", "aac", "m4a"))


@pytest.mark.parametrize(("form", "codec", "kind"), KINDS)
def test_a_recording_keeps_its_sound_and_nothing_else(form, codec, kind):
    given = recording(form, codec, 1.5)
    voice = process(given)
    assert (voice.kind, voice.seconds) == (kind, pytest.approx(1.5, abs=0.1))
    assert SECRETS["title"].encode() in given
    with av.open(io.BytesIO(voice.data)) as after:
        assert not set(after.metadata) & set(SECRETS)
        samples = sum(frame.samples for frame in after.decode(audio=0))
    assert samples / 48_000 == pytest.approx(1.5, abs=0.1)
    for secret in SECRETS.values():
        assert secret.encode() not in voice.data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "voice_type"),
        (b"RIFF....WAVE" * 20, "voice_type"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 200, "voice_type"),
        (b"\x1a\x45\xdf\xa3" + b"\xff" * 2000, "voice_unreadable"),
        (b"OggS" + b"\0" * 4000, "voice_unreadable"),
        (b"\0\0\0\x18ftypM4A " + b"\0" * 4000, "voice_unreadable"),
        (recording("matroska", "pcm_s16le", 0.5), "voice_type"),
        (recording(seconds=0.05), "voice_empty"),
        (recording(seconds=63), "voice_too_long"),
    ],
)
def test_what_is_no_voice_note_is_refused_by_name(data, code):
    with pytest.raises(BadInput) as refused:
        process(data)
    assert refused.value.code == code and "voice" in refused.value.fields


def test_a_minute_is_taken_and_more_than_two_megabytes_are_not():
    assert process(recording(seconds=60)).seconds == pytest.approx(60, abs=0.1)
    with pytest.raises(TooLarge):
        process(b"\x1a\x45\xdf\xa3".ljust(limits.MAX_BYTES + 1, b"\0"))


def test_a_film_is_no_voice_note():
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as made:
        stream = made.add_stream("libvpx", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            made.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        made.mux(stream.encode(None))
    with pytest.raises(BadInput) as refused:
        process(out.getvalue())
    assert refused.value.code == "voice_type"


def test_a_voice_note_is_kept_once_and_found_by_its_hash_only(tmp_path):
    folder, voice = VoiceFolder(tmp_path), process(recording())
    made = folder.keep(voice)
    assert len(made) == 1 and folder.keep(voice) == []
    assert folder.read(voice.voice_hash, voice.kind) == voice.data
    for name, kind in (("../" * 20 + "etc/passwd", "webm"), (voice.voice_hash, "exe"), ("0" * 64, "webm")):
        with pytest.raises(NotFound):
            folder.read(name, kind)
    folder.drop(made)
    with pytest.raises(NotFound):
        folder.read(voice.voice_hash, voice.kind)
