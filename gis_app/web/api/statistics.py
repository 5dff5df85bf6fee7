"""Statistics of incidents and the first page's figures, as the pages show them; mediation in counts alone."""

from __future__ import annotations

from flask import Response
from flask_babel import lazy_gettext as _l

from gis_app.web import geojson, incident_statistics
from gis_app.web.api import schemas
from gis_app.web.api.room import JSON, reads
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.figures import figures_of
from gis_app.web.i18n import language
from gis_app.web.incident_now import incidents_now
from gis_app.web.station_now import station_now

_PERIOD = {"type": "string"}
STATISTICS = schemas.record(
    {
        "cut_off": {"type": "string", "format": "date-time"},
        "period": _PERIOD,
        "period_before": _PERIOD,
        "by": schemas.TEXT,
        "plan": schemas.ANY,
        "figures": schemas.ref("Measures"),
        "before": {"anyOf": [schemas.ref("Measures"), {"type": "null"}]},
        "groups": {"type": "array", "items": schemas.ANY},
        "months": {"type": "array", "items": schemas.ANY},
        "rules": schemas.ANY,
    }
)
MEASURES = {
    "type": "object",
    "additionalProperties": schemas.record(
        {
            "value": schemas.NUMBER,
            "unit": schemas.TEXT,
            "numerator": {"type": ["number", "null"]},
            "denominator": {"type": ["number", "null"]},
        }
    ),
}
FIGURE = schemas.record(
    {
        "code": schemas.TEXT,
        "label": schemas.TEXT,
        "value": schemas.WHOLE,
        "unit": schemas.TEXT,
        "note": schemas.TEXT,
    }
)


@reads(
    "/statistics",
    "incidents:statistics:read",
    "getStatistics",
    _l("事件统计：每个数都带分子、分母、规则和截止时点"),
    schemas.ref("Statistics"),
    incident_statistics.FILTERS,
    "figures",
)
def statistics() -> Response:
    """Say the statistics of incidents."""
    return incident_statistics.data()


@reads(
    "/figures",
    "map:figures:read",
    "getFigures",
    _l("首页的各项总数"),
    schemas.record({"items": {"type": "array", "items": schemas.ref("Figure")}}),
    (),
    "figures",
)
def figures() -> Response:
    """Say the figures of the first page."""
    found, lang, now = snapshot(), language(), incidents_now()
    parts = (found.tag, now.tag, station_now().tag_at(), lang)
    return respond(parts, lambda: geojson.dumps({"items": figures_of(found, now, lang)}), JSON)
