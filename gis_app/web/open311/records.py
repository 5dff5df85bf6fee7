"""An incident as GeoReport tells it: open or closed, its stage in status_notes, its due time as expected.

What is not here never leaves: contacts, notes, photos, who did what. Digits that look like a telephone or an
identity number are blotted out of what people typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.incident import Incident
from gis_app.incidents.model import STATES
from gis_app.incidents.transitions import STAGES
from gis_app.web.open311.formats import moment
from gis_app.web.open311.services import notice

CLOSED_STATES = ("closed", "evaluated", "returned", "rejected", "duplicate")
OPEN_STATES = tuple(state for state in STATES if state not in CLOSED_STATES)
STATUSES = {"open": OPEN_STATES, "closed": CLOSED_STATES}
# The stage of the loop that a state waits in or ended at.
STAGE_OF = {
    "reported": "report",
    "returned": "accept",
    "rejected": "accept",
    "duplicate": "accept",
    "accepted": "accept",
    "dispatched": "dispatch",
    "handling": "handle",
    "paused": "handle",
    "resolved": "resolve",
    "verified": "verify",
    "closed": "verify",
    "evaluated": "evaluate",
}
_PRIVATE_DIGITS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")


def request_of(
    incident: Incident, known: Catalogue, organisations: Mapping[str, str], lang: str
) -> dict[str, Any]:
    """Return an incident as a service request."""
    kind = known.find(incident.class_code)
    return {
        "service_request_id": incident.incident_code,
        "status": status_of(incident.state),
        "status_notes": status_notes(incident.state, lang),
        "service_name": kind.name if kind else "",
        "service_code": incident.class_code,
        "description": blotted(incident.description),
        "agency_responsible": organisations.get(incident.organisation_code, ""),
        "service_notice": notice(kind, lang),
        "requested_datetime": moment(incident.reported_at),
        "updated_datetime": moment(updated_at(incident)),
        "expected_datetime": moment(incident.due_at),
        "address": blotted(incident.address),
        "address_id": "",
        "zipcode": "",
        "lat": _degrees(incident.lat),
        "long": _degrees(incident.lon),
        "media_url": media_url(incident),
    }


def status_of(state: str) -> str:
    """Return "open" or "closed" for a state."""
    return "closed" if state in CLOSED_STATES else "open"


def status_notes(state: str, lang: str) -> str:
    """Return the stage and the state in words."""
    stage, label = (
        STAGES.get(STAGE_OF.get(state, ""), {}).get(lang, ""),
        STATES.get(state, {}).get(lang, state),
    )
    return f"{stage}：{label}" if lang == "zh" else f"{stage}: {label}"


def updated_at(incident: Incident) -> datetime | None:
    """Return when a request last changed, for a closed one when it was closed."""
    closed = incident.closed_at if status_of(incident.state) == "closed" else None
    return closed or incident.updated_at or incident.reported_at


def media_url(incident: Incident) -> str:
    """Return the link that was sent with a report; nobody has looked at what is behind it."""
    try:
        kept = orjson.loads(incident.extra) if incident.extra else {}
    except orjson.JSONDecodeError:
        return ""
    link = kept.get("media_url", "") if isinstance(kept, dict) else ""
    return link if isinstance(link, str) else ""


def blotted(text: str) -> str:
    """Return a text with telephone and identity numbers blotted out."""
    return _PRIVATE_DIGITS.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 3), text)


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 7)
