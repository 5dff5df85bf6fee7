"""Which news there are and what they say: codes and states, never a person, a text or a place.

Nothing is said of mediation, nor of classes whose places are not public: outside the handling chain those are
counts. What is true when a step is taken is what is sent, however late it arrives.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from gis_app.incidents.model import PRIVATE_CATEGORIES

TEST = "webhook.test"
# verb of a step -> what it is called
EVENTS: dict[str, str] = {
    "report": "incident.reported",
    "report_again": "incident.reported_again",
    "accept": "incident.accepted",
    "return": "incident.returned",
    "reject": "incident.rejected",
    "mark_duplicate": "incident.marked_duplicate",
    "dispatch": "incident.dispatched",
    "transfer": "incident.transferred",
    "handle": "incident.handling",
    "finish_stage": "incident.stage_finished",
    "pause": "incident.paused",
    "resume": "incident.resumed",
    "extend": "incident.extended",
    "resolve": "incident.resolved",
    "verify": "incident.verified",
    "close": "incident.closed",
    "evaluate": "incident.evaluated",
    "reopen": "incident.reopened",
}
NAMES = tuple(EVENTS.values())
# All that is ever said of an incident.
SAID = ("incident_code", "class_code", "category", "grid_code", "organisation_code", "state", "version")


def is_told(category: str, class_code: str, private_classes: Collection[str]) -> bool:
    """Tell whether there may be news of an incident at all."""
    return category not in PRIVATE_CATEGORIES and class_code not in private_classes


def body_of(event: str, at: datetime, said: dict[str, Any]) -> str:
    """Return the body that is sent, as JSON; `said` beyond `SAID` and `previous_state` is left out."""
    kept = {name: said[name] for name in (*SAID, "previous_state") if name in said}
    told = {"type": event, "timestamp": at.isoformat(timespec="seconds"), "data": kept}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def wanted(events: str, event: str) -> bool:
    """Tell whether a list of names joined by ";" asks for an event; an empty one asks for all."""
    return event == TEST or not events or event in events.split(";")
