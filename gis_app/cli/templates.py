"""The command `gis-app template`: an empty workbook to fill in, with drop-downs of what is in the store."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.known import check_text
from gis_app.cli.telling import as_json, tell
from gis_app.cli.telling import dry_run as dry_run_option
from gis_app.errors import BadInput, Conflict, Unavailable

KINDS = ("stations", "posts", "incidents", "county", "subdistricts", "communities", "grids", "blocks",
         "buildings", "streets", "water", "gates")  # fmt: skip
_DRAFT = ".gis-workbook-"


def _kinds(_ctx, _param, typed: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(typed)]


@click.command(cls=Command)
@click.argument("kind", shell_complete=_kinds)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="覆盖已有的文件。")
@dry_run_option
@as_json
def template(kind, file, force, dry_run, as_json) -> None:
    """写出导入模板到文件 FILE（.xlsx）：中文列名、下拉列表、填写说明；填好后用 gis-app import 导入。

    KIND：stations posts incidents，以及 county subdistricts communities grids blocks buildings streets
    water gates（图形写成 WKT）。不写 FILE 则写到当前文件夹。
    """
    from gis_app.desk import tables, workbook

    target = file or Path(workbook.file_name(kind))
    workbook.title_of(kind)
    check_text("file", file)
    if target.exists() and not force:
        raise Conflict("file_exists", f"文件已存在：{target.name}；加 --force 覆盖")
    store = ready_store(settings_for(dry_run), dry_run)
    with store.read() as conn:
        known = tables.read_known(conn, tables.POSTS)
    data = workbook.template(kind, known)
    store.dispose()
    if not dry_run:
        put_whole(target, data)
    told = {"kind": kind, "path": str(target), "bytes": len(data), "written": not dry_run}
    tell(told, as_json, f"{target}（{len(data):,} 字节）" + ("，未写入" if dry_run else ""))


def check_writable(name: str, target: Path) -> None:
    """Raise BadInput for a file that `put_whole` could not write; nothing is left behind."""
    try:
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=target.parent):
            pass
    except OSError as error:
        reason = f"{name} 的文件夹不能写入：{target.parent}（{error.strerror}）；请先建好或换一个"
        raise BadInput("cannot_write", reason, {name: reason}) from None


def put_whole(target: Path, data: bytes) -> None:
    """Write beside the target and put the file in its place when it is whole; raises Unavailable."""
    try:
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=target.parent) as folder:
            part = Path(folder) / target.name
            part.write_bytes(data)
            os.replace(part, target)
    except OSError as error:
        raise Unavailable("cannot_write", f"不能写入 {target}：{error.strerror}") from None
