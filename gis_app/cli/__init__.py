"""The `gis-app` command: set an instance up, import files, serve, look after accounts and the audit trail.

Exit codes: 0 all well, 1 something unexpected or unavailable, 2 faults in what was given. Results go to
standard output, progress to standard error. Rooms are imported inside the commands, so that one command does
not pay for the libraries of another.
"""

from __future__ import annotations

import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis_app.cli.backups import backup, restore
from gis_app.cli.exports import export
from gis_app.cli.first import init
from gis_app.cli.group import Commands, ready_store, settings_for
from gis_app.cli.keys import key
from gis_app.cli.known import check_text
from gis_app.cli.manual import completion, manual
from gis_app.cli.plans import publish
from gis_app.cli.reports import report
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import dry_run as dry_run_option
from gis_app.cli.telling import note, progress, tell
from gis_app.cli.templates import check_writable, put_whole, template
from gis_app.cli.upkeep import retain, settings_, verify_audit
from gis_app.cli.users import user
from gis_app.cli.webhooks import webhook
from gis_app.errors import Unavailable
from gis_app.exchange import wording
from gis_app.settings import Settings, load_settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

_AREAS = ("county", "subdistricts", "communities", "grids", "blocks", "buildings", "water")
_TABLES = ("posts", "incidents")
_LAYERS = (*_AREAS, "streets", "stations", "gates", *_TABLES)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """网格地图服务：建库、导入、启动、备份、月报、账户、密钥、留痕。（Map service for a county's grid.）"""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")


for _command in (init, user, key, webhook, template, export, backup, restore, report, publish):
    main.add_command(_command)
for _command in (verify_audit, retain, settings_, manual, completion):
    main.add_command(_command)


def _one_of(*words: str):
    """Return what completes a word in the shell from these; what is accepted is decided elsewhere."""
    return lambda _ctx, _param, typed: [word for word in words if word.startswith(typed)]


@main.command("import")
@click.argument("layer", shell_complete=_one_of(*_LAYERS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--crs", help="文件的坐标系：EPSG:4490、EPSG:4547、EPSG:3857、GCJ-02、BD-09 等；不写则取文件自带的。"
)
@click.option(
    "--mode",
    shell_complete=_one_of("replace", "add", "update"),
    help="replace 整层替换；add 只加新编码；update 更新已有、加入新的。站点和表默认 update，其余 replace。",
)
@dry_run_option
@click.option("--repair", is_flag=True, help="修复无效图形，清理细小重叠与缝隙。")
@click.option("--county-name", help="只有网格、没有县域图层时，县的名称；不写则取文件名。")
@click.option("--faults", type=click.Path(path_type=Path, dir_okay=False),
              help="有问题时，把问题清单写到这个 .xlsx 文件（已有则覆盖）；改正后可直接再导入。")  # fmt: skip
@json_option
def import_(layer, file, crs, mode, dry_run, repair, county_name, faults, as_json) -> None:
    """把文件 FILE 导入图层 LAYER；有任何错误则整个文件不写入，退出码为 2。

    LAYER：county subdistricts communities grids blocks buildings streets water stations gates，以及两张表：
    posts（岗位）incidents（事件台账）。表格可先用 gis-app template 写出模板。

    FILE：GeoJSON、GeoPackage、Shapefile（.shp 或 .zip）、FlatGeobuf、KML、KMZ、DXF，带坐标列的 CSV、XLSX；
    路网还可用 OpenStreetMap 的 .osm、.osm.pbf。道路在相交处自动断开连通，桥梁、隧道除外；断片与断头一一列出。
    """
    from gis_app.desk.tables_import import import_table
    from gis_app.desk.workbook_of_import import fault_list_of
    from gis_app.exchange.importing import import_layer
    from gis_app.studio.publish import activate_due

    for name, given in (("file", file), ("county_name", county_name), ("faults", faults)):
        check_text(name, given)
    if faults:
        check_writable("faults", faults)
    settings = settings_for(dry_run)
    store, say = ready_store(settings, dry_run), progress()
    activate_due(store)
    say(0.1, f"读取并检查 {file.name}")
    asked = {"crs": crs, "dry_run": dry_run, "mode": mode, "settings": settings, "actor": "gis-app import"}
    if layer in _TABLES:
        report = import_table(store, layer, file, **asked)
    else:
        report = import_layer(store, layer, file, repair=repair, county_name=county_name, **asked)
    kept = True
    if faults and (report.faults or report.warnings):
        kept = _kept(faults, fault_list_of(file, report, settings))
    say(1.0, "完成")
    tell(asdict(report), as_json, wording.words(report, dry_run))
    if not (report.ok and kept):
        raise SystemExit(2 if kept else 1)


def _kept(faults: Path, data: bytes) -> bool:
    """Write the list of faults; where that fails say so beside the report, which is told all the same."""
    try:
        put_whole(faults, data)
    except Unavailable as error:
        note(f"错误：问题清单没有写成，{error.message}")
        return False
    return True


@main.command()
@click.option("--host", help="监听地址，默认取 GIS_HOST。")
@click.option("--port", type=click.IntRange(0, 65535), help="端口，0 为任选一个空闲端口。")
@click.option("--workers", type=click.IntRange(1, 64), help="服务进程数。")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """启动地图服务，Ctrl-C 停止。"""
    given = {"host": host, "port": port, "workers": workers}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    settings = settings.model_copy(update={"port": settings.port or _free_port(settings.host)})
    store = ready_store(settings)
    _announce(store, settings)
    store.dispose()
    from gis_app.jobs import keeper
    from gis_app.web import server

    with keeper.kept(settings):
        server.serve(settings)


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def _announce(store: Store, settings: Settings) -> None:
    """Print the address, and the demonstration accounts while they can sign in."""
    from gis_app.people.accounts import list_accounts
    from gis_app.people.demonstration import PASSWORD

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"\n地址 Address: http://{host}:{settings.port}/")
    accounts = list_accounts(store)
    shown = [account for account in accounts if account.demonstration and not account.disabled]
    for account in shown:
        scope = f"，范围 {account.scope_code}" if account.scope_code else ""
        click.echo(
            f"  {account.username:<10} {PASSWORD}   {account.role.label()} {account.role.label('en')}{scope}"
        )
    if not accounts:
        click.echo("  还没有账户：用 gis-app user add 添加")
    sys.stdout.flush()
