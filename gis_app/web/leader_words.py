"""The leader's figures in words: what changed, what is missing, who answers."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask_babel import gettext as _

from gis_app.assignments.chain import chain
from gis_app.assignments.tables import role_label
from gis_app.incidents.key_figures import COVERAGE, POSTS, RATE, KeyFigure
from gis_app.web.current import Snapshot
from gis_app.web.leader_figures import Value, said

MOST_REASONS = 3
ANSWERS = {"community": ("community_secretary", "county_leader"), "grid": ("grid_worker", "grid_leader")}


def unit_of(figure: KeyFigure) -> str:
    """Return a figure's unit as it stands beside its value; a share has its sign in the value."""
    if figure.unit == RATE:
        return ""
    return _("件/千户")


def change(figure: KeyFigure, now: Value, before: Value | None) -> dict[str, Any] | None:
    """Return how a figure stands beside the earlier one; None where there is nothing to compare with."""
    if before is None or before.value is None or now.value is None:
        return None
    difference = now.value - before.value
    shown = round(difference * (100 if figure.unit == RATE else 1), 1) + 0.0
    text = _("%(points)s 百分点", points=f"{shown:+.1f}") if figure.unit == RATE else f"{shown:+,.1f}"
    better = figure.better * shown
    return {
        "difference": round(difference, 6),
        "said": text if shown else _("持平"),
        "way": "up" if shown > 0 else "down" if shown < 0 else "same",
        "kind": "better" if better > 0 else "worse" if better < 0 else "",
        "earlier": round(before.value, 6),
        "earlier_said": said(figure, before.value),
        "numerator": before.numerator,
        "denominator": before.denominator,
    }


def reasons(
    area: str,
    shares: dict[str, float],
    tables: dict[str, pd.DataFrame],
    figures: dict[str, KeyFigure],
    targets: dict[str, float | None],
) -> list[dict[str, str]]:
    """Return why an area needs attention, what weighs most first; `shares` are its of `attention.ranked`."""
    weights = {code: share for code, share in shares.items() if code != "need" and share > 0}
    return [
        {"measure": code, "text": _reason(figures[code], tables[code].loc[area], targets[code])}
        for code in sorted(weights, key=weights.get, reverse=True)[:MOST_REASONS]
    ]


def _reason(figure: KeyFigure, here: pd.Series, target: float | None) -> str:
    above, below = here["numerator"], here["denominator"]
    words = {"value": said(figure, here["value"]), "target": said(figure, target)}
    if figure.code == COVERAGE:
        n = f"{below - above:,.0f}"
        if figure.label["zh"].startswith("直线"):
            return _("%(n)s 户直线 500 米内没有驿站（覆盖 %(value)s，目标 %(target)s）", n=n, **words)
        return _("%(n)s 户步行 500 米内没有驿站（覆盖 %(value)s，目标 %(target)s）", n=n, **words)
    if figure.code == POSTS:
        return _("%(n)s 个岗位空缺（共 %(all)s 个）", n=f"{below - above:,.0f}", all=f"{below:,.0f}")
    if figure.code == "in_time_rate":
        n = f"{below - above:,.0f}"
        return _("%(n)s 件没有按期结案（按期 %(value)s，目标 %(target)s）", n=n, **words)
    if figure.code == "overdue_rate":
        return _("%(n)s 件超期未办结，占未办结的 %(value)s", n=f"{above:,.0f}", value=words["value"])
    n = f"{below - above:,.0f}"
    return _("%(n)s 件应结未结（结案 %(value)s，目标 %(target)s）", n=n, **words)


def who(found: Snapshot, area: str, lang: str) -> list[dict[str, Any]]:
    """Return who answers for an area, from the county leader down; none above a community."""
    if not area:
        return []
    return [
        {
            "role": role_label(link.role, lang),
            "name": " ".join(filter(None, (link.organisation_name or link.zone_name, link.holder_name))),
            "phone": link.phone,
            "area": link.area_name,
            "vacant": link.vacant,
        }
        for link in chain(found.atlas, found.tables, area)
    ]


def answers(every: pd.DataFrame, level: str, lang: str) -> dict[str, str]:
    """Return for each area of a level the first post that somebody holds, "role name"."""
    found: dict[str, str] = {}
    for role in ANSWERS.get(level, ()):
        held = every[(every["role"] == role) & ~every["vacant"].astype(bool)]
        label = role_label(role, lang)
        for code, name in zip(held["code"], held["holder"], strict=True):
            found.setdefault(str(code), f"{label} {name}")
    return found
