"""The 15-digit code that names every area: 6 county + 3 subdistrict + 3 community + 3 sequence.

A prefix of an area's code is the code of its parent, so levels, parents and scopes are read from the code
alone, also where the parent layer was never imported. Numbering follows the unit-grid rule of DB11/T 2157:
inside a community from west to east and from north to south.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import BadInput

LEVELS = ("county", "subdistrict", "community", "grid")
LENGTHS = {"county": 6, "subdistrict": 9, "community": 12, "grid": 15}
LEVEL_OF_LENGTH = {length: level for level, length in LENGTHS.items()}
LAYER_OF_LEVEL = {
    "county": "county",
    "subdistrict": "subdistricts",
    "community": "communities",
    "grid": "grids",
}
UNKNOWN_COUNTY = "000000"
MAX_SEQUENCE = 999

_DIGITS = re.compile(r"[0-9]+")


def level_of(code: object) -> str | None:
    """Return "county", "subdistrict", "community" or "grid"; None for what is not an area code."""
    if not isinstance(code, str) or not _DIGITS.fullmatch(code):
        return None
    return LEVEL_OF_LENGTH.get(len(code))


def parse(code: str) -> dict[str, str]:
    """Return the codes of the area and of all its ancestors by level; raise BadInput for an invalid code."""
    level = level_of(code)
    if level is None:
        raise BadInput("bad_area_code", "区域编码应为 6、9、12 或 15 位数字", {"code": str(code)})
    return {name: code[: LENGTHS[name]] for name in LEVELS[: LEVELS.index(level) + 1]}


def ancestor(code: str, level: str) -> str | None:
    """Return the code of the ancestor (or the area itself) at `level`, None where the area lies above it."""
    length = LENGTHS[level]
    return code[:length] if len(code) >= length else None


def parent_of(code: str) -> str | None:
    """Return the parent's code, None for a county; raise BadInput for an invalid code."""
    line = list(parse(code).values())
    return line[-2] if len(line) > 1 else None


def within(scope_code: str, area_code: str) -> bool:
    """Tell whether the area lies inside the scope; the empty scope is everywhere."""
    return area_code.startswith(scope_code)


def reading_order(geometries: Sequence | np.ndarray) -> np.ndarray:
    """Return the positions (n,) int of geometries in reading order: rows north to south, each west to east.

    Rows are as high as the median height of the geometries, so that neighbours of a slightly crooked row stay
    together.
    """
    shapes = np.asarray(geometries, dtype=object)
    if len(shapes) == 0:
        return np.empty(0, dtype=int)
    bounds = shapely.bounds(shapes)
    points = shapely.point_on_surface(shapes)
    x, y = shapely.get_x(points), shapely.get_y(points)
    height = np.nanmedian(bounds[:, 3] - bounds[:, 1]) if np.isfinite(bounds).any() else 0.0
    row = np.floor((np.nanmax(y) - y) / height) if height > 0 else -y
    return np.lexsort((np.arange(len(shapes)), -y, x, row))


def number_grids(grids: gpd.GeoDataFrame) -> pd.Series:
    """Return new 15-digit codes for grids that know their `community_code`, indexed like `grids`.

    Raises BadInput where a community has more than 999 grids.
    """
    result = pd.Series("", index=grids.index, dtype=object)
    for community, part in grids.groupby("community_code", sort=True):
        if len(part) > MAX_SEQUENCE:
            raise BadInput("too_many_grids", f"社区 {community} 的网格超过 {MAX_SEQUENCE} 个")
        ordered = part.index[reading_order(part.geometry.values)]
        result.loc[ordered] = [f"{community}{i:03d}" for i in range(1, len(ordered) + 1)]
    return result.astype("str")


def generate_grid_codes(geometries: Sequence, parent_code: str = UNKNOWN_COUNTY) -> list[str]:
    """Return 15-digit codes for grids that came without any, numbered in reading order under `parent_code`.

    `parent_code` is a county, subdistrict or community; missing levels count up from 001 as sequences fill.
    """
    return _number(geometries, parent_code, "grid")


def generate_area_codes(geometries: Sequence, level: str, parent_code: str = UNKNOWN_COUNTY) -> list[str]:
    """Return codes of `level` for areas that came without any, in reading order under `parent_code`."""
    return _number(geometries, parent_code, level)


def _number(geometries: Sequence, parent_code: str, level: str) -> list[str]:
    parents = parse(parent_code)
    missing = LEVELS.index(level) - LEVELS.index(list(parents)[-1])
    if missing < 1:
        raise BadInput("bad_parent_code", "上级编码的层级不正确", {"parent_code": parent_code})
    order = reading_order(geometries)
    if len(order) > MAX_SEQUENCE**missing:
        raise BadInput("too_many_areas", f"{parent_code} 之下最多编 {MAX_SEQUENCE**missing} 个编码")
    codes = [""] * len(order)
    for number, position in enumerate(order):
        codes[position] = parent_code + _sequence(number, missing)
    return codes


def _sequence(number: int, places: int) -> str:
    digits = []
    for _ in range(places):
        number, rest = divmod(number, MAX_SEQUENCE)
        digits.append(f"{rest + 1:03d}")
    return "".join(reversed(digits))
