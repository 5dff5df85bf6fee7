"""The `gis-app` command: set an instance up, import files, serve, look after accounts and the audit trail.

Exit codes: 0 all well, 1 something unexpected or unavailable, 2 faults in what was given. Results go to
standard output, progress to standard error. Rooms are imported inside the commands, so that one command does
not pay for the libraries of another.
"""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis_app.cli.backups import backup, restore
from gis_app.cli.exports import export
from gis_app.cli.group import Commands, ready_store
from gis_app.cli.keys import key
from gis_app.cli.manual import completion, manual
from gis_app.cli.plans import publish
from gis_app.cli.reports import report
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import note, tell
from gis_app.cli.users import user
from gis_app.errors import NotFound
from gis_app.exchange import wording
from gis_app.settings import Settings, documented_settings, load_settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

_AREAS = ("county", "subdistricts", "communities", "grids", "blocks", "buildings", "water")
_LAYERS = (*_AREAS, "streets", "stations", "gates")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """网格地图服务：建库、导入、启动、备份、月报、账户、密钥、留痕。（Map service for a county's grid.）"""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")


for _command in (user, key, export, backup, restore, report, publish, manual, completion):
    main.add_command(_command)


@main.command()
@click.option("--empty", is_flag=True, help="只建库，不载入示范数据。")
def init(empty: bool) -> None:
    """建立实例文件夹和数据库；首次运行时载入 geodata/ 与示范账户，再次运行不作改动。"""
    settings = load_settings()
    store = ready_store(settings)
    if not empty and _is_untouched(store):
        _load(store, settings)
    if settings.demo_accounts:
        _make_demo_accounts(store)
    click.echo(f"数据库就绪：{settings.instance_dir.absolute()}")


def _is_untouched(store: Store) -> bool:
    from gis_app.storage.revision import revision

    with store.read() as conn:
        return revision(conn) == 0


def _load(store: Store, settings: Settings) -> None:
    from gis_app.exchange.geodata import load_geodata

    folder = settings.geodata_dir
    if not folder.is_dir():
        raise NotFound(
            "no_geodata", f"没有数据文件夹 {folder}；设置 GIS_GEODATA_DIR，或用 gis-app init --empty"
        )
    click.echo(f"载入数据：{folder}")
    load_geodata(store, folder, lambda step: click.echo(f"  {step}"))


def _make_demo_accounts(store: Store) -> None:
    from gis_app.people.demonstration import USERNAMES, ensure_demo_accounts
    from gis_app.storage.people import read_accounts

    with store.read() as conn:
        present = {row.username for row in read_accounts(conn)}
    if present >= USERNAMES.keys():
        return
    from gis_app.layers.atlas import Atlas
    from gis_app.storage.layers import read_layers

    with store.read() as conn:
        communities = Atlas.build(read_layers(conn)).communities
    for account in ensure_demo_accounts(store, communities):
        click.echo(f"  示范账户 {account.username}（{account.role.label()}）")


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
    help="replace 整层替换；add 只加新编码；update 更新已有、加入新的。站点默认 update，其余默认 replace。",
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
@click.option("--repair", is_flag=True, help="修复无效图形，清理细小重叠与缝隙。")
@click.option("--county-name", help="只有网格、没有县域图层时，县的名称；不写则取文件名。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def import_(layer, file, crs, mode, dry_run, repair, county_name, as_json) -> None:
    """把文件 FILE 导入图层 LAYER；有任何错误则整个文件不写入，退出码为 2。

    LAYER：county subdistricts communities grids blocks buildings streets water stations gates。

    FILE：GeoJSON、GeoPackage、Shapefile（.shp 或 .zip）、FlatGeobuf、KML、KMZ、DXF，带坐标列的 CSV、XLSX；
    路网还可用 OpenStreetMap 的 .osm、.osm.pbf。道路在相交处自动断开连通，桥梁、隧道除外；断片与断头一一列出。
    """
    from gis_app.exchange.importing import import_layer
    from gis_app.studio.publish import activate_due

    settings = load_settings()
    store = ready_store(settings)
    activate_due(store)
    report = import_layer(
        store, layer, file, crs=crs, dry_run=dry_run, mode=mode, repair=repair, settings=settings,
        actor="gis-app import", county_name=county_name,
    )  # fmt: skip
    click.echo(
        json.dumps(asdict(report), ensure_ascii=False, indent=1)
        if as_json
        else wording.words(report, dry_run)
    )
    if not report.ok:
        raise SystemExit(2)


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


@main.command("verify-audit")
@json_option
def verify_audit(as_json: bool) -> None:
    """核验留痕：逐行检查散列链，发现改动、缺失或添加；不完整时退出码为 2。"""
    from gis_app.storage.audit import verify

    with ready_store(load_settings()).read() as conn:
        broken = verify(conn)
    tell({"sound": broken is None, "broken_at": broken}, as_json, *([] if broken else ["留痕完整"]))
    if broken is not None:
        note(f"留痕在第 {broken} 行处不完整")
        raise SystemExit(2)


@main.command()
@click.option("--commit", is_flag=True, help="真正清除；不写则只统计，不作改动。")
@json_option
def retain(commit: bool, as_json: bool) -> None:
    """清除已办结且超过保存期限的上报人联系方式，以及无人引用的照片和语音文件；默认只统计。"""
    from gis_app.people.retention import retain as run
    from gis_app.photos.folder import PhotoFolder
    from gis_app.voices.folder import VoiceFolder

    settings = load_settings()
    photos, voices = PhotoFolder(settings.instance_dir), VoiceFolder(settings.instance_dir)
    found = run(ready_store(settings), photos, settings.contact_days, commit, voices)
    lines = (
        f"保存期限：办结后 {settings.contact_days} 天（{found.before:%Y-%m-%d} 以前）",
        f"到期联系方式：{found.contacts} 件事件",
        f"无人引用的照片和语音文件：{found.files} 个",
        "已清除" if commit else "未作改动；加 --commit 执行清除",
    )
    tell(asdict(found) | {"committed": commit}, as_json, *lines)


@main.command("settings")
@json_option
def settings_(as_json: bool) -> None:
    """列出全部设置：环境变量、类型、默认值、用途。"""
    found = list(documented_settings())
    lines = (f"{one.variable} ({one.type}) = {one.default or '—'}\n    {one.description}" for one in found)
    tell([one._asdict() for one in found], as_json, *lines)
