"""Statistics as files: one line for each figure, with its numerator, denominator, rule and cut-off time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.web.table_files import BOM, safe_cell

Line = Sequence[object]


def header() -> list[str]:
    """Return the titles of the columns of a line."""
    return [
        _("分组"),
        _("编码"),
        _("名称"),
        _("指标"),
        _("数值"),
        _("单位"),
        _("分子"),
        _("分母"),
        _("规则"),
        _("截止时点"),
        _("边界方案"),
    ]


def as_csv(lines: Iterable[Line], notes: Iterable[tuple[str, str]], lang: str) -> bytes:
    """Return the lines as CSV (UTF-8 with BOM, CRLF)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(title) for title in header()])
    for line in lines:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in line])
    return BOM + out.getvalue().encode("utf-8", "replace")


def as_xlsx(lines: Iterable[Line], notes: Iterable[tuple[str, str]], lang: str) -> bytes:
    """Return the lines as a workbook, with a second sheet that says what was selected."""
    widths = (12, 18, 22, 28, 12, 16, 10, 10, 80, 24, 80)
    return workbook(
        [
            Sheet(_("统计"), header(), lines, widths),
            Sheet(_("说明"), [_("项目"), _("内容")], notes, (20, 100)),
        ]
    )
