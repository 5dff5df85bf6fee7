"""The commands that cron calls and a check reads: `gis-app verify-audit`, `retain` and `settings`."""

from __future__ import annotations

from dataclasses import asdict

import click

from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import dry_run as dry_run_option
from gis_app.cli.telling import note, tell
from gis_app.errors import BadInput
from gis_app.settings import documented_settings


@click.command("verify-audit", cls=Command)
@json_option
def verify_audit(as_json: bool) -> None:
    """核验留痕：逐行检查散列链，发现改动、缺失或添加；不完整时退出码为 2。"""
    from gis_app.storage.audit import verify

    with ready_store(settings_for()).read() as conn:
        broken = verify(conn)
    tell({"sound": broken is None, "broken_at": broken}, as_json, *([] if broken else ["留痕完整"]))
    if broken is not None:
        note(f"留痕在第 {broken} 行处不完整")
        raise SystemExit(2)


@click.command(cls=Command)
@click.option("--commit", is_flag=True, help="真正清除；不写则只统计，不作改动。")
@dry_run_option
@json_option
def retain(commit: bool, dry_run: bool, as_json: bool) -> None:
    """清除已办结且超过保存期限的上报人联系方式，以及无人引用的照片和语音文件；默认只统计。"""
    from gis_app.people.retention import retain as run
    from gis_app.photos.folder import PhotoFolder
    from gis_app.voices.folder import VoiceFolder

    if commit and dry_run:
        raise BadInput("bad_parameter", "--commit 与 --dry-run 只能写一个", {"dry_run": "--commit"})
    settings = settings_for(not commit)
    photos, voices = PhotoFolder(settings.instance_dir), VoiceFolder(settings.instance_dir)
    found = run(ready_store(settings, not commit), photos, settings.contact_days, commit, voices)
    lines = (
        f"保存期限：办结后 {settings.contact_days} 天（{found.before:%Y-%m-%d} 以前）",
        f"到期联系方式：{found.contacts} 件事件",
        f"无人引用的照片和语音文件：{found.files} 个",
        "已清除" if commit else "未作改动；加 --commit 执行清除",
    )
    tell(asdict(found) | {"committed": commit}, as_json, *lines)


@click.command("settings", cls=Command)
@json_option
def settings_(as_json: bool) -> None:
    """列出全部设置：环境变量、类型、默认值、用途。"""
    found = list(documented_settings())
    lines = (f"{one.variable} ({one.type}) = {one.default or '—'}\n    {one.description}" for one in found)
    tell([one._asdict() for one in found], as_json, *lines)
