"""Point to grid beside its peer, geopandas' spatial join, in one run on the same data.

Rounds are interleaved and both sides start cold: fresh frames for the peer, a fresh index for us, whose
building is counted. The peer's points are made beforehand, to its advantage. Seconds are of the wall clock,
with the processor's beside them for busy machines. The peer leaves points on a shared border without a grid;
ours gives each to exactly one.
"""

import gc
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gis_app.geo.lookup import AreaIndex
from gis_app.layers.atlas import Atlas
from gis_app.layers.codes import generate_grid_codes

POINTS = 1_000_000
ROUNDS = 5
COUNTY = shapely.box(114.40, 34.42, 114.52, 34.53)


def voronoi_grids(count: int, wiggle: bool) -> gpd.GeoDataFrame:
    """Return a coverage of the county by `count` grids; with wiggly borders of some 900 vertices each."""
    x0, y0, x1, y1 = COUNTY.bounds
    random = np.random.default_rng(count)
    sites = shapely.multipoints(random.uniform((x0, y0), (x1, y1), (count, 2)))
    shapes = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=COUNTY))
    shapes = shapely.intersection(shapes, COUNTY)
    if wiggle:
        borders = shapely.segmentize(shapely.get_parts(shapely.union_all(shapely.boundary(shapes))), 0.00006)
        borders = shapely.transform(borders, lambda xy: xy + 0.0002 * np.sin(xy[:, ::-1] * 3000))
        shapes = shapely.get_parts(shapely.polygonize(borders))
    frame = gpd.GeoDataFrame({"grid_code": generate_grid_codes(shapes)}, geometry=shapes, crs=4490)
    return frame.assign(name=frame["grid_code"])


@dataclass(frozen=True)
class Cost:
    """What one piece of work took: wall and processor seconds, peak memory above the start in MB."""

    wall: float
    cpu: float
    peak: float


def cost_of(work) -> tuple[Cost, object]:
    """Return what `work` cost and gave; the memory is NaN where the system does not tell."""
    gc.collect()
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def read(name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else float("nan")

    if reset.exists():
        reset.write_text("5")  # lets the high-water mark start anew
    before, wall, cpu = read("VmRSS"), time.perf_counter(), time.process_time()
    result = work()
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    return Cost(*seconds, read("VmHWM") - before), result


def compare(count: int, wiggle: bool) -> dict[str, list[Cost]]:
    """Return the costs of every round: of the peer, of our index built and asked, of our index at hand."""
    grids = voronoi_grids(count, wiggle)
    x0, y0, x1, y1 = COUNTY.bounds
    xy = np.random.default_rng(1).uniform((x0, y0), (x1, y1), (POINTS, 2))
    points = gpd.points_from_xy(xy[:, 0], xy[:, 1], crs=4490)
    whole = Atlas.build({"grids": grids})
    whole.grids_at(xy[:1])
    costs: dict[str, list[Cost]] = {"peer": [], "built": [], "at hand": []}
    for _ in range(ROUNDS):
        frame, areas = gpd.GeoDataFrame(geometry=points.copy()), grids.copy(deep=True)
        peer, joined = cost_of(lambda f=frame, a=areas: gpd.sjoin(f, a, predicate="within"))
        built, found = cost_of(lambda a=areas: AreaIndex(a.geometry.values, a["grid_code"]).at(xy))
        at_hand, again = cost_of(lambda: whole.grids_at(xy))
        assert (found == again).all()
        assert (found[joined.index] == joined["grid_code"].to_numpy(object)).all()
        for name, cost in (("peer", peer), ("built", built), ("at hand", at_hand)):
            costs[name].append(cost)
    return costs


TITLES = {
    "peer": "geopandas.sjoin(within)",
    "built": "AreaIndex built, then asked",
    "at hand": "grids_at of an Atlas at hand",
}


def main() -> None:
    """Print the table for 89 grids with long borders and for 100,000 small ones."""
    for count, wiggle in ((89, True), (100_000, False)):
        costs = compare(count, wiggle)
        peer = statistics.median(cost.wall for cost in costs["peer"])
        print(f"\n1,000,000 points x {count:,} grids, median of {ROUNDS} rounds")
        print(f"{'':34}{'wall s':>9}{'ratio':>8}{'CPU s':>9}{'peak MB':>9}")
        for name, title in TITLES.items():
            wall = statistics.median(cost.wall for cost in costs[name])
            cpu = statistics.median(cost.cpu for cost in costs[name])
            peak = max(cost.peak for cost in costs[name])
            print(f"{title:34}{wall:9.3f}{wall / peer:8.2f}{cpu:9.3f}{peak:9.0f}")


if __name__ == "__main__":
    main()
