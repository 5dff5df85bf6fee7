"""Drafts of plans: opened on the plan in force, forked, named, shared, found with the rights of who asks.

Editing stands in `editing.py`, remarks in `remarks.py`, the way to a plan in `publish.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.storage.engine import Store
from gis_app.studio.model import Draft


def open_draft(
    store: Store, name: str, actor: str, plan_id: int | None = None, rules: Mapping[str, Any] | None = None
) -> int:
    """Open a draft on the plan in force (or the last one scheduled) and return its number.

    With `plan_id`, of any plan, past ones too, the draft begins with that plan's grids: where they are not
    those of the base, its first operation is to adopt them. Raises NotFound for an unknown plan, Conflict
    where the county has no plan yet, BadInput for a name that is empty or over 80 characters.
    """
    raise NotImplementedError


def fork_draft(store: Store, draft_id: int, name: str, actor: str) -> int:
    """Open a draft with the base, rules and operations done of another and return its number.

    Raises NotFound where `actor` may not see it.
    """
    raise NotImplementedError


def rename_draft(store: Store, draft_id: int, version: int, name: str, actor: str) -> int:
    """Rename the draft that is still at `version` and return its new version; raises as `editing.edit`."""
    raise NotImplementedError


def set_rules(store: Store, draft_id: int, version: int, rules: Mapping[str, Any], actor: str) -> int:
    """Set what differs from the default rules, by rule_id, and return the draft's new version.

    Each value is {"hard": bool, "params": {…}}, both optional. Raises BadInput for an unknown rule or
    parameter, else as `editing.edit`.
    """
    raise NotImplementedError


def share_draft(store: Store, draft_id: int, username: str, may_edit: bool, actor: str) -> None:
    """Let another account see, or also edit, a draft; raises NotFound, Forbidden to all but the owner."""
    raise NotImplementedError


def unshare_draft(store: Store, draft_id: int, username: str, actor: str) -> None:
    """Take a draft of `actor` back from another account; raises NotFound, Forbidden to all but the owner."""
    raise NotImplementedError


def find_draft(store: Store, draft_id: int, username: str, everything: bool = False) -> Draft:
    """Return a draft with the rights of an account; raises NotFound, also where it may not see the draft.

    The owner sees a draft, and those it is shared with. `everything` is for who may decide: they see all
    drafts that were ever submitted.
    """
    raise NotImplementedError


def read_drafts(store: Store, username: str, everything: bool = False) -> list[Draft]:
    """Return the drafts that an account may see, the one changed last first; `everything` as `find_draft`."""
    raise NotImplementedError
