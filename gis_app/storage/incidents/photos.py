"""Which photos belong to which incident; the pictures themselves lie beside the database, by content hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gis_app.storage.tables import incident_photos


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored picture: hash of its content, size in pixels and bytes, and the step that it came with."""

    photo_hash: str
    width: int = 0
    height: int = 0
    bytes: int = 0
    history_id: int | None = None
    created_at: datetime | None = None


def add_photos(
    conn: Connection, code: str, photos: Sequence[Photo], history_id: int | None, at: datetime
) -> int:
    """Note the photos of a step and return how many are new; those that the incident has stay as they are."""
    if not photos:
        return 0
    present = {photo.photo_hash for photo in photos_of(conn, code)}
    fresh = {photo.photo_hash: photo for photo in photos if photo.photo_hash not in present}
    rows = [
        {
            "photo_hash": photo.photo_hash,
            "incident_code": code,
            "history_id": history_id,
            "width": photo.width,
            "height": photo.height,
            "bytes": photo.bytes,
            "created_at": at,
        }
        for photo in fresh.values()
    ]
    if rows:
        conn.execute(insert(incident_photos), rows)
    return len(rows)


def photos_of(conn: Connection, code: str) -> list[Photo]:
    """Return the photos of an incident, the first first."""
    table = incident_photos.c
    query = select(
        table.photo_hash, table.width, table.height, table.bytes, table.history_id, table.created_at
    )
    ordered = query.where(table.incident_code == code).order_by(table.created_at, table.photo_hash)
    return [Photo(*row) for row in conn.execute(ordered)]


photos = photos_of


def incidents_of_photo(conn: Connection, photo_hash: str) -> list[str]:
    """Return the codes of the incidents that show a photo: who may see one of them may see it."""
    query = select(incident_photos.c.incident_code).where(incident_photos.c.photo_hash == photo_hash)
    return list(conn.execute(query.order_by(incident_photos.c.incident_code)).scalars())


def kept_photos(conn: Connection, hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes that any incident shows; the files of the others may be deleted."""
    query = select(incident_photos.c.photo_hash).where(incident_photos.c.photo_hash.in_(list(hashes)))
    return set(conn.execute(query.distinct()).scalars())
