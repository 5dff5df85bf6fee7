"""Accounts: make one, change what it may do, disable it; each with its audit row in the same transaction."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from gis_app import clock
from gis_app.errors import BadInput, Conflict, NotFound
from gis_app.people import passwords
from gis_app.people.roles import Role
from gis_app.people.sign_in import MAX_USERNAME, normal_username
from gis_app.storage import audit
from gis_app.storage import people as table
from gis_app.storage.engine import Connection, Store
from gis_app.storage.station_status import grid_of_station

SCOPE_LENGTHS = (6, 9, 12, 15)
MAX_CODE = 32
HANDLER, DUTY_STAFF = "handler", "duty_staff"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    account_id: int
    username: str
    display_name: str
    role: Role
    scope_code: str
    organisation_code: str
    station_code: str
    disabled: bool
    demonstration: bool
    created_at: datetime


def list_accounts(store: Store) -> list[Account]:
    """Return every account, ordered by user name."""
    with store.read() as conn:
        rows = table.read_accounts(conn)
    return [Account(**{**row._mapping, "role": Role(row.role)}) for row in rows]


def create_account(
    store: Store,
    username: str,
    password: str,
    role: Role | str,
    scope_code: str = "",
    display_name: str = "",
    actor: str = "system",
    demonstration: bool = False,
    organisation_code: str = "",
    station_code: str = "",
) -> str:
    """Make an account and return its user name as it is kept.

    `organisation_code` is whom a handler acts for, `station_code` what duty staff look after, "" otherwise.
    Duty staff without a scope get the grid of their station. Raises BadInput for a bad name, role, scope,
    organisation, station or password, Conflict when the name is taken.
    """
    name, role = _checked_username(username), _checked_role(role)
    if not demonstration:  # whose password is published anyway
        _check_password(password, name)
    values = {
        "username": name,
        "display_name": display_name or name,
        "role": role.value,
        "scope_code": _checked_scope(scope_code),
        "organisation_code": _checked_organisation(role, organisation_code),
        "station_code": _checked_station(role, station_code),
        "password_hash": passwords.hash_password(password),
        "disabled": False,
        "demonstration": demonstration,
        "created_at": clock.now(),
    }
    with store.write() as conn:
        if table.find_credentials(conn, name) is not None:
            raise Conflict("username_taken", "该用户名已存在", {"username": name})
        values |= _at_station(conn, values)
        table.insert_account(conn, values)
        detail = {key: values[key] for key in ("role", "scope_code", "organisation_code", "station_code")}
        audit.append(conn, "people:account:created", actor, name, detail)
    return name


def set_role(
    store: Store,
    username: str,
    role: Role | str,
    scope_code: str = "",
    actor: str = "system",
    organisation_code: str = "",
    station_code: str = "",
) -> None:
    """Give an account another role, scope, organisation and station, acting at its next request.

    Raises NotFound, BadInput.
    """
    role = _checked_role(role)
    values = {
        "role": role.value,
        "scope_code": _checked_scope(scope_code),
        "organisation_code": _checked_organisation(role, organisation_code),
        "station_code": _checked_station(role, station_code),
    }
    with store.read() as conn:
        values |= _at_station(conn, values)
    _change(store, username, values, "people:account:role_changed", actor, values)


def set_disabled(store: Store, username: str, disabled: bool, actor: str = "system") -> None:
    """Disable an account, ending its sessions, or enable it again; raises NotFound."""
    tag = "people:account:disabled" if disabled else "people:account:enabled"
    _change(store, username, {"disabled": disabled}, tag, actor, end_sessions=disabled)


def set_password(store: Store, username: str, password: str, actor: str = "system") -> None:
    """Set a password, ending every session of the account; raises NotFound, BadInput."""
    _check_password(password, normal_username(username))
    values = {"password_hash": passwords.hash_password(password), "demonstration": False}
    _change(store, username, values, "people:password:changed", actor, end_sessions=True)


def delete_account(store: Store, username: str, actor: str = "system") -> None:
    """Delete an account with its sessions; what it did stays in the trail. Raises NotFound."""
    name = _writable_username(username)
    with store.write() as conn:
        if not table.delete_account(conn, name):
            raise _no_account(name)
        audit.append(conn, "people:account:deleted", actor, name)


def _change(
    store: Store,
    username: str,
    values: dict,
    tag: str,
    actor: str,
    detail: dict | None = None,
    end_sessions: bool = False,
) -> None:
    name = _writable_username(username)
    with store.write() as conn:
        account_id = table.update_account(conn, name, values)
        if account_id is None:
            raise _no_account(name)
        if end_sessions:
            table.delete_sessions_of(conn, account_id)
        audit.append(conn, tag, actor, name, detail)


def _no_account(name: str) -> NotFound:
    return NotFound("unknown_account", f"没有名为“{name}”的账户", {"username": name})


def _checked_username(username: str) -> str:
    name = normal_username(username)
    if not name or len(username.strip()) > MAX_USERNAME or not all(c.isalnum() or c in "._-" for c in name):
        reason = f"用户名由字母、数字和 . _ - 组成，最多 {MAX_USERNAME} 个字符"
        raise BadInput("bad_username", reason, {"username": reason})
    return name


def _writable_username(username: str) -> str:
    """Return the name to look for; raise NotFound for one that no store could hold."""
    name = normal_username(username)
    if not name.isprintable():
        raise _no_account("".join(c if c.isprintable() else "?" for c in name))
    return name


def _check_password(password: str, username: str) -> None:
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in password):
        reason = "密码不能含换行、控制字符或不是 UTF-8 的字节"
        raise BadInput("bad_password", reason, {"password": reason})
    passwords.check_new_password(password, username)


def _checked_role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        allowed = " ".join(Role)
        raise BadInput("unknown_role", f"没有这个角色，可用的有：{allowed}", {"role": allowed}) from None


def _checked_scope(scope_code: str) -> str:
    digits = scope_code.isascii() and scope_code.isdecimal()
    if not scope_code or (digits and len(scope_code) in SCOPE_LENGTHS):
        return scope_code
    reason = "范围为空（全县）或 6、9、12、15 位区域编码"
    raise BadInput("bad_scope", reason, {"scope_code": reason})


def _checked_organisation(role: Role, organisation_code: str) -> str:
    code = organisation_code.strip()
    if code and role != HANDLER:
        reason = "只有处置人员账户需要填写单位"
    elif not code and role == HANDLER:
        reason = "处置人员账户须填写所属单位编码"
    elif len(code) > MAX_CODE:
        reason = f"单位编码最多 {MAX_CODE} 个字符"
    elif not code.isprintable():
        reason = "单位编码不能含控制字符或不是 UTF-8 的字节"
    else:
        return code
    raise BadInput("bad_organisation", reason, {"organisation_code": reason})


def _checked_station(role: Role, station_code: str) -> str:
    code = station_code.strip()
    if code and role != DUTY_STAFF:
        reason = "只有值守人员账户需要填写站点"
    elif not code and role == DUTY_STAFF:
        reason = "值守人员账户须填写所值守站点的编码"
    elif len(code) > MAX_CODE:
        reason = f"站点编码最多 {MAX_CODE} 个字符"
    elif not code.isprintable():
        reason = "站点编码不能含控制字符或不是 UTF-8 的字节"
    else:
        return code
    raise BadInput("bad_station", reason, {"station_code": reason})


def _at_station(conn: Connection, values: dict) -> dict[str, str]:
    """Return the scope of duty staff: what was given, else the grid of the station. Raises BadInput."""
    if not values["station_code"]:
        return {}
    grid_code = grid_of_station(conn, values["station_code"])
    if grid_code is None:
        reason = f"没有编码为“{values['station_code']}”的站点"
        raise BadInput("bad_station", reason, {"station_code": reason})
    return {"scope_code": values["scope_code"] or grid_code}
