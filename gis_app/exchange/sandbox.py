"""Read a file in a child process that has little memory, little time, no network and its own folder.

What each reading took, in processor time and memory, is a line of the log.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from gis_app.errors import Rejected
from gis_app.exchange import formats, unpack
from gis_app.exchange.child import USED
from gis_app.exchange.confined import run_confined
from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable, read_result, refuse

log = logging.getLogger(__name__)
MOST_MEMBERS = 20  # layers of one ZIP file that are read; each has a child of its own
SIBLINGS = (".shx", ".dbf", ".prj", ".cpg")


def read_file(
    path: Path, limits: Limits, wanted: Sequence[str] = (), dimension: int | None = None, repair: bool = False
) -> RawTable:
    """Read one layer from a file of any kind that is taken.

    `wanted` are layer names to prefer where a file has several; `dimension` (0, 1, 2) tells a drawing which
    shapes are meant; `repair` mends invalid areas. Raises Rejected with every reason the file was refused.
    """
    request = {"wanted": list(wanted), "dimension": dimension, "repair": repair}
    with _read(path, request, limits) as (table, _):
        pass
    errors = [found for found in table.faults if found.is_error]
    if errors and not table.rows:
        raise Rejected(table.faults)
    return table


def read_tables(path: Path, limits: Limits) -> list[tuple[str, RawTable]]:
    """Read every table of a file, each with its name; one without rows could not be read and says why.

    Raises Rejected where none could be read.
    """
    several = unpack.layers_in(path, limits) if _checked_kind(path, limits) == "zip" else []
    if len(several) < 2:
        return _tables_of(path, limits, None)
    found: list[tuple[str, RawTable]] = []
    for label in several[:MOST_MEMBERS]:
        stem = PurePosixPath(label).stem
        try:
            read = _tables_of(path, limits, label)
        except Rejected as refused:
            found.append((stem, RawTable(faults=refused.faults)))
        else:
            found += [(f"{stem} · {name}" if name else stem, table) for name, table in read]
    if several[MOST_MEMBERS:]:
        faults = refuse("tables_left_out", value=len(several) - MOST_MEMBERS, detail=MOST_MEMBERS).faults
        found.append(("", RawTable(faults=faults)))
    if not any(table.rows for _, table in found):
        raise Rejected([one for _, table in found for one in table.faults])
    return found


def _tables_of(path: Path, limits: Limits, member: str | None) -> list[tuple[str, RawTable]]:
    request = {"wanted": [], "dimension": None, "repair": False, "every": True}
    with _read(path, request, limits, member) as (table, folder):
        if table.faults:
            raise Rejected(table.faults)
        try:
            names = [str(name) for name in json.loads((folder / "names").read_bytes()[:100_000])]
        except (OSError, ValueError, TypeError):
            raise refuse("reader_failed", value="") from None
        return [(name, read_result(folder / f"result.{at}", limits)) for at, name in enumerate(names)]


@contextlib.contextmanager
def _read(
    path: Path, request: dict, limits: Limits, member: str | None = None
) -> Iterator[tuple[RawTable, Path]]:
    """Have a file read and lend what came of it, with the folder that holds the rest."""
    kind = _checked_kind(path, limits)
    with tempfile.TemporaryDirectory(prefix="gis-import-") as folder:
        target = Path(folder)
        source, kind = _prepare(path, kind, target, limits, member)
        yield _run({"kind": kind, "path": str(source)} | request, target, limits), target


def _checked_kind(path: Path, limits: Limits) -> str:
    if not path.is_file():
        raise refuse("no_file", value=path.name)
    kind = formats.kind_of_name(path)
    if path.suffix.lower() == ".xls":
        raise refuse("old_excel")
    if kind is None:
        raise refuse("unknown_suffix", value=path.suffix or path.name, detail=" ".join(formats.KINDS))
    size = path.stat().st_size
    if size == 0:
        raise refuse("empty_file")
    if size > limits.file_bytes:
        raise refuse("file_too_large", value=f"{size >> 20} MiB", detail=f"{limits.file_bytes >> 20} MiB")
    _check_content(path, kind)
    return kind


def _check_content(path: Path, kind: str) -> None:
    with open(path, "rb") as file:
        shown = formats.kind_of_content(file.read(formats.HEAD_BYTES))
    if shown == "empty":
        raise refuse("empty_file")
    if kind == "xlsx" and shown == "xls":
        raise refuse("old_excel")
    if not formats.agrees(kind, shown):
        raise refuse("not_what_its_name_says", value=path.suffix, detail=formats.TITLES[shown])


def _prepare(path: Path, kind: str, target: Path, limits: Limits, member: str | None) -> tuple[Path, str]:
    """Copy or unpack the file into the child's folder under a name made here."""
    if kind == "zip":
        source = unpack.unpack_layer(path, target, limits, member)
    elif kind == "kmz":
        source = unpack.unpack_member(path, ".kml", target, limits)
    else:
        source = target / f"layer.{kind}"
        shutil.copyfile(path, source)
        if kind == "shp":
            _copy_siblings(path, target, limits)
        elif kind == "xlsx":
            unpack.check_workbook(source, limits)
    if kind in ("zip", "kmz"):
        kind = formats.kind_of_name(source)
        _check_content(source, kind)
    return source, kind


def _copy_siblings(path: Path, target: Path, limits: Limits) -> None:
    for own in sorted(path.parent.iterdir()):
        suffix = own.suffix.lower()
        if own.stem == path.stem and suffix in SIBLINGS and own.is_file():
            if own.stat().st_size > limits.file_bytes:
                raise refuse("file_too_large", value=own.name, detail=f"{limits.file_bytes >> 20} MiB")
            shutil.copyfile(own, target / f"layer{suffix}")


def _run(request: dict, folder: Path, limits: Limits) -> RawTable:
    result, order = folder / "result", folder / "request.json"
    request |= {"result": str(result), "limits": asdict(limits)}
    order.write_text(json.dumps(request), encoding="utf-8")
    code: int = -signal.SIGKILL
    try:
        code = run_confined("gis_app.exchange.child", [str(order)], folder, limits.wall_seconds)
    except TimeoutError:
        raise refuse("reader_time", value=limits.wall_seconds) from None
    finally:
        _note(request["kind"], code, folder / USED)
    return _result(code, result, limits)


def _note(kind: str, code: int, told: Path) -> None:
    """Log what the child took; one that was stopped did not live to tell."""
    try:
        used = {name: float(value) for name, value in json.loads(told.read_bytes()[:200]).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        used = {}
    log.info({"message": "file read", "kind": kind, "exit": code} | used)


def _result(code: int, result: Path, limits: Limits) -> RawTable:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise refuse("reader_time", value=limits.cpu_seconds)
    if code in (-signal.SIGABRT, -signal.SIGSEGV) or not result.is_file():
        raise refuse("reader_memory" if code == 1 else "reader_failed", value="")
    return read_result(result, limits)
