"""Today beside a draft: two maps, a table of differences, the crosswalk, and what publishing would touch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, Response, render_template

from gis_app.plans.figures import base_keys, border_length, moved_blocks
from gis_app.plans.state import State
from gis_app.studio import editing
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import config_of, told_draft
from gis_app.web.studio_find import draft_of
from gis_app.web.studio_flow import told_effects
from gis_app.web.studio_impact import told_impact
from gis_app.web.studio_shapes import canvas_tag
from gis_app.web.studio_state import band_of, figures_now, summary_of, told_rows

rooms = Blueprint("studio_compare", __name__)
COMPARED = ("households", "buildings", "blocks", "incidents", "stations", "polsby_popper", "area_m2")


@rooms.get("/plans/drafts/<number>/compare")
@requires("plans:draft:read")
def page(number: str) -> Response:
    """Show a draft beside its base."""
    Params()
    draft = draft_of(number)
    _version, state, base = editing.head_state(services().store, draft.draft_id)
    rows = told_rows(state, base, set(state.keys))
    changed = [row for row in rows if row["was"] is None or differs(row)]
    gone = told_rows(base, base, set(base.keys) - set(state.keys))
    body = render_template(
        "studio/compare.html",
        draft=told_draft(draft),
        config=config_of(draft),
        totals=totals(state, base),
        changed=changed,
        gone=gone,
        summary=summary_of(state, base),
        effects=told_effects(draft),
        impact=told_impact(draft),
        names={row["key"]: row["name"] for row in rows + gone},
        **shell_parts(snapshot()),
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/plans/drafts/<number>/compare.json")
@requires("plans:draft:read")
def data(number: str) -> Response:
    """Say which grid each block of the draft is in, today and in the draft, with the figures of both."""
    Params()
    draft = draft_of(number)
    version, state, base = editing.head_state(services().store, draft.draft_id)
    now = np.array([*state.keys, ""], dtype=object)[state.grid]
    told = {
        "version": version,
        "canvas": canvas_tag(state.canvas),
        "band": band_of(draft),
        "mean": summary_of(state, base)["mean"],
        "before": {"blocks": grouped(base_keys(state, base)), "grids": told_rows(base, base, set(base.keys))},
        "after": {"blocks": grouped(now), "grids": told_rows(state, base, set(state.keys))},
        "moved": np.flatnonzero(moved_blocks(state, base)).tolist(),
    }
    return Response(geojson.dumps(told), content_type="application/json")


def differs(row: dict[str, Any]) -> bool:
    """Tell whether any figure of a grid is another than in the base."""
    was = row["was"]
    return any(abs((row[name] or 0) - (was[name] or 0)) > 1e-6 for name in COMPARED)


def totals(state: State, base: State) -> list[dict[str, Any]]:
    """Return figures of the whole county, today and in the draft."""
    old, new = figures_now(base, base), figures_now(state, base)

    def pair(name: str, before: float, after: float, digits: int) -> dict[str, Any]:
        return {"name": name, "before": round(before, digits), "after": round(after, digits)}

    return [
        pair("grids", len(old), len(new), 0),
        pair("mean", old["households"].mean(), new["households"].mean(), 1),
        pair("least", old["households"].min(), new["households"].min(), 0),
        pair("most", old["households"].max(), new["households"].max(), 0),
        pair("compact", old["polsby_popper"].mean(), new["polsby_popper"].mean(), 3),
        pair("border", border_length(base) / 1000, border_length(state) / 1000, 1),
        pair("incidents", old["incidents"].max(), new["incidents"].max(), 0),
        pair("without", int((old["stations"] == 0).sum()), int((new["stations"] == 0).sum()), 0),
    ]


def grouped(keys: np.ndarray) -> dict[str, list[int]]:
    """Return the positions of blocks by the key of their grid."""
    series = pd.Series(np.arange(len(keys)))
    return {str(key): part.tolist() for key, part in series.groupby(np.asarray(keys, dtype=object))}
