"""Plans of any time as data: their grids as they were, and the posts that were carried over, to confirm."""

from __future__ import annotations

import geopandas as gpd
from flask import Blueprint, Response, g

from gis_app.studio import past
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of, submitted
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import plan_of, plan_page

rooms = Blueprint("studio_plans", __name__)
TOLD = ("grid_code", "name", "community_code", "households")


@rooms.get("/plans/<number>/grids.geojson")
@requires("plans:plan:read")
def grids(number: str) -> Response:
    """Say the grids of a plan as they were, with the households that it counted."""
    Params()
    plan = plan_of(number)
    return respond(
        (plan.plan_id, plan.state, snapshot().tag), lambda: _grids(plan.plan_id), geojson.CONTENT_TYPE
    )


@rooms.post("/plans/<number>/hand-overs/<item>")
@requires("assignments:post:change")
def confirm(number: str, item: str) -> Response:
    """Confirm a post that was carried over to a new grid."""
    plan = plan_of(number)

    def save() -> str:
        found = number_of(item, "unknown_hand_over", "没有这项移交")
        past.confirm_hand_over(services().store, found, g.account.username)
        return f"/plans/{plan.plan_id}"

    return submitted(save, lambda problem: plan_page(plan, problem))


def grids_of(plan_id: int) -> gpd.GeoDataFrame:
    """Return the grids of a plan as they were, with the households that it counted."""
    layers = past.plan_layers(services().store, plan_id)
    frame, blocks = layers["grids"], layers["blocks"]
    homes = blocks.groupby("grid_code")["households"].sum()
    return frame.assign(households=frame["grid_code"].map(homes).fillna(0).astype(int))


def _grids(plan_id: int) -> bytes:
    told = grids_of(plan_id)
    columns = [name for name in TOLD if name in told]
    return geojson.feature_collection(told[columns], "grid_code", told.geometry)
