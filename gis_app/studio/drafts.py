"""Drafts of plans: opened on the plan in force, forked, named, shared, found with the rights of who asks.

Editing stands in `editing.py`, remarks in `remarks.py`, the way to a plan in `publish.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gis_app import clock
from gis_app.errors import BadInput, Conflict, Forbidden, NotFound
from gis_app.storage import plan_drafts as rows
from gis_app.storage import plan_talk
from gis_app.storage.engine import Store
from gis_app.storage.people import find_credentials
from gis_app.storage.plans import find_plan, last_plan
from gis_app.studio import forking
from gis_app.studio.draft_rules import checked
from gis_app.studio.model import Draft
from gis_app.studio.rights import changed, draft_of, drafts_of, editable, seen

LONGEST_NAME = 80


def open_draft(
    store: Store, name: str, actor: str, plan_id: int | None = None, rules: Mapping[str, Any] | None = None
) -> int:
    """Open a draft on the plan in force (or the last one scheduled) and return its number.

    With `plan_id`, of any plan, past ones too, the draft begins with that plan's grids: where they are not
    those of the base, its first operation is to adopt them. Raises NotFound for an unknown plan, Conflict
    where the county has no plan yet, BadInput for a name that is empty or over 80 characters.
    """
    values = {"name": _named(name), "rules": _told(checked(rules or {}))}
    with store.read() as conn:
        base = last_plan(conn)
        if base is None:
            raise Conflict("no_plan", "还没有生效的边界方案，请先导入网格")
        if plan_id is not None:
            find_plan(conn, plan_id)
        first = forking.adopted(store, conn, base, plan_id) if plan_id not in (None, base) else None
    at = clock.now()
    values |= {"base_plan_id": base, "forked_from": plan_id}
    with store.write() as conn:
        draft_id = rows.insert_draft(conn, values, actor, at)
        if first is not None:
            head = rows.insert_operation(conn, draft_id, None, base, first, actor, at)
            changed(store, conn, draft_id, 1, "edit", {"head_operation_id": head}, actor, head)
        return draft_id


def fork_draft(store: Store, draft_id: int, name: str, actor: str) -> int:
    """Open a draft with the base, rules and operations done of another and return its number.

    Raises NotFound where `actor` may not see it.
    """
    name, at = _named(name), clock.now()
    with store.write() as conn:
        row = seen(conn, draft_id, actor, everything=True)
        values = {name: getattr(row, name) for name in ("base_plan_id", "forked_from", "rules")}
        new = rows.insert_draft(conn, values | {"name": name}, actor, at)
        path = rows.path_to(conn, draft_id, row.head_operation_id)
        head = None
        for done in rows.read_operations(conn, path):
            told = rows.as_told(done)
            head = rows.insert_operation(conn, new, head, row.base_plan_id, told, done.actor, at)
        if head is not None:
            changed(store, conn, new, 1, "edit", {"head_operation_id": head}, actor, head)
        return new


def rename_draft(store: Store, draft_id: int, version: int, name: str, actor: str) -> int:
    """Rename the draft that is still at `version` and return its new version; raises as `editing.edit`."""
    return _set(store, draft_id, version, "rename", {"name": _named(name)}, actor)


def set_rules(store: Store, draft_id: int, version: int, rules: Mapping[str, Any], actor: str) -> int:
    """Set what differs from the default rules, by rule_id, and return the draft's new version.

    Each value is {"hard": bool, "on": bool, "params": {…}}, all optional. Raises BadInput for an unknown rule
    or parameter, else as `editing.edit`.
    """
    return _set(store, draft_id, version, "rules", {"rules": _told(checked(rules))}, actor)


def share_draft(store: Store, draft_id: int, username: str, may_edit: bool, actor: str) -> None:
    """Let another account see, or also edit, a draft; raises NotFound, Forbidden to all but the owner."""
    with store.write() as conn:
        _owned(conn, draft_id, actor)
        if username == actor or find_credentials(conn, username) is None:
            raise NotFound("cannot_share", "没有这个账户，或者就是你自己", {"username": username[:64]})
        plan_talk.put_share(conn, draft_id, username, may_edit, actor)


def unshare_draft(store: Store, draft_id: int, username: str, actor: str) -> None:
    """Take a draft of `actor` back from another account; raises NotFound, Forbidden to all but the owner."""
    with store.write() as conn:
        _owned(conn, draft_id, actor)
        if username not in plan_talk.read_shares(conn, [draft_id])[draft_id]:
            raise NotFound("unknown_share", "草案没有与这个账户共享", {"username": username[:64]})
        plan_talk.put_share(conn, draft_id, username, None, actor)


def find_draft(store: Store, draft_id: int, username: str, everything: bool = False) -> Draft:
    """Return a draft with the rights of an account; raises NotFound, also where it may not see the draft.

    The owner sees a draft, and those it is shared with. `everything` is for who may decide: they see all
    drafts that were ever submitted.
    """
    with store.read() as conn:
        return draft_of(conn, seen(conn, draft_id, username, everything), username)


def read_drafts(store: Store, username: str, everything: bool = False) -> list[Draft]:
    """Return the drafts that an account may see, the one changed last first; `everything` as `find_draft`."""
    with store.read() as conn:
        return drafts_of(conn, rows.read_drafts(conn, username, everything), username)


def _set(store: Store, draft_id: int, version: int, what: str, values: Mapping[str, Any], actor: str) -> int:
    with store.write() as conn:
        editable(conn, draft_id, version, actor)
        return changed(store, conn, draft_id, version, what, values, actor)


def _owned(conn, draft_id: int, actor: str) -> None:
    if seen(conn, draft_id, actor).owner != actor:
        raise Forbidden("not_the_owner", "只有草案的所有者可以共享", {"draft_id": str(draft_id)})


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput("bad_name", "名称应为 1 到 80 个字", {"name": f"1–{LONGEST_NAME}"})
    return name


def _told(rules: Mapping[str, Any]) -> str:
    return json.dumps(rules, ensure_ascii=False, sort_keys=True) if rules else ""
