"""What a draft means for work, reach and last year's incidents, as the page of the comparison tells it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.paper.decision_effects import decimal
from gis_app.paper.decision_summary import number, rate
from gis_app.paper.decision_view import both
from gis_app.studio.effects import effects
from gis_app.studio.impact import Impact, impact
from gis_app.studio.model import Draft
from gis_app.web.current import snapshot
from gis_app.web.services import services


def told_impact(draft: Draft) -> dict[str, Any] | None:
    """Return the impact of a draft in words; None after it was published, as its effects."""
    if draft.plan_id is not None and draft.state == "published":
        return None
    store = services().store
    try:
        effect = effects(store, draft.draft_id)
        found = impact(store, draft.draft_id, effect)
    except NotFound:
        return None
    grids = found.reach.join(found.incidents)
    same = grids["households_before"] == grids["households_after"]
    same &= grids["incidents_before"] == grids["incidents_after"]
    stations = snapshot().atlas.stations
    names = dict(zip(stations["station_code"], stations["name"], strict=True))
    return {
        "spread": _spread(found),
        "workers": [_worker(one) for one in found.workers.to_dict("records")],
        "grids": [_grid(code, one) for code, one in grids[~same].to_dict("index").items()],
        "county": tuple(rate(share) for share in found.county_reach),
        "stations": [
            {
                "name": names.get(one["station_code"], one["station_code"]),
                "before": one["from_grid"] or "—",
                "after": one["to_grid"] or "—",
            }
            for one in effect.stations.to_dict("records")
        ],
    }


def _spread(found: Impact) -> list[tuple[str, str, str]]:
    words = {"households": _("户数"), "incidents": _("近一年事件")}
    rows = []
    for name, (before, after) in found.spread.items():
        rows += [
            (f"{words[name]} · {_('每名网格员平均')}", decimal(before.mean, 1), decimal(after.mean, 1)),
            (f"{words[name]} · {_('最多')}", number(before.most), number(after.most)),
            (f"{words[name]} · {_('最少')}", number(before.least), number(after.least)),
        ]
    return [*rows, (_("没有网格员的网格"), *map(str, found.unheld))]


def _worker(one: dict[str, Any]) -> dict[str, str]:
    return {
        "before": "、".join(one["grids_before"]) or "—",
        "after": "、".join(one["grids_after"]) or "—",
        "households": both(one["households_before"], one["households_after"]),
        "incidents": both(one["incidents_before"], one["incidents_after"]),
    }


def _grid(code: str, one: dict[str, Any]) -> dict[str, Any]:
    shares = [rate(one[f"share_{side}"]) for side in ("before", "after")]
    told = [
        both(one["stations_before"], one["stations_after"]),
        both(one["within_before"], one["within_after"]),
        shares[0] if shares[0] == shares[1] else " → ".join(shares),
        both(one["incidents_before"], one["incidents_after"]),
        both(one["rate_before"], one["rate_after"], 1),
    ]
    return {"name": code, "told": told}
