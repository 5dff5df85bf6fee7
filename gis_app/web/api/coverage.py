"""The figures of coverage, area by area: the very ones that the page of coverage shows."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Response
from flask_babel import lazy_gettext as _l

from gis_app.stations.figures import Figures, by_area, whole
from gis_app.stations.scope import WHENS
from gis_app.web import geojson
from gis_app.web.api import schemas
from gis_app.web.api.layers import area_of, rows_of
from gis_app.web.api.paging import PAGING, page, span_of
from gis_app.web.api.room import reads
from gis_app.web.coverage import DECIMALS
from gis_app.web.coverage_ask import KIND_CHOICES, LEVELS, Asked, area_names, figures_of, scope_of
from gis_app.web.coverage_words import measure_words, scope_words
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.params import Params
from gis_app.web.stations import DEFAULT_LIMIT, LIMITS

ASKED = ("level", "within", "kind", "amenities", "when", "at", "day")
COUNTS = ("households", "covered", "uncovered", "seated")
SHARES = ("share", "crow_share", "seated_share")
LEVEL_OF = {9: "subdistrict", 12: "community", 15: "grid"}  # digits of an area's code
FIGURES = (*COUNTS, *SHARES, "mean_m", "worst_m", "seats_per_1000")


def schema() -> dict[str, Any]:
    """Return the schema of one area's figures."""
    figures = dict.fromkeys(COUNTS, schemas.COUNT) | dict.fromkeys(SHARES, schemas.SHARE)
    figures |= dict.fromkeys(("mean_m", "worst_m", "seats_per_1000"), schemas.NUMBER)
    return schemas.record({"code": schemas.TEXT, "name": schemas.TEXT, **figures})


MORE = {"summary": schemas.ANY, "scope": schemas.TEXT, "rule": schemas.TEXT, "basis": schemas.TEXT}


@reads(
    "/coverage",
    "stations:coverage:read",
    "getCoverage",
    _l("覆盖率：每个区域有多少户在限值内到得了站点"),
    schemas.page_of("Coverage", MORE),
    (*ASKED, "area", *PAGING),
    "figures",
)
def coverage() -> Response:
    """Say how many households of each area reach a station within a limit."""
    params, found = Params(*ASKED, "area", *PAGING), snapshot()
    asked, span, area = _asked(params), span_of(params), area_of(params, found)
    rows = _rows(found, asked)
    if area:
        places = dict(zip(*_block_areas(found), strict=True)) if asked.level == "block" else None
        inside = rows["code"] if places is None else rows["code"].map(places).fillna("")
        rows = rows[inside.str.startswith(area)]
    return page(
        (found.tag, asked.tag()),
        len(rows),
        span,
        lambda part: geojson.records(rows.iloc[part]),
        lambda: _beside(found, asked, area),
    )


def _asked(params: Params) -> Asked:
    scope = scope_of(
        params.choice("kind", KIND_CHOICES, "warm_station"),
        params.text("amenities", 200),
        params.choice("when", WHENS, "serving"),
        params.text("at", 40),
    )
    within = params.choice("within", LIMITS, DEFAULT_LIMIT)
    return Asked(scope, within, params.choice("level", LEVELS, "grid"), "share", params.day("day"))


def _rows(found: Snapshot, asked: Asked) -> pd.DataFrame:
    rows = by_area(figures_of(found, asked), asked.level, found.atlas)
    rows = rows[rows["code"] != ""].sort_values("code", kind="stable")
    named = rows.assign(name=area_names(found, asked.level, rows["code"]))
    return named[["code", "name", *FIGURES]].round(DECIMALS)


def _of_area(figures: Figures, area: str, found: Snapshot) -> dict[str, Any]:
    """Return the figures of an area, nothing of one where nobody lives."""
    rows = by_area(figures, LEVEL_OF[len(area)], found.atlas).round(DECIMALS)
    own = geojson.records(rows[rows["code"] == area][list(FIGURES)])
    return own[0] if own else dict.fromkeys(FIGURES)


def _block_areas(found: Snapshot) -> tuple[list[str], list[str]]:
    """Return the codes of all blocks and those of the areas that they lie in."""
    blocks = rows_of(found, "blocks")
    return blocks.table[blocks.code].tolist(), blocks.areas.tolist()


def _beside(found: Snapshot, asked: Asked, area: str) -> dict[str, Any]:
    figures = figures_of(found, asked)
    row = _of_area(figures, area, found) if len(area) in LEVEL_OF else whole(figures)
    return {
        "summary": {name: row[name] for name in FIGURES},
        "scope": scope_words(asked),
        "rule": measure_words("share", asked, figures.basis)[2],
        "basis": figures.basis,
    }
