"""Make a backup of an instance while it serves, and put one back: the database, photos, voice notes, files.

The database is copied first: a photo is written before its incident, so every file that the copy speaks of is
there when the files are read. A backup is checked before it counts as made, and again before it is put back.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gis_app import clock
from gis_app.errors import BadInput, Conflict, Rejected, Unavailable
from gis_app.storage import audit
from gis_app.storage.backup_archive import FILES, Reader, Writer, enough_room, kept_files
from gis_app.storage.backup_database import NAMES, Inside, copy, inside, load_dump, look_into, settle
from gis_app.storage.engine import Store, open_store, parse_url
from gis_app.storage.migrations import head, known, migrate, require_postgis

SECRET = "secret_key"
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `sha256` is that of the whole file, "" for one that was not made.

    `rows` counts the rows of each table, `files` those beside the database, `bytes` all of them unpacked.
    """

    file: str
    made_at: str
    database: str
    schema: str
    revision: int
    rows: Mapping[str, int]
    files: int
    bytes: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring did: the backup, whether it was put back, where the former content lies now."""

    backup: Backup
    written: bool
    updated: bool
    aside: str = ""


def usual_name() -> str:
    """Return the name of a backup made now."""
    return f"gis-backup-{clock.now():%Y%m%d-%H%M%S}.zip"


def plan(store: Store, instance: Path) -> Backup:
    """Return what a backup would hold now, and make none."""
    with store.read() as conn:
        found = inside(conn)
    path = _database_file(store)
    files = [instance / name for name in kept_files(instance, path)]
    sizes = [one.stat().st_size for one in files] + ([path.stat().st_size] if path else [])
    return _backup("", store.dialect, found, len(files), sum(sizes))


def make(store: Store, instance: Path, target: Path, progress: Progress, actor: str) -> Backup:
    """Write a backup to `target`, which must not exist, and tell the audit trail; raises Conflict, Rejected.

    The file is readable by its owner only: it holds contacts, password hashes and the secret key.
    """
    if target.exists():
        raise Conflict("backup_exists", f"文件已存在：{target.name}；请换一个名称")
    expected = plan(store, instance)
    _make_folder(target.parent)
    if not enough_room(target.parent, 2 * expected.bytes):
        raise Unavailable("disk_full", "磁盘空间不足，无法制作备份")
    with store.write() as conn:
        audit.append(conn, "store:backup:made", actor, target.name[:120])
    writer = Writer(target)
    try:
        made = _filled(writer, store, instance, progress)
        facts = {name: getattr(made, name) for name in ("made_at", "database", "schema", "revision", "rows")}
        digest = writer.finish(facts)
    except OSError as error:
        raise Unavailable("backup_not_kept", f"无法写入备份：{error.strerror}") from None
    finally:
        writer.drop()
    return _backup(target.name, store.dialect, made, made.files, made.bytes, digest, made.made_at)


def _filled(writer: Writer, store: Store, instance: Path, progress: Progress) -> Backup:
    name = NAMES[store.dialect]
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=writer.target.parent) as folder:
        copied = Path(folder) / name
        found = copy(store, copied, lambda share: progress(0.6 * share, "数据库"))
        if found.broken is not None:
            raise Rejected(code="audit_broken", message=f"留痕在第 {found.broken} 行处不完整，未制作备份")
        writer.add(name, copied)
    files = kept_files(instance, _database_file(store))
    for place, path in enumerate(files):
        progress(0.6 + 0.4 * place / len(files), "文件")
        writer.add(FILES + path, instance / path)
    progress(1.0, "完成")
    size = sum(one.bytes for one in writer.members.values())
    return _backup(writer.target.name, store.dialect, found, len(writer.members) - 1, size)


def read(path: Path) -> Backup:
    """Return what a backup says that it holds, its checksum found right; raises NotFound and Rejected."""
    reader = Reader(path)
    try:
        return _told(path, reader)
    finally:
        reader.close()


def restore(
    path: Path, instance: Path, url: str, progress: Progress, replace: bool = False, dry_run: bool = False
) -> Restored:
    """Put a backup into the instance folder and database of `url`: all of it, or nothing is changed.

    Without `replace` the instance must be empty; with it, what is there is put aside, not deleted. A backup
    of an older schema is brought up to date. Raises NotFound, Rejected, Conflict, Unavailable.
    """
    reader, address = Reader(path), parse_url(url)
    try:
        told = _told(path, reader)
        _check_fits(told, address.get_backend_name())
        _make_folder(instance)
        present = _what_is_there(instance, url)
        if present and not replace:
            words = f"该实例不是空的（{present}）；加 --replace 后，原有内容移到一旁再恢复"
            raise Conflict("instance_not_empty", words)
        if not enough_room(instance, told.bytes):
            raise Unavailable("disk_full", "磁盘空间不足，无法恢复")
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=instance) as folder:
            staged = Path(folder)
            reader.unpack(staged, lambda share: progress(0.7 * share, "核对"))
            updated = _checked(staged, told)
            progress(0.8, "核对完成")
            if dry_run:
                return Restored(told, False, updated)
            aside = _put_in_place(staged, instance, url, told, bool(present))
    finally:
        reader.close()
    progress(1.0, "完成")
    return Restored(told, True, updated, aside)


def _told(path: Path, reader: Reader) -> Backup:
    facts, members = reader.facts, reader.members
    try:
        name = NAMES[facts["database"]]
        rows = {str(table): int(number) for table, number in facts["rows"].items()}
        size = sum(one.bytes for one in members.values())
        values = (str(facts["made_at"]), facts["database"], str(facts["schema"]), int(facts["revision"]))
        if name not in members or not all(one == name or one.startswith(FILES) for one in members):
            raise KeyError(name)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Rejected(code="backup_unreadable", message="这不是本系统的备份文件，或文件已损坏") from None
    return Backup(path.name, *values, rows, len(members) - 1, size, reader.sha256)


def _check_fits(told: Backup, dialect: str) -> None:
    if told.database != dialect:
        words = f"备份来自 {told.database}，而本实例使用 {dialect}；请设置相应的 GIS_DATABASE_URL"
        raise BadInput("backup_other_database", words, {"database_url": told.database})
    if not known(told.schema):
        words = f"备份的数据库结构（{told.schema}）比本版本（{head()}）新；请先升级本系统"
        raise Rejected(code="backup_newer", message=words)


def _what_is_there(instance: Path, url: str) -> str:
    """Return in words what an instance holds; "" for an empty one."""
    address = parse_url(url)
    path = Path(address.database) if address.get_backend_name() == "sqlite" else None
    files = [name for name in kept_files(instance, path) if name != SECRET]
    if files:
        return f"文件 {len(files)} 个"
    if path is not None and not path.exists():
        return ""
    store = open_store(url)
    try:
        with store.read() as conn:
            found = inside(conn)
        rows = sum(found.rows[name] for name in ("accounts", "incidents"))
        return f"第 {found.revision} 次修订，账户与事件 {rows} 条" if found.revision or rows else ""
    except (Rejected, Unavailable) as error:
        if path is None and getattr(error, "code", "") == "backup_foreign":
            return ""  # a PostgreSQL database without any schema of ours
        return "无法读取的数据库"
    finally:
        store.dispose()


def _checked(staged: Path, told: Backup) -> bool:
    """Look into the unpacked database and bring it up to date; return whether it was older."""
    if told.database != "sqlite":
        return told.schema != head()  # looked into by pg_restore, in one transaction
    path = staged / NAMES["sqlite"]
    found = look_into(path)
    if found.schema != told.schema or any(found.rows.get(name, 0) != n for name, n in told.rows.items()):
        raise Rejected(code="backup_checksum", message="备份中的数据库与其清单不符")
    if found.broken is not None:
        raise Rejected(code="audit_broken", message=f"备份的留痕在第 {found.broken} 行处不完整，未恢复")
    updated = migrate(f"sqlite:///{path}")
    settle(path)
    return updated


def _put_in_place(staged: Path, instance: Path, url: str, told: Backup, present: bool) -> str:
    """Swap what is there for what was unpacked; a failure on the way puts everything back."""
    address = parse_url(url)
    aside = instance / f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
    database = Path(address.database) if told.database == "sqlite" else None
    with _moves() as move:
        if database is not None:
            if database.exists():
                settle(database)
            for own in (database, *(Path(f"{database}{end}") for end in ("-wal", "-shm"))):
                move(own, aside / own.name)
            move(staged / NAMES["sqlite"], database)
        for name in kept_files(instance, database):
            move(instance / name, aside / name)
        for path in sorted((staged / FILES).rglob("*")):
            if path.is_file():
                move(path, instance / path.relative_to(staged / FILES))
        if database is None:
            require_postgis(url)
            load_dump(address, staged / NAMES["postgresql"], present)
            migrate(url)
    if not present:  # at most a key that was made for an instance with nothing in it
        shutil.rmtree(aside, ignore_errors=True)
    return aside.name if aside.exists() else ""


@contextmanager
def _moves() -> Iterator[Callable[[Path, Path], None]]:
    """Lend a function that moves files; an error in the block moves all of them back."""
    done: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            shutil.move(source, target)
            done.append((source, target))

    try:
        yield move
    except BaseException:
        for source, target in reversed(done):
            source.parent.mkdir(parents=True, exist_ok=True)
            os.replace(target, source)
        raise


def _database_file(store: Store) -> Path | None:
    return Path(store.url.database).absolute() if store.dialect == "sqlite" else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise Unavailable("backup_not_kept", f"无法创建文件夹：{error.strerror}") from None


def _backup(
    file: str, dialect: str, found: Inside | Backup, files: int, size: int, digest: str = "", at: str = ""
) -> Backup:
    made_at = at or clock.now().isoformat(timespec="seconds")
    return Backup(file, made_at, dialect, found.schema, found.revision, found.rows, files, size, digest)
