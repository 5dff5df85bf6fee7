"""An import's report as lines for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_app.errors import Fault

if TYPE_CHECKING:
    from gis_app.exchange.importing import ImportReport

SHOWN = 200


def words(report: ImportReport, dry_run: bool) -> str:
    """Return a report as lines: faults, warnings, and what was done."""
    lines = [line(found) for found in report.faults[:SHOWN]]
    if len(report.faults) > SHOWN:
        lines.append(f"……另有 {len(report.faults) - SHOWN} 处错误")
    lines += [line(found) for found in report.warnings[:SHOWN]]
    if report.faults:
        lines.append(f"未导入 {report.file}：{len(report.faults)} 处错误，数据未作任何改动")
        return "\n".join(lines)
    change = f"新增 {report.inserted}，更新 {report.updated}，移除 {report.removed}"
    done = "检查通过（未写入）" if dry_run else "已导入"
    place = (f"坐标系 {report.crs}，" if report.crs else "") + f"版本 {report.revision}"
    lines.append(f"{done} {report.layer}：{report.rows} 行（{change}），{place}")
    return "\n".join(lines)


def line(found: Fault) -> str:
    """Return one fault: where, what, how to mend it."""
    kind = "错误" if found.is_error else "提示"
    place = f"第 {found.row} 行" if found.row is not None else "整个文件"
    return f"{kind} · {place} · {found.field} · {found.message} · 处理：{found.remedy}"
