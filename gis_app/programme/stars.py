"""The five stars of a community, how their months are read, and when a verdict may be given.

Each star is judged by its own task team (工作专班): the organisations that the table `star_teams` names.
Scores are entered by month; after a quarter each star gets a verdict with its reasons. Nothing is
overwritten: a correction is a new version.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gis_app.errors import Forbidden
from gis_app.incidents.fields import read_number, read_text
from gis_app.incidents.messages import FieldFault, Refused, text
from gis_app.incidents.personal import personal_fault

STARS: dict[str, dict[str, str]] = {
    "organisation": {"zh": "支部过硬星", "en": "Sound organisation"},
    "prosperity": {"zh": "产业兴旺星", "en": "Thriving trade"},
    "environment": {"zh": "生态宜居星", "en": "Liveable surroundings"},
    "safety": {"zh": "平安法治星", "en": "Safety and law"},
    "civility": {"zh": "文明幸福星", "en": "Civility and well-being"},
}
VERDICTS: dict[str, dict[str, str]] = {
    "awarded": {"zh": "授星", "en": "Awarded"},
    "withheld": {"zh": "暂缓", "en": "Withheld"},
    "revoked": {"zh": "摘星", "en": "Revoked"},
}
AWARDED = "awarded"
PASS, HIGHEST = 80.0, 100.0
MONTHS_BACK = 24
MAX_NOTE, MAX_REASONS = 500, 1000
_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(2\d{3})-Q([1-4])")


@dataclass(frozen=True, slots=True)
class Entry:
    """A score that may be written: star, community, month, score and note."""

    star: str
    community_code: str
    month: str
    score: float
    note: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that may be written: star, community, quarter, verdict and its reasons."""

    star: str
    community_code: str
    quarter: str
    verdict: str
    reasons: str


def months_of(quarter: str) -> tuple[str, str, str]:
    """Return the months of a quarter: "2023-Q2" is 2023-04, 2023-05, 2023-06."""
    year, number = quarter.split("-Q")
    first = 3 * int(number) - 2
    return tuple(f"{year}-{month:02d}" for month in range(first, first + 3))


def quarter_of(month: str) -> str:
    """Return the quarter of a month."""
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def is_over(quarter: str, today: date) -> bool:
    """Tell whether the quarter lies wholly before today."""
    return months_of(quarter)[2] < f"{today:%Y-%m}"


def stars_of(role: str, organisation_code: str, teams: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the stars that an account may judge.

    A person of an organisation judges the stars of whose team it is one; a county officer, who belongs to
    none, enters what the teams hand in.
    """
    if str(role) != "handler":
        return tuple(STARS)
    return tuple(star for star in STARS if organisation_code and organisation_code in teams.get(star, ()))


def check_entry(
    data: Mapping[str, Any], communities: Collection[str], own_stars: Collection[str], today: date
) -> Entry:
    """Return the entry that a form describes; raises Refused with every fault, Forbidden outside the team."""
    faults: list[FieldFault] = []
    star, community = _star_and_community(data, communities, faults)
    month = str(data.get("month") or "").strip()
    if not _MONTH.fullmatch(month):
        faults.append(FieldFault("month", "month_format"))
    elif not _months_back(today) <= month <= f"{today:%Y-%m}":
        faults.append(FieldFault("month", "month_range"))
    score = read_number(data.get("score"))
    if score is None or not 0 <= score <= HIGHEST or round(score, 1) != score:
        faults.append(FieldFault("score", "score_range"))
    note = _words(data, "note", MAX_NOTE, False, faults)
    _refuse(faults)
    if star not in own_stars:
        raise Forbidden("not_of_team", text("not_of_team"))
    return Entry(star, community, month, float(score), note)


def check_verdict(
    data: Mapping[str, Any],
    communities: Collection[str],
    entered: Collection[tuple[str, str, str]],
    today: date,
) -> Verdict:
    """Return the verdict that a form describes; raises Refused with every fault.

    `entered` are the (star, community_code, month) with a score: a verdict needs those of all three months.
    """
    faults: list[FieldFault] = []
    star, community = _star_and_community(data, communities, faults)
    quarter = str(data.get("quarter") or "").strip()
    if not _QUARTER.fullmatch(quarter):
        faults.append(FieldFault("quarter", "quarter_format"))
    elif not is_over(quarter, today):
        faults.append(FieldFault("quarter", "quarter_running"))
    elif not faults and not {(star, community, month) for month in months_of(quarter)} <= set(entered):
        faults.append(FieldFault("quarter", "quarter_incomplete"))
    verdict = str(data.get("verdict") or "")
    if verdict not in VERDICTS:
        faults.append(FieldFault("verdict", "unknown_choice"))
    reasons = _words(data, "reasons", MAX_REASONS, True, faults)
    _refuse(faults)
    return Verdict(star, community, quarter, verdict, reasons)


def _star_and_community(
    data: Mapping[str, Any], communities: Collection[str], faults: list[FieldFault]
) -> tuple[str, str]:
    star, community = (str(data.get(name) or "") for name in ("star", "community_code"))
    if star not in STARS:
        faults.append(FieldFault("star", "unknown_star"))
    if community not in communities:
        faults.append(FieldFault("community_code", "unknown_community"))
    return star, community


def _words(data: Mapping[str, Any], name: str, longest: int, wanted: bool, faults: list[FieldFault]) -> str:
    value, fault = read_text(data.get(name), longest)
    fault = fault or ("field_required" if wanted and not value else "") or personal_fault(value)
    if fault:
        faults.append(FieldFault(name, fault))
    return value


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        raise Refused("programme_rejected", faults)


def _months_back(today: date) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 - MONTHS_BACK, 12)
    return f"{year}-{month + 1:02d}"
