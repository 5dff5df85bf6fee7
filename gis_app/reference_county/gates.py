"""Gates of residential compounds: where a lane leaves a larger street and enters a residential block.

Most stand open; a few are closed, so that the way there leads around.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

COUNT, CLOSED = 120, 4
INSIDE = 10.0  # metres from the junction along the lane
SHORTEST = 45.0  # lane that has room for a gate
APART = 90.0  # metres between gates
HOMES = ("residential", "mixed")
SIDES = "东北西南"


def gates(roads: pd.DataFrame, blocks: np.ndarray, land_use: np.ndarray, rng: np.random.Generator):
    """Return x, y (local metres), block and side of each gate, in order of the blocks, and its passage."""
    spots = _spots(roads)
    spots = spots[rng.permutation(len(spots))]
    homes = np.flatnonzero(np.isin(land_use, HOMES))
    point, near = shapely.STRtree(blocks[homes]).query(
        shapely.points(spots), predicate="dwithin", distance=1.0
    )
    order = np.lexsort((near, point))
    point, first = np.unique(point[order], return_index=True)
    spots, block = spots[point], homes[near[order][first]]
    kept = _apart(spots)
    spots, block = spots[kept], block[kept]
    order = np.lexsort((spots[:, 0], block))
    frame = pd.DataFrame({"x": spots[order, 0], "y": spots[order, 1], "block": block[order]})
    frame["side"] = _sides(frame, blocks)
    frame["passage"] = "open"
    frame.loc[np.sort(rng.choice(len(frame), CLOSED, replace=False)), "passage"] = "closed"
    return frame


def _spots(roads: pd.DataFrame) -> np.ndarray:
    """Return (n, 2) points on lanes, a few steps in from where they leave a larger street."""
    lines = roads.geometry.to_numpy(dtype=object)
    larger = roads.road_class.isin(("arterial", "collector")).to_numpy()
    lane = (roads.road_class == "lane").to_numpy() & (shapely.length(lines) >= SHORTEST)
    ends = shapely.get_coordinates(shapely.get_point(lines[larger], 0))
    ends = np.vstack([ends, shapely.get_coordinates(shapely.get_point(lines[larger], -1))])
    tree = shapely.STRtree(shapely.points(ends))
    found = []
    for end, along in ((0, INSIDE), (-1, -INSIDE)):
        corners = shapely.get_point(lines[lane], end)
        at = np.unique(tree.query(corners, predicate="dwithin", distance=0.01)[0])
        spots = shapely.line_interpolate_point(lines[lane][at], along)
        found.append(shapely.get_coordinates(spots))
    return np.vstack(found)


def _apart(spots: np.ndarray) -> np.ndarray:
    """Return positions of the first `COUNT` spots that keep their distance from those before them."""
    kept: list[int] = []
    for at, spot in enumerate(spots):
        if len(kept) == COUNT:
            break
        if not kept or np.hypot(*(spots[kept] - spot).T).min() >= APART:
            kept.append(at)
    return np.array(kept)


def _sides(frame: pd.DataFrame, blocks: np.ndarray) -> list[str]:
    centre = shapely.get_coordinates(shapely.centroid(blocks[frame.block]))
    bearing = np.arctan2(frame.y - centre[:, 1], frame.x - centre[:, 0])
    return [SIDES[round(turn / (np.pi / 2)) % 4] for turn in bearing]
