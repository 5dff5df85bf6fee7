"""What is kept no longer than it serves: reporters' contacts after their time, photos that nothing shows.

Counts first; only a run that is told to commit erases. What the trail learns is how many, never whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gis_app import clock
from gis_app.photos.folder import PhotoFolder
from gis_app.storage import incidents, supervision
from gis_app.storage.engine import Store
from gis_app.storage.incidents.photos import kept_photos

# A photo is written a moment before its incident: a young file is never taken for a forgotten one.
YOUNG = timedelta(days=1)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run found or erased: contacts of incidents done `before`, and files of photos."""

    before: datetime
    contacts: int
    files: int


def retain(store: Store, folder: PhotoFolder, days: int, commit: bool = False) -> Retained:
    """Erase the contacts of incidents done more than `days` ago and the photos that no incident shows.

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
    files = _forgotten(store, folder, now - YOUNG)
    if commit:
        folder.drop(files)
    return Retained(before, len(codes), len(files))


def _forgotten(store: Store, folder: PhotoFolder, before: datetime) -> list[Path]:
    old = [path for path in folder.files() if path.stat().st_mtime < before.timestamp()]
    hashes = sorted({path.name.partition(".")[0] for path in old})
    kept: set[str] = set()
    with store.read() as conn:
        for start in range(0, len(hashes), AT_ONCE):
            some = hashes[start : start + AT_ONCE]
            kept |= kept_photos(conn, some) | supervision.kept_photos(conn, some)
    return [path for path in old if path.name.partition(".")[0] not in kept]
