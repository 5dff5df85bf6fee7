"""Made-up counties to draw plans on: the toy county of the factory, and a patchwork with every odd block."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_app.layers.atlas import Atlas
from gis_app.plans.barriers import Barriers
from gis_app.plans.canvas import Canvas
from gis_app.plans.state import State
from gis_app.plans.things import Things
from tests import factory

COMMUNITIES = ("410222001001", "410222001002")
WIDTH, HEIGHT = 1000.0, 800.0


def toy_atlas(**without) -> Atlas:
    """Return the toy county; a layer given as None is left out, another frame takes its place."""
    layers = factory.toy_layers() | without
    return Atlas.build({name: frame for name, frame in layers.items() if frame is not None})


def toy_state(**without) -> State:
    """Return the toy county's plan in force."""
    atlas = toy_atlas(**without)
    return State.of(Canvas.of(atlas), atlas.blocks.set_index("block_code")["grid_code"])


def toy_line(*points) -> list:
    """Return points in metres from the toy county's origin as an instruction's line."""
    return factory.lonlat(np.array(points, dtype=float)).tolist()


def star() -> State:
    """Return one grid of four blocks: one in the middle, three that touch nothing but it."""
    corners = ((100, 100), (0, 100), (200, 100), (100, 200))
    shapes = np.array([factory.box(x, y, x + 100, y + 100) for x, y in corners], dtype=object)
    codes = np.array(["S0", "S1", "S2", "S3"])
    canvas = Canvas.build(shapes, codes, [5, 10, 99, 20], [0] * 4, COMMUNITIES[:1], factory.METRIC)
    return State.of(canvas, pd.Series([f"{COMMUNITIES[0]}001"] * len(codes), index=codes))


def patchwork(seed: int = 1, cells: int = 60) -> State:
    """Return a county with a block of two parts, one with a hole, empty ones, homes, two communities.

    Lines for it are in `lonlat` of its canvas; coordinates start at the factory's origin.
    """
    random = np.random.default_rng(seed)
    shapes = np.array(_blocks(random, cells), dtype=object)
    codes = np.array([f"P{number:03d}" for number in range(len(shapes))])
    middle = shapely.get_x(shapely.point_on_surface(shapes)) - factory.ORIGIN[0]
    community = (middle > WIDTH / 2).astype(int)
    homes = _homes(random, shapes)
    households = np.bincount(homes.block, homes.households, minlength=len(shapes)).astype(int)
    incidents = factory.lonlat(random.uniform((0, 0), (WIDTH, HEIGHT), (50, 2)))
    canvas = Canvas.build(
        shapes,
        codes,
        households,
        community,
        COMMUNITIES,
        factory.METRIC,
        homes,
        Barriers.nothing(),
        incidents,
    )
    north = shapely.get_y(shapely.point_on_surface(shapes)) - factory.ORIGIN[1] > HEIGHT / 2
    grid = [f"{COMMUNITIES[c]}{int(n) + 1:03d}" for c, n in zip(community, north, strict=True)]
    return State.of(canvas, pd.Series(grid, index=codes))


def _blocks(random: np.random.Generator, cells: int) -> list:
    """Return a tessellation with one block in two parts and one block around another."""
    points = random.uniform((0, 0), (WIDTH, HEIGHT), (cells, 2)) + factory.ORIGIN
    frame = factory.box(0, 0, WIDTH, HEIGHT)
    found = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame))
    found = shapely.intersection(found, frame)
    middle = int(shapely.distance(shapely.centroid(found), shapely.Point(factory.ORIGIN + 330)).argmin())
    around = shapely.touches(found, found[middle])
    ring = shapely.coverage_union_all(found[around])
    apart = np.flatnonzero(~around & ~shapely.touches(found, ring))
    west = apart[shapely.get_x(shapely.centroid(found[apart])) < factory.ORIGIN[0] + WIDTH / 2]
    far = [n for n in west if n != middle and not shapely.touches(found[n], found[west[0]]) and n != west[0]]
    pair = [west[0], far[-1]] if len(west) and far else []
    rest = [n for n in range(len(found)) if not around[n] and n not in pair]
    twin = [shapely.MultiPolygon([found[n] for n in pair])] if pair else []
    return [ring, *twin, *found[rest]]


def _homes(random: np.random.Generator, shapes: np.ndarray) -> Things:
    """Return buildings of 10 × 14 m inside the blocks, none in every fifth block."""
    corners = random.uniform((0, 0), (WIDTH, HEIGHT), (400, 2)) + factory.ORIGIN
    corners = corners[_spaced(corners)]
    boxes = shapely.box(*corners.T, *(corners + np.array([10, 14])).T)
    home, block = shapely.STRtree(boxes).query(shapes, predicate="covers")[::-1]
    kept = block % 5 != 0
    home, block = home[kept], block[kept]
    households = random.integers(0, 13, len(home))
    return Things(boxes[home], block, households, np.array([f"H{n}" for n in range(len(home))]))


def _spaced(corners: np.ndarray) -> np.ndarray:
    """Return which corners are at least 18 m from every earlier one."""
    away = np.hypot(*(corners[:, None] - corners[None]).transpose(2, 0, 1))
    return np.flatnonzero((np.tril(away < 18, -1).sum(axis=1)) == 0)


def line_through(state: State, area, angle: float, offset: float = 0.0, bend: float = 0.0) -> list:
    """Return a line through an area's middle at an angle, in longitude and latitude, bent on the way."""
    x0, y0, x1, y1 = area.bounds
    way = np.array([np.cos(angle), np.sin(angle)])
    aside, reach = np.array([-way[1], way[0]]), np.hypot(x1 - x0, y1 - y0)
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) + offset * reach * aside
    steps = np.array([-1.0, -0.2, 0.2, 1.0])
    bends = np.array([0.0, bend, -bend, 0.0])
    xy = middle + reach * (steps[:, None] * way + bends[:, None] * aside)
    return state.canvas.lonlat(xy).tolist()
