"""The command `gis-app report`: the monthly report as files, the same that the page makes."""

from __future__ import annotations

import calendar
import os
import re
import tempfile
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis_app import clock
from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.known import check_text, is_area
from gis_app.cli.telling import as_json, dry_run, progress, tell
from gis_app.errors import BadInput, Conflict, Unavailable
from gis_app.settings import Settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

FORMATS = ("pdf", "docx", "xlsx")
_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


@click.command(cls=Command)
@click.option("--month", help="月份，YYYY-MM；不写则取上一个月。")
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS),
              help="文件格式，可写多次；不写则三种都要。")  # fmt: skip
@click.option("--area", default="", help="街道或社区的编码；空为全县。")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言。")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(),
              help="放文件的文件夹，不写则为当前文件夹。")  # fmt: skip
@click.option("--force", is_flag=True, help="覆盖已有的同名文件。")
@dry_run
@as_json
def report(month, formats, area, language, out, force, dry_run, as_json) -> None:
    """生成月报文件：report-月份[-区域].pdf、.docx、.xlsx；与网页上的月报相同。"""
    check_text("out", out)
    settings = settings_for(dry_run)
    store = ready_store(settings, dry_run)
    wanted = formats or FORMATS
    last = _last_day(month)
    stem = f"report-{last:%Y-%m}" + (f"-{_code(store, area)}" if area else "")
    targets = {kind: out / f"{stem}.{kind}" for kind in FORMATS if kind in wanted}
    present = [path.name for path in targets.values() if path.exists()]
    if present and not force:
        raise Conflict("file_exists", f"文件已存在：{'、'.join(present)}；加 --force 覆盖")
    told: dict[str, Any] = {"month": f"{last:%Y-%m}", "area": area, "language": language}
    if dry_run:
        told |= {"files": [str(path) for path in targets.values()], "written": False}
        return tell(told, as_json, *(f"将写入：{path}" for path in targets.values()), "未作改动")
    with tempfile.TemporaryDirectory(prefix="gis-report-") as folder:
        made = _made(settings, Path(folder), _params(settings, last, list(targets), area, language))
        _placed(Path(folder) / made["file"], targets)
    store.dispose()
    told |= {"files": made["files"], "revision": made["revision"], "mark": made["mark"], "written": True}
    for one in told["files"]:
        one["path"] = str(targets[one["format"]])
    return tell(told, as_json, *(f"{one['path']}（{one['bytes']} 字节）" for one in told["files"]))


class _Here:
    """What stands for a job where the work is done in this process."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.database_url, self.files, self.number = settings.database_url, folder, 0
        self.ends = time.monotonic() + 3600
        self.progress = progress()

    def cancelled(self) -> bool:
        return False


def _made(settings: Settings, folder: Path, params: dict[str, Any]) -> dict[str, Any]:
    from gis_app.jobs.report import make

    job = _Here(settings, folder)
    made = make(params, job)
    job.progress(1.0, "完成")
    return made


def _params(settings: Settings, last: date, formats: list[str], area: str, language: str) -> dict[str, Any]:
    from gis_app.incidents.key_figures import KEY_FIGURES

    own = settings.leader_targets
    basis = {
        "walking_speed": settings.walking_speed,
        "snap_limit": settings.snap_limit,
        "households_per_seat": settings.households_per_seat,
        "targets": {code: own.get(code, one.target) for code, one in KEY_FIGURES.items()},
        "review_number": settings.map_review_number,
        "attribution": settings.map_attribution,
    }
    asked = {"end": last.isoformat(), "asked_at": clock.now().isoformat(), "by": "gis-app report"}
    return asked | {"area": area, "language": language, "formats": formats, "basis": basis}


def _last_day(month: str | None) -> date:
    """Return the last day of a month, today in the present one; without a month that of the last one."""
    today = clock.now().date()
    if month is None:
        return today.replace(day=1) - timedelta(days=1)
    match = _MONTH.fullmatch(month)
    if match is None or (int(match[1]), int(match[2])) > (today.year, today.month):
        raise BadInput("bad_month", "月份应为 YYYY-MM，且不晚于本月", {"month": month[:20]})
    year, number = int(match[1]), int(match[2])
    return min(date(year, number, calendar.monthrange(year, number)[1]), today)


def _code(store: Store, area: str) -> str:
    known = area.isascii() and area.isdigit() and len(area) in (6, 9, 12)
    if not (known and is_area(store, area)):
        raise BadInput(
            "unknown_area", "没有这个区域，可写街道（9 位）或社区（12 位）的编码", {"area": area[:20]}
        )
    return area


def _placed(archive: Path, targets: dict[str, Path]) -> None:
    """Write each file whole under another name, then give it its own."""
    try:
        with zipfile.ZipFile(archive) as made:
            for kind, path in targets.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                draft = path.with_name(f".{path.name}.part")
                draft.write_bytes(made.read(f"report.{kind}"))
                os.replace(draft, path)
    except OSError as error:
        raise Unavailable("report_not_kept", f"无法写入文件：{error.strerror}") from None
