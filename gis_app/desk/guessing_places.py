"""Where the coordinates of a table stand: columns by name, by range, and the right way round.

Surveyors call north X and east Y, and half of all tables have longitude and latitude exchanged; the numbers
say which is which.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.desk import guessing_zones as zones
from gis_app.desk.guessing_columns import ColumnGuess
from gis_app.desk.guessing_values import Profile
from gis_app.exchange import columns as names
from gis_app.exchange import words
from gis_app.exchange.context import Existing
from gis_app.exchange.coordinates import halves_of
from gis_app.exchange.raw import RawTable
from gis_app.geo.crs import CHINA_LAT, CHINA_LON

MOST = 0.9
FARTHEST = 1e9  # of any coordinate, in any unit
AROUND = 0.5  # degrees around the county in which unnamed numbers count as coordinates
_AXES = {"lon": "lat", "x": "y"}
TITLES = {"lon": "经度", "lat": "纬度", "x": "东坐标", "y": "北坐标", "pair": "坐标"}


def guess_coordinates(
    table: RawTable, profiles: dict[str, Profile], meant: dict[str, str], existing: Existing
) -> dict[str, ColumnGuess]:
    """Return lon and lat, or x and y, or pair with their columns and reasons; empty for none."""
    back = {meant.get(name, name): name for name in profiles}
    found = {field: back[name] for field, name in names.find_coordinates(list(back)).items()}
    for east, north in _AXES.items():
        if east in found and north in found:
            return _ordered(east, north, found[east], found[north], profiles, meant)
    paired = [name for name, one in profiles.items() if _pairs(one)]
    if found.get("pair") in paired or len(paired) == 1:
        name = found["pair"] if found.get("pair") in paired else paired[0]
        return {"pair": ColumnGuess(name, f"“{meant.get(name, name)}”列的值是成对的坐标")}
    return _by_range(profiles, existing)


def _ordered(east, north, first, second, profiles, meant) -> dict[str, ColumnGuess]:
    """Take two named columns, exchanged where the numbers say so; degrees and metres by the numbers too."""
    shown = {name: meant.get(name, name) for name in (first, second)}
    kind = _kind(profiles[first], profiles[second])
    if kind:
        names_of = ("lon", "lat") if kind == "degrees" else ("x", "y")
        return {
            field: ColumnGuess(name, f"列名“{shown[name]}”")
            for field, name in zip(names_of, (first, second), strict=True)
        }
    kind = _kind(profiles[second], profiles[first])
    if kind:
        names_of = ("lon", "lat") if kind == "degrees" else ("x", "y")
        return {
            field: ColumnGuess(name, f"按数值，“{shown[name]}”列是{TITLES[field]}")
            for field, name in zip(names_of, (second, first), strict=True)
        }
    return {
        east: ColumnGuess(first, f"列名“{shown[first]}”"),
        north: ColumnGuess(second, f"列名“{shown[second]}”"),
    }


def _kind(east: Profile, north: Profile) -> str | None:
    """Return "degrees" or "metres" where two columns can be east and north in China, in this order."""
    if min(east.share("number"), north.share("number")) < MOST:
        return None
    if east.share("lon") > MOST and north.share("lat") > MOST:
        return "degrees"
    x, y = float(np.median(east.numbers)), float(np.median(north.numbers))
    return "metres" if zones.could_be(x, y) or zones.is_web_mercator(x, y) else None


def _pairs(found: Profile) -> bool:
    halves = [[words.number(half) for half in halves_of(text)] for text in found.texts[:50]]
    xy = np.array([half for half in halves if None not in half], dtype=float).reshape(-1, 2)
    if not halves or len(xy) <= MOST * len(halves):
        return False
    x, y = (float(value) for value in np.median(xy, axis=0))
    turned = ((x, y), (y, x))
    degrees = any(CHINA_LON[0] <= a <= CHINA_LON[1] and CHINA_LAT[0] <= b <= CHINA_LAT[1] for a, b in turned)
    return degrees or any(zones.could_be(a, b) or zones.is_web_mercator(a, b) for a, b in turned)


def _by_range(profiles: dict[str, Profile], existing: Existing) -> dict[str, ColumnGuess]:
    """Take the one pair of columns whose numbers can be nothing else; none where several could."""
    outline = existing.outline
    box = outline.bounds if outline is not None else (CHINA_LON[0], 18.0, CHINA_LON[1], CHINA_LAT[1])
    fine = {name: found for name, found in profiles.items() if found.share("fraction") > 0.5}
    east = [name for name, found in fine.items() if _within(found, box[0], box[2])]
    north = [name for name, found in fine.items() if _within(found, box[1], box[3])]
    if len(east) == 1 and len(north) == 1 and east != north:
        return {
            "lon": ColumnGuess(east[0], f"按数值，“{east[0]}”列像经度"),
            "lat": ColumnGuess(north[0], f"按数值，“{north[0]}”列像纬度"),
        }
    metric = [(a, b) for a in fine for b in fine if a != b and _kind(fine[a], fine[b]) == "metres"]
    if len(metric) == 1:
        (x, y) = metric[0]
        return {
            "x": ColumnGuess(x, f"按数值，“{x}”列像东坐标"),
            "y": ColumnGuess(y, f"按数值，“{y}”列像北坐标"),
        }
    return {}


def _within(found: Profile, low: float, high: float) -> bool:
    least, most = found.span
    return found.share("number") > MOST and low - AROUND <= least and most <= high + AROUND


def shapes_of(table: RawTable, located: dict[str, ColumnGuess]) -> np.ndarray | None:
    """Return the shapes of a table, made of its columns of coordinates where it has none; None without.

    What is no place on earth in any system is left out.
    """
    if table.geometry is not None:
        shapes = np.array(table.geometry, dtype=object)
        shapes[~_on_earth(shapes)] = None
        return shapes
    if "pair" in located:
        pairs = [halves_of(value) for value in table.columns[located["pair"].column]]
        values = [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
    else:
        axes = next((axes for axes in (("lon", "lat"), ("x", "y")) if axes[0] in located), None)
        if axes is None:
            return None
        values = [table.columns[located[axis].column] for axis in axes]
    xy = np.array(
        [[np.nan if (n := words.number(value)) is None else n for value in column] for column in values]
    ).T
    shapes = np.full(len(xy), None, dtype=object)
    known = (np.abs(xy) < FARTHEST).all(axis=1)
    shapes[known] = shapely.points(xy[known])
    return shapes


def _on_earth(shapes: np.ndarray) -> np.ndarray:
    bounds = shapely.bounds(shapes)
    return shapely.is_empty(shapes) | (np.abs(bounds) < FARTHEST).all(axis=1)


def areas_m2(shapes: np.ndarray | None, own: str | None) -> np.ndarray | None:
    """Return the areas of shapes in m2, near enough whatever they are measured in; None without areas."""
    if shapes is None:
        return None
    closed = shapely.get_dimensions(shapes) >= 1
    shapes = shapes[closed & ~shapely.is_empty(shapes)]
    bounds = shapely.bounds(shapes)
    shapes = shapes[np.isfinite(bounds).all(axis=1)] if len(shapes) else shapes
    if len(shapes) == 0:
        return None
    shapes = shapes[:: max(1, len(shapes) // 1000)]
    size = _size(shapes)
    middle = np.median(shapely.get_coordinates(shapes), axis=0)
    if np.abs(middle).max() > 180.0:
        mercator = zones.is_web_mercator(*middle)
        return size * (0.68 if mercator else 1.0)
    lat = middle[1] if abs(middle[1]) <= 60 else middle[0]
    return size * 111_320.0**2 * np.cos(np.radians(lat))


def _size(shapes: np.ndarray) -> np.ndarray:
    """Return areas, of closed lines as of the areas that they surround."""
    size = shapely.area(shapes)
    lines = shapely.get_type_id(shapes) == 1
    lines[lines] &= shapely.is_closed(shapes[lines]) & (shapely.get_num_points(shapes[lines]) >= 4)
    if lines.any():
        coordinates, owner = shapely.get_coordinates(shapes[lines], return_index=True)
        size[lines] = shapely.area(shapely.polygons(shapely.linearrings(coordinates, indices=owner)))
    return size
