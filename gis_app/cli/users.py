"""The commands that look after accounts: `gis-app user`.

A dry run goes through the same checks on a store that keeps nothing; what an account may be is decided in
people/, not here.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, TYPE_CHECKING

import click

from gis_app.cli.group import Commands, ready_store, settings_for
from gis_app.cli.known import check_organisation, check_scope
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import dry_run as dry_run_option
from gis_app.cli.telling import tell
from gis_app.errors import BadInput

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

ACTOR = "gis-app user"
_ROLES = "leader grid_worker planner dispatcher administrator handler inspector duty_staff"
_role = click.option("--role", required=True, help=f"角色：{_ROLES}。")
_scope = click.option("--scope", default="", help="范围：6、9、12 或 15 位区域编码；空为全县。")
_organisation = click.option("--organisation", default="", help="处置人员所属单位的编码。")
_station = click.option("--station", default="", help="值守人员所值守站点的编码；不写范围时取站点所在网格。")
_password = click.option("--password", help="密码；不写则询问。写在命令中的密码，同机的人可能看到。")
_password_file = click.option(
    "--password-file", type=click.File("r", encoding="utf-8"), help="从文件第一行读取密码；- 为标准输入。"
)


@click.group(cls=Commands)
def user() -> None:
    """账户：添加、更改角色、停用、启用、重设密码、删除、列出。"""


@user.command("add")
@click.argument("username")
@_role
@_scope
@_organisation
@_station
@click.option("--display-name", default="", help="显示名称。")
@_password
@_password_file
@dry_run_option
@json_option
def add(
    username, role, scope, organisation, station, display_name, password, password_file, dry_run, as_json
):
    """添加账户。"""
    from gis_app.people.accounts import create_account

    _check_display_name(display_name)
    store = _store_that_knows(scope, organisation, dry_run)
    secret = _secret(password, password_file, "密码")
    who = (username, secret, role, scope, display_name, ACTOR, False, organisation, station)
    name = create_account(store, *who)
    told = {"username": name, "role": role, "scope_code": scope, "organisation_code": organisation}
    told |= {"station_code": station, "display_name": display_name or name, "created": not dry_run}
    _tell(told, dry_run, as_json, f"将添加账户 {name}" if dry_run else f"已添加账户 {name}")


@user.command("role")
@click.argument("username")
@_role
@_scope
@_organisation
@_station
@dry_run_option
@json_option
def role_(username, role, scope, organisation, station, dry_run, as_json) -> None:
    """更改账户的角色、范围、单位和站点；没有写的视为空。下一次请求起生效。"""
    from gis_app.people.accounts import set_role

    store = _store_that_knows(scope, organisation, dry_run)
    set_role(store, username, role, scope, ACTOR, organisation, station)
    told = {"username": username, "role": role, "scope_code": scope, "organisation_code": organisation}
    told |= {"station_code": station, "changed": not dry_run}
    _tell(told, dry_run, as_json, f"{username}：{role} {scope or '全县'}")


@user.command("disable")
@click.argument("username")
@dry_run_option
@json_option
def disable(username: str, dry_run: bool, as_json: bool) -> None:
    """停用账户，并结束它的全部会话。"""
    _set_disabled(username, True, dry_run, as_json)


@user.command("enable")
@click.argument("username")
@dry_run_option
@json_option
def enable(username: str, dry_run: bool, as_json: bool) -> None:
    """重新启用账户。"""
    _set_disabled(username, False, dry_run, as_json)


def _set_disabled(username: str, disabled: bool, dry_run: bool, as_json: bool) -> None:
    from gis_app.people.accounts import set_disabled

    set_disabled(_store(dry_run), username, disabled, actor=ACTOR)
    told = {"username": username, "disabled": disabled, "changed": not dry_run}
    word = "停用" if disabled else "启用"
    _tell(told, dry_run, as_json, f"{'将' if dry_run else '已'}{word} {username}")


@user.command("reset")
@click.argument("username")
@_password
@_password_file
@dry_run_option
@json_option
def reset(username, password, password_file, dry_run, as_json) -> None:
    """重设密码，并结束账户的全部会话。"""
    from gis_app.people.accounts import set_password

    store = _store(dry_run)
    set_password(store, username, _secret(password, password_file, "新密码"), actor=ACTOR)
    told = {"username": username, "changed": not dry_run}
    _tell(told, dry_run, as_json, f"{'将' if dry_run else '已'}重设 {username} 的密码")


@user.command("delete")
@click.argument("username")
@dry_run_option
@json_option
def delete(username: str, dry_run: bool, as_json: bool) -> None:
    """删除账户和它的会话；它做过的事仍在留痕中。一般停用即可。"""
    from gis_app.people.accounts import delete_account

    delete_account(_store(dry_run), username, actor=ACTOR)
    told = {"username": username, "deleted": not dry_run}
    _tell(told, dry_run, as_json, f"{'将' if dry_run else '已'}删除 {username}")


@user.command("list")
@json_option
def list_(as_json: bool) -> None:
    """列出账户。"""
    from gis_app.people.accounts import list_accounts

    accounts, lines = list_accounts(_store(False)), []
    for account in accounts:
        state = "停用" if account.disabled else "正常"
        note = "示范" if account.demonstration else ""
        scope = account.scope_code or "全县"
        row = (account.username, account.role.label(), scope, state, note, account.display_name)
        lines.append("\t".join(row))
    tell([asdict(account) for account in accounts], as_json, *lines)


def _store(dry_run: bool) -> Store:
    return ready_store(settings_for(dry_run), dry_run)


def _store_that_knows(scope: str, organisation: str, dry_run: bool) -> Store:
    """Return the store; raise BadInput where it has areas or organisations, and not these."""
    store = _store(dry_run)
    check_scope(store, scope)
    check_organisation(store, organisation)
    return store


def _check_display_name(name: str) -> None:
    if not name.replace("\u3000", " ").isprintable():  # a Chinese keyboard's space is no fault
        reason = "显示名称不能含换行、控制字符或不是 UTF-8 的字节"
        raise BadInput("bad_display_name", reason, {"display_name": reason})


def _tell(told: dict, dry_run: bool, as_json: bool, line: str) -> None:
    tell(told | {"dry_run": dry_run}, as_json, line, *(["未作改动"] if dry_run else []))


def _secret(given: str | None, file: IO[str] | None, asked: str) -> str:
    """Return the password that was given, or the first line of the file, or ask beside the result."""
    if given is not None:
        return given
    if file is not None:
        try:
            return file.readline(1000).rstrip("\r\n")
        except UnicodeDecodeError:
            reason = "密码文件不是 UTF-8 的文本；请另存为 UTF-8 再试"
            raise BadInput("bad_file", reason, {"password_file": reason}) from None
    return click.prompt(asked, hide_input=True, confirmation_prompt="再输入一次", err=True)
