"""Keeps photos as files beside the database, named by the hash of their content.

A file is written whole under another name and then given its own, so that nobody ever reads half of one. Who
may see a photo is decided elsewhere: by the incident it belongs to.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from gis_app.errors import NotFound, Unavailable
from gis_app.photos.processing import Photo

_HASH = re.compile(r"[0-9a-f]{64}")
FULL, THUMB = "full", "thumb"
_SUFFIX = {FULL: ".jpg", THUMB: ".thumb.jpg"}


class PhotoFolder:
    """The photos under one folder; it is made when the first photo is kept."""

    def __init__(self, instance_dir: Path) -> None:
        self.folder = Path(instance_dir).absolute() / "photos"

    def path(self, photo_hash: str, size: str = FULL) -> Path:
        """Return where a photo lies; raises NotFound for what is not a hash."""
        if not _HASH.fullmatch(photo_hash) or size not in _SUFFIX:
            raise NotFound("unknown_photo", "没有这张照片")
        return self.folder / photo_hash[:2] / f"{photo_hash}{_SUFFIX[size]}"

    def read(self, photo_hash: str, size: str = FULL) -> bytes:
        """Return the bytes of a photo; raises NotFound where it is not kept."""
        try:
            return self.path(photo_hash, size).read_bytes()
        except OSError:
            raise NotFound("unknown_photo", "没有这张照片") from None

    def keep(self, photos: Iterable[Photo]) -> list[Path]:
        """Write those photos that are not there yet and return the new files; raises Unavailable."""
        made: list[Path] = []
        try:
            for photo in photos:
                for size, data in ((THUMB, photo.thumb), (FULL, photo.jpeg)):
                    path = self.path(photo.photo_hash, size)
                    if not path.exists():
                        _write(path, data)
                        made.append(path)
        except OSError:
            self.drop(made)
            raise Unavailable("photo_not_kept", "照片暂时无法保存，请稍后再试") from None
        return made

    def files(self) -> list[Path]:
        """Return every photo's file, small pictures too."""
        return sorted(path for path in self.folder.glob("??/*.jpg") if _HASH.match(path.name))

    def drop(self, files: Iterable[Path]) -> None:
        """Remove files that were made for something that did not happen after all."""
        for path in files:
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, draft = tempfile.mkstemp(prefix=".photo-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
