"""The workbooks that the import desk gives out: templates to fill in, and fault lists to correct.

Both are read again by the ordinary import: a filled template goes in as it is, and so does a fault list once
its coloured cells are corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from gis_app.desk import workbook_faults, workbook_template
from gis_app.desk.tables_fields import FIELDS
from gis_app.desk.tables_known import Known
from gis_app.desk.workbook_faults import with_shapes
from gis_app.desk.workbook_headings import KINDS, headings, title_of
from gis_app.errors import Fault
from gis_app.layers import schema

__all__ = ["KINDS", "fault_list", "file_name", "template", "title_of", "with_shapes"]
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(kind: str, known: Known) -> bytes:
    """Return the template of a layer, "posts" or "incidents" as XLSX; raises NotFound for another kind.

    Its drop-downs offer what is in the store now.
    """
    return workbook_template.draw(kind, title_of(kind), headings(kind, known))


def file_name(kind: str) -> str:
    """Return what the template's file is called; raises NotFound."""
    return f"{title_of(kind)}导入模板.xlsx"


def fault_list(
    frame: pd.DataFrame, faults: Sequence[Fault], columns: Mapping[str, str | None] | None = None,
    kind: str = "",
) -> bytes:  # fmt: skip
    """Return the rows of a file as XLSX, faulty cells coloured with a comment of fault and remedy.

    `frame` holds the rows as they came under the file's own names, its index the rows' labels; the shapes of
    a GeoDataFrame (see `with_shapes`) are written as WKT with their system. `columns` says field → column of
    the file, `kind` which layer or table the file is for.
    """
    known = kind in FIELDS or kind in schema.LAYERS
    return workbook_faults.draw(
        frame, faults, columns or {}, title_of(kind) if known else "数据", _labels(kind)
    )


def _labels(kind: str) -> dict[str, str]:
    if kind in FIELDS:
        return {one.name: one.zh for one in FIELDS[kind]}
    if kind in schema.LAYERS:
        return {name: column.title for name, column in schema.schema(kind).columns.items()}
    return {}
