"""The commands that look after the keys of programs: `gis-app key add | list | limit | revoke`."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import click

from gis_app import clock
from gis_app.cli.group import Commands, ready_store, settings_for
from gis_app.cli.known import check_scope, check_text
from gis_app.cli.telling import as_json, dry_run, tell
from gis_app.errors import BadInput, Conflict, NotFound

ACTOR = "gis-app key"
KEY_BYTES, USUAL_LIMIT, MOST = 32, 60, 6000
_LENGTHS = {"name": 60, "contact": 120}
_START = re.compile(r"[0-9a-f]{8,64}")
READERS = ("planner", "leader", "dispatcher", "administrator", "grid_worker")
_limit = click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=USUAL_LIMIT,
    show_default=True,
    help="每分钟最多请求次数。",
)


@click.group(cls=Commands)
def key() -> None:
    """接口密钥：发放、列出、限速、吊销。"""


@key.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(["open311", "data"]), default="open311", show_default=True,
              help="用途：open311 上报事件；data 读取数据（/ogc、/api/v1）。")  # fmt: skip
@click.option("--contact", default="", help="联系方式，出问题时找谁。")
@click.option("--role", type=click.Choice(READERS), help="data 密钥按哪个角色读取，只见该角色可见的内容。")
@click.option("--scope", default="", help="data 密钥的范围：6、9、12 或 15 位区域编码；空为全县。")
@_limit
@click.option("--out", type=click.Path(path_type=Path), help="把密钥写入这个新文件（只有属主可读），不显示。")
@dry_run
@as_json
def add(name, kind, contact, role, scope, limit, out, dry_run, as_json) -> None:
    """给使用单位 NAME 发放密钥；密钥只显示这一次，系统只存其散列。"""
    from gis_app.storage import api_keys as stored

    name, contact = _text("name", name), _text("contact", contact)
    if not name:
        raise BadInput("missing_value", "请填写使用单位", {"name": "必填"})
    reader = _reader(kind, role, scope)
    told = {"name": name, "kind": kind, "contact": contact, "limit_per_minute": limit}
    told |= {"role": reader.role, "scope_code": reader.scope_code} if reader else {}
    check_text("out", out)
    if out is not None and out.exists():
        raise Conflict("file_exists", f"文件已存在：{out.name}；请换一个名称")
    store = ready_store(settings_for(dry_run), dry_run)
    check_scope(store, scope)
    if dry_run:
        return tell(told | {"issued": False}, as_json, f"将给“{name}”发放 {kind} 密钥", "未作改动")
    made = secrets.token_urlsafe(KEY_BYTES)
    if out is not None:
        _keep(out, made)
    with store.write() as conn:
        hashed = stored.insert_api_key(conn, made, name, contact, limit, clock.now(), ACTOR, reader)
    told |= {"id": hashed[:12], "issued": True} | ({} if out else {"key": made})
    shown = f"密钥已写入 {out}" if out else f"密钥（只显示这一次）：{made}"
    return tell(told, as_json, f"已给“{name}”发放密钥，编号 {hashed[:12]}", shown)


@key.command("list")
@as_json
def list_(as_json: bool) -> None:
    """列出全部密钥的编号、使用单位、用途、限速与状态；密钥本身不显示，也无从得知。"""
    with ready_store(settings_for()).read() as conn:
        found = [_plain(row) for row in _rows(conn)]
    lines = [
        "\t".join(
            (
                one["id"],
                one["kind"],
                one["name"],
                f"{one['limit_per_minute']}/分钟",
                "已吊销" if one["revoked_at"] else "有效",
            )
        )
        for one in found
    ]
    tell(found, as_json, *lines)


@key.command("limit")
@click.argument("key_id")
@_limit
@dry_run
@as_json
def change_limit(key_id: str, limit: int, dry_run: bool, as_json: bool) -> None:
    """改变编号为 KEY_ID 的密钥每分钟的请求次数。"""
    from gis_app.storage import api_keys as stored

    store = ready_store(settings_for(dry_run), dry_run)
    with store.read() as conn:
        row = _found(conn, key_id)
    if not dry_run:
        with store.write() as conn:
            stored.limit_api_key(conn, row.key_hash, limit, ACTOR)
    told = _plain(row) | {"limit_per_minute": limit, "changed": not dry_run}
    tell(told, as_json, f"{told['id']} {row.name}：{limit}/分钟", "未作改动" if dry_run else "已更改")


@key.command("revoke")
@click.argument("key_id")
@dry_run
@as_json
def revoke(key_id: str, dry_run: bool, as_json: bool) -> None:
    """永久吊销编号为 KEY_ID 的密钥；编号见 key list。"""
    from gis_app.storage import api_keys as stored

    store = ready_store(settings_for(dry_run), dry_run)
    with store.read() as conn:
        row = _found(conn, key_id)
    if not dry_run:
        with store.write() as conn:
            stored.revoke_api_key(conn, row.key_hash, clock.now(), ACTOR)
    told = _plain(row) | {"revoked": not dry_run}
    tell(told, as_json, f"{told['id']} {row.name}", "未作改动" if dry_run else "已吊销")


def _text(name: str, value: str) -> str:
    text = value.strip()
    if len(text) > _LENGTHS[name] or not text.isprintable():
        raise BadInput("bad_parameter", "文字过长或含控制字符", {name: f"最多 {_LENGTHS[name]} 个字符"})
    return text


def _reader(kind: str, role: str | None, scope: str):
    """Return as whom a key for data reads, None for one of Open311."""
    from gis_app.people.accounts import SCOPE_LENGTHS
    from gis_app.storage.api_keys import DataReader

    if kind != "data":
        if role or scope:
            raise BadInput("bad_parameter", "open311 密钥没有角色和范围", {"kind": "data"})
        return None
    if role is None:
        raise BadInput("bad_parameter", "data 密钥须写明角色", {"role": " ".join(READERS)})
    if scope and not (scope.isascii() and scope.isdigit() and len(scope) in SCOPE_LENGTHS):
        raise BadInput("bad_scope", "范围应为 6、9、12 或 15 位区域编码", {"scope": scope[:20]})
    return DataReader(role, scope)


def _keep(out: Path, made: str) -> None:
    import os

    try:
        with open(out, "x", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(made + "\n")
    except OSError as error:
        raise BadInput("bad_file", f"无法写入文件：{error.strerror}", {"out": str(out)}) from None


def _rows(conn):
    from gis_app.storage import api_keys as stored

    return stored.read_api_keys(conn)


def _plain(row) -> dict[str, object]:
    """Return what may be told of a key; its hash only in part."""
    told = dict(row._mapping)
    hashed = told.pop("key_hash")
    for name in ("uses", "used_in_minute"):
        told.pop(name, None)
    return {"id": hashed[:12]} | told


def _found(conn, key_id: str):
    """Return the one key whose hash begins with `key_id`; raises NotFound."""
    rows = [row for row in _rows(conn) if _START.fullmatch(key_id) and row.key_hash.startswith(key_id)]
    if len(rows) != 1:
        raise NotFound(
            "unknown_api_key", "没有这个编号的密钥；编号见 gis-app key list", {"key_id": key_id[:64]}
        )
    return rows[0]
