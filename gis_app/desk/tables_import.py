"""Import one file of posts or incidents at once, as the command line does: all of it or nothing.

It reads in the sandboxed child like every import; the desk takes the same steps with a person in between.
"""

from __future__ import annotations

from pathlib import Path

from gis_app.desk import tables
from gis_app.errors import Fault, GisError, Rejected
from gis_app.exchange import limits
from gis_app.exchange.importing import ImportReport
from gis_app.exchange.raw import refuse
from gis_app.exchange.sandbox import read_file
from gis_app.storage.engine import Store
from gis_app.storage.revision import revision

POINTS = 0


def import_table(
    store: Store,
    kind: str,
    path: Path | str,
    crs: str | None = None,
    dry_run: bool = False,
    mode: str | None = None,
    settings: object | None = None,
    actor: str = "system",
) -> ImportReport:
    """Import a file into posts or incidents and report; nothing is written with a fault or on a dry run.

    `mode`: "update" (the default) changes known codes and adds new ones, "add" takes new ones only, "replace"
    puts the file in place of all posts, or of all incidents that came from files. Raises NotFound for an
    unknown kind.
    """
    path = Path(path)
    report = ImportReport(tables.known_kind(kind), path.name, mode or tables.DEFAULT_MODE)
    try:
        if report.mode not in tables.MODES:
            raise refuse("unknown_mode", "mode", value=report.mode, detail=" ".join(tables.MODES))
        wanted = [kind, tables.TITLES[kind]["zh"]]
        raw = read_file(path, limits.from_settings(settings), wanted, POINTS)
        with store.read() as conn:
            known, report.revision = tables.read_known(conn, kind), revision(conn)
        done = tables.prepare(kind, raw, known, report.mode, crs=crs)
        report.rows, report.crs = len(done.frame), crs or ""
        report.inserted, report.updated, report.removed = done.inserted, done.updated, done.removed
        _sort(report, done.faults)
        if report.ok and not dry_run:
            _write(store, report, done, actor)
    except Rejected as found:
        _sort(report, found.faults)
    return report


def _sort(report: ImportReport, faults: list[Fault]) -> None:
    report.faults = [found for found in faults if found.is_error]
    report.warnings = [found for found in faults if not found.is_error]


def _write(store: Store, report: ImportReport, done: tables.Prepared, actor: str) -> None:
    try:
        with store.write() as conn:
            if revision(conn) != report.revision:
                raise refuse("store_moved", "store")
            detail = {"file": report.file[:120], "crs": report.crs}
            taken = tables.take_in(conn, report.layer, done.frame, report.mode, actor, detail)
    except Rejected:
        raise
    except GisError as error:
        raise refuse("store_conflict", "store", value=error.message) from error
    report.revision, report.written = taken.revision, True
