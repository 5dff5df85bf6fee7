"""The fault list of an import by command: the file is read once more, for its rows beside the faults."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gis_app.desk import tables, workbook
from gis_app.errors import Rejected
from gis_app.exchange import columns, limits
from gis_app.exchange.importing import ImportReport
from gis_app.exchange.raw import RawTable
from gis_app.exchange.sandbox import read_file


def fault_list_of(path: Path, report: ImportReport, settings: object | None = None) -> bytes:
    """Return the faults and warnings of a report beside the file's rows, alone where it cannot be read."""
    faults = [*report.faults, *report.warnings]
    try:
        raw = read_file(path, limits.from_settings(settings), [report.layer])
    except Rejected:
        return workbook.fault_list(pd.DataFrame(), faults, {}, report.layer)
    frame = pd.DataFrame(raw.columns, index=raw.rows, dtype=object)
    if raw.geometry is not None:
        frame = workbook.with_shapes(frame, raw.geometry, report.crs or raw.crs)
    return workbook.fault_list(frame, faults, _columns(report.layer, raw), report.layer)


def _columns(kind: str, raw: RawTable) -> dict[str, str]:
    names = list(raw.columns)
    if kind in tables.KINDS:
        return tables.find_columns(kind, names)
    known = columns.find_columns(kind, names) if kind in columns.SYNONYMS else {}
    return columns.find_coordinates(names) | known
