"""The frames that say who answers for where, and the roles they use."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

# role -> level of its areas, labels, and whether an organisation (not a person) answers
ROLES: dict[str, dict] = {
    "county_leader": {"level": "community", "zh": "县级领导（第一书记）", "en": "County leader"},
    "community_secretary": {"level": "community", "zh": "社区书记", "en": "Community secretary"},
    "grid_leader": {"level": "grid", "zh": "网格长", "en": "Grid leader"},
    "grid_worker": {"level": "grid", "zh": "网格员", "en": "Grid worker"},
    "zone": {"level": "community", "zh": "片区", "en": "Zone"},
    "paired_organisation": {"level": "community", "zh": "包联单位", "en": "Paired organisation"},
    "judge": {"level": "community", "zh": "法官", "en": "Judge"},
    "police_officer": {"level": "community", "zh": "民警", "en": "Police officer"},
    "procurator": {"level": "community", "zh": "检察官", "en": "Procurator"},
    "civility_instructor": {"level": "community", "zh": "文明指导员", "en": "Civility instructor"},
}
ORGANISATION_HELD = ("paired_organisation",)

COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations": ("organisation_code", "name", "kind", "zone_code"),
    "zones": ("zone_code", "name", "commissioner_post", "commissioner_phone", "assisting_organisation_codes"),
    "zone_communities": ("zone_code", "community_code"),
    "assignments": (
        "assignment_code",
        "area_code",
        "role",
        "holder_name",
        "holder_phone",
        "organisation_code",
        "term_from",
        "term_to",
    ),
    "members": ("organisation_code", "grid_code", "members"),
    "substitutes": (
        "role",
        "area_code",
        "term_from",
        "term_to",
        "by_role",
        "by_area_code",
        "organisation_code",
        "note",
    ),
}


def empty_table(name: str) -> pd.DataFrame:
    """Return a table without rows that has every column."""
    frame = pd.DataFrame({column: pd.Series([], dtype="str") for column in COLUMNS[name]})
    return frame.astype({"members": "int64"}) if name == "members" else frame


def role_label(role: str, language: str = "zh") -> str:
    """Return the label of a role in "zh" or "en"."""
    return ROLES[role][language]


@dataclass(frozen=True)
class AssignmentTables:
    """All frames of this room, each with the columns of `COLUMNS`; texts are "" where nothing is known."""

    organisations: pd.DataFrame = field(default_factory=lambda: empty_table("organisations"))
    zones: pd.DataFrame = field(default_factory=lambda: empty_table("zones"))
    zone_communities: pd.DataFrame = field(default_factory=lambda: empty_table("zone_communities"))
    assignments: pd.DataFrame = field(default_factory=lambda: empty_table("assignments"))
    members: pd.DataFrame = field(default_factory=lambda: empty_table("members"))
    substitutes: pd.DataFrame = field(default_factory=lambda: empty_table("substitutes"))
