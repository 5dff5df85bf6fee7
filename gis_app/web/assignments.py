"""The assignment overlay: territories by who answers for them, the vacant ones in plain sight."""

from __future__ import annotations

import pandas as pd
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.assignments.tables import ROLES, role_label
from gis_app.assignments.territories import territories
from gis_app.maps.classes import categories, legend
from gis_app.maps.styles import HOLDER_COLOURS, VACANT_COLOUR
from gis_app.web import geojson, overlay
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.params import Params

rooms = Blueprint("assignments", __name__)


@rooms.get("/overlays/assignment.geojson")
@requires("assignments:overlay:read")
def assignment_overlay() -> Response:
    """Say the areas of a role's level with who answers for each."""
    params = Params("role", "geometry")
    role = params.choice("role", ROLES, "grid_worker")
    geometry = params.choice("geometry", overlay.GEOMETRIES, "full")
    found, lang = snapshot(), language()
    parts = (found.tag, role, geometry, lang, today())
    return respond(parts, lambda: _body(found, role, geometry, lang), geojson.CONTENT_TYPE)


def _body(found: Snapshot, role: str, geometry: str, lang: str) -> bytes:
    frame = found.memo(("territories", role), lambda: territories(found.atlas, found.tables, role))
    level = frame["level"].iloc[0] if len(frame) else ROLES[role]["level"]
    vacant = frame["vacant"].astype(bool)
    answers = _answers(frame)
    fills = frame["colour"].map(lambda i: HOLDER_COLOURS[int(i) % len(HOLDER_COLOURS)], na_action="ignore")
    told = pd.DataFrame({"answer": answers, "fill": fills})[~vacant]
    extra = {"role": role, "level": level, "legend": _legend(told, int(vacant.sum()), role, lang)}
    return overlay.areas(found, level, frame, geometry, extra)


def _answers(frame: pd.DataFrame) -> pd.Series:
    """Return the name an area is known by: its holder, else the organisation, else the zone."""
    answer = pd.Series("", index=frame.index, dtype=object)
    for column in ("holder_name", "organisation_name", "zone_name"):
        if column in frame:
            answer = answer.where(answer != "", frame[column].fillna("").astype(object))
    return answer


def _legend(told: pd.DataFrame, vacant: int, role: str, lang: str) -> dict:
    groups = told.groupby("answer", sort=False)["fill"].agg(["first", "size"])
    found = categories(list(groups.index), list(groups["first"]), list(groups["size"]))
    if vacant:
        found = [{**categories([_("空缺")], [VACANT_COLOUR], [vacant])[0], "kind": "vacant"}, *found]
    rule = _("颜色只为区分相邻的责任区，谁负责以区内名字为准。")
    return legend(role_label(role, lang), found, _("个"), today(), rule)
