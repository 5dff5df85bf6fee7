"""The folder of one import: the upload as it came, what was read of it, and what the check made.

Everything is written whole under another name first, so that nobody reads half of it. A disk that refuses is
Unavailable, with nothing left behind. Which layer the numbers mean is not known here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from gis_app.errors import Conflict, NotFound, TooLarge, Unavailable
from gis_app.exchange.limits import MIB, Limits
from gis_app.exchange.raw import RawTable, read_result, write_result

FOLDER = "imports"
CHUNK = 1 << 18
SPARE_BYTES = 64 * MIB  # what a disk keeps free beside an upload
YOUNG_SECONDS = 86_400
_WIDE = Limits(result_bytes=4096 * MIB)
_NUMBER = re.compile(r"[0-9a-f]{16}")
DISK = "磁盘空间不足或无法写入，未保存任何内容；请联系管理员清理磁盘后再试"


class Folder:
    """The files of one import, under the instance folder."""

    def __init__(self, instance_dir: Path, import_id: str) -> None:
        if not _NUMBER.fullmatch(import_id):
            raise NotFound("unknown_import", "没有这次导入，或您无权查看", {"import_id": import_id[:40]})
        self.path = Path(instance_dir).absolute() / FOLDER / import_id

    def receive(self, stream: BinaryIO, suffix: str, most: int) -> tuple[int, str]:
        """Keep an upload and return its size and sha256; raises TooLarge as soon as it is, Unavailable."""
        size, digest = 0, hashlib.sha256()
        try:
            with self._draft(f"upload{suffix}") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise too_large(most)
                    if size % (16 * CHUNK) < CHUNK:
                        self._room()
                    digest.update(chunk)
                    file.write(chunk)
        except BaseException:
            self.drop()
            raise
        return size, digest.hexdigest()

    def upload(self) -> Path:
        """Return the file as it came; raises Conflict where it is gone."""
        found = next(self.path.glob("upload.*"), None) if self.path.is_dir() else None
        if found is None:
            raise Conflict("import_expired", "这次导入的文件已过保存期限，请重新上传")
        return found

    def write_json(self, name: str, value: Any) -> None:
        """Keep a value as JSON."""
        with self._draft(name) as file:
            file.write(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))

    def read_json(self, name: str) -> Any:
        """Return a kept value, None where there is none."""
        try:
            return json.loads((self.path / name).read_bytes())
        except (OSError, ValueError):
            return None

    def write_bytes(self, name: str, body: bytes) -> None:
        """Keep bytes."""
        with self._draft(name) as file:
            file.write(body)

    def write_table(self, name: str, table: RawTable) -> None:
        """Keep a table with its shapes."""
        with self._made(), tempfile.TemporaryDirectory(dir=self.path, prefix=".") as beside:
            draft = Path(beside) / "table"
            write_result(draft, table)
            _sync(draft)
            os.replace(draft, self._place(name))

    def read_table(self, name: str) -> RawTable:
        """Return a kept table; raises Conflict where it is gone."""
        if not (self.path / name).is_file():
            raise Conflict("import_expired", "这次导入的文件已过保存期限，请重新上传")
        return read_result(self.path / name, _WIDE)

    def names(self, pattern: str) -> list[str]:
        """Return the names of kept files that match, in order."""
        return sorted(path.relative_to(self.path).as_posix() for path in self.path.glob(pattern))

    def forget(self, *patterns: str) -> None:
        """Remove kept files."""
        for pattern in patterns:
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Remove the whole folder."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _place(self, name: str) -> Path:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place

    def _room(self) -> None:
        if shutil.disk_usage(self.path).free < SPARE_BYTES:
            raise Unavailable("disk_full", DISK)

    @contextlib.contextmanager
    def _made(self) -> Iterator[None]:
        """Have the folder, and tell a disk that refuses in our words."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield
        except OSError:
            raise Unavailable("disk_full", DISK) from None

    @contextlib.contextmanager
    def _draft(self, name: str) -> Iterator[BinaryIO]:
        """Lend a file that gets its name only when the block ends well."""
        with self._made():
            handle, draft = tempfile.mkstemp(prefix=".draft-", dir=self.path)
            try:
                with os.fdopen(handle, "wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(draft, self._place(name))
            finally:
                Path(draft).unlink(missing_ok=True)


def too_large(most: int) -> TooLarge:
    """Return the error for an upload of more than `most` bytes."""
    words = f"文件超过 {most // MIB} MiB 的上限，未保存；请拆分，或另存为 GeoPackage、压缩后的 Shapefile"
    return TooLarge("import_too_large", words, {"file": f"{most // MIB} MiB"})


def forgotten(instance_dir: Path, known: Callable[[], set[str]]) -> list[Path]:
    """Return the folders of no known import, those a day old or more: an upload comes before its row."""
    old = time.time() - YOUNG_SECONDS
    found = [path for path in (Path(instance_dir) / FOLDER).glob("*") if path.stat().st_mtime < old]
    there = known() if found else set()
    return [path for path in found if path.name not in there]


def _sync(path: Path) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())
