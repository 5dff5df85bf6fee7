"""Editing a draft: an operation, undo, redo, and what others did meanwhile.

Every edit names the version that it is meant for, and the version check is the write: of two at once one
wins, and the other is told who was first and what was done. The operation itself is computed before, outside
of any transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.plans.state import State
from gis_app.storage.engine import Store
from gis_app.studio.model import Change, Edited, Operation


def edit(
    store: Store,
    draft_id: int,
    version: int,
    operation: Mapping[str, Any],
    actor: str,
    scope_code: str = "",
) -> Edited:
    """Apply an operation ({"verb": …, …}, see `plans.operations`) to the draft that is still at `version`.

    What the operation changes must lie in `scope_code`. Raises NotFound for a draft that `actor` may not see,
    Forbidden for one that `actor` may only look at or for blocks outside the scope, Conflict
    ("draft_is_closed") for one that is not open, BadInput or Conflict of the operation with `fields` and
    `place`, and StaleDraft with what came since.
    """
    raise NotImplementedError


def undo(store: Store, draft_id: int, version: int, actor: str) -> Edited:
    """Go back before the last operation; raises Conflict("nothing_to_undo"), else as `edit`."""
    raise NotImplementedError


def redo(store: Store, draft_id: int, version: int, actor: str) -> Edited:
    """Do again what was undone last; raises Conflict("nothing_to_redo"), else as `edit`."""
    raise NotImplementedError


def draft_state(store: Store, draft_id: int, operation_id: int | None = -1) -> State:
    """Return the state of a draft at an operation: at its head with -1, at its base with None.

    Raises NotFound for a draft or an operation that is not there. Rights are checked by `drafts.find_draft`.
    """
    raise NotImplementedError


def head_state(store: Store, draft_id: int) -> tuple[int, State, State]:
    """Return (version, state at the head, state of the base) of a draft, as of one moment."""
    raise NotImplementedError


def changes_since(store: Store, draft_id: int, version: int) -> list[Change]:
    """Return what was done to a draft after `version`, the first first; none where it is the present one."""
    raise NotImplementedError


def history(store: Store, draft_id: int) -> list[Operation]:
    """Return the operations done, the first first, and after them those that redo would do."""
    raise NotImplementedError
