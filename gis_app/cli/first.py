"""The command `gis-app init`: the instance folder and its database, filled on the first run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import dry_run as dry_run_option
from gis_app.cli.telling import note, tell
from gis_app.errors import NotFound

if TYPE_CHECKING:
    from gis_app.storage.engine import Store


@click.command(cls=Command)
@click.option("--empty", is_flag=True, help="只建库，不载入示范数据。")
@dry_run_option
@json_option
def init(empty: bool, dry_run: bool, as_json: bool) -> None:
    """建立实例文件夹和数据库；首次运行时载入 geodata/ 与示范账户，再次运行不作改动。"""
    settings = settings_for(dry_run)
    store = ready_store(settings, dry_run)
    load = not empty and _is_untouched(store)
    if load and not settings.geodata_dir.is_dir():
        words = f"没有数据文件夹 {settings.geodata_dir}；设置 GIS_GEODATA_DIR，或用 gis-app init --empty"
        raise NotFound("no_geodata", words)
    if load and not dry_run:
        _load(store, settings.geodata_dir)
    accounts = _make_demo_accounts(store) if settings.demo_accounts and not dry_run else []
    folder = settings.instance_dir.absolute()
    told: dict[str, Any] = {"instance": str(folder), "loaded": load, "demo_accounts": accounts}
    last = f"将载入 {settings.geodata_dir}" if load else "不载入数据"
    lines = [last, "未作改动"] if dry_run else [f"数据库就绪：{folder}"]
    tell(told | {"dry_run": dry_run}, as_json, *lines)


def _is_untouched(store: Store) -> bool:
    from gis_app.storage.revision import revision

    with store.read() as conn:
        return revision(conn) == 0


def _load(store: Store, folder: Path) -> None:
    from gis_app.exchange.geodata import load_geodata

    note(f"载入数据：{folder}")
    load_geodata(store, folder, lambda step: note(f"  {step}"))


def _make_demo_accounts(store: Store) -> list[str]:
    """Make those demonstration accounts that are missing and return their names."""
    from gis_app.people.demonstration import USERNAMES, ensure_demo_accounts
    from gis_app.storage.people import read_accounts

    with store.read() as conn:
        present = {row.username for row in read_accounts(conn)}
    if present >= USERNAMES.keys():
        return []
    from gis_app.layers.atlas import Atlas
    from gis_app.storage.layers import read_layers

    with store.read() as conn:
        communities = Atlas.build(read_layers(conn)).communities
    made = list(ensure_demo_accounts(store, communities))
    for account in made:
        note(f"  示范账户 {account.username}（{account.role.label()}）")
    return [account.username for account in made]
