"""Reads the photos of a form: counted and measured first, decoded then, kept when all else is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from gis_app.photos import limits
from gis_app.photos.processing import Photo, process
from gis_app.storage.incidents import Photo as StoredPhoto
from gis_app.storage.incidents import Voice as StoredVoice
from gis_app.voices import limits as voice_limits
from gis_app.voices.processing import Voice
from gis_app.voices.processing import process as process_voice
from gis_app.web.limits import BODY_BYTES
from gis_app.web.services import services

FIELD, VOICE = "photos", "voice"
MAX_BODY = limits.MAX_PHOTOS * limits.MAX_BYTES + voice_limits.MAX_BYTES + BODY_BYTES


def allow_photos() -> None:
    """Let this request bring photos; raises TooLarge where it says that it is larger than they may be."""
    request.max_content_length = MAX_BODY
    if (request.content_length or 0) > MAX_BODY:
        raise limits.too_many_bytes()


def read_photos() -> list[Photo]:
    """Return the photos of this request, each once, made harmless; raises BadInput and TooLarge."""
    try:
        given = [one for one in request.files.getlist(FIELD) if one.filename or one.read(1)]
    except RequestEntityTooLarge:
        raise limits.too_many_bytes() from None
    if len(given) > limits.MAX_PHOTOS:
        raise limits.too_many_photos()
    found: dict[str, Photo] = {}
    for file in given:
        file.seek(0)
        photo = process(file.read(limits.MAX_BYTES + 1))
        found[photo.photo_hash] = photo
    return list(found.values())


def read_voice() -> Voice | None:
    """Return the voice note of this request made harmless, None without one; raises BadInput and TooLarge."""
    try:
        given = [one for one in request.files.getlist(VOICE) if one.filename or one.read(1)]
    except RequestEntityTooLarge:
        raise limits.too_many_bytes() from None
    if len(given) > 1:
        raise voice_limits.too_many()
    if not given:
        return None
    given[0].seek(0)
    return process_voice(given[0].read(voice_limits.MAX_BYTES + 1))


def row_of(voice: Voice | None) -> StoredVoice | None:
    """Return what the store notes of a voice note."""
    return voice and StoredVoice(voice.voice_hash, voice.kind, voice.seconds, len(voice.data))


def rows_of(photos: Sequence[Photo]) -> list[StoredPhoto]:
    """Return what the store notes of the photos."""
    return [StoredPhoto(one.photo_hash, one.width, one.height, len(one.jpeg)) for one in photos]


@contextmanager
def kept(photos: Sequence[Photo], voice: Voice | None = None) -> Iterator[None]:
    """Keep the files of photos and voice for a transaction inside the block; drop new ones if it fails."""
    folder, voices = services().photos, services().voices
    made, spoken = folder.keep(photos), []
    try:
        spoken = voices.keep(voice) if voice else []
        yield
    except BaseException:
        folder.drop(made)
        voices.drop(spoken)
        raise
