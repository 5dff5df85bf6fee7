"""A repair as two small maps: one place before and after, as GeoJSON for the page to draw."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import shapely

from gis_app.desk.repairs_ground import Ground

AROUND = 12.0  # metres shown around a changed place, at least
MOST_PLACES = 100
SLIVER = 1e-3  # m2; less is no place to look at


def picture(title: str, rows: Sequence[int], before: np.ndarray, after: np.ndarray, at: int = 0) -> dict:
    """Return {"before", "after": FeatureCollection, "words", "metres_per_degree", "places", "at"}.

    Features are the repaired areas around place number `at` ({"row", "role": "area"}) and what changed there
    ({"role": "place"}), in lon/lat.
    """
    ground = Ground.of(after)
    old, new = ground.metres(before), ground.metres(after)
    spots, owners = _places(old, new)
    at = int(np.clip(at, 0, max(0, len(spots) - 1)))
    frame = _frame(spots, at, new)
    return {
        "before": _collection(old, rows, frame, spots[at : at + 1], ground),
        "after": _collection(new, rows, frame, spots[at : at + 1], ground),
        "words": f"第 {rows[owners[at]]} 行：{title}" if len(spots) else title,
        "metres_per_degree": [round(float(value), 1) for value in ground.scale],
        "places": len(spots),
        "at": at,
    }


def _places(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pieces of ground (or line) that change, the largest first, and whose they are."""
    pieces = [_difference(a, b) for a, b in zip(old[:MOST_PLACES], new[:MOST_PLACES], strict=True)]
    owners = np.concatenate([np.full(len(part), at) for at, part in enumerate(pieces)]) if pieces else []
    found = np.concatenate(pieces) if pieces else np.empty(0, dtype=object)
    order = np.argsort(-shapely.area(found), kind="stable")[:MOST_PLACES]
    return found[order], np.asarray(owners, dtype=int)[order]


def _difference(old: shapely.Geometry, new: shapely.Geometry) -> np.ndarray:
    if shapely.get_dimensions(old) == 2 and old.is_valid:
        pieces = shapely.get_parts(shapely.symmetric_difference(old, new))
        pieces = pieces[shapely.area(pieces) > SLIVER]
        if len(pieces):
            return pieces
    lines = old if shapely.get_dimensions(old) == 1 else shapely.boundary(old)
    edges = new if shapely.get_dimensions(new) == 1 else shapely.boundary(new)
    missing = shapely.get_parts(shapely.difference(edges, shapely.buffer(lines, SLIVER)))
    missing = missing[~shapely.is_empty(missing)]
    return missing if len(missing) else _doubled(old)


def _doubled(shape: shapely.Geometry) -> np.ndarray:
    """Return the points of a shape that follow on themselves, or a point in it."""
    xy, owner = shapely.get_coordinates(shapely.get_parts(shape), return_index=True)
    twice = (xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    points = np.unique(xy[1:][twice], axis=0)
    return (
        shapely.points(points) if len(points) else np.array([shapely.point_on_surface(shape)], dtype=object)
    )


def _frame(spots: np.ndarray, at: int, new: np.ndarray) -> shapely.Geometry:
    """Return the window to look through: a place with some ground around it."""
    west, south, east, north = shapely.bounds(spots[at]) if len(spots) else shapely.total_bounds(new)
    around = max(AROUND, 0.3 * max(east - west, north - south))
    return shapely.box(west - around, south - around, east + around, north + around)


def _collection(shapes, rows, frame, places, ground: Ground) -> dict:
    features = []
    for row, shape in zip(rows, shapes, strict=True):
        if shapely.intersects(frame, shapely.box(*shapely.bounds(shape))):
            shown = shapely.intersection(shape, frame) if shape.is_valid else shape
            if not shown.is_empty:
                features.append(_feature(shown, ground, {"row": int(row), "role": "area"}))
    features += [_feature(place, ground, {"row": None, "role": "place"}) for place in places]
    return {"type": "FeatureCollection", "features": features}


def _feature(shape: shapely.Geometry, ground: Ground, properties: dict) -> dict:
    back = shapely.transform(shape, lambda xy: xy / ground.scale + ground.origin)
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(back)),
        "properties": properties,
    }
