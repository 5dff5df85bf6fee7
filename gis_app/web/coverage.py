"""The page of coverage and its data: three numbers side by side for every place, and the shapes drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotFound
from gis_app.stations import isochrones, redundancy
from gis_app.stations.figures import Figures, by_area, catchments, whole
from gis_app.stations.what_if import DELTAS, compared
from gis_app.storage.station_versions import first_day
from gis_app.web import geojson, overlay
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.coverage_ask import (
    KIND_CHOICES,
    LEVELS,
    NAMES,
    Asked,
    area_code,
    area_names,
    asked_of,
    figures_of,
    table_of,
)
from gis_app.web.coverage_words import equity_words, measure_words, query_of, scope_words, told_figures
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.stations import LIMITS, limit_label, metres_of, reach_of
from gis_app.web.table_columns import AMENITIES, STATION_KINDS

rooms = Blueprint("coverage", __name__)
JSON = "application/json"
# Metres to a decimetre, shares to a hundredth of a percent: what is sent, not what is worked out.
DECIMALS = {"share": 4, "crow_share": 4, "seated_share": 4, "mean_m": 1, "worst_m": 1, "seats_per_1000": 2}
CHANGED = ("share_delta", "seated_share_delta", "mean_m_delta")


@rooms.get("/coverage")
@requires("stations:coverage:read")
def page() -> Response:
    """Show the page: figures, map and table of one question; the address holds it."""
    params, found, lang = Params(*NAMES, "from", "changes", "area"), snapshot(), language()
    asked, basis = asked_of(params), reach_of(found).attrs.get("basis", "walk")
    body = render_template(
        "stations/coverage.html",
        asked=asked,
        area=area_code(params),
        query=query_of(asked),
        limits=[(limit, limit_label(limit)) for limit in LIMITS],
        levels=[(level, level_words()[level]) for level in LEVELS if len(found.atlas.level(level))],
        kinds=[
            (kind, _("全部站点") if kind == "all" else STATION_KINDS[kind][lang]) for kind in KIND_CHOICES
        ],
        amenities=[(code, words[lang]) for code, words in AMENITIES.items()],
        whens=when_words(),
        measures=[(one, measure_words(one, asked, basis)[0]) for one in DECIMALS if one != "worst_m"],
        today=today(),
        per_seat=services().settings.households_per_seat,
        may_try=may("stations:what_if:try"),
        may_keep=may("stations:scenario:keep"),
        **shell_parts(found),
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/coverage.json")
@requires("stations:coverage:read")
def data() -> Response:
    """Say the figures of one question: the county's, and three numbers side by side for every area."""
    asked, found = asked_of(Params(*NAMES)), snapshot()
    parts = (found.tag, asked.tag(), language())
    return respond(parts, lambda: geojson.dumps(_told(found, asked)), JSON)


@rooms.get("/coverage/isochrones.geojson")
@requires("stations:coverage:read")
def isochrone_shapes() -> Response:
    """Say the ground within the limit of one station, or of all that count, hugging the streets."""
    params = Params(*NAMES, "station")
    asked, found, code = asked_of(params), snapshot(), params.text("station", 32)
    parts = (found.tag, asked.tag(), code, language())
    return respond(parts, lambda: _isochrones(found, asked, code), geojson.CONTENT_TYPE)


@rooms.get("/coverage/catchments.json")
@requires("stations:coverage:read")
def catchment_data() -> Response:
    """Say which station serves each block, nearest by street or as seats are shared out."""
    params = Params(*NAMES, "by")
    asked, found = asked_of(params), snapshot()
    by = params.choice("by", ("nearest", "capacity"), "nearest")
    parts = (found.tag, asked.tag(), by, language())
    return respond(parts, lambda: geojson.dumps(_catchments(found, asked, by == "capacity")), JSON)


@rooms.get("/coverage/change.json")
@requires("stations:coverage:read")
def change() -> Response:
    """Say how coverage changed between the stations of two days, `from` and `day` (today where absent)."""
    params = Params(*NAMES, "from")
    asked, found = asked_of(params), snapshot()
    first, _last = params.period("from", "day")
    first = first or clock.now().date().replace(month=1, day=1)
    parts = (found.tag, asked.tag(), first, language())
    return respond(parts, lambda: geojson.dumps(_change(found, asked, first)), JSON)


def level_words() -> dict[str, str]:
    """Return the name of each level."""
    return {
        "grid": _("网格"),
        "community": _("社区"),
        "subdistrict": _("街道"),
        "block": _("地块"),
        "county": _("县"),
    }


def when_words() -> list[tuple[str, str]]:
    """Return (code, words) of each way to say which stations count."""
    return [
        ("serving", _("在用站点")),
        ("open", _("某一时刻开放")),
        ("always", _("24 小时开放")),
        ("planned", _("含规划中")),
    ]


def columns_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a frame as columns and rows, a third of the size of a list of objects."""
    rows = geojson.records(frame)
    return {"columns": list(frame.columns), "rows": [list(row.values()) for row in rows]}


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its numbers as they are sent."""
    return frame.round({name: digits for name, digits in DECIMALS.items() if name in frame})


def _told(found: Snapshot, asked: Asked) -> dict[str, Any]:
    figures = figures_of(found, asked)
    row, areas = whole(figures), by_area(figures, asked.level, found.atlas)
    areas = areas.assign(name=area_names(found, asked.level, areas["code"]))
    return {
        "asked": {"limit": asked.limit, "limit_m": metres_of(asked.limit), "level": asked.level},
        "scope": scope_words(asked),
        "query": query_of(asked),
        "basis": figures.basis,
        "unit": figures.unit,
        "figures": told_figures(asked, figures, row),
        "equity": equity_words(figures, row),
        "summary": row,
        "times": redundancy.by_times(figures).to_dict("records"),
        "legend": _legend(asked, figures, areas),
        "areas": columns_of(rounded(areas)),
        "stations": columns_of(_stations(figures)),
    }


def _legend(asked: Asked, figures: Figures, areas: pd.DataFrame) -> dict[str, Any]:
    title, unit, rule = measure_words(asked.measure, asked, figures.basis)
    values = measured(areas[areas["code"] != ""], asked.measure)
    return overlay.ranked_legend(values, title, unit, rule) | {"measure": asked.measure}


def measured(areas: pd.DataFrame, measure: str) -> pd.Series:
    """Return the values of a measure as they are classed and shown: shares in percent."""
    if measure == "times_0_share":
        return 100 * areas["times_0"] / areas["households"].where(areas["households"] > 0)
    return areas[measure] * 100 if measure.endswith("share") else areas[measure]


def _stations(figures: Figures) -> pd.DataFrame:
    only = redundancy.sole_service(figures).set_index("station_code")["households"]
    rows = figures.table.stations.set_index("station_code")[["lon", "lat"]].round(7)
    return figures.loads.join(rows, on="station_code").assign(
        only=figures.loads["station_code"].map(only).to_numpy()
    )


def _isochrones(found: Snapshot, asked: Asked, code: str) -> bytes:
    table, figures = table_of(found, asked.day), figures_of(found, asked)
    mask, limits = figures.mask, (metres_of(asked.limit),)
    if code:
        mask = (table.stations["station_code"] == code).to_numpy()
        if not mask.any():
            raise NotFound("unknown_station", _("没有编码为 %(code)s 的站点", code=code), {"station": code})
        limits = tuple(metres_of(one) for one in ("300m", "500m", "1000m"))
    shapes = isochrones.around(table, found.atlas, mask, limits)
    frame = pd.DataFrame({"limit_m": list(limits), "basis": figures.basis})
    rule = _("由步行能到的路段加缓冲得到，只作示意；是否覆盖按每栋楼的步行距离判断。")
    return geojson.feature_collection(frame, "limit_m", shapes, {"rule": rule})


def _catchments(found: Snapshot, asked: Asked, within_capacity: bool) -> dict[str, Any]:
    figures = figures_of(found, asked)
    rows = catchments(figures, within_capacity)
    block = figures.places.set_index("code")["block_code"]
    rows = rows.assign(block_code=rows["code"].map(block), station_code=rows["station_code"].fillna(""))
    sums = rows.groupby(["block_code", "station_code"], as_index=False)["households"].sum()
    most = sums.sort_values(["block_code", "households"], ascending=[True, False]).drop_duplicates(
        "block_code"
    )
    loads = rows[rows["station_code"] != ""].groupby("station_code")["households"].sum()
    return {
        "by": "capacity" if within_capacity else "nearest",
        "rule": _("每个地块按其多数住户去的站点着色。"),
        "blocks": dict(zip(most["block_code"], most["station_code"], strict=True)),
        "households": {code: int(count) for code, count in loads.items()},
    }


def _change(found: Snapshot, asked: Asked, first: Any) -> dict[str, Any]:
    before, after = (
        figures_of(found, Asked(asked.scope, asked.limit, asked.level, asked.measure, day))
        for day in (first, asked.day)
    )
    areas = compared(before, after, asked.level, found.atlas)
    areas = areas.assign(name=area_names(found, asked.level, areas["code"]))
    digits = dict.fromkeys(CHANGED[:2], 4) | {"mean_m_delta": 1}
    with services().store.read() as conn:
        known = first_day(conn)
    return {
        "from": first.isoformat(),
        "to": asked.day.isoformat() if asked.day else today(),
        "known_since": known.date().isoformat() if known else None,
        "before": whole(before),
        "after": whole(after),
        "stations": _different(before, after),
        "areas": columns_of(rounded(areas).round(digits)),
        "deltas": [f"{name}_delta" for name in DELTAS],
    }


def _changed(before: Figures, after: Figures, code: str) -> str:
    """Return in a word what changed of a station that counts on both days, "" for nothing."""
    old, new = (one.table.stations.set_index("station_code").loc[code] for one in (before, after))
    if (old[["lon", "lat"]] != new[["lon", "lat"]]).any():
        return _("迁移")
    return "" if old["capacity"] == new["capacity"] else _("规模调整")


def _different(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """Return the stations that count on one of the two days only, or changed capacity."""
    old, new = (one.loads.set_index("station_code") for one in (before, after))
    rows = []
    for code in sorted(set(old.index) | set(new.index)):
        kinds = (code in old.index, code in new.index)
        if kinds == (True, True):
            verb = _changed(before, after, code)
            if not verb:
                continue
        else:
            verb = _("新增") if kinds[1] else _("停用")
        name = new.at[code, "name"] if kinds[1] else old.at[code, "name"]
        seats = [
            int(one.at[code, "capacity"]) if is_in else None
            for one, is_in in zip((old, new), kinds, strict=True)
        ]
        rows.append(
            {"station_code": code, "name": name, "change": verb, "before": seats[0], "after": seats[1]}
        )
    return rows
