"""Takes an upload in: a plain name, its size counted as it comes, its reading given to the background."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from gis_app import clock
from gis_app.desk.access import may
from gis_app.desk.folder import Folder, too_large
from gis_app.desk.settling import begin
from gis_app.desk.states import FAILED, READING
from gis_app.errors import BadInput, GisError, TooMany
from gis_app.exchange import formats
from gis_app.exchange.limits import from_settings
from gis_app.people.sessions import SignedIn
from gis_app.settings import Settings
from gis_app.storage import imports as rows
from gis_app.storage.engine import Store

MOST_OPEN = 20
NAME_LETTERS = 120


def receive(
    store: Store,
    settings: Settings,
    person: SignedIn,
    filename: str,
    stream: BinaryIO,
    length: int | None = None,
) -> str:
    """Keep an upload, have it read, and return the import's id.

    Raises BadInput for a kind of file that is not taken, TooLarge as soon as it is (`length` is what the
    client says), TooMany, Unavailable where the disk refuses; then nothing is kept.
    """
    may(person)
    name, limits = _plain_name(filename), from_settings(settings)
    suffix = Path(name).suffix.lower()
    if formats.kind_of_name(Path(name)) is None:
        allowed = " ".join(formats.KINDS)
        raise BadInput("unknown_suffix", f"不支持的文件类型：{suffix or name}", {"file": allowed})
    if length is not None and length > limits.file_bytes:
        raise too_large(limits.file_bytes)
    with store.read() as conn:
        if rows.count_open(conn, person.account_id) >= MOST_OPEN:
            raise TooMany("too_many_imports", f"已有 {MOST_OPEN} 次导入没有完成，请先完成或删除其中一些")
    import_id = secrets.token_hex(8)
    folder = Folder(settings.instance_dir, import_id)
    size, digest = folder.receive(stream, suffix, limits.file_bytes)
    if size == 0:
        folder.drop()
        raise BadInput("empty_file", "文件是空的，请检查后重新上传", {"file": name})
    now = clock.now()
    values = {"import_id": import_id, "account_id": person.account_id, "actor": person.username}
    values |= {
        "file": name,
        "size": size,
        "sha256": digest,
        "state": FAILED,
        "created_at": now,
        "changed_at": now,
    }
    try:
        with store.write() as conn:
            rows.insert_import(conn, values)
            row = rows.find_import(conn, import_id)
        begin(store, settings, row, row.version, (FAILED,), READING, {}, {"limits": asdict(limits)})
    except GisError:
        with store.write() as conn:
            rows.delete_import(conn, import_id)
        folder.drop()
        raise
    return import_id


def _plain_name(filename: str) -> str:
    """Return the last part of a file's name without signs that a page or a disk could stumble over."""
    name = unicodedata.normalize("NFC", str(filename or "")).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:NAME_LETTERS]}.{suffix[:12]}" if dot else name[:NAME_LETTERS]
