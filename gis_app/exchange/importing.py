"""Import one file into one layer: all of it or nothing, and every fault of it named.

`import_layer` is the only door: it reads in the child, places the coordinates, has the layer prepared and
checked, and writes in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gis_app.errors import Fault, GisError, Rejected
from gis_app.exchange import limits, sandbox, streets
from gis_app.exchange.context import Existing
from gis_app.exchange.preparing import Prepared
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.steps import DEFAULT_MODE, DIMENSIONS, Asked, check_request, make_ready, place
from gis_app.layers import schema
from gis_app.storage import audit
from gis_app.storage.engine import Store
from gis_app.storage.layers import read_layers, replace_layer, revision


@dataclass(slots=True)
class ImportReport:
    """What an import found and did; `written` is False for a dry run and for faults."""

    layer: str
    file: str
    mode: str
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    rows: int = 0
    inserted: int = 0
    updated: int = 0
    removed: int = 0
    revision: int = 0
    crs: str = ""
    written: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether the file may go in."""
        return not self.faults


def import_layer(
    store: Store,
    layer: str,
    path: Path | str,
    crs: str | None = None,
    dry_run: bool = False,
    mode: str | None = None,
    repair: bool = False,
    settings: object | None = None,
    actor: str = "system",
    county_name: str | None = None,
) -> ImportReport:
    """Import a file into a layer and report; the store changes only where there is no fault and no dry run.

    `mode`: "replace" puts the file in place of the layer, "add" takes new codes only, "update" changes known
    codes and adds new ones; without one, stations are updated and every other layer is replaced. `repair`
    mends invalid areas and cleans slivers. `county_name` names a county that is made up from its grids.
    """
    path = Path(path)
    report = ImportReport(layer, path.name, mode or DEFAULT_MODE.get(layer, "replace"))
    try:
        check_request(layer, report.mode)
        asked = Asked(layer, report.mode, crs, county_name or path.stem, repair, streets.is_extract(path))
        table = _read(layer, path, repair, limits.from_settings(settings))
        placed = place(asked, table)
        with store.read() as conn:
            existing, report.revision = Existing(read_layers(conn)), revision(conn)
        report.crs = placed.source.label if placed.source else ""
        done = make_ready(asked, table, placed, existing)
        report.rows = len(done.rows)
        _report(report, done)
        if report.ok and not dry_run:
            _write(store, report, done, actor)
    except Rejected as found:
        _sort(report, found.faults)
    return report


def _read(layer: str, path: Path, repair: bool, most: limits.Limits) -> RawTable:
    streets.check_layer(layer, path)
    dimension = DIMENSIONS[schema.geometry_types(layer)]
    return sandbox.read_file(path, most, [layer, schema.title(layer)], dimension, repair)


def _report(report: ImportReport, done: Prepared) -> None:
    _sort(report, done.faults)
    report.inserted, report.updated, report.removed = done.inserted, done.updated, done.removed


def _sort(report: ImportReport, faults: list[Fault]) -> None:
    ordered = sorted(
        dict.fromkeys(faults), key=lambda found: (found.row or 0, found.field, found.message_code)
    )
    report.faults = [found for found in ordered if found.is_error]
    report.warnings = [found for found in ordered if not found.is_error]


def _write(store: Store, report: ImportReport, done: Prepared, actor: str) -> None:
    """Write every changed layer and the audit row in one transaction, if nobody wrote in between."""
    try:
        with store.write() as conn:
            if revision(conn) != report.revision:
                raise refuse("store_moved", "store")
            for name in schema.LAYERS:
                if name in done.layers:
                    report.revision = replace_layer(conn, name, done.layers[name], actor)
            detail = {
                "file": report.file[:120],
                "mode": report.mode,
                "crs": report.crs,
                "rows": report.rows,
                "inserted": report.inserted,
                "updated": report.updated,
                "removed": report.removed,
            }
            audit.append(conn, "layers:layer:imported", actor, report.layer, detail)
    except Rejected:
        raise
    except GisError as error:
        raise refuse("store_conflict", "store", value=error.message) from error
    report.written = True
