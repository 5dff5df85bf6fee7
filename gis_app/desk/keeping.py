"""Erases imports that are past their time, with their files, and folders that belong to no import."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from gis_app import clock
from gis_app.desk.folder import Folder, forgotten
from gis_app.desk.telling import DAYS
from gis_app.storage import imports as rows
from gis_app.storage.engine import Store


def forget_imports(store: Store, instance_dir: Path, days: int = DAYS) -> int:
    """Erase the imports that nobody touched for `days` and return how many; one in work is left alone."""
    with store.write() as conn:
        gone = rows.delete_old(conn, clock.now() - timedelta(days=days))
    for import_id in gone:
        Folder(instance_dir, import_id).drop()

    def known() -> set[str]:
        with store.read() as conn:
            return rows.known_imports(conn)

    for path in forgotten(instance_dir, known):
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)
