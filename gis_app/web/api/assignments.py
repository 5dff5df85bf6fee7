"""The posts of the county as places: which area has which post, and whether it is filled; nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from flask import Response, g
from flask_babel import lazy_gettext as _l

from gis_app.assignments.tables import ROLES, role_label
from gis_app.assignments.terms import STATES
from gis_app.web import assignments_now as now
from gis_app.web import geojson
from gis_app.web.api import schemas
from gis_app.web.api.layers import area_of
from gis_app.web.api.paging import PAGING, page, span_of
from gis_app.web.api.room import reads
from gis_app.web.current import today
from gis_app.web.i18n import language
from gis_app.web.params import Params

TOLD = ("role", "level", "code", "name", "organisation_code", "organisation_name", "term_to", "state")
POST = schemas.record(
    {
        "role": {"type": "string", "enum": list(ROLES)},
        "role_label": schemas.TEXT,
        "level": schemas.TEXT,
        "area_code": schemas.TEXT,
        "area_name": schemas.TEXT,
        "organisation_code": schemas.TEXT,
        "organisation_name": schemas.TEXT,
        "term_to": schemas.DAY,
        "state": {"type": "string", "enum": list(STATES)},
        "state_label": schemas.TEXT,
    }
)


@reads(
    "/posts",
    "assignments:desk:read",
    "listPosts",
    _l("岗位列表：哪个区域有什么岗位、是否空缺；不含姓名和电话"),
    schemas.page_of("Post"),
    ("role", "state", "area", *PAGING),
    "assignments",
)
def posts() -> Response:
    """Say the posts that fit, a page at a time."""
    params, found = Params("role", "state", "area", *PAGING), now.settled()
    span, area, lang = span_of(params), area_of(params, found), language()
    rows = now.posts_now(found).sort_values(["code", "role"], kind="stable")
    keep = rows["code"].str.startswith(area)
    for name, allowed in (("role", ROLES), ("state", STATES)):
        wanted = params.choice(name, allowed)
        keep &= (rows[name] == wanted) if wanted else True
    rows = rows[keep]
    parts = (found.tag, today(), g.account.scope_code)
    return page(parts, len(rows), span, lambda part: _told(rows.iloc[part], lang))


def _told(rows: pd.DataFrame, lang: str) -> list[Mapping[str, Any]]:
    records = geojson.records(rows[list(TOLD)])
    return [
        {
            "role": row["role"],
            "role_label": role_label(row["role"], lang),
            "level": str(row["level"]),
            "area_code": row["code"],
            "area_name": row["name"],
            "organisation_code": row["organisation_code"],
            "organisation_name": row["organisation_name"],
            "term_to": row["term_to"],
            "state": row["state"],
            "state_label": STATES[row["state"]][lang],
        }
        for row in records
    ]
