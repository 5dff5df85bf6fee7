"""Reads the photos of a form: counted and measured first, decoded then, kept when all else is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from gis_app.photos import limits
from gis_app.photos.processing import Photo, process
from gis_app.storage.incidents import Photo as StoredPhoto
from gis_app.web.limits import BODY_BYTES
from gis_app.web.services import services

FIELD = "photos"
MAX_BODY = limits.MAX_PHOTOS * limits.MAX_BYTES + BODY_BYTES


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


def rows_of(photos: Sequence[Photo]) -> list[StoredPhoto]:
    """Return what the store notes of the photos."""
    return [StoredPhoto(one.photo_hash, one.width, one.height, len(one.jpeg)) for one in photos]


@contextmanager
def kept(photos: Sequence[Photo]) -> Iterator[None]:
    """Keep the photos' files for a transaction inside the block, and drop the new ones where it fails."""
    folder = services().photos
    made = folder.keep(photos)
    try:
        yield
    except BaseException:
        folder.drop(made)
        raise
