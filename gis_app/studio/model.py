"""What the studio's verbs give back: drafts with the rights of who asks, edits, changes and remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gis_app.errors import Rejected, Stale
from gis_app.plans.state import State

# state of a draft -> words, in the order of its life
STATES: dict[str, dict[str, str]] = {
    "open": {"zh": "草拟中", "en": "Being drawn"},
    "submitted": {"zh": "待审核", "en": "Submitted"},
    "returned": {"zh": "已退回", "en": "Returned"},
    "approved": {"zh": "已批准", "en": "Approved"},
    "scheduled": {"zh": "待生效", "en": "Takes effect later"},
    "published": {"zh": "已发布", "en": "Published"},
    "withdrawn": {"zh": "已撤回", "en": "Withdrawn"},
}
EDITABLE = ("open", "returned")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as one account sees it.

    `base_plan_id` is the plan it departs from and `forked_from` the plan whose grids it began with; `plan_id`
    is the plan that was made of it, None before. `effective_from` is the day (YYYY-MM-DD) that was asked for,
    "" before. `superseded` says that the base is no longer the plan that its successor would follow: such a
    draft has to be rebased before it can be published. `rules` are overrides of `plans.rules.DEFAULT_RULES`
    by rule_id. `shares` maps user names to whether they may edit. `may_edit` holds for who asked, and
    only while the draft is open or returned.
    """

    draft_id: int
    name: str
    base_plan_id: int
    forked_from: int | None
    owner: str
    state: str
    version: int
    head_operation_id: int | None
    effective_from: str
    rules: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    updated_by: str
    submitted_by: str
    decided_by: str
    note: str
    plan_id: int | None
    superseded: bool
    shares: Mapping[str, bool]
    may_edit: bool
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit came to: the new version, the head (None is the base), the state, the one before.

    `operation` is the operation done, undone or redone, as {"verb": …, …}.
    """

    version: int
    operation_id: int | None
    state: State
    before: State
    operation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a draft: what was done (edit, undo, redo, rename, rules, submit, …), by whom and when.

    `operation_id` is the head after it; `verb` and `params` are of the operation done, undone or redone.
    """

    version: int
    what: str
    operation_id: int | None
    verb: str
    params: Mapping[str, Any]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a draft. `done` says that the head has it; what is not done redo would do."""

    operation_id: int
    parent_id: int | None
    verb: str
    params: Mapping[str, Any]
    actor: str
    at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark pinned to a place of a draft."""

    remark_id: int
    draft_id: int
    lon: float
    lat: float
    text: str
    actor: str
    at: datetime
    resolved_at: datetime | None
    resolved_by: str


class RulesBroken(Rejected):
    """A plan breaks hard rules; `data` {"faults": [{rule_id, grid, blocks, place, …}]} says where."""

    default_code = "rules_broken"
    default_message = "方案不符合必须遵守的规则，请按检查清单修改"

    def __init__(
        self,
        code: str | None = None,
        message: str | None = None,
        fields: Mapping[str, str] | None = None,
        data: Mapping | None = None,
    ) -> None:
        super().__init__((), code, message, fields)
        self.data = dict(data or {})


class StaleDraft(Stale):
    """Somebody else changed the draft first; `data` {"version", "changes": […]} says who did what since."""

    default_message = "草案已被他人修改，请先看到最新内容再改"

    def __init__(
        self,
        code: str | None = None,
        message: str | None = None,
        fields: Mapping[str, str] | None = None,
        data: Mapping | None = None,
    ) -> None:
        super().__init__(code, message, fields)
        self.data = dict(data or {})
