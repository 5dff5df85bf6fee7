"""What is kept no longer than it serves: contacts after their time, photos and voice notes of no incident.

Counts first; only a run that is told to commit erases. What the trail learns is how many, never whose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from gis_app import clock
from gis_app.storage import incidents, supervision
from gis_app.storage.engine import Connection, Store
from gis_app.storage.incidents.photos import kept_photos
from gis_app.storage.incidents.voices import kept_voices

# A photo is written a moment before its incident: a young file is never taken for a forgotten one.
YOUNG = timedelta(days=1)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run found or erased: contacts of incidents done `before`, files of photos and voices."""

    before: datetime
    contacts: int
    files: int


class Folder(Protocol):
    """Files named by the hash of their content."""

    def files(self) -> list[Path]:
        """Return every file."""

    def drop(self, files: Iterable[Path]) -> None:
        """Remove files."""


def retain(
    store: Store, photos: Folder, days: int, commit: bool = False, voices: Folder | None = None
) -> Retained:
    """Erase the contacts of incidents done more than `days` ago and the photos and voices of no incident.

    Without `commit` only count them.
    """
    now = clock.now()
    before = now - timedelta(days=days)
    with store.read() as conn:
        codes = incidents.expired_contacts(conn, before)
    if commit and codes:
        with store.write() as conn:
            codes = incidents.expired_contacts(conn, before)
            incidents.erase_contacts(conn, codes, "gis-app retain")
    erased = 0
    for folder, shown in ((photos, _shown), (voices, kept_voices)):
        files = _forgotten(store, folder, now - YOUNG, shown) if folder else []
        erased += len(files)
        if commit and folder:
            folder.drop(files)
    return Retained(before, len(codes), erased)


def _shown(conn: Connection, hashes: list[str]) -> set[str]:
    return kept_photos(conn, hashes) | supervision.kept_photos(conn, hashes)


def _forgotten(
    store: Store, folder: Folder, before: datetime, shown: Callable[[Connection, list[str]], set[str]]
) -> list[Path]:
    old = [path for path in folder.files() if path.stat().st_mtime < before.timestamp()]
    hashes = sorted({path.name.partition(".")[0] for path in old})
    kept: set[str] = set()
    with store.read() as conn:
        for start in range(0, len(hashes), AT_ONCE):
            some = hashes[start : start + AT_ONCE]
            kept |= shown(conn, some)
    return [path for path in old if path.name.partition(".")[0] not in kept]
