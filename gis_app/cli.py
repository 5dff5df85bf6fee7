"""The `gis-app` command: set an instance up, import files, serve, look after accounts and the audit trail.

Exit codes: 0 all well, 1 something unexpected or unavailable, 2 faults in what was given. Rooms are imported
inside the commands, so that one command does not pay for the libraries of another.
"""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis_app.errors import BadInput, Conflict, Forbidden, GisError, NotFound, Rejected
from gis_app.exchange import wording
from gis_app.settings import BadSettings, Settings, documented_settings, load_settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

_GIVEN_WRONG = (BadInput, BadSettings, Conflict, Forbidden, NotFound, Rejected)
_ROLES = "leader grid_worker planner dispatcher administrator handler inspector duty_staff"


class _Commands(click.Group):
    """Turns our errors into a sentence and an exit code, for every command."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except GisError as error:
            for found in getattr(error, "faults", [])[: wording.SHOWN]:
                click.echo(wording.line(found), err=True)
            click.echo(f"错误：{error.message}", err=True)
            ctx.exit(2 if isinstance(error, _GIVEN_WRONG) else 1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """网格地图服务：建库、导入、启动、账户与留痕。（Map service for a county's urban grid.）"""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")


@main.command()
@click.option("--empty", is_flag=True, help="只建库，不载入示范数据。")
def init(empty: bool) -> None:
    """建立实例文件夹和数据库；首次运行时载入 geodata/ 与示范账户，再次运行不作改动。"""
    settings = load_settings()
    store = _ready_store(settings)
    if not empty and _is_untouched(store):
        _load(store, settings)
    if settings.demo_accounts:
        _make_demo_accounts(store)
    click.echo(f"数据库就绪：{settings.instance_dir.absolute()}")


def _ready_store(settings: Settings) -> Store:
    """Return the store of these settings, its schema made or brought up to date."""
    from gis_app.storage.engine import open_store
    from gis_app.storage.migrations import migrate

    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    if migrate(settings.database_url):
        click.echo("数据库结构已更新")
    return open_store(settings.database_url)


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


@main.command("import")
@click.argument("layer")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--crs", help="文件的坐标系：EPSG:4490、EPSG:4547、EPSG:3857、GCJ-02、BD-09 等；不写则取文件自带的。"
)
@click.option(
    "--mode",
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

    settings = load_settings()
    store = _ready_store(settings)
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
    store = _ready_store(settings)
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
def verify_audit() -> None:
    """核验留痕：逐行检查散列链，发现改动、缺失或添加。"""
    from gis_app.storage.audit import verify

    with _ready_store(load_settings()).read() as conn:
        broken = verify(conn)
    if broken is not None:
        click.echo(f"留痕在第 {broken} 行处不完整", err=True)
        raise SystemExit(2)
    click.echo("留痕完整")


@main.command()
@click.option("--commit", is_flag=True, help="真正清除；不写则只统计，不作改动。")
def retain(commit: bool) -> None:
    """清除已办结且超过保存期限的上报人联系方式，以及无人引用的照片和语音文件；默认只统计。"""
    from gis_app.people.retention import retain as run
    from gis_app.photos.folder import PhotoFolder
    from gis_app.voices.folder import VoiceFolder

    settings = load_settings()
    photos, voices = PhotoFolder(settings.instance_dir), VoiceFolder(settings.instance_dir)
    found = run(_ready_store(settings), photos, settings.contact_days, commit, voices)
    click.echo(f"保存期限：办结后 {settings.contact_days} 天（{found.before:%Y-%m-%d} 以前）")
    click.echo(f"到期联系方式：{found.contacts} 件事件")
    click.echo(f"无人引用的照片和语音文件：{found.files} 个")
    click.echo("已清除" if commit else "未作改动；加 --commit 执行清除")


@main.group()
def user() -> None:
    """账户：添加、停用、启用、重设密码、列出。"""


@user.command("add")
@click.argument("username")
@click.option("--role", required=True, help=f"角色：{_ROLES}。")
@click.option("--scope", default="", help="范围：6、9、12 或 15 位区域编码；空为全县。")
@click.option("--organisation", default="", help="处置人员所属单位的编码。")
@click.option("--station", default="", help="值守人员所值守站点的编码；不写范围时取站点所在网格。")
@click.option("--display-name", default="", help="显示名称。")
@click.password_option(
    "--password", prompt="密码", confirmation_prompt="再输入一次", help="密码；不写则询问。"
)
def user_add(username, role, scope, organisation, station, display_name, password) -> None:
    """添加账户。"""
    from gis_app.people.accounts import create_account

    who = (username, password, role, scope, display_name, "gis-app user", False, organisation, station)
    name = create_account(_ready_store(load_settings()), *who)
    click.echo(f"已添加账户 {name}")


@user.command("disable")
@click.argument("username")
def user_disable(username: str) -> None:
    """停用账户，并结束它的全部会话。"""
    from gis_app.people.accounts import set_disabled

    set_disabled(_ready_store(load_settings()), username, True, actor="gis-app user")
    click.echo(f"已停用 {username}")


@user.command("enable")
@click.argument("username")
def user_enable(username: str) -> None:
    """重新启用账户。"""
    from gis_app.people.accounts import set_disabled

    set_disabled(_ready_store(load_settings()), username, False, actor="gis-app user")
    click.echo(f"已启用 {username}")


@user.command("reset")
@click.argument("username")
@click.password_option(
    "--password", prompt="新密码", confirmation_prompt="再输入一次", help="密码；不写则询问。"
)
def user_reset(username: str, password: str) -> None:
    """重设密码，并结束账户的全部会话。"""
    from gis_app.people.accounts import set_password

    set_password(_ready_store(load_settings()), username, password, actor="gis-app user")
    click.echo(f"已重设 {username} 的密码")


@user.command("list")
def user_list() -> None:
    """列出账户。"""
    from gis_app.people.accounts import list_accounts

    for account in list_accounts(_ready_store(load_settings())):
        state = "停用" if account.disabled else "正常"
        note = "示范" if account.demonstration else ""
        scope = account.scope_code or "全县"
        row = (account.username, account.role.label(), scope, state, note, account.display_name)
        click.echo("\t".join(row))


@main.command("settings")
def settings_() -> None:
    """列出全部设置：环境变量、类型、默认值、用途。"""
    for one in documented_settings():
        click.echo(f"{one.variable} ({one.type}) = {one.default or '—'}\n    {one.description}")


if __name__ == "__main__":
    main()
