"""What the loop is about: an incident, who acts on it, and what a step of it leaves behind.

Plain records without behaviour; the names of the fields are the columns of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `account_id` None is the public; `role` is a word of `transitions.ROLES`."""

    account_id: int | None
    role: str
    organisation_code: str = ""
    scope_code: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing to be solved, as it stands at one version; state "" is what is only being reported.

    Times are aware; lon and lat degrees (CGCS2000); seconds are seconds of working time; `extra` is JSON.
    `past_handlers` and `past_organisations` are those who handled it at any time, read from its history, so
    that nobody verifies their own work after a transfer or a reopening.
    """

    incident_code: str
    class_code: str = ""
    category: str = ""
    state: str = ""
    description: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    address: str = ""
    grid_code: str = ""
    plan_id: int | None = None
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    handling_at: datetime | None = None
    due_at: datetime | None = None
    resolved_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    evaluated_at: datetime | None = None
    paused_at: datetime | None = None
    updated_at: datetime | None = None
    paused_seconds_work: int = 0
    extended_seconds: int = 0
    stages_done: int = 0
    organisation_code: str = ""
    joint_organisations: str = ""
    reporter_id: int | None = None
    reporter_kind: str = "staff"
    handler_id: int | None = None
    verifier_id: int | None = None
    satisfaction: int = 0
    duplicate_of: str = ""
    follower_count: int = 0
    return_count: int = 0
    reopen_count: int = 0
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    idempotency_key: str | None = None
    source: str = "app"
    extra: str = ""
    version: int = 1
    change_number: int = 0
    past_handlers: frozenset[int] = frozenset()
    past_organisations: frozenset[str] = frozenset()

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return the codes of the organisations that handle it, the lead first."""
        return split_codes(f"{self.organisation_code};{self.joint_organisations}")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step in an incident's history; `photos` are content hashes.

    `organisation_code` is the lead that was chosen by dispatch and transfer, else the actor's own;
    `photo_kind` says whether the photos show the place "before" or "after" it was handled, "" for neither.
    """

    incident_code: str
    at: datetime
    verb: str
    from_state: str
    to_state: str
    actor_id: int | None
    actor_role: str
    organisation_code: str = ""
    note: str = ""
    photos: tuple[str, ...] = ()
    photo_kind: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step does: the state it leads to, the columns it changes, and its row of history.

    `changes` holds `state` and `updated_at` too. `override_reason` is not empty when an administrator did
    what the rules keep for others: the caller appends OVERRIDE_TAG to the audit trail. `followed` is the
    incident that gains a follower, "" for none.
    """

    next_state: str
    changes: Mapping[str, Any]
    history: HistoryRow
    override_reason: str = ""
    followed: str = ""


STEP_TAG, OVERRIDE_TAG = "incidents:incident:stepped", "incidents:incident:overridden"


def split_codes(text: str) -> tuple[str, ...]:
    """Return the codes of a list joined by ";", each once, in order."""
    return tuple(dict.fromkeys(code.strip() for code in text.split(";") if code.strip()))
