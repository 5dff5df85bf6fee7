"""Draws a template: headings with comments, drop-downs, an example row in grey, and a sheet that explains.

Long lists stand on a hidden sheet, because a list inside a validation ends at 255 characters. Nothing here is
beyond what both Excel and LibreOffice read.
"""

from __future__ import annotations

import io
from datetime import datetime

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gis_app.desk import workbook_cells as cells
from gis_app.desk.workbook_headings import DAY, LAT, LON, MOMENT, TEXT, WHOLE, Heading
from gis_app.exchange.words import ASIDE

FIRST, LAST = 3, 100_001  # the rows with validation, below heading and example
LISTS = "选项"
INLINE = 200  # characters of a list that may stand in the validation itself
HELP = ASIDE[0]
SHOWN = 12  # choices that the help sheet lists
_FORMATS = {TEXT: cells.TEXT_FORMAT, DAY: cells.DAY_FORMAT, MOMENT: cells.MOMENT_FORMAT, WHOLE: "0",
            LON: "0.0000000", LAT: "0.0000000"}  # fmt: skip
# form -> validation: type, operator, between what, what is said
_RULES = {
    WHOLE: ("whole", "between", "0", "10000000", "填写 0 或正整数"),
    LON: ("decimal", "between", "-180", "180", "填写十进制经度，例如 114.467"),
    LAT: ("decimal", "between", "-90", "90", "填写十进制纬度，例如 34.480"),
    DAY: ("date", "greaterThan", "1", None, "填写日期，例如 2026-01-31"),
    MOMENT: ("date", "greaterThan", "1", None, "填写时间，例如 2026-01-31 09:30"),
}
_NOTES = (
    "第一行是列名，不要改动；从第三行起每行填一个对象，不要合并单元格。",
    "灰色的示例行可以保留，导入时忽略；空白行也忽略。",
    "橙色列名为必填，其余可以空白。有下拉列表的，选其中一项，“编码 名称”整项保留即可。",
    "编码、电话等列已设为文本，粘贴时请选“仅粘贴数值”。",
    "填好后在“数据导入”页面上传，或运行 gis-app import {kind} 文件名；有问题的单元格会逐一指出。",
    "本系统管理地点、服务和任务，不登记居民：不得写入居民姓名、电话、证件号码。",
)


def draw(kind: str, title: str, headings: list[Heading]) -> bytes:
    """Return the workbook of a template."""
    book = Workbook()
    page = book.active
    page.title = title
    lists = _lists(book, headings)
    for number, heading in enumerate(headings, 1):
        _column(page, number, heading, lists.get(heading.name))
    page.freeze_panes = "B2"
    page.row_dimensions[1].height = 24
    _mark_doubles(page)
    _explain(book, kind, title, headings)
    book.move_sheet(LISTS, offset=1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lists(book: Workbook, headings: list[Heading]) -> dict[str, str]:
    """Write the choices of every column to the hidden sheet and return name → formula of its list."""
    page, found = book.create_sheet(LISTS), {}
    page.sheet_state = "hidden"
    for heading in headings:
        if not heading.choices:
            continue
        joined = ",".join(heading.choices)
        if len(joined) <= INLINE and '"' not in joined and len(heading.choices) == joined.count(",") + 1:
            found[heading.name] = f'"{joined}"'
            continue
        column = page.max_column + 1 if page["A1"].value is not None else 1
        letter = get_column_letter(column)
        for row, text in enumerate([heading.title, *heading.choices], 1):
            cells.set_text(page.cell(row, column), text)
        found[heading.name] = f"'{LISTS}'!${letter}$2:${letter}${len(heading.choices) + 1}"
    return found


def _column(page: Worksheet, number: int, heading: Heading, choices: str | None) -> None:
    letter = get_column_letter(number)
    longest = 1.4 * max(len(text) for text in [heading.title, heading.example, *heading.choices[:99]])
    dimension = page.column_dimensions[letter]
    dimension.width = min(max(longest + 4, 12), 40)
    dimension.number_format = _FORMATS[heading.form]
    head = page.cell(1, number)
    cells.set_text(head, heading.title)
    head.font, head.border, head.alignment = cells.BOLD, cells.THIN, cells.WRAP
    head.fill = cells.WANTED_FILL if heading.required else cells.HEAD_FILL
    said = [("必填。" if heading.required else "可空白。") + heading.help]
    head.comment = cells.note("\n".join(said))
    _example(page, number, heading)
    rule = _validation(heading, choices)
    if rule is not None:
        rule.add(f"{letter}{FIRST}:{letter}{LAST}")
        page.add_data_validation(rule)


def _example(page: Worksheet, number: int, heading: Heading) -> None:
    cell = page.cell(2, number)
    if heading.example and heading.form in (DAY, MOMENT):
        cell.value = datetime.fromisoformat(heading.example)
    elif heading.example and heading.form != TEXT:
        cell.value = float(heading.example) if "." in heading.example else int(heading.example)
    elif heading.example:
        cells.set_text(cell, heading.example)
    cell.number_format = _FORMATS[heading.form]
    cell.font = cells.EXAMPLE_FONT


def _validation(heading: Heading, choices: str | None) -> DataValidation | None:
    if choices is not None:
        rule = DataValidation(type="list", formula1=choices, allow_blank=True)
        rule.errorStyle = "stop" if heading.closed else "warning"
        rule.error = "请从下拉列表中选择"
    elif heading.form in _RULES:
        kind, operator, low, high, words = _RULES[heading.form]
        rule = DataValidation(type=kind, operator=operator, formula1=low, formula2=high, allow_blank=True)
        rule.errorStyle = "warning"
        rule.error = words
    else:
        return None
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle = rule.promptTitle = heading.title[:32]
    rule.prompt = (heading.help or rule.error)[:250]
    return rule


def _mark_doubles(page: Worksheet) -> None:
    """Colour codes that stand twice."""
    colour = cells.ERROR_FILL.fgColor.rgb
    style = DifferentialStyle(fill=PatternFill("solid", fgColor=colour, bgColor=colour))  # by either, as read
    rule = Rule(type="duplicateValues", dxf=style, priority=1)
    page.conditional_formatting.add(f"A{FIRST}:A{LAST}", rule)


def _explain(book: Workbook, kind: str, title: str, headings: list[Heading]) -> None:
    page = book.create_sheet(HELP)
    rows: list[tuple[str, ...]] = [(f"{title} · 填写说明",)]
    rows += [(f"{number}. {words.format(kind=kind)}",) for number, words in enumerate(_NOTES, 1)]
    rows += [(), ("列名", "必填", "说明", "可选的值")]
    for heading in headings:
        more = f" 等 {len(heading.choices)} 项" if len(heading.choices) > SHOWN else ""
        shown = "、".join(heading.choices[:SHOWN]) + more
        rows.append((heading.title, "是" if heading.required else "", heading.help, shown))
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row, 1):
            cell = page.cell(number, at)
            cells.set_text(cell, text)
            cell.alignment = cells.WRAP if len(row) > 1 else None
            if number in (1, len(_NOTES) + 3):
                cell.font = cells.BOLD
    for letter, width in zip("ABCD", (18, 8, 60, 60), strict=True):
        page.column_dimensions[letter].width = width
