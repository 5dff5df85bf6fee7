"""Sheets of a county: figures by area become a sheet, with the county's shapes, borders and ground.

An `Order` is plain JSON, so that what a page has worked out can wait for the background to draw it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import BadInput
from gis_app.layers.atlas import CODE_OF_LEVEL, LAYER_OF_LEVEL, Atlas
from gis_app.layers.codes import LENGTHS, LEVELS
from gis_app.layers.schema import CRS as SCHEMA_CRS
from gis_app.maps import classes as legend_classes
from gis_app.paper.sheet import PAPERS, Areas, MapSheet, Marks, Names
from gis_app.paper.text import clean

# Of blocks the grids are named and drawn: a county has too many blocks for their names.
NAMED = {"block": "grid"}
MOST_BLOCKS = 20_000
LABELS = {("no_data", "en"): "No data", ("none", "en"): "None"}
LEVEL_WORDS = {
    "grid": ("网格", "grids"),
    "community": ("社区", "communities"),
    "subdistrict": ("街道", "subdistricts"),
    "county": ("县", "county"),
}


@dataclass(frozen=True)
class Order:
    """What a map shall show, without any shape; `rows` are [area code, class index, value in words, fill].

    `marks` are [title, symbol, colour, [[lon, lat, name], …]]; `area` is the code of the part of the county
    that is shown, "" for all of it.
    """

    title: str
    level: str
    rows: list[list[Any]]
    legend: Mapping[str, Any]
    size_mm: tuple[float, float]
    date: str
    language: str = "zh"
    subtitle: str = ""
    revision: str = ""
    review_number: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()
    area: str = ""
    marks: tuple = ()
    named: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the order as plain JSON types."""
        return asdict(self)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Order:
        """Return the order that `as_json` told."""
        return cls(**told)


def classed(
    codes: Sequence[str],
    values: Sequence[float],
    title: str,
    unit: str,
    rule: str = "",
    date: str = "",
    palette: str = "YlGnBu",
    centre: float = 0.0,
    language: str = "zh",
) -> tuple[list[list[Any]], dict[str, Any]]:
    """Return (rows, legend) of an order for one number of each area, in the classes of the screen.

    `values` (n,) may hold NaN for "no data". A value in words stands in each row: whole numbers of 100 and
    more, else one decimal; "%" is written after it.
    """
    numbers = np.asarray(values, dtype=float)
    found = legend_classes.classify(numbers, k=5, unit=unit, palette=palette, centre=centre)
    members = legend_classes.assign(numbers, found)
    told = [{**one, "label": LABELS.get((one["kind"], language), one["label"])} for one in found]
    words = [in_words(value, unit) for value in numbers.tolist()]
    rows = [
        [str(code), int(index), word, None] for code, index, word in zip(codes, members, words, strict=True)
    ]
    return rows, legend_classes.legend(title, told, unit, date, rule)


def in_words(value: float, unit: str = "") -> str:
    """Return a number as it stands on a map, "" where there is none."""
    if not np.isfinite(value):
        return ""
    words = f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"
    return f"{words}%" if unit == "%" else words


def sheet_of(order: Order, atlas: Atlas) -> MapSheet:
    """Return the sheet of an order; areas that the atlas lacks are left out.

    Raises NotFound for an unknown level, BadInput for an area that the county has not.
    """
    frame = _frame(atlas, order.level, order.area)
    rows = {row[0]: row for row in order.rows}
    codes = [code for code in frame.index if code in rows]
    shapes = frame.loc[codes, "geometry"].to_numpy()
    areas = Areas(
        _metric(atlas, shapes),
        np.array([rows[code][1] for code in codes], dtype=int),
        tuple(rows[code][3] for code in codes),
    )
    return MapSheet(
        title=order.title,
        areas=areas,
        legend=order.legend,
        size_mm=tuple(order.size_mm),
        date=order.date,
        language=order.language,
        subtitle=order.subtitle,
        revision=order.revision,
        review_number=order.review_number,
        attribution=order.attribution,
        notes=tuple(order.notes),
        names=_names(order, atlas, rows) if order.named else Names(),
        marks=tuple(_marks(one, atlas) for one in order.marks),
        borders=_borders(atlas, order),
        ground=_ground(atlas, order),
        focus=_metric(atlas, frame["geometry"].to_numpy()),
    )


def size_for(atlas: Atlas, paper: str, area: str = "") -> tuple[float, float]:
    """Return width and height (mm) of a paper, upright where the county or its part is taller than wide."""
    if paper not in PAPERS:
        raise BadInput("bad_paper", "没有这种纸张", {"paper": " ".join(PAPERS)})
    wide, high = PAPERS[paper]
    for level in ("grid", "community", "subdistrict", "county", "block"):
        frame = _frame(atlas, level, area)
        if len(frame):
            west, south, east, north = shapely.total_bounds(_metric(atlas, frame["geometry"].to_numpy()))
            return (wide, high) if east - west >= north - south else (high, wide)
    return wide, high


def _frame(atlas: Atlas, level: str, area: str) -> pd.DataFrame:
    """Return the areas of a level within an area, by code."""
    layer, column = atlas.level(level), CODE_OF_LEVEL[level]
    codes = layer[column].astype(str)
    inside = codes if level != "block" else layer["grid_code"].fillna(layer["community_code"]).fillna("")
    if area and atlas.area(area) is None:
        raise BadInput("unknown_area", "没有这个区域", {"area": area[:20]})
    frame = pd.DataFrame({"name": layer["name"].astype(str), "geometry": layer.geometry.to_numpy()})
    frame.index = pd.Index(codes.to_numpy(object))
    chosen = inside.astype(str).str.startswith(area) if area else np.full(len(frame), True)
    return frame[np.asarray(chosen) & ~shapely.is_empty(frame["geometry"].to_numpy())]


def _metric(atlas: Atlas, shapes: np.ndarray) -> np.ndarray:
    return gpd.GeoSeries(shapes, crs=SCHEMA_CRS).to_crs(atlas.metric_crs).to_numpy()


def _names(order: Order, atlas: Atlas, rows: Mapping[str, list]) -> Names:
    """Return the names to be placed: of the level shown, of the grids where blocks are."""
    level = NAMED.get(order.level, order.level)
    frame = _frame(atlas, level, order.area)
    texts = []
    for code, name in zip(frame.index, frame["name"], strict=True):
        lines = _lines(atlas, level, code, name)
        value = rows[code][2] if level == order.level and code in rows else ""
        told = (*lines, clean(value)) if value else lines
        texts.append((told, lines) if value else (lines,))
    what = LEVEL_WORDS[level][order.language == "en"]
    return Names(_metric(atlas, frame["geometry"].to_numpy()), tuple(texts), what)


def _lines(atlas: Atlas, level: str, code: str, name: str) -> tuple[str, ...]:
    """Return how an area is called on a map: a grid by its community and the last three digits."""
    if level == "grid":
        community = clean(atlas.name_of(code[:12]))
        return (community, code[-3:]) if community else (code[-6:-3] + "-" + code[-3:],)
    return (clean(name) or code,)


def _borders(atlas: Atlas, order: Order) -> dict[str, np.ndarray]:
    """Return the borders to draw: no finer than what is shown, grids where blocks are."""
    found = {}
    for level in LEVELS[: LEVELS.index(NAMED.get(order.level, order.level)) + 1]:
        layer = LAYER_OF_LEVEL[level]
        if layer in atlas.derived and level != order.level:
            continue
        whole = len(order.area) > LENGTHS[level] or level == "county"
        shapes = _frame(atlas, level, "" if whole else order.area)["geometry"].to_numpy()
        found[layer] = _metric(atlas, shapes)
    return found


def _ground(atlas: Atlas, order: Order) -> dict[str, np.ndarray]:
    layers = {"water": atlas.water, "streets": atlas.streets}
    if order.level != "block" and len(atlas.blocks) <= MOST_BLOCKS:
        layers["blocks"] = atlas.blocks
    return {name: _metric(atlas, frame.geometry.to_numpy()) for name, frame in layers.items()}


def _marks(told: Sequence[Any], atlas: Atlas) -> Marks:
    title, symbol, colour, places = told
    points = gpd.GeoSeries(gpd.points_from_xy([p[0] for p in places], [p[1] for p in places]), crs=SCHEMA_CRS)
    xy = shapely.get_coordinates(points.to_crs(atlas.metric_crs).to_numpy())
    names = tuple(clean(place[2]) for place in places)
    return Marks(clean(title), symbol, colour, xy, names if any(names) else ())
