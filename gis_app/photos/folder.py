"""Keeps photos, each with its small picture, as files beside the database.

Who may see a photo is decided elsewhere: by the incident it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from gis_app.photos.kept_files import KeptFiles
from gis_app.photos.processing import Photo

FULL, THUMB = "full", "thumb"


class PhotoFolder(KeptFiles):
    """The photos of an instance."""

    suffixes: ClassVar = {FULL: ".jpg", THUMB: ".thumb.jpg"}
    usual_form = FULL
    unknown = ("unknown_photo", "没有这张照片")
    not_kept = ("photo_not_kept", "照片暂时无法保存，请稍后再试")

    def __init__(self, instance_dir: Path) -> None:
        super().__init__(Path(instance_dir) / "photos")

    def keep(self, photos: Iterable[Photo]) -> list[Path]:
        """Write those photos that are not there yet and return the new files; raises Unavailable."""
        return self.keep_bytes(
            (photo.photo_hash, size, data)
            for photo in photos
            for size, data in ((THUMB, photo.thumb), (FULL, photo.jpeg))
        )
