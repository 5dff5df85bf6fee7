"""Import one file into one layer: all of it or nothing, and every fault of it named.

`import_layer` is the only door: it reads in the child, places the coordinates, has the layer prepared and
checked, and writes in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gis_app.errors import Fault, GisError, Rejected
from gis_app.exchange import crs as placing
from gis_app.exchange import limits, sandbox, streets
from gis_app.exchange.context import Existing
from gis_app.exchange.coordinates import points_of
from gis_app.exchange.messages import fault
from gis_app.exchange.preparing import Prepared, prepare
from gis_app.exchange.raw import refuse
from gis_app.layers import schema
from gis_app.layers.faults import fault as layer_fault
from gis_app.storage import audit
from gis_app.storage.engine import Store
from gis_app.storage.layers import read_layers, replace_layer, revision

MODES = ("replace", "add", "update")
# Areas come as one whole set; stations come as news about some of them.
DEFAULT_MODE = dict.fromkeys(schema.LAYERS, "replace") | {"stations": "update"}
DIMENSIONS = {schema.AREA: 2, schema.LINE: 1, schema.POINT: 0}


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
        _check_request(layer, report.mode)
        table, placed = _read(layer, path, crs, repair, limits.from_settings(settings))
        with store.read() as conn:
            existing, report.revision = Existing(read_layers(conn)), revision(conn)
        report.crs = placed.source.label if placed.source else ""
        gates = None
        if streets.is_extract(path):
            extract = streets.take_apart(table, placed, existing)
            table, placed, gates = extract.table, extract.placed, extract.gates
        report.rows = len(table.rows)
        name = county_name or path.stem
        done = prepare(layer, table, placed, existing, report.mode, repair, name, gates)
        _report(report, done)
        if report.ok and not dry_run:
            _write(store, report, done, actor)
    except Rejected as found:
        _sort(report, found.faults)
    return report


def _check_request(layer: str, mode: str) -> None:
    faults = []
    if layer not in schema.LAYERS:
        faults.append(layer_fault("unknown_layer", "layer", value=layer, detail=" ".join(schema.LAYERS)))
    if mode not in MODES:
        faults.append(fault("unknown_mode", "mode", value=mode, detail=" ".join(MODES)))
    if faults:
        raise Rejected(faults)


def _read(layer: str, path: Path, crs: str | None, repair: bool, most: limits.Limits):
    """Return the file's table and its shapes in EPSG:4490."""
    declared = placing.declared_source(crs) if crs else None
    dimension = DIMENSIONS[schema.geometry_types(layer)]
    wanted = [layer, schema.title(layer)]
    streets.check_layer(layer, path)
    table = sandbox.read_file(path, most, wanted, dimension, repair)
    if not table.table:
        assumed = False
    elif dimension == 0:
        points = points_of(table, declared.crs if declared else None)
        table.geometry, assumed = points.shapes, points.named_lonlat
        table.faults += points.faults
    else:
        raise refuse("no_coordinates", "geometry", row=1)
    return table, placing.place(table.geometry, table.rows, table.crs, crs, assumed)


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
