"""The kinds of problems, to which the `type` of every problem leads: status, what happened, what to do."""

from __future__ import annotations

from flask import Response
from flask_babel import lazy_gettext as _l

from gis_app.web import geojson
from gis_app.web.api import schemas
from gis_app.web.api.room import JSON, reads
from gis_app.web.bytes import respond
from gis_app.web.i18n import language
from gis_app.web.problems import WORDS

KIND = schemas.record(
    {
        "code": schemas.TEXT,
        "status": schemas.WHOLE,
        "title": schemas.TEXT,
        "detail": schemas.TEXT,
        "remedy": schemas.TEXT,
    }
)


@reads(
    "/problems",
    "map:page:read",
    "listProblems",
    _l("各类错误及处理办法；错误回答中的 type 指向这里"),
    schemas.record({"items": {"type": "array", "items": schemas.ref("ProblemKind")}}),
    (),
    "api",
)
def problems() -> Response:
    """Say the kinds of problems."""

    def make() -> bytes:
        items = [
            {
                "code": code,
                "status": status,
                "title": str(title),
                "detail": str(detail),
                "remedy": str(remedy),
            }
            for status, (code, title, detail, remedy) in WORDS.items()
        ]
        return geojson.dumps({"items": items})

    return respond(("problems", language()), make, JSON)
