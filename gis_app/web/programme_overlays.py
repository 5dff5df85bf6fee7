"""Layers of the map: communities by the stars they hold, and demands, projects and activities as places."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flask import Blueprint, Response
from flask_babel import gettext as _

from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.maps.catalogue import PROGRAMME_COLOURS, PROGRAMME_KINDS, STAR_COLOURS
from gis_app.maps.classes import legend
from gis_app.programme import projects as rules
from gis_app.programme.standings import quarters, standings
from gis_app.programme.stars import AWARDED, STARS, VERDICTS
from gis_app.storage import ratings as stored_ratings
from gis_app.web import geojson, overlay
from gis_app.web import programme_words as words
from gis_app.web.access import requires
from gis_app.web.bytes import digest, respond
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.params import Params
from gis_app.web.programme import read_all
from gis_app.web.rating_words import community_codes, community_names
from gis_app.web.services import services

rooms = Blueprint("programme_overlays", __name__)
NOT_JUDGED = "#9AA5B1"


@rooms.get("/overlays/ratings.geojson")
@requires("ratings:rating:read")
def ratings() -> Response:
    """Say how many stars each community holds, or whether it holds one of them, as of a quarter."""
    params = Params("star", "quarter", "geometry")
    star = params.choice("star", STARS)
    geometry = params.choice("geometry", overlay.GEOMETRIES, "full")
    with services().store.read() as conn:
        verdicts = stored_ratings.read_verdicts(conn)
    known = quarters(verdicts)
    quarter = params.choice("quarter", known, known[0] if known else "") or ""
    found, lang = snapshot(), language()
    parts = (found.tag, fingerprint(verdicts), star, quarter, geometry, lang, today())
    return respond(
        parts, lambda: _ratings(found, verdicts, star, quarter, geometry, lang), geojson.CONTENT_TYPE
    )


@rooms.get("/overlays/programme.geojson")
@requires("programme:programme:read")
def programme() -> Response:
    """Say demands, service projects or activities as places."""
    params = Params("what", "category", "state")
    what = params.choice("what", PROGRAMME_KINDS, "projects")
    category = params.choice("category", rules.CATEGORIES)
    state = params.choice("state", words.STATES[what]) if words.STATES[what] else params.choice("state", ())
    frames, found, lang = read_all(), snapshot(), language()
    parts = (
        found.tag,
        *(fingerprint(frame) for frame in frames.values()),
        what,
        category,
        state,
        lang,
        today(),
    )
    return respond(parts, lambda: _places(found, frames, what, category, state, lang), geojson.CONTENT_TYPE)


def fingerprint(frame: pd.DataFrame) -> str:
    """Return a digest of a small table's content."""
    return digest(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes().hex())


def _ratings(
    found: Snapshot, verdicts: pd.DataFrame, star: str | None, quarter: str, geometry: str, lang: str
) -> bytes:
    codes = community_codes()
    table = standings(verdicts, codes, quarter).rename(columns={"community_code": "code"})
    names = community_names()
    frame = table.assign(
        name=table["code"].map(names),
        held=[
            [STARS[one][lang] for one, verdict in zip(STARS, row, strict=True) if verdict == AWARDED]
            for row in table[list(STARS)].to_numpy()
        ],
        value=table["stars"] if star is None else (table[star] == AWARDED).astype("int64"),
        verdict_label="" if star is None else table[star].map(lambda one: _word(one, lang)),
    )
    frame["no_data"] = (table["judged"] == 0) if star is None else table[star] == ""
    classes = _star_classes(frame, star)
    title = STARS[star][lang] if star else _("社区星级")
    rule = _("每颗星由各自的工作专班评定；没有新评定时沿用上一次。截至 %(quarter)s。", quarter=quarter or "—")
    extra = {
        "level": "community",
        "quarter": quarter,
        "legend": legend(title, classes, _("颗") if star is None else "", today(), rule),
        "summary": {
            "communities": len(frame),
            "held": int(frame["value"].sum()),
            "five": int((table["stars"] == len(STARS)).sum()),
        },
    }
    return overlay.areas(found, "community", frame, geometry, extra)


def _word(verdict: str, lang: str) -> str:
    return VERDICTS[verdict][lang] if verdict else _("未评定")


def _star_classes(frame: pd.DataFrame, star: str | None) -> list[dict[str, Any]]:
    """Return the classes of the legend: a number of stars each, or held and not held; not judged apart."""
    judged = frame[~frame["no_data"]]
    counts = judged["value"].value_counts()
    if star is None:
        values = range(len(STARS), -1, -1)
        told = [_class(_("%(n)s 颗星", n=n), n, STAR_COLOURS[n], counts.get(n, 0)) for n in values]
    else:
        told = [
            _class(VERDICTS[AWARDED][language()], 1, STAR_COLOURS[5], counts.get(1, 0)),
            _class(_("未授星"), 0, STAR_COLOURS[0], counts.get(0, 0)),
        ]
    missing = int(frame["no_data"].sum())
    none = {"kind": "no_data", "label": _("未评定"), "lower": None, "upper": None, "colour": NOT_JUDGED}
    return [*told, none | {"count": missing}] if missing else told


def _class(label: str, value: int, colour: str, count: int) -> dict[str, Any]:
    return {
        "kind": "value",
        "label": label,
        "lower": value,
        "upper": value,
        "colour": colour,
        "count": int(count),
    }


def _places(
    found: Snapshot,
    frames: dict[str, pd.DataFrame],
    what: str,
    category: str | None,
    state: str | None,
    lang: str,
) -> bytes:
    rows = frames[what]
    if category:
        rows = rows[rows["category"] == category]
    if state:
        rows = rows[rows["state"] == state]
    points = _points(found, rows)
    rows, points = rows[~shapely.is_missing(points)], points[~shapely.is_missing(points)]
    if what == "demands":
        lines = words.demand_lines(rows, frames["projects"])
    elif what == "projects":
        lines = words.project_lines(rows, frames["project_adoptions"], frames["activities"])
    else:
        lines = words.activity_lines(rows, frames["projects"])
    shown = pd.DataFrame(lines, columns=_columns(what)).drop(columns=["lon", "lat"])
    key = "code" if what == "projects" else "id"
    shown[key] = shown[key].astype(str)
    present = rows["category"].value_counts()
    classes = [
        {"kind": "category", "code": code, "label": titles[lang], "lower": None, "upper": None,
         "colour": PROGRAMME_COLOURS[code], "count": int(present[code])}
        for code, titles in rules.CATEGORIES.items() if code in present
    ]  # fmt: skip
    rule = _("没有坐标的显示在所在区域内；需求不记录提出人。")
    extra = {
        "what": what,
        "total": len(rows),
        "legend": legend(
            PROGRAMME_KINDS[what][lang], classes, _("项") if what != "activities" else _("场"), today(), rule
        ),
    }
    if what == "activities":
        extra["participants"] = int(rows["participants"].sum())
    return geojson.feature_collection(shown, key, points, extra)


_SHARED = ("category", "category_label", "area", "title", "state", "day", "lon", "lat")
_OWN = {
    "demands": ("id", "state_label", "supporters", "project"),
    "projects": ("code", "state_label", "adopters", "served", "activities", "participants"),
    "activities": ("id", "participants", "project", "organisation"),
}


def _columns(what: str) -> list[str]:
    return [*_OWN[what], *_SHARED]


def _points(found: Snapshot, rows: pd.DataFrame) -> np.ndarray:
    """Return where each row is: its own place, else a point inside its area, None where neither is known."""
    own = gpd.points_from_xy(rows["lon"].fillna(0), rows["lat"].fillna(0)).to_numpy()
    inside = rows["area_code"].map(_centres(found)).to_numpy(dtype=object)
    return np.where(
        rows[["lon", "lat"]].notna().all(axis=1).to_numpy(), np.asarray(own, dtype=object), inside
    )


def _centres(found: Snapshot) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        known: dict[str, Any] = {}
        for level in ("community", "grid"):
            frame = found.atlas.level(level)
            points = shapely.point_on_surface(frame.geometry.to_numpy())
            known |= dict(zip(frame[CODE_OF_LEVEL[level]], points, strict=True))
        return known

    return found.memo("centres", make)
