"""How far what comes in lies from what is there, under a way to read its coordinates.

The same things are paired by code or by name; without either, points are compared with the nearest known
ones and outlines with the nearest known outline. Distances are in metres; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis_app.exchange.context import Existing
from gis_app.exchange.matching import as_code
from gis_app.layers import schema

SAMPLE = 1000
STEP = 4.0  # metres between the points that stand for a known line
MOST_POINTS = 400_000
METRES = 111_320.0
SAME_PLACE = 10.0  # metres between the middles of what is the same thing, drawn twice
PART_ON_OTHERS = 20.0  # percent of a layer's corners that lie on another level's borders, at least
Move = Callable[[np.ndarray], np.ndarray]
# Where a layer has nothing yet, outlines of these are compared: their borders run along each other.
RELATED = {
    "county": ("subdistricts", "communities", "grids"),
    "subdistricts": ("communities", "grids", "county"),
    "communities": ("grids", "subdistricts", "blocks"),
    "grids": ("communities", "blocks", "subdistricts"),
    "blocks": ("grids", "communities"),
}


@dataclass(frozen=True, slots=True)
class Distance:
    """Median distance, the spread around the median shift (both metres), how many were compared, and how."""

    median: float
    spread: float
    count: int
    how: str
    told: str = ""

    @property
    def words(self) -> str:
        """Return the distance as a sentence of its own."""
        metres = f"{self.median:.1f} 米" if self.median < 10 else f"{self.median:,.0f} 米"
        return f"对照{self.how}，{self.told}" if self.told else f"与{self.how}相差 {metres}"


@dataclass(frozen=True)
class Crossing:
    """Areas that borders must not cut, and the borders: what share is cut tells how far off they may lie."""

    how: str
    areas: np.ndarray
    borders: shapely.STRtree

    paired = False

    def to(self, move: Move) -> Distance | None:
        """Return the share that is cut after a move, a hundred metres for all of them."""
        moved = shapely.transform(self.areas, move)
        moved = moved[np.isfinite(shapely.bounds(moved)).all(axis=1)]
        if len(moved) == 0:
            return None
        cut = len(np.unique(self.borders.query(moved, predicate="intersects")[0])) / len(moved)
        told = f"{cut:.0%} 的楼栋被切断" if cut else "没有楼栋被切断"
        return Distance(100.0 * cut, 100.0 * cut, len(moved), self.how, told)


@dataclass(frozen=True)
class Comparison:
    """Something known to hold coordinates against; `to` gives the distance after a move to lon/lat."""

    how: str
    mine: np.ndarray
    theirs: np.ndarray | None
    tree: cKDTree | None
    scale: np.ndarray
    quantile: float = 50.0

    def to(self, move: Move) -> Distance | None:
        """Return how far the moved points lie from what is known, None where they cannot be moved."""
        moved = move(self.mine)
        known = np.isfinite(moved).all(axis=1)
        if not known.any():
            return None
        if self.theirs is not None:
            shift = (moved - self.theirs)[known] * self.scale
            away = np.hypot(*(shift - np.median(shift, axis=0)).T)
            return Distance(*(float(np.median(v)) for v in (np.hypot(*shift.T), away)), len(shift), self.how)
        near = self.tree.query(moved[known] * self.scale)[0]
        typical, worse = np.percentile(near, [self.quantile, self.quantile + 25])
        return Distance(float(typical), float(worse), len(near), self.how)

    @property
    def paired(self) -> bool:
        """Tell whether the very same things are compared."""
        return self.theirs is not None


def comparisons(
    layer: str, shapes: np.ndarray, columns: dict[str, list], existing: Existing, beside: bool = True
) -> Iterator[Comparison | Crossing]:
    """Yield what the shapes can be held against, the surest first; `columns` are the layer's own fields.

    Without `beside` other layers are not looked at.
    """
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    for field in (schema.code_column(layer), "name"):
        yield from _paired(layer, field, shapes, columns, existing, usable)
    for other in (layer, *(RELATED.get(layer, ()) if beside else ())):
        yield from _nearest(layer, other, shapes[usable], existing)
    if beside and layer == "buildings" and len(existing.layers["buildings"]) == 0:
        yield from _crossing(shapes[usable], existing)


def _crossing(shapes: np.ndarray, existing: Existing) -> Iterator[Crossing]:
    """Yield the borders of blocks, else the streets, that buildings are held against."""
    name = next((name for name in ("blocks", "streets") if len(existing.layers[name])), None)
    areas = shapes[:: max(1, len(shapes) // SAMPLE)]
    areas = areas[(shapely.get_dimensions(areas) == 2) & shapely.is_valid(areas)]
    if name is None or len(areas) == 0:
        return
    lines = np.asarray(existing.layers[name].geometry.values, dtype=object)
    lines = shapely.get_rings(lines) if name == "blocks" else lines
    what = "地块的边线" if name == "blocks" else "路网"
    yield Crossing(f"已有{what}", areas, shapely.STRtree(lines))


def _paired(layer: str, field: str, shapes, columns, existing: Existing, usable) -> Iterator[Comparison]:
    there = existing.layers[layer]
    if field not in columns or field not in there or len(there) == 0:
        return
    mine = pd.Series([as_code(value) for value in columns[field]], dtype=object)
    mine = mine[usable & mine.notna().to_numpy()]
    mine = mine[~mine.duplicated(keep=False)]
    theirs = pd.Series(there.index, index=there[field].astype(str))
    theirs = theirs[(theirs.index != "") & ~theirs.index.duplicated(keep=False)]
    both = mine[mine.isin(theirs.index)]
    if len(both) == 0:
        return
    both = both.iloc[:: max(1, len(both) // SAMPLE)]
    a = middles(shapes[both.index.to_numpy()])
    b = middles(there.geometry.values[there.index.get_indexer(theirs[both].to_numpy())])
    word = "同编码" if field == schema.code_column(layer) else "同名"
    yield Comparison(f"{len(both)} 个{word}{schema.title(layer)}", a, b, None, _scale(b))


def _nearest(layer: str, other: str, shapes: np.ndarray, existing: Existing) -> Iterator[Comparison]:
    there = existing.layers[other]
    if len(there) == 0 or len(shapes) == 0:
        return
    points = schema.geometry_types(layer) == schema.POINT
    if points and (len(there) < 3 or len(shapes) < 3):
        return
    mine = _sampled(middles(shapes) if points else shapely.get_coordinates(shapes))
    theirs = _known_points(there)
    if len(mine) == 0 or len(theirs) == 0:
        return
    scale = _scale(theirs)
    what = f"最近的已有{schema.title(other)}" if points else f"已有{schema.title(other)}的边线"
    quantile = 50.0 if other == layer else PART_ON_OTHERS
    yield Comparison(what, mine, None, cKDTree(theirs * scale), scale, quantile)


def _known_points(there: gpd.GeoDataFrame) -> np.ndarray:
    """Return points along the lines of a layer, no farther apart than `STEP` where it is not too large."""
    shapes = np.asarray(there.geometry.values, dtype=object)
    shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if len(shapes) == 0 or shapely.get_dimensions(shapes[0]) == 0:
        return middles(shapes)
    vertices = shapely.get_coordinates(shapes)
    length = float(shapely.length(shapes).sum()) * METRES
    step = max(STEP, length / MOST_POINTS)
    dense = shapely.get_coordinates(shapely.segmentize(shapes, step / METRES))
    return np.vstack([vertices, dense])


def middles(shapes: np.ndarray) -> np.ndarray:
    """Return the centroids (n, 2) of shapes."""
    points = shapely.centroid(np.asarray(shapes, dtype=object))
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _sampled(xy: np.ndarray) -> np.ndarray:
    xy = xy[np.isfinite(xy).all(axis=1)]
    return xy[:: max(1, len(xy) // SAMPLE)]


def _scale(lonlat: np.ndarray) -> np.ndarray:
    """Return metres for a degree of longitude and of latitude around some points."""
    return METRES * np.array([np.cos(np.radians(float(np.nanmean(lonlat[:, 1])))), 1.0])


def share_alike(layer: str, shapes: np.ndarray, move: Move, existing: Existing) -> float:
    """Return how much of the shapes, moved to lon/lat, the layer has already: same place, same size."""
    mine, theirs = (
        shapes[:: max(1, len(shapes) // SAMPLE)],
        np.asarray(existing.layers[layer].geometry.values),
    )
    mine = mine[~shapely.is_missing(mine) & ~shapely.is_empty(mine)]
    if len(mine) == 0 or len(theirs) == 0:
        return 0.0
    moved = shapely.transform(mine, move)
    moved = moved[np.isfinite(shapely.bounds(moved)).all(axis=1)]
    if len(moved) == 0:
        return 0.0
    scale = _scale(middles(theirs))
    away, at = cKDTree(_boxes(theirs) * scale).query(_boxes(moved) * scale)
    one, other = (_reach(part, scale) for part in (moved, theirs[at]))
    ratio = (one + 1.0) / (other + 1.0)
    return float(((away < SAME_PLACE) & (ratio > 0.7) & (ratio < 1.4)).mean())


def _boxes(shapes: np.ndarray) -> np.ndarray:
    """Return the middles (n, 2) of the boxes around shapes, the same for an area and for its outline."""
    west, south, east, north = shapely.bounds(shapes).T
    return np.column_stack([(west + east) / 2, (south + north) / 2])


def _reach(shapes: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return how wide and high shapes are together, in metres."""
    west, south, east, north = shapely.bounds(shapes).T
    return (east - west) * scale[0] + (north - south) * scale[1]
