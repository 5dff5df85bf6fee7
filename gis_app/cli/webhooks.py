"""The commands of webhooks: `gis-app webhook add | list | test | pause | resume | secret | log | delete`."""

from __future__ import annotations

from typing import Any

import click

from gis_app import clock
from gis_app.cli.group import Commands, ready_store, settings_for
from gis_app.cli.telling import as_json, dry_run, tell
from gis_app.errors import BadInput
from gis_app.settings import load_settings

ACTOR = "gis-app webhook"
_STATES = {
    "active": "启用",
    "paused": "已暂停",
    "waiting": "等待发送",
    "delivered": "已送达",
    "given_up": "已放弃",
}
_number = click.argument("number", type=click.IntRange(1, 2**31 - 1))


@click.group(cls=Commands)
def webhook() -> None:
    """事件推送：把事件的每一步通知内网的其他系统。"""


@webhook.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, help="只发这种事件，如 incident.closed；可多次，不写为全部。"
)
@dry_run
@as_json
def add(name: str, url: str, events: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """登记接收地址 URL，名称 NAME；签名密钥只显示这一次，库中没有它。"""
    from gis_app.storage import webhooks as stored
    from gis_app.webhooks.register import new_webhook

    settings = settings_for(dry_run)
    made = new_webhook(
        name, url, events, settings.secret_key, settings.webhook_networks, settings.webhook_ports
    )
    told = {"name": made.values["name"], "url": made.values["url"], "events": list(events)}
    if dry_run:
        return tell(told | {"added": False}, as_json, f"将登记 {told['url']}", "未作改动")
    with ready_store(settings).write() as conn:
        number = stored.insert_webhook(conn, made.values, clock.now(), ACTOR)
    told |= {"webhook_id": number, "added": True, "secret": made.secret}
    return tell(told, as_json, f"已登记，编号 {number}", f"签名密钥（只显示这一次）：{made.secret}")


@webhook.command("list")
@as_json
def list_(as_json: bool) -> None:
    """列出接收地址，各有多少通知等待、送达、放弃；密钥不显示，也无从得知。"""
    from gis_app.storage import webhooks as stored

    with ready_store(load_settings()).read() as conn:
        found = [_plain(row) for row in stored.read_webhooks(conn)]
    lines = (
        f"{one['webhook_id']}\t{_STATES[one['state']]}\t{one['name']}\t{one['url']}\t"
        f"等待 {one['waiting']}，送达 {one['delivered']}，放弃 {one['given_up']}"
        for one in found
    )
    tell(found, as_json, *lines)


@webhook.command("log")
@_number
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="最多几条。")
@as_json
def log(number: int, most: int, as_json: bool) -> None:
    """列出编号 NUMBER 的接收地址最近的通知及对方的回答，最新的在前。"""
    from gis_app.storage import webhooks as stored

    with ready_store(load_settings()).read() as conn:
        stored.find_webhook(conn, number)
        rows = [_plain(row) for row in stored.read_deliveries(conn, number, most)]
    lines = (
        f"{row['created_at']:%Y-%m-%d %H:%M:%S}\t{_STATES[row['state']]}\t{row['event']}\t"
        f"{row['incident_code'] or '—'}\t{row['attempts']} 次\t{row['status'] or ''} {row['fault']}"
        for row in rows
    )
    tell(rows, as_json, *lines)


@webhook.command("test")
@_number
@as_json
def test(number: int, as_json: bool) -> None:
    """立即向编号 NUMBER 的接收地址试发一条，显示对方的回答；未送达时不再重试，退出码为 1。"""
    from gis_app.jobs.deliveries import Deliverer
    from gis_app.storage import webhook_outbox as outbox
    from gis_app.storage import webhooks as stored

    settings = load_settings()
    store = ready_store(settings)
    deliverer = Deliverer(store, settings.model_copy(update={"webhook_attempts": 1}))
    with store.write() as conn:
        stored.note_test(conn, number, ACTOR)
        delivery = outbox.tell_test(conn, number, clock.now())
        row = outbox.hold(conn, delivery, clock.now(), deliverer.holder)
    answer = deliverer.deliver(row)
    told = {"delivered": answer.good, "status": answer.status, "answer": answer.text, "fault": answer.fault}
    tell(
        told,
        as_json,
        f"{'已送达' if answer.good else '未送达'}：{answer.status or ''} {answer.fault}".rstrip(),
    )
    if not answer.good:
        raise SystemExit(1)


@webhook.command("pause")
@_number
@dry_run
@as_json
def pause(number: int, dry_run: bool, as_json: bool) -> None:
    """暂停编号 NUMBER 的接收地址；期间的通知排队等待。"""
    from gis_app.storage import webhooks as stored

    _change(number, dry_run, as_json, "已暂停", lambda conn: stored.pause_webhook(conn, number, ACTOR))


@webhook.command("resume")
@_number
@dry_run
@as_json
def resume(number: int, dry_run: bool, as_json: bool) -> None:
    """恢复编号 NUMBER 的接收地址，排队的通知随即发送。"""
    from gis_app.storage import webhooks as stored

    now = clock.now()
    _change(number, dry_run, as_json, "已恢复", lambda conn: stored.resume_webhook(conn, number, ACTOR, now))


@webhook.command("secret")
@_number
@dry_run
@as_json
def secret(number: int, dry_run: bool, as_json: bool) -> None:
    """更换编号 NUMBER 的签名密钥；新密钥只显示这一次，原密钥立即失效。"""
    from gis_app.storage import webhooks as stored
    from gis_app.webhooks.register import new_secret
    from gis_app.webhooks.signing import mark_of

    salt, made = new_secret(settings_for(dry_run).secret_key)
    _change(
        number,
        dry_run,
        as_json,
        f"新密钥（只显示这一次）：{made}",
        lambda conn: stored.change_secret(conn, number, salt, mark_of(made), ACTOR),
        {} if dry_run else {"secret": made},
    )


@webhook.command("delete")
@_number
@click.option("--yes", is_flag=True, help="确认删除；等待发送的通知一并删除，不能恢复。")
@dry_run
@as_json
def delete(number: int, yes: bool, dry_run: bool, as_json: bool) -> None:
    """删除编号 NUMBER 的接收地址。"""
    from gis_app.storage import webhooks as stored

    if not (yes or dry_run):
        raise BadInput("not_confirmed", "删除不能恢复；加 --yes 确认", {"yes": "--yes"})
    _change(number, dry_run, as_json, "已删除", lambda conn: stored.delete_webhook(conn, number, ACTOR))


def _change(
    number: int, dry_run: bool, as_json: bool, done: str, change: Any, more: dict[str, Any] | None = None
) -> None:
    from gis_app.storage import webhooks as stored

    store = ready_store(settings_for(dry_run), dry_run)
    with store.read() as conn:
        name = stored.find_webhook(conn, number).name
    if not dry_run:
        with store.write() as conn:
            change(conn)
    told = {"webhook_id": number, "name": name, "changed": not dry_run, **(more or {})}
    tell(told, as_json, f"{number} {name}", "未作改动" if dry_run else done)


def _plain(row: Any) -> dict[str, Any]:
    """Return a row without what its secret is made from."""
    return {name: value for name, value in row._mapping.items() if name not in ("salt", "secret_mark")}
