"""What plans are drawn on: the blocks of a county as arrays, and which of them are neighbours.

Made once from an Atlas; an edit that cuts a block or moves a community border makes a new Canvas that shares
all the rest. It knows no grid: which block belongs to which is a State's matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyproj
import shapely

from gis_app.geo.crs import LONLAT, metric_crs, project
from gis_app.layers.codes import LENGTHS
from gis_app.plans.barriers import BRIDGE, RIVER, Barriers
from gis_app.plans.borders import Segments, matched, pairs, segments
from gis_app.plans.things import Things, calls_of, homes_of, resettled

COMMUNITY_DIGITS = LENGTHS["community"]


@dataclass(frozen=True, eq=False)
class Canvas:
    """The blocks (B,) of a county in the order of their codes; lengths in metres, `crs` says in which system.

    `pairs` (P, 2) are the rook neighbours i < j with `border_m` (P,) and `barrier` (P,) into barriers.KINDS;
    a bridge over water that no block covers adds a pair with a border of 0 m. `community` (B,) points into
    `communities`, -1 for none. `origin_at` (B,) points into `uncut`, the codes of the blocks before any cut.
    """

    crs: pyproj.CRS
    block_codes: np.ndarray
    shapes: np.ndarray
    households: np.ndarray
    community: np.ndarray
    communities: tuple[str, ...]
    uncut: np.ndarray
    origin_at: np.ndarray
    homes: Things
    calls: Things
    barriers: Barriers
    pairs: np.ndarray
    border_m: np.ndarray
    barrier: np.ndarray
    outside_m: np.ndarray
    in_river: np.ndarray

    @classmethod
    def of(cls, atlas, incident_points_lonlat=None) -> Canvas:
        """Return the canvas of an Atlas; `incident_points_lonlat` (n, 2) are last year's incidents."""
        blocks = atlas.blocks.to_crs(atlas.metric_crs)
        order = np.argsort(blocks["block_code"].to_numpy(str), kind="stable")
        blocks = blocks.iloc[order]
        shapes = np.asarray(blocks.geometry.values, dtype=object)
        codes = blocks["block_code"].to_numpy(str)
        communities, community = np.unique(
            blocks["community_code"].fillna("").to_numpy(str), return_inverse=True
        )
        if len(communities) and communities[0] == "":
            communities, community = communities[1:], community - 1
        return cls.build(
            shapes=shapes,
            block_codes=codes,
            households=blocks["households"].to_numpy(np.int64),
            community=community,
            communities=tuple(communities.tolist()),
            crs=atlas.metric_crs,
            homes=homes_of(atlas, codes),
            barriers=Barriers.of(atlas),
            incident_points_lonlat=incident_points_lonlat,
        )

    @classmethod
    def build(
        cls,
        shapes,
        block_codes,
        households,
        community=None,
        communities: tuple[str, ...] = (),
        crs=None,
        homes: Things | None = None,
        barriers: Barriers | None = None,
        incident_points_lonlat=None,
    ) -> Canvas:
        """Return the canvas of blocks in metres; `block_codes` must be sorted and without repetition."""
        shapes = matched(_sound(np.asarray(shapes, dtype=object)))
        codes = np.asarray(block_codes, dtype=str)
        households = np.asarray(households, dtype=np.int64)
        crs = pyproj.CRS.from_user_input(crs or metric_crs((114.0, 34.0, 115.0, 35.0)))
        barriers = barriers or Barriers.nothing()
        where = np.full(len(codes), -1) if community is None else np.asarray(community, dtype=np.int64)
        joined, metres, barrier, outside = neighbours(shapes, barriers)
        return cls(
            crs=crs,
            block_codes=codes,
            shapes=shapes,
            households=households,
            community=where,
            communities=tuple(communities),
            uncut=codes,
            origin_at=np.arange(len(codes)),
            homes=homes or Things.none(),
            calls=calls_of(shapes, incident_points_lonlat, crs),
            barriers=barriers,
            pairs=joined,
            border_m=metres,
            barrier=barrier,
            outside_m=outside,
            in_river=barriers.in_river(shapes),
        )

    def __len__(self) -> int:
        return len(self.block_codes)

    @cached_property
    def origin(self) -> np.ndarray:
        """Return the code (B,) each block had before any cut."""
        return self.uncut[self.origin_at]

    @cached_property
    def area_m2(self) -> np.ndarray:
        """Return the area (B,) of each block."""
        return shapely.area(self.shapes)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Return the bounds (B, 4) of each block."""
        return shapely.bounds(self.shapes)

    @cached_property
    def centroids(self) -> np.ndarray:
        """Return a point (B, 2) in each block, in metres."""
        return shapely.get_coordinates(shapely.point_on_surface(self.shapes)).reshape(-1, 2)

    @cached_property
    def home_points(self) -> np.ndarray:
        """Return a point (n, 2) in each building."""
        return shapely.get_coordinates(shapely.point_on_surface(self.homes.shapes)).reshape(-1, 2)

    @cached_property
    def loose_homes(self) -> np.ndarray:
        """Return the positions of buildings that do not stand wholly on their own block; cuts add none."""
        housed = self.homes.block >= 0
        shapes = self.shapes[self.homes.block[housed]]
        shapely.prepare(shapes)
        inside = np.zeros(len(housed), dtype=bool)
        inside[housed] = shapely.covers(shapes, self.homes.shapes[housed])
        return np.flatnonzero(~inside)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return where each block is."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def lonlats(self) -> np.ndarray:
        """Return a point (B, 2) in each block, as longitude and latitude."""
        return self.lonlat(self.centroids)

    @cached_property
    def home_tree(self) -> shapely.STRtree:
        """Return where each building is."""
        return shapely.STRtree(self.homes.shapes)

    @cached_property
    def buildings(self) -> np.ndarray:
        """Return the count (B,) of buildings in each block."""
        return np.bincount(self.homes.block[self.homes.block >= 0], minlength=len(self))

    @cached_property
    def incidents(self) -> np.ndarray:
        """Return the count (B,) of last year's incidents in each block."""
        return np.bincount(self.calls.block[self.calls.block >= 0], minlength=len(self))

    @cached_property
    def position(self) -> dict[str, int]:
        """Return the position of each block by its code."""
        return {code: number for number, code in enumerate(self.block_codes.tolist())}

    @cached_property
    def passable(self) -> np.ndarray:
        """Return (P,) bool: pairs that one may pass between without swimming."""
        dry = ~self.in_river[self.pairs].any(axis=1) if len(self.pairs) else np.empty(0, dtype=bool)
        return (self.barrier != RIVER) & (dry | (self.barrier == BRIDGE))

    @cached_property
    def joins(self) -> np.ndarray:
        """Return (P,) bool: pairs that may lie in one grid; a river's own block joins its banks."""
        return self.barrier != RIVER

    def lonlat(self, xy: np.ndarray) -> np.ndarray:
        """Return points (n, 2) in metres as longitude and latitude."""
        return project(xy, self.crs, LONLAT)

    def metres(self, lonlat: np.ndarray) -> np.ndarray:
        """Return points (n, 2) of longitude and latitude in metres."""
        return project(lonlat, LONLAT, self.crs)

    def place(self, block: int) -> tuple[float, float]:
        """Return a point in a block as (longitude, latitude)."""
        return tuple(self.lonlat(self.centroids[[block]])[0].tolist())

    def with_community(self, blocks: np.ndarray, community: int) -> Canvas:
        """Return the canvas with some blocks in another community."""
        moved = self.community.copy()
        moved[blocks] = community
        return replace(self, community=moved)


def neighbours(shapes: np.ndarray, barriers: Barriers):
    """Return pairs (p, 2), metres and barrier (p,), metres alone (n,) of polygons with matched borders."""
    found: Segments = segments(shapes)
    joined, metres, pair_of, outside = pairs(found, len(shapes))
    kinds = barriers.along(found, pair_of, metres)
    crossed = barriers.crossings(shapes)
    key = joined[:, 0] * len(shapes) + joined[:, 1]
    cross = crossed[:, 0] * len(shapes) + crossed[:, 1]
    kinds[np.isin(key, cross) & (kinds == RIVER)] = BRIDGE
    apart = crossed[~np.isin(cross, key)]
    apart = apart[barriers.parted(shapes, apart)]
    joined = np.concatenate([joined, apart]).astype(np.int64)
    metres = np.append(metres, np.zeros(len(apart)))
    return joined, metres, np.append(kinds, np.full(len(apart), BRIDGE, dtype=np.int8)), outside


def _sound(shapes: np.ndarray) -> np.ndarray:
    """Return areas without self-crossings, which would break every overlay."""
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(broken):
        return shapes
    result = shapes.copy()
    result[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return result


def settled(canvas: Canvas, source: np.ndarray, codes: np.ndarray, shapes: np.ndarray, households) -> Canvas:
    """Return a canvas of other blocks (n,) in place of a county's; `source` is the block each comes from.

    Buildings and incidents go to the block they lie in; neighbours are worked out anew.
    """
    joined, metres, barrier, outside = neighbours(shapes, canvas.barriers)
    points = shapely.get_coordinates(canvas.calls.shapes).reshape(-1, 2)
    return replace(
        canvas,
        block_codes=codes,
        shapes=shapes,
        households=households,
        community=canvas.community[source],
        origin_at=canvas.origin_at[source],
        homes=resettled(canvas.homes, canvas.home_points, source, shapes),
        calls=resettled(canvas.calls, points, source, shapes),
        pairs=joined,
        border_m=metres,
        barrier=barrier,
        outside_m=outside,
        in_river=canvas.barriers.in_river(shapes),
    )


def holds(sorted_codes: np.ndarray, code: str) -> bool:
    """Tell whether a code is among sorted ones."""
    at = int(np.searchsorted(sorted_codes, code))
    return at < len(sorted_codes) and bool(sorted_codes[at] == code)
