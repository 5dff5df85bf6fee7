"""The eight roles, and what they are called.

A role says what a person may do; the scope of an account says where. Neither knows about the other.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    LEADER = "leader"
    GRID_WORKER = "grid_worker"
    PLANNER = "planner"
    DISPATCHER = "dispatcher"
    ADMINISTRATOR = "administrator"
    HANDLER = "handler"
    INSPECTOR = "inspector"
    DUTY_STAFF = "duty_staff"

    @classmethod
    def of(cls, code: str) -> Role:
        """Return the role of a stored code; raises ValueError for any other text."""
        return cls(code)

    def label(self, language: str = "zh") -> str:
        """Return the role's name in "zh" or "en"."""
        return ROLE_LABELS[self][language]


# Whoever works outside, often without a network: a phone that is silent for an hour is not an empty desk.
FIELD_ROLES = frozenset({Role.GRID_WORKER, Role.HANDLER, Role.DUTY_STAFF})

ROLE_LABELS: dict[Role, dict[str, str]] = {
    Role.LEADER: {"zh": "领导", "en": "Leader"},
    Role.GRID_WORKER: {"zh": "网格员", "en": "Grid worker"},
    Role.PLANNER: {"zh": "规划员", "en": "Planner"},
    Role.DISPATCHER: {"zh": "调度员", "en": "Dispatcher"},
    Role.ADMINISTRATOR: {"zh": "管理员", "en": "Administrator"},
    Role.HANDLER: {"zh": "处置人员", "en": "Handler"},
    Role.INSPECTOR: {"zh": "督导员", "en": "Inspector"},
    Role.DUTY_STAFF: {"zh": "值守人员", "en": "Duty staff"},
}
