"""Grow collectors and lanes inside the arterials, the way a town fills its superblocks, and node them all.

A face between existing lines is split across its longer axis, slightly askew and slightly bent, until its
pieces are as small as its part of the town wants them: that gives staggered junctions and irregular angles,
never a chessboard. No split line can cross the river, because the river bounds the faces that are split.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from shapely.ops import split

from gis_app.reference_county import skeleton

NODING_GRID = 0.5  # metres: every vertex of the town lies on it
RANKS = {"none": 0, "path": 1, "lane": 2, "collector": 3, "arterial": 4, "river": 5}
COLLECTOR_ABOVE = 170_000.0  # m²: a face larger than this is split by a collector
SNAP_TO_JUNCTION = 30.0


@dataclass
class Lines:
    """Every line that bounds a block, with its name and class ("none", "river" are no streets)."""

    geometry: list[shapely.LineString] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    road_class: list[str] = field(default_factory=list)
    source: list[int] = field(default_factory=list)  # which pieces are of one line

    def add(self, line: shapely.LineString, name: str, road_class: str, source: int | None = None) -> None:
        self.source.append(10_000 + len(self.geometry) if source is None else source)
        self.geometry.append(line)
        self.name.append(name)
        self.road_class.append(road_class)


@dataclass(frozen=True)
class Bones:
    """The skeleton as geometry: lines so far, the edge, the river and the lake."""

    lines: Lines
    edge: shapely.Polygon
    river: shapely.LineString
    lake_shore: shapely.Polygon
    park: shapely.Polygon


def lay_bones() -> Bones:
    """Return arterials, ring, riverside streets, park and river, cut at the edge of the town."""
    lines, edge = Lines(), skeleton.town_edge()
    river = skeleton.smooth(skeleton.RIVER)
    shore = shapely.Polygon(skeleton.smooth(skeleton.LAKE, closed=True).coords)
    park = shapely.simplify(shore.buffer(skeleton.PARK_OFFSET), 4.0)
    riversides = [
        ("滨河西路", shapely.offset_curve(river, -skeleton.RIVERSIDE_OFFSET, join_style="round")),
        ("滨河东路", shapely.offset_curve(river, skeleton.RIVERSIDE_OFFSET, join_style="round")),
    ]
    for name, road_class, closed, points in skeleton.ARTERIALS:
        curve = skeleton.smooth(points, closed)
        for part in shapely.get_parts(shapely.intersection(curve, edge)):
            lines.add(part, name, road_class)
    for name, curve in riversides:
        for part in shapely.get_parts(shapely.intersection(shapely.simplify(curve, 0.6), edge)):
            lines.add(part, name, "collector")
    main_roads = shapely.union_all(np.array(lines.geometry, dtype=object))
    for name, bearing in skeleton.PARK_LINKS:
        lines.add(_link(park, main_roads, np.radians(bearing)), name, "collector")
    lines.add(shapely.LineString(park.exterior.coords), "环湖路", "collector")
    lines.add(shapely.LineString(shore.exterior.coords), "湖滨步道", "path")
    lines.add(shapely.intersection(river, edge), skeleton.RIVER_NAME, "river")
    lines.add(shapely.LineString(edge.exterior.coords), "", "none")
    return Bones(lines, edge, river, shore, park)


def _link(park: shapely.Polygon, roads: shapely.Geometry, bearing: float) -> shapely.LineString:
    """Return the road from the park's edge straight on to the first main road."""
    centre = park.centroid
    ray = shapely.LineString([centre, (centre.x + 2000 * np.cos(bearing), centre.y + 2000 * np.sin(bearing))])
    start = shapely.Point(shapely.intersection(ray, park).coords[-1])
    crossings = shapely.get_parts(shapely.intersection(ray, roads))
    return shapely.LineString([start, min(crossings, key=start.distance)])


def wanted_area(x: float, y: float) -> float:
    """Return the block size (m²) that a place wants: dense old town, loose outskirts."""
    old = np.hypot(x - skeleton.OLD_TOWN[0], y - skeleton.OLD_TOWN[1])
    new = np.hypot(x - skeleton.NEW_CENTRE[0], y - skeleton.NEW_CENTRE[1])
    station = np.hypot(x - skeleton.STATION_QUARTER[0], y - skeleton.STATION_QUARTER[1])
    size = np.interp(old, [0, 620, 800, 1500, 2300, 3000], [7_200, 8_500, 13_500, 19_000, 31_000, 52_000])
    size = min(size, np.interp(new, [400, 1300], [17_500, 60_000]))
    return float(min(size, np.interp(station, [300, 1200], [17_000, 60_000])))


def node(geometries: list[shapely.LineString]) -> np.ndarray:
    """Return the lines cut at every crossing, on the noding grid."""
    return shapely.get_parts(shapely.union_all(np.array(geometries, dtype=object), grid_size=NODING_GRID))


def noded(lines: Lines) -> pd.DataFrame:
    """Return the pieces between crossings: geometry and name, road_class, rank, source of the widest line."""
    pieces, rank = node(lines.geometry), np.array([RANKS[c] for c in lines.road_class])
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, line = shapely.STRtree(lines.geometry).query(middle, predicate="dwithin", distance=0.6)
    order = np.lexsort((line, -rank[line], piece))
    piece, line = piece[order], line[order]
    first = np.unique(piece, return_index=True)[1]
    piece, line = piece[first], line[first]
    table = {"name": lines.name, "road_class": lines.road_class}
    columns = {key: np.array(values, dtype=object)[line] for key, values in table.items()}
    source = np.array(lines.source)[line]
    return pd.DataFrame({"geometry": pieces[piece], **columns, "rank": rank[line], "source": source})


def faces_of(geometries: list[shapely.LineString]) -> np.ndarray:
    """Return the faces that the lines enclose."""
    return shapely.get_parts(shapely.polygonize(node(geometries)))


class Grower:
    """Split faces until they are as small as wanted, adding each split line to the town's lines."""

    def __init__(self, bones: Bones, rng: np.random.Generator) -> None:
        self.bones, self.rng, self.lines = bones, rng, Lines()
        for piece in noded(bones.lines).itertuples():  # so that splits end exactly on the noded lines
            self.lines.add(piece.geometry, piece.name, piece.road_class, piece.source)
        ends = shapely.get_coordinates(shapely.boundary(np.array(self.lines.geometry, dtype=object)))
        self.junctions = np.unique(ends, axis=0)

    def grow(self) -> Lines:
        """Split every face of the skeleton and return all lines."""
        for face in faces_of(self.lines.geometry):
            point = face.representative_point()
            on_river = shapely.length(shapely.intersection(face.exterior, self.bones.river.buffer(0.5))) > 20
            if on_river:
                self._cut_bank(face)
            elif self.bones.lake_shore.contains(point):
                continue
            elif self.bones.park.contains(point):
                self._spoke_park()
            else:
                self._split(face)
        return self.lines

    def _split(self, face: shapely.Polygon) -> None:
        stack = [face]
        while stack:
            face = stack.pop()
            centre = face.centroid
            want = wanted_area(centre.x, centre.y) * self.rng.uniform(0.76, 1.8)
            if face.area <= want:
                continue
            found = self._find_split(face)
            if found is None:
                continue
            line, pieces = found
            road_class = "collector" if face.area > COLLECTOR_ABOVE else "lane"
            self.lines.add(line, "", road_class)
            self.junctions = np.vstack([self.junctions, line.coords[0], line.coords[-1]])
            stack.extend(pieces)

    def _find_split(self, face: shapely.Polygon) -> tuple[shapely.LineString, list[shapely.Polygon]] | None:
        for attempt in range(10):
            line = self._candidate(face, straight=attempt > 5)
            if line is None:
                continue
            pieces = list(split(face, _extended(line, 0.3)).geoms)
            if len(pieces) == 2 and min(p.area for p in pieces) > (0.24 if attempt < 5 else 0.1) * face.area:
                return line, pieces
        return None

    def _candidate(self, face: shapely.Polygon, straight: bool) -> shapely.LineString | None:
        box = shapely.get_coordinates(shapely.oriented_envelope(face))[:4]
        sides = box[1] - box[0], box[3] - box[0]
        long, short = sorted(sides, key=lambda side: -np.hypot(*side))
        share = np.clip(self.rng.normal(0.5, 0.07), 0.34, 0.66)
        middle = box[0] + long * share + short * 0.5
        turn = self.rng.normal(0.0, np.radians(4.5 if not straight else 16.0))
        cosine, sine = np.cos(turn), np.sin(turn)
        across = np.array([short[0] * cosine - short[1] * sine, short[0] * sine + short[1] * cosine])
        cut = shapely.intersection(shapely.LineString([middle - across, middle + across]), face)
        parts = [p for p in shapely.get_parts(cut) if p.geom_type == "LineString"]
        if not parts:
            return None
        part = min(parts, key=lambda p: p.distance(shapely.Point(middle)))
        start, end = (self._snapped(np.array(c), face) for c in (part.coords[0], part.coords[-1]))
        if np.hypot(*(end - start)) < 30:
            return None
        if straight:
            return shapely.LineString([start, end])
        return self._bent(start, end, face)

    def _bent(self, start: np.ndarray, end: np.ndarray, face: shapely.Polygon) -> shapely.LineString | None:
        length = np.hypot(*(end - start))
        normal = np.array([-(end - start)[1], (end - start)[0]]) / length
        sag = np.clip(self.rng.normal(0.0, 0.035), -0.08, 0.08) * length
        lean = self.rng.uniform(-0.3, 0.3)
        t = np.linspace(0, 1, max(3, int(length / 60) + 2))
        offset = sag * (4 * t * (1 - t)) * (1 + lean * (2 * t - 1))
        line = shapely.LineString(start + np.outer(t, end - start) + np.outer(offset, normal))
        inner = shapely.LineString(line.segmentize(5).coords[1:-1]) if length > 20 else line
        return line if face.buffer(-0.5).contains(inner) or face.buffer(0.2).contains(line) else None

    def _snapped(self, point: np.ndarray, face: shapely.Polygon) -> np.ndarray:
        distance = np.hypot(*(self.junctions - point).T)
        for index in np.argsort(distance, kind="stable")[:4]:
            if distance[index] > SNAP_TO_JUNCTION:
                break
            if face.exterior.distance(shapely.Point(self.junctions[index])) < 0.02:
                return self.junctions[index]
        return point

    def _cut_bank(self, face: shapely.Polygon) -> None:
        """Cut a strip of river bank across every 240 to 380 m, where no street runs."""
        river, at = self.bones.river, 60.0
        while at < river.length:
            foot = river.interpolate(at)
            ahead = river.interpolate(at + 1.0)
            normal = np.array([-(ahead.y - foot.y), ahead.x - foot.x])
            origin = np.array([foot.x, foot.y])
            for side in (1, -1):
                reach = origin + side * normal * (skeleton.RIVERSIDE_OFFSET + 6)
                line = shapely.intersection(shapely.LineString([origin, reach]), face)
                if line.geom_type == "LineString" and line.length > skeleton.RIVERSIDE_OFFSET - 3:
                    self.lines.add(line, "", "none")
            at += 310.0

    def _spoke_park(self) -> None:
        centre = self.bones.lake_shore.centroid
        for bearing in np.radians([20, 95, 160, 215, 290, 335]):
            tip = (centre.x + 900 * np.cos(bearing), centre.y + 900 * np.sin(bearing))
            ray = shapely.LineString([centre, tip])
            spoke = shapely.intersection(ray, self.bones.park.difference(self.bones.lake_shore))
            self.lines.add(shapely.get_parts(spoke)[0], "", "path")


def _extended(line: shapely.LineString, by: float) -> shapely.LineString:
    xy = np.array(line.coords)
    first, last = xy[0] - xy[1], xy[-1] - xy[-2]
    start, end = xy[0] + first / np.hypot(*first) * by, xy[-1] + last / np.hypot(*last) * by
    return shapely.LineString([start, *xy[1:-1], end])
