"""The words of an incident: categories, states, labels, and the columns every frame of incidents has."""

from __future__ import annotations

import pandas as pd

# code -> labels
CATEGORIES: dict[str, dict[str, str]] = {
    "environment": {"zh": "市容环境", "en": "Environment"},
    "facilities": {"zh": "公用设施", "en": "Facilities"},
    "hazard": {"zh": "安全隐患", "en": "Hazards"},
    "mediation": {"zh": "矛盾纠纷", "en": "Mediation"},
    "convenience": {"zh": "便民服务", "en": "Convenience services"},
    "livelihood": {"zh": "民生实事", "en": "Livelihood"},
    "five_disorders": {"zh": "五乱治理", "en": "Five disorders"},
}
STATES: dict[str, dict[str, str]] = {
    "reported": {"zh": "已上报", "en": "Reported"},
    "accepted": {"zh": "已受理", "en": "Accepted"},
    "dispatched": {"zh": "已派遣", "en": "Dispatched"},
    "handling": {"zh": "处置中", "en": "Being handled"},
    "paused": {"zh": "已挂起", "en": "Paused"},
    "resolved": {"zh": "已处置", "en": "Resolved"},
    "verified": {"zh": "已核查", "en": "Verified"},
    "closed": {"zh": "已结案", "en": "Closed"},
    "evaluated": {"zh": "已评价", "en": "Evaluated"},
    "returned": {"zh": "已退回", "en": "Returned"},
    "rejected": {"zh": "不予受理", "en": "Rejected"},
    "duplicate": {"zh": "重复", "en": "Duplicate"},
}
# Nothing is left to do in these states, so they are neither open nor overdue.
DONE_STATES = ("resolved", "verified", "closed", "evaluated", "returned", "rejected", "duplicate")
OPEN_STATES = tuple(state for state in STATES if state not in DONE_STATES)
# Seen as a place only inside the handling chain; for everyone else a count.
PRIVATE_CATEGORIES = ("mediation",)

COLUMNS = (
    "incident_code",
    "class_code",
    "category",
    "state",
    "description",
    "lon",
    "lat",
    "grid_code",
    "reported_at",
    "accepted_at",
    "dispatched_at",
    "due_at",
    "resolved_at",
    "closed_at",
    "organisation_code",
)
TIMES = tuple(column for column in COLUMNS if column.endswith("_at"))


def label(code: str, language: str = "zh") -> str:
    """Return the label of a category or state in "zh" or "en"; the code itself where it is unknown."""
    labels = CATEGORIES.get(code) or STATES.get(code) or {}
    return labels.get(language, code)


def empty_incidents() -> pd.DataFrame:
    """Return a frame without rows that has every column."""
    frame = pd.DataFrame({column: pd.Series([], dtype="str") for column in COLUMNS})
    return frame.astype({"lon": "float64", "lat": "float64"})
