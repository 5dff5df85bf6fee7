"""How a station is just now: open, closed for the moment, full, or out of water.

The layer says whether a station exists and serves at all; this says what has happened to it today. It belongs
to nobody's revision of the county: it changes within a minute and often ends by itself at `until`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

OPEN, CLOSED, FULL, OUT_OF_WATER = STATUSES = ("open", "closed", "full", "out_of_water")
UNUSUAL = STATUSES[1:]
WATER = "drinking_water"
MAX_NOTE = 200
WORDS: dict[str, dict[str, str]] = {
    "zh": {"open": "正常", "closed": "临时关闭", "full": "已满", "out_of_water": "暂停供水"},
    "en": {"open": "Normal", "closed": "Closed for now", "full": "Full", "out_of_water": "No water"},
}


@dataclass(frozen=True, slots=True)
class StationStatus:
    """What was last said about a station; `until` is None where it holds until further notice."""

    station_code: str
    status: str = OPEN
    note: str = ""
    until: datetime | None = None
    version: int = 0
    updated_at: datetime | None = None
    updated_role: str = ""

    def at(self, moment: datetime) -> str:
        """Return the status that holds at a moment: back to open once `until` has come."""
        return OPEN if self.until is not None and moment >= self.until else self.status


def status_at(statuses: Mapping[str, StationStatus], code: str, moment: datetime) -> str:
    """Return a station's status at a moment; open when nothing was said about it."""
    found = statuses.get(code)
    return found.at(moment) if found else OPEN


def amenities_at(amenities: str, status: str) -> list[str]:
    """Return the amenities (";"-joined codes) that can be used under a status, in their order."""
    offered = [one for one in amenities.split(";") if one]
    return [one for one in offered if status != OUT_OF_WATER or one != WATER]
