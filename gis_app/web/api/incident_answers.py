"""JSON Schemas of what is answered beside whole incidents: places, likely duplicates, classes, results."""

from __future__ import annotations

from gis_app.incidents.model import CATEGORIES
from gis_app.web.api.schemas import ANY, COUNT, FLAG, MAYBE, NUMBER, TEXT, WHOLE, record

_CANDIDATE = record({"grid_code": TEXT, "name": TEXT, "distance": TEXT})
_MOMENT = record({"said": TEXT, "exact": TEXT, "iso": TEXT})
_DUPLICATE = record(
    {
        "code": TEXT,
        "description": TEXT,
        "address": TEXT,
        "state_label": TEXT,
        "distance": TEXT,
        "distance_m": NUMBER,
        "reported": _MOMENT,
        "follower_count": COUNT,
        "lon": NUMBER,
        "lat": NUMBER,
    }
)
_CLASS = record(
    {
        **dict.fromkeys(("class_code", "parent_code", "name"), TEXT),
        "category": TEXT | {"enum": list(CATEGORIES)},
        **dict.fromkeys(("standard_ref", "handling_role", "handling_organisation_code"), TEXT),
        "location_public": FLAG,
        **dict.fromkeys(("accept_limit", "time_limit", "stages"), TEXT),
        "active": FLAG,
        "version": WHOLE,
    }
)
_RESULT = record(
    {
        "incident_code": TEXT,
        "ok": FLAG,
        "version": {"type": ["integer", "null"]},
        "error": {"anyOf": [{"type": "null"}, ANY]},
    }
)
SCHEMAS = {
    "Placing": record(
        {
            "grid_code": MAYBE,
            "name": TEXT,
            "ask": FLAG,
            "candidates": {"type": "array", "items": _CANDIDATE},
        }
    ),
    "Duplicates": record({"duplicates": {"type": "array", "items": _DUPLICATE}}),
    "Classes": record({"classes": {"type": "array", "items": _CLASS}}),
    "Followed": record({"incident_code": TEXT, "new": FLAG, "follower_count": COUNT}),
    "Dispatched": record({"results": {"type": "array", "items": _RESULT}}),
}
