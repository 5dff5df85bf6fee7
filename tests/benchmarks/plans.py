"""Editing and checking plans: the reference county, and 100,000 blocks in 5,000 grids made of a tessellation.

Times are the median of several runs on the wall clock, with the processor's beside them for busy machines;
the figures of every grid are included, as the studio answers an edit.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.geo.crs import project
from gis_app.layers import schema
from gis_app.layers.atlas import Atlas
from gis_app.plans.canvas import Canvas
from gis_app.plans.figures import Extras, changed, figures
from gis_app.plans.operations import apply
from gis_app.plans.rules import check
from gis_app.plans.state import State
from tests.conftest import ROOT

BLOCKS, GRIDS, COMMUNITIES = 100_000, 5_000, 1_000
SIDE_M = 60_000.0
ORIGIN = np.array([450_000.0, 3_800_000.0])
RUNS = 7
SEED = 11


def main() -> list[tuple]:
    """Return the rows of the table: what, measured, limit."""
    reference, large = reference_state(), large_state()
    rows = []
    for name, (state, extras) in {"reference county": reference, "100,000 blocks": large}.items():
        for what, operation in edits(state).items():
            seconds = median(lambda op=operation, s=state, e=extras: answered(s, op, e))
            rows.append((f"{name}: {what}, with the figures", told(seconds), "100 ms"))
        seconds = median(lambda s=state: check(s, s), 3)
        limit = "2 s" if name == "100,000 blocks" else ""
        rows.append((f"{name}: whole plan checked by every rule", told(seconds), limit))
    return rows


def answered(state: State, operation: dict, extras: Extras) -> None:
    """Do what an edit's answer takes: the next state, which grids changed, and the figures."""
    after = apply(state, operation)
    changed(state, after)
    figures(after, state, extras)


def median(run: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Return the median seconds of several runs: on the wall clock and of the processor."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter(), time.process_time()
        run()
        seconds.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    return tuple(np.median(seconds, axis=0).tolist())


def told(seconds: tuple[float, float]) -> str:
    """Return both clocks as text."""
    return f"{1000 * seconds[0]:.0f} ms (processor {1000 * seconds[1]:.0f} ms)"


def reference_atlas() -> Atlas:
    """Return the reference county."""
    layers = {name: gpd.read_file(ROOT / "geodata" / f"{name}.geojson") for name in schema.LAYERS}
    return Atlas.build({name: frame.to_crs(schema.CRS) for name, frame in layers.items()})


def reference_state() -> tuple[State, Extras]:
    """Return the reference county's plan in force, with the stations within reach of each block."""
    atlas = reference_atlas()
    canvas = Canvas.of(atlas)
    table = atlas.blocks.set_index("block_code")["grid_code"]
    return State.of(canvas, table), Extras.of(canvas, atlas)


def large_state() -> tuple[State, Extras]:
    """Return 100,000 blocks of a tessellation in 5,000 grids, five to a community, with stations."""
    random = np.random.default_rng(SEED)
    points = random.uniform(0, SIDE_M, (BLOCKS, 2)) + ORIGIN
    extent = shapely.box(*ORIGIN, *(ORIGIN + SIDE_M))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=extent))
    inside = shapely.covered_by(cells, extent)
    cells = np.where(inside, cells, shapely.intersection(cells, extent))
    middles = shapely.get_coordinates(shapely.centroid(cells)) - ORIGIN
    community = _tile(middles, 25, 40)
    grid = community * 5 + np.minimum((middles[:, 0] % (SIDE_M / 25) / (SIDE_M / 25) * 5).astype(int), 4)
    codes = np.array([f"B{number:06d}" for number in range(len(cells))])
    names = [f"410222{number // 999 + 1:03d}{number % 999 + 1:03d}" for number in range(COMMUNITIES)]
    canvas = Canvas.build(
        cells, codes, random.integers(0, 41, len(cells)), community, tuple(names), "EPSG:4547"
    )
    table = pd.Series([f"{names[g // 5]}{g % 5 + 1:03d}" for g in grid.tolist()], index=codes)
    return State.of(canvas, table), _stations(canvas, random)


def _tile(xy: np.ndarray, across: int, along: int) -> np.ndarray:
    column = np.clip((xy[:, 0] / SIDE_M * across).astype(int), 0, across - 1)
    row = np.clip((xy[:, 1] / SIDE_M * along).astype(int), 0, along - 1)
    return column * along + row


def _stations(canvas: Canvas, random: np.random.Generator) -> Extras:
    places = shapely.points(random.uniform(0, SIDE_M, (2_000, 2)) + ORIGIN)
    block, station = shapely.STRtree(places).query(
        shapely.points(canvas.centroids), predicate="dwithin", distance=500.0
    )
    begin = np.searchsorted(block, np.arange(len(canvas) + 1))
    return Extras(canvas.block_codes, begin, station, tuple(f"Z{n}" for n in range(len(places))))


def edits(state: State) -> dict[str, dict]:
    """Return one operation of each kind, around the middle of the county."""
    canvas = state.canvas
    middle = canvas.centroids.mean(axis=0)
    nearby = np.argsort(np.hypot(*(canvas.centroids - middle).T))
    one, other, metres = _neighbours(state, nearby)
    key = state.keys[one]
    members = state.blocks_of(one)
    largest = int(members[canvas.area_m2[members].argmax()])
    area = shapely.union_all(canvas.shapes[members])
    return {
        "transfer of 10 blocks": {
            "verb": "transfer",
            "blocks": canvas.block_codes[members[:10]].tolist(),
            "to": state.keys[other],
        },
        "split by a line": {"verb": "split_line", "grid": key, "line": _across(canvas, area)},
        "split in two": {"verb": "split_parts", "grid": key, "parts": 2},
        "merge": {"verb": "merge", "grids": [key, state.keys[other]]},
        "border pulled": {
            "verb": "move_border",
            "grid": key,
            "other": state.keys[other],
            "line": _pulled(canvas, metres),
        },
        "block cut": {
            "verb": "cut_block",
            "block": str(canvas.block_codes[largest]),
            "line": _across(canvas, canvas.shapes[largest]),
        },
        "grid dissolved": {"verb": "dissolve", "grid": key},
    }


def _neighbours(state: State, nearby: np.ndarray) -> tuple[int, int, np.ndarray]:
    """Return two neighbouring grids of one community and the border's points (n, 2)."""
    canvas = state.canvas
    one, other = state.grid[canvas.pairs[:, 0]], state.grid[canvas.pairs[:, 1]]
    home = np.array(state.communities)
    same = (one != other) & (home[one] == home[other]) & (canvas.barrier == 0)
    rank = np.empty(len(canvas))
    rank[nearby] = np.arange(len(canvas))
    first = np.flatnonzero(same)[rank[canvas.pairs[same, 0]].argmin()]
    a, b = int(one[first]), int(other[first])
    shared = shapely.intersection(
        *(shapely.union_all(canvas.shapes[state.blocks_of(number)]) for number in (a, b))
    )
    return a, b, shapely.get_coordinates(shared)


def _across(canvas: Canvas, area) -> list:
    x0, y0, x1, y1 = area.bounds
    middle, reach = np.array(area.point_on_surface().coords[0]), max(x1 - x0, y1 - y0)
    way = np.array([reach, reach / 9])
    return canvas.lonlat(np.array([middle - way, middle + way])).tolist()


def _pulled(canvas: Canvas, border: np.ndarray) -> list:
    """Return a line from one end of a border to the other, bulging to one side by half its length."""
    reach = np.hypot(*(border[:, None] - border[None]).transpose(2, 0, 1))
    start, stop = border[np.array(np.unravel_index(reach.argmax(), reach.shape))]
    aside = np.array([-(stop - start)[1], (stop - start)[0]]) / 2
    line = np.array([start, start + (stop - start) / 3 + aside, start + (stop - start) * 2 / 3 + aside, stop])
    return project(line, canvas.crs, "EPSG:4490").tolist()
