"""A made-up town to draw grids in: Voronoi blocks of very unequal households, communities, a plan of old.

Lumpy on purpose: many small blocks, a seventh of them empty, a few that are half a grid alone. Today's plan
was balanced on the households of some years ago, so 20 to 30 of its 89 grids are out of the band by now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymetis
import shapely

from gis_app.plans.proposals.problem import Problem, bits, parts_of

WIDTH, HEIGHT, MOST = 9000.0, 7000.0, 240
SIZES = (2,) * 4 + (3,) * 6 + (4,) * 7 + (5,) * 7
COMMUNITIES, GRIDS = len(SIZES), sum(SIZES)
BAND = (300, 500)


@dataclass(frozen=True)
class Town:
    """Blocks with their shapes in metres, neighbours, and the community and grid of each."""

    shapes: np.ndarray
    households: np.ndarray
    edges: np.ndarray
    lengths: np.ndarray
    community: np.ndarray
    today: np.ndarray
    sizes: np.ndarray

    def problems(self, band: tuple[int, int] = BAND, within: float | None = None) -> list[Problem]:
        """Return a problem per community; `within` narrows the band to a share around its mean."""
        return [self._problem(number, band, within) for number in range(COMMUNITIES)]

    def _problem(self, number: int, band: tuple[int, int], within: float | None) -> Problem:
        members = np.flatnonzero(self.community == number)
        place = np.full(len(self.households), -1)
        place[members] = np.arange(len(members))
        inside = (place[self.edges] >= 0).all(axis=1)
        edges, lengths = place[self.edges[inside]], self.lengths[inside]
        shared = np.bincount(edges.ravel(), np.repeat(lengths, 2), len(members))
        n, households = int(self.sizes[number]), self.households[members]
        if within is not None:
            mean = households.sum() / n
            band = max(band[0], int(np.ceil(mean * (1 - within)))), min(band[1], int(mean * (1 + within)))
        return Problem(
            codes=tuple(f"b{block:04d}" for block in members),
            households=households, edges=edges, lengths=lengths,
            outside=np.maximum(shapely.length(self.shapes[members]) - shared, 0.0),
            area=shapely.area(self.shapes[members]),
            centres=shapely.get_coordinates(shapely.centroid(self.shapes[members])),
            today=self.today[members], n=n, band=band, community=f"c{number:02d}",
        )  # fmt: skip


def town(blocks: int = 1500, sigma: float = 1.1, empty: float = 0.144, seed: int = 9) -> Town:
    """Return the town; the same for the same numbers."""
    rng = np.random.default_rng(seed)
    shapes = _voronoi(_scattered(rng, blocks))
    edges, lengths = _borders(shapes)
    households = np.minimum(np.exp(rng.normal(0, sigma, blocks)), 40.0)
    households *= 35_600 / households.sum()
    for _ in range(20):
        households = np.minimum(households, MOST) * 35_600 / np.minimum(households, MOST).sum()
    households[rng.random(blocks) < empty] = 0
    households = np.minimum(np.round(households * 35_600 / households.sum()), MOST).astype(int)
    old = np.maximum(np.round(households * np.exp(rng.normal(0, 0.55, blocks))), 0).astype(int)
    sizes = np.array(SIZES)
    community = _split(edges, lengths, households, COMMUNITIES, np.arange(blocks), 150, sizes / GRIDS)
    today = np.zeros(blocks, int)
    for number, n in enumerate(sizes):
        members = np.flatnonzero(community == number)
        today[members] = _split(edges, lengths, old, int(n), members, 60)
    return Town(shapes, households, edges, lengths, community, today, sizes)


def _scattered(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return points, denser towards the middle, relaxed twice so that no block is a sliver."""
    points = np.column_stack([rng.normal(0.5, 0.27, 8 * count), rng.normal(0.5, 0.27, 8 * count)])
    points = points[((points > 0) & (points < 1)).all(axis=1)][:count] * (WIDTH, HEIGHT)
    for _ in range(2):
        points = shapely.get_coordinates(shapely.centroid(_voronoi(points)))
    return points


def _voronoi(points: np.ndarray) -> np.ndarray:
    """Return the cell of each point, in the order of the points."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    tree = shapely.STRtree(cells)
    at, cell = tree.query(shapely.points(points), predicate="within")
    cells = cells[cell[np.argsort(at)]]
    return shapely.intersection(cells, shapely.box(0, 0, WIDTH, HEIGHT), grid_size=0.001)


def _borders(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of blocks with a common border, and its metres."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    lengths = shapely.length(shapely.intersection(shapes[first], shapes[second]))
    long = lengths > 0.01
    return np.column_stack([first, second])[long], lengths[long]


def _split(edges, lengths, weights, n, members, tolerance, shares=None) -> np.ndarray:
    """Return a balanced, contiguous part per block among `members`: METIS, the first seed that holds."""
    place = np.full(int(max(edges.max(), members.max())) + 1, -1)
    place[members] = np.arange(len(members))
    inside = (place[edges] >= 0).all(axis=1)
    pairs, metres = place[edges[inside]], np.maximum(lengths[inside].astype(int), 1)
    graph = adjacency(pairs, metres, len(members))
    neighbours = [0] * len(members)
    for one, other in pairs.tolist():
        neighbours[one] |= 1 << other
        neighbours[other] |= 1 << one
    for seed in range(200):
        options = pymetis.Options(contig=1, seed=seed, ufactor=tolerance + seed)
        _, parts = pymetis.part_graph(
            n, graph[0], vweights=np.maximum(weights[members], 1).tolist(), eweights=graph[1],
            options=options, recursive=False, tpwgts=None if shares is None else shares.tolist(),
        )  # fmt: skip
        masks = [sum(1 << b for b, found in enumerate(parts) if found == part) for part in range(n)]
        if all(len(parts_of(neighbours, mask)) == 1 and len(bits(mask)) > 2 for mask in masks):
            return np.array(parts)
    raise ValueError("no contiguous parts")


def adjacency(pairs: np.ndarray, metres: np.ndarray, blocks: int):
    """Return METIS's adjacency and the weights of its edges."""
    both, weights = np.vstack([pairs, pairs[:, ::-1]]), np.tile(metres, 2)
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.searchsorted(both[order, 0], np.arange(blocks + 1))
    return pymetis.CSRAdjacency(starts, both[order, 1]), weights[order].tolist()
