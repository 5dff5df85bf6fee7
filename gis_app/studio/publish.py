"""From a draft to the plan in force: submit, decide, publish as of a day, take effect, or rebase.

A draft goes open → submitted → approved → scheduled or published; it may be returned, and withdrawn until its
day. What takes effect does so in one transaction, and the plan before serves until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gis_app.plans.rules import PlanFault
from gis_app.storage.engine import Store


@dataclass(frozen=True, slots=True)
class Published:
    """The plan that was made: its number, the moment it takes effect, and whether it has.

    `state` is "published" or "scheduled"; `codes` maps the draft's grid keys to 15-digit codes.
    """

    plan_id: int
    state: str
    effective_from: datetime
    codes: dict[str, str]
    version: int


@dataclass(frozen=True, slots=True)
class RebaseConflict:
    """An operation that could not be done again on the new base: which, why, and where."""

    operation_id: int
    verb: str
    actor: str
    message: str
    fields: dict[str, str]
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Rebased:
    """What a rebase comes to: the new base, how many operations go over, and those that cannot."""

    base_plan_id: int
    applied: int
    conflicts: tuple[RebaseConflict, ...]
    version: int


def submit(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Hand a draft in for a decision and return its new version.

    Raises RulesBroken where a hard rule is broken (`data` {"faults": […]}), Conflict("superseded_base")
    where it has to be rebased, Conflict("nothing_changed") where it is the base itself, else as
    `editing.edit`.
    """
    raise NotImplementedError


def take_back(store: Store, draft_id: int, version: int, actor: str) -> int:
    """Take a submitted draft back to work on it again; return its new version."""
    raise NotImplementedError


def send_back(store: Store, draft_id: int, version: int, actor: str, note: str) -> int:
    """Return a submitted or approved draft to its owner with a reason; return its new version.

    Raises BadInput without a reason, Conflict("draft_not_submitted").
    """
    raise NotImplementedError


def approve(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Approve a submitted draft and return its new version.

    Raises as `submit`, and Conflict("draft_not_submitted").
    """
    raise NotImplementedError


def publish(store: Store, draft_id: int, version: int, effective_on: str, actor: str) -> Published:
    """Make a plan of an approved draft as of a day (YYYY-MM-DD): today is at once, later its 00:00.

    Raises BadInput("day_has_passed"), Conflict("draft_not_approved"), Conflict("superseded_base") where
    another plan was published meanwhile (rebase), Conflict("plan_scheduled") where another plan is to follow
    the same base, RulesBroken, Stale. Of two publishes at once one wins.
    """
    raise NotImplementedError


def withdraw(store: Store, draft_id: int, version: int, actor: str, note: str = "") -> int:
    """Give up a draft that is not in force, a scheduled plan too, and return its new version.

    Raises Conflict("draft_is_published").
    """
    raise NotImplementedError


def rebase(store: Store, draft_id: int, version: int, actor: str, commit: bool = False) -> Rebased:
    """Do the operations of a draft again on the plan it would follow now, and tell the conflicts.

    Without `commit` nothing changes. With it the draft stands on the new base with the operations that went
    over, open again; the former ones are kept. Raises Conflict("base_is_current"), else as `editing.edit`.
    """
    raise NotImplementedError


def activate_due(store: Store) -> list[int]:
    """Let every scheduled plan whose moment has come take effect and return their numbers.

    Cheap when nothing is due. Safe from several threads and processes at once: each plan takes effect once.
    """
    raise NotImplementedError


def broken_rules(store: Store, draft_id: int) -> list[PlanFault]:
    """Return every fault of a draft at its head under its own rules, the hard ones first."""
    raise NotImplementedError
