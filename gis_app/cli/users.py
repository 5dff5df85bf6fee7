"""The commands that look after accounts: `gis-app user add | disable | enable | reset | list`."""

from __future__ import annotations

from dataclasses import asdict

import click

from gis_app.cli.group import Commands, ready_store
from gis_app.cli.telling import as_json as json_option
from gis_app.cli.telling import tell
from gis_app.settings import load_settings

_ROLES = "leader grid_worker planner dispatcher administrator handler inspector duty_staff"


@click.group(cls=Commands)
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
    name = create_account(ready_store(load_settings()), *who)
    click.echo(f"已添加账户 {name}")


@user.command("disable")
@click.argument("username")
def user_disable(username: str) -> None:
    """停用账户，并结束它的全部会话。"""
    from gis_app.people.accounts import set_disabled

    set_disabled(ready_store(load_settings()), username, True, actor="gis-app user")
    click.echo(f"已停用 {username}")


@user.command("enable")
@click.argument("username")
def user_enable(username: str) -> None:
    """重新启用账户。"""
    from gis_app.people.accounts import set_disabled

    set_disabled(ready_store(load_settings()), username, False, actor="gis-app user")
    click.echo(f"已启用 {username}")


@user.command("reset")
@click.argument("username")
@click.password_option(
    "--password", prompt="新密码", confirmation_prompt="再输入一次", help="密码；不写则询问。"
)
def user_reset(username: str, password: str) -> None:
    """重设密码，并结束账户的全部会话。"""
    from gis_app.people.accounts import set_password

    set_password(ready_store(load_settings()), username, password, actor="gis-app user")
    click.echo(f"已重设 {username} 的密码")


@user.command("list")
@json_option
def user_list(as_json: bool) -> None:
    """列出账户。"""
    from gis_app.people.accounts import list_accounts

    accounts, lines = list_accounts(ready_store(load_settings())), []
    for account in accounts:
        state = "停用" if account.disabled else "正常"
        note = "示范" if account.demonstration else ""
        scope = account.scope_code or "全县"
        row = (account.username, account.role.label(), scope, state, note, account.display_name)
        lines.append("\t".join(row))
    tell([asdict(account) for account in accounts], as_json, *lines)
