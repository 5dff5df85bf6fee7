"""Set buildings into blocks: slabs in rows, courtyards, sheds, campuses, clear of streets and water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely import affinity

from gis_app.reference_county.blocks import Town

SETBACK = {"arterial": 21.0, "collector": 13.0, "lane": 7.5, "path": 5.0, "none": 4.0, "river": 24.0}
FARTHEST_DWELLING = 95.0  # metres from the middle of a dwelling to a street
EAST_WEST = 24.0  # degrees a row of dwellings may turn from east-west to follow its block


@dataclass(frozen=True)
class Fabric:
    """How one kind of building stands: sizes in metres, floors, households, and share of places built on."""

    depth: tuple[float, float]
    length: tuple[float, float]
    gap: tuple[float, float]
    pitch: tuple[float, float]  # from one row to the next
    floors: tuple[int, ...]
    households: tuple[int, int]  # lowest and highest of an ordinary building, 0 for none
    share: float
    at_most: int


FABRICS = {
    "old_court": Fabric((8, 11), (9, 17), (1.2, 4), (12.5, 15), (1, 1, 2), (1, 3), 0.80, 22),
    "courtyard": Fabric((8, 11), (9, 17), (1.5, 6), (15, 19), (1, 1, 2, 2), (1, 3), 0.62, 17),
    "rowhouse": Fabric((9, 12), (10, 15), (2, 7), (21, 26), (2, 2, 3), (1, 2), 0.50, 14),
    "slab": Fabric((12, 14), (36, 62), (9, 15), (29, 36), (5, 6, 6, 6), (20, 40), 0.80, 7),
    "tower": Fabric((17, 21), (24, 32), (22, 30), (46, 54), (11, 16, 18), (36, 66), 0.70, 5),
    "shops": Fabric((12, 18), (18, 40), (4, 9), (24, 32), (2, 3, 4), (0, 5), 0.66, 8),
    "campus": Fabric((13, 18), (34, 64), (14, 24), (38, 50), (3, 4, 5), (0, 0), 0.60, 5),
    "shed": Fabric((22, 42), (40, 90), (10, 18), (40, 58), (1, 1, 2), (0, 0), 0.72, 5),
    "vacant": Fabric((7, 10), (9, 16), (10, 40), (40, 70), (1,), (0, 1), 0.10, 3),
    "green": Fabric((6, 9), (8, 14), (40, 80), (60, 90), (1,), (0, 0), 0.12, 1),
}


def build_buildings(town: Town, fabrics: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return buildings: geometry (metres), block (number), households, floors, fabric."""
    streets = town.pieces.geometry.to_numpy()
    setback = np.array([SETBACK[c] for c in town.pieces.road_class])
    kept_free = shapely.buffer(streets, setback, cap_style="square")
    tree = shapely.STRtree(kept_free)
    block, piece = tree.query(town.blocks, predicate="intersects")
    frames = []
    for number, fabric in enumerate(fabrics):
        if fabric not in FABRICS:
            continue
        near = kept_free[piece[block == number]]
        room = shapely.difference(shapely.buffer(town.blocks[number], -2.0), shapely.union_all(near))
        for place in shapely.get_parts(room):
            if place.area > 160:
                frames.append(_fill(place, FABRICS[fabric], fabric, number, rng))
    buildings = pd.concat(frames, ignore_index=True)
    return _near_a_street(_clear_of_water(buildings, town), town)


def _fill(
    place: shapely.Polygon, fabric: Fabric, name: str, block: int, rng: np.random.Generator
) -> pd.DataFrame:
    turn = _axis(place, dwellings=name in ("slab", "tower", "old_court", "courtyard", "rowhouse"))
    flat = affinity.rotate(place, -turn, origin=(0, 0))
    west, south, east, north = flat.bounds
    footprints, y = [], north - rng.uniform(0, 3)
    while y - fabric.depth[0] > south:
        depth = rng.uniform(*fabric.depth)
        footprints += _row(flat, y, depth, west, east, fabric, rng)
        y -= max(rng.uniform(*fabric.pitch), depth + 3.0)
    footprints = [f for f in footprints if rng.random() < fabric.share]
    if len(footprints) > fabric.at_most:
        chosen = np.sort(rng.permutation(len(footprints))[: fabric.at_most])
        footprints = [footprints[i] for i in chosen]
    boxes = [affinity.rotate(shapely.box(*f), turn, origin=(0, 0)) for f in footprints]
    low, high = fabric.households
    return pd.DataFrame(
        {
            "geometry": boxes,
            "block": block,
            "fabric": name,
            "floors": rng.choice(fabric.floors, len(boxes)),
            "households": rng.integers(low, high + 1, len(boxes)),
        }
    )


def _row(
    flat: shapely.Polygon,
    top: float,
    depth: float,
    west: float,
    east: float,
    fabric: Fabric,
    rng: np.random.Generator,
) -> list[tuple[float, float, float, float]]:
    edges = shapely.linestrings([[(west - 1, y), (east + 1, y)] for y in (top, top - depth)])
    inside = shapely.intersection(*_shadows(edges, flat))
    found = []
    for span in shapely.get_parts(inside):
        if span.geom_type != "LineString":
            continue
        x0, _, x1, _ = span.bounds
        x = x0 + rng.uniform(0.2, 2.5)
        while x + fabric.length[0] < x1:
            length = min(rng.uniform(*fabric.length), x1 - x - 0.2)
            box = (x, top - depth, x + length, top)
            if flat.contains(shapely.box(*box)):
                found.append(box)
            x += length + rng.uniform(*fabric.gap)
    return found


def _shadows(edges: np.ndarray, flat: shapely.Polygon) -> list[shapely.Geometry]:
    """Return the two edges of a row, cut to the place and laid on one line."""
    cut = shapely.intersection(edges, flat)
    return [affinity.scale(c, 1, 0, origin=(0, 0)) if not c.is_empty else c for c in cut]


def _axis(place: shapely.Polygon, dwellings: bool) -> float:
    """Return the turn (degrees) of the rows: along the block, dwellings never far from east-west."""
    box = shapely.get_coordinates(shapely.oriented_envelope(place))
    if len(box) < 4:
        return 0.0
    sides = np.diff(box[:4], axis=0)[:2]
    long = max(sides, key=lambda side: float(np.hypot(*side)))
    angle = (np.degrees(np.arctan2(long[1], long[0])) + 90) % 180 - 90
    if dwellings:
        angle = (angle + 45) % 90 - 45
        angle = float(np.clip(angle, -EAST_WEST, EAST_WEST))
    return float(angle)


def _near_a_street(buildings: pd.DataFrame, town: Town) -> pd.DataFrame:
    """Leave out dwellings that no street comes near to."""
    streets = shapely.STRtree(town.pieces.geometry[town.pieces["rank"].between(1, 4)].to_numpy())
    centres = shapely.centroid(buildings.geometry.to_numpy())
    near = np.unique(streets.query(centres, predicate="dwithin", distance=FARTHEST_DWELLING)[0])
    keep = (buildings.households == 0).to_numpy() | np.isin(np.arange(len(buildings)), near)
    return buildings[keep].reset_index(drop=True)


def _clear_of_water(buildings: pd.DataFrame, town: Town) -> pd.DataFrame:
    wet = shapely.union_all(shapely.buffer(town.water.geometry.to_numpy(), 4.0))
    return buildings[~shapely.intersects(buildings.geometry.to_numpy(), wet)].reset_index(drop=True)
