"""Plans that are, were or will be in force; drafts are not for other programs."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.studio import past
from gis_app.web import geojson, studio_words
from gis_app.web.api import schemas
from gis_app.web.api.paging import PAGING, page, span_of
from gis_app.web.api.room import JSON, reads
from gis_app.web.bytes import digest, respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import plan_of
from gis_app.web.studio_plans import TOLD, grids_of

PERMISSION = "plans:plan:read"
PLAN = schemas.record(
    {
        "plan_id": schemas.WHOLE,
        "name": schemas.TEXT,
        "state": {"type": "string", "enum": ["scheduled", "published", "superseded", "withdrawn"]},
        "state_label": schemas.TEXT,
        "effective_from": schemas.MOMENT,
        "effective_to": schemas.MOMENT,
        "published_at": schemas.MOMENT,
        "grids": schemas.COUNT,
        "base_plan_id": {"type": ["integer", "null"]},
    }
)

PLAN_GRID = schemas.record(
    {
        "grid_code": schemas.TEXT,
        "name": schemas.MAYBE,
        "community_code": schemas.MAYBE,
        "households": schemas.COUNT,
    }
)


@reads(
    "/plans",
    PERMISSION,
    "listPlans",
    _l("边界方案列表，最新的在前"),
    schemas.page_of("Plan"),
    PAGING,
    "plans",
)
def listed() -> Response:
    """Say the plans of all times, the latest first."""
    span = span_of(Params(*PAGING))
    rows = past.read_plans(services().store)
    parts = (snapshot().tag, digest(*rows))
    return page(parts, len(rows), span, lambda part: [_told(row) for row in rows[part]])


@reads("/plans/<number>", PERMISSION, "getPlan", _l("一个边界方案"), schemas.ref("Plan"), (), "plans")
def one(number: str) -> Response:
    """Say one plan."""
    plan = plan_of(number)
    return respond((plan, language()), lambda: geojson.dumps(_told(plan)), JSON)


@reads(
    "/plans/<number>/grids",
    PERMISSION,
    "listPlanGrids",
    _l("一个边界方案的网格及户数"),
    schemas.page_of("PlanGrid"),
    PAGING,
    "plans",
)
def grids(number: str) -> Response:
    """Say the grids of a plan as they were, with the households that it counted."""
    span, plan, found = span_of(Params(*PAGING)), plan_of(number), snapshot()
    key = ("api-plan-grids", plan.plan_id, plan.state)
    rows = found.memo(key, lambda: grids_of(plan.plan_id)[list(TOLD)].sort_values("grid_code"))
    return page((found.tag, plan), len(rows), span, lambda part: geojson.records(rows.iloc[part]))


def _told(plan: past.PlanRow) -> dict[str, Any]:
    moments = {
        name: at.isoformat(timespec="seconds") if at else None
        for name, at in (
            ("effective_from", plan.effective_from),
            ("effective_to", plan.effective_to),
            ("published_at", plan.published_at),
        )
    }
    return {
        "plan_id": plan.plan_id,
        "name": plan.name or _("第 %(n)s 号方案", n=plan.plan_id),
        "state": plan.state,
        "state_label": str(studio_words.plan_state_words().get(plan.state, plan.state)),
        **moments,
        "grids": plan.grids,
        "base_plan_id": plan.base_plan_id,
    }
