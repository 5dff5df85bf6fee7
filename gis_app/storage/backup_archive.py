"""The file of a backup: a ZIP of the database and the instance's files, with a list of sizes and checksums.

The list, `manifest.json`, is written last. Beside the backup lies NAME.sha256, as `sha256sum -c` reads it.
Nothing here knows what a database holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from gis_app.errors import NotFound, Rejected

FORMAT = 1
MANIFEST, FILES = "manifest.json", "files/"
MOST_MANIFEST_BYTES = 64 << 20
PACKED = frozenset([".jpg", ".webm", ".m4a", ".zip", ".xlsx", ".docx", ".pdf", ".png", ".pgdump"])
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its size in bytes and its SHA-256."""

    bytes: int
    sha256: str


def kept_files(instance: Path, database: Path | None) -> list[str]:
    """Return the paths, below the instance folder, of all that belongs to a backup beside the database.

    Left out: the database itself, the queue of jobs (its table says what is to be done), logs, drafts,
    earlier backups, what a restoring put aside, and links.
    """
    found = []
    for folder, folders, names in os.walk(instance):
        here = Path(folder)
        top = here == instance
        folders[:] = sorted(name for name in folders if not _left_out(name, top))
        for name in sorted(names):
            path = here / name
            inside = path.relative_to(instance).as_posix()
            if not _no_file_of_ours(path, inside, database):
                found.append(inside)
    return found


def _left_out(folder: str, top: bool) -> bool:
    return folder.startswith(".") or (top and (folder == "backups" or folder.startswith("before-restore-")))


def _no_file_of_ours(path: Path, inside: str, database: Path | None) -> bool:
    ours = database is not None and path.parent == database.parent and path.name.startswith(database.name)
    queue = inside.startswith("jobs/queue.")
    draft = path.name.startswith(".") or path.suffix in (".part", ".log", ".pid", ".lock")
    return ours or queue or draft or path.is_symlink() or not path.is_file()


class Writer:
    """Writes a backup under a name of its own; `finish` gives it its final one."""

    def __init__(self, target: Path) -> None:
        self.target, self.draft = target, target.with_name(f".{target.name}.part")
        self.members: dict[str, Member] = {}
        handle = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def add(self, name: str, source: Path) -> None:
        """Add a file; one that is gone by now is left out."""
        packing = zipfile.ZIP_STORED if source.suffix in PACKED else zipfile.ZIP_DEFLATED
        entry = zipfile.ZipInfo(name)
        entry.compress_type, entry.external_attr = packing, 0o600 << 16
        try:
            stream = open(source, "rb")  # noqa: SIM115
        except FileNotFoundError:
            return
        with stream, self._zip.open(entry, "w", force_zip64=True) as member:
            self.members[name] = _pour(stream, member)

    def finish(self, facts: Mapping[str, Any]) -> str:
        """Write the list, give the file its name, and return the SHA-256 of the whole."""
        listed = {name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in self.members.items()}
        told = {"format": FORMAT, **facts, "members": listed}
        self._zip.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = digest_of(self.draft)
        beside(self.target).write_text(f"{digest}  {self.target.name}\n", encoding="utf-8")
        os.replace(self.draft, self.target)
        return digest

    def drop(self) -> None:
        """Leave nothing behind of a backup that was not finished."""
        with contextlib.suppress(ValueError, OSError):
            self._zip.close()
        self._file.close()
        self.draft.unlink(missing_ok=True)


class Reader:
    """Opens a backup whose checksum and list are sound; raises NotFound and Rejected."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFound("no_backup", f"没有这个备份文件：{path.name}")
        self.sha256 = digest_of(path)
        noted = beside(path)
        if noted.is_file() and noted.read_text("utf-8", "replace").split()[:1] != [self.sha256]:
            raise Rejected(
                code="backup_checksum", message="备份文件与其校验值（.sha256）不符，已损坏或被改动"
            )
        try:
            self._zip = zipfile.ZipFile(path)
            self.facts = self._manifest()
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, OSError):
            raise _no_backup() from None

    def _manifest(self) -> dict[str, Any]:
        if self._zip.getinfo(MANIFEST).file_size > MOST_MANIFEST_BYTES:
            raise ValueError(MANIFEST)
        facts = json.loads(self._zip.read(MANIFEST))
        if facts["format"] != FORMAT:
            raise Rejected(code="backup_newer", message="备份由更新的版本制作；请先升级本系统")
        self.members = {name: Member(**one) for name, one in facts.pop("members").items()}
        listed = sorted(name for name in self._zip.namelist() if name != MANIFEST)
        if listed != sorted(self.members) or not all(map(_is_safe, listed)):
            raise ValueError(MANIFEST)
        return facts

    def unpack(self, target: Path, progress: Callable[[float], None]) -> None:
        """Write every file below `target` and compare it with the list; raises Rejected."""
        total, done = sum(one.bytes for one in self.members.values()) or 1, 0
        for name, told in self.members.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            try:
                with self._zip.open(name) as member, open(path, "xb", opener=_owner_only) as file:
                    found = _pour(member, file, told.bytes)
            except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
                raise _damaged(name) from error
            if found != told:
                raise _damaged(name)
            done += told.bytes
            progress(done / total)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def beside(path: Path) -> Path:
    """Return where the checksum of a backup stands."""
    return path.with_name(path.name + ".sha256")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def enough_room(folder: Path, needed: int) -> bool:
    """Tell whether a folder's disk has room for so many bytes, and some to spare."""
    return shutil.disk_usage(folder).free > needed + (64 << 20)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _pour(source: BinaryIO, target: BinaryIO, most: int | None = None) -> Member:
    """Copy a stream and return its size and digest; stops just beyond `most` bytes."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        size += len(chunk)
        if most is not None and size > most:
            break
        digest.update(chunk)
        target.write(chunk)
    return Member(size, digest.hexdigest())


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and "\\" not in name and ".." not in parts


def _no_backup() -> Rejected:
    return Rejected(code="backup_unreadable", message="这不是本系统的备份文件，或文件已损坏")


def _damaged(name: str) -> Rejected:
    return Rejected(code="backup_checksum", message=f"备份中的文件已损坏或被改动：{name[:80]}")
