"""The commands `gis-app backup` and `gis-app restore`: an instance into one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.known import check_text
from gis_app.cli.telling import as_json, dry_run, progress, tell

if TYPE_CHECKING:
    from gis_app.storage.backup import Backup


@click.command(cls=Command)
@click.argument("target", required=False, type=click.Path(path_type=Path))
@dry_run
@as_json
def backup(target: Path | None, dry_run: bool, as_json: bool) -> None:
    """把整个实例备份成一个文件：数据库、照片、语音、任务文件与密钥；服务可照常运行。

    TARGET：备份文件或已有的文件夹；不写则放在实例文件夹的 backups/ 中，以时间命名。

    旁边另存 .sha256 校验值。备份含联系方式、口令散列和密钥，只有属主可读，请妥善保管并存一份到别处。
    PostgreSQL 由 pg_dump 备份，须装有 postgresql-client。
    """
    from gis_app.storage import backup as room

    check_text("target", target)
    settings = settings_for(dry_run)
    store, instance = ready_store(settings, dry_run), settings.instance_dir.absolute()
    target = target or instance / "backups" / room.usual_name()
    target = target / room.usual_name() if target.is_dir() else target
    if dry_run:
        planned = room.plan(store, instance)
        return tell(planned, as_json, *_words(planned), f"将写入：{target}", "未作改动")
    made = room.make(store, instance, target.absolute(), progress(), "gis-app backup")
    return tell(made, as_json, *_words(made), f"备份完成：{target}", f"SHA-256：{made.sha256}")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="实例不是空的时，把原有内容移到 before-restore-… 后恢复。")
@dry_run
@as_json
def restore(file: Path, replace: bool, dry_run: bool, as_json: bool) -> None:
    """从备份 FILE 恢复整个实例；须先停止服务。恢复到 GIS_INSTANCE_DIR 与 GIS_DATABASE_URL 所指之处。

    先核对校验值、清单、数据库完整性、留痕和数据库结构版本，全部无误才改动；中途失败则一切照旧。
    实例不是空的时拒绝，除非加 --replace。较旧版本的备份恢复后自动更新结构；较新版本的拒绝。
    """
    from gis_app.storage import backup as room

    settings = settings_for(dry_run)
    done = room.restore(
        file, settings.instance_dir.absolute(), settings.database_url, progress(), replace, dry_run
    )
    lines = [*_words(done.backup)]
    lines += [f"数据库结构由 {done.backup.schema} 更新"] if done.updated else []
    lines += [f"原有内容移到了 {done.aside}"] if done.aside else []
    return tell(done, as_json, *lines, "已恢复" if done.written else "备份可用；未作改动")


def _words(told: Backup) -> list[str]:
    rows = sum(told.rows.values())
    return [
        f"备份时间：{told.made_at}　数据库：{told.database}　结构：{told.schema}　修订：{told.revision}",
        f"{len(told.rows)} 张表 {rows} 行，文件 {told.files} 个，共 {told.bytes / 2**20:.1f} MiB",
    ]
