"""The ground within a walk of some places, as polygons that hug the streets.

Drawn from the pieces of street that are reached, buffered and put together: never interpolated, so nothing
beyond the limit is coloured, and nothing across a river that the way does not cross but for the buffer's own
width. A buffer is as wide as what is left of the walk, at most `WIDTH`. For drawing only: who is covered is
decided by distance, place by place.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.geo.network import Snap, StreetNetwork
from gis_app.geo.way_lines import Vertices

WIDTH = 25.0  # metres to both sides of a street, less than half a block
CORNER = 2**0.5  # beyond the end of a piece one walks on and then aside: not straight
STEPS = (1.0, 0.5, 0.25, 0.1)  # of the width: towards its end a way narrows
ROUND = 3  # segments of a quarter circle
SHORT = 1e-3
PLAIN = 0.5  # metres that an outline may be straightened by


def isochrones(
    network: StreetNetwork, sources: Snap, limits: tuple[float, ...], width: float = WIDTH
) -> list[shapely.Geometry]:
    """Return for each limit in metres the (multi)polygon within it of any of the snapped sources."""
    at_node, _ = network.from_sources(sources)
    vertices = Vertices.of(network)
    return [_grown(network, vertices, sources, at_node, limit, width) for limit in limits]


def reached_lines(
    network: StreetNetwork, vertices: Vertices, sources: Snap, at_node: np.ndarray, limit: float
) -> np.ndarray:
    """Return the pieces of street (n,) at most `limit` metres from the sources."""
    behind = np.clip(limit - at_node[network.start], 0.0, network.length)
    ahead = np.clip(limit - at_node[network.end], 0.0, network.length)
    whole = behind + ahead >= network.length - SHORT
    parts = [network.lines[whole]]
    for edge in np.flatnonzero(~whole & (behind > SHORT)).tolist():
        parts.append([shapely.linestrings(vertices.part(edge, 0.0, float(behind[edge])))])
    for edge in np.flatnonzero(~whole & (ahead > SHORT)).tolist():
        end = float(network.length[edge])
        parts.append([shapely.linestrings(vertices.part(edge, end - float(ahead[edge]), end))])
    parts.append(_beside(network, vertices, sources, limit))
    return np.concatenate([np.asarray(part, dtype=object) for part in parts])


def _beside(network: StreetNetwork, vertices: Vertices, sources: Snap, limit: float) -> list:
    """Return the pieces to both sides of each source along its own street."""
    lines = []
    for source in np.flatnonzero(sources.found).tolist():
        edge, left = int(sources.edge[source]), limit - float(sources.leg[source])
        if left <= SHORT:
            continue
        middle = float(sources.position[source])
        begin, end = max(middle - left, 0.0), min(middle + left, float(network.length[edge]))
        if end - begin > SHORT:
            lines.append(shapely.linestrings(vertices.part(edge, begin, end)))
    return lines


def _grown(network, vertices, sources: Snap, at_node, limit: float, width: float) -> shapely.Geometry:
    shapes = []
    for step in STEPS:
        broad = step * width
        lines = reached_lines(network, vertices, sources, at_node, limit - CORNER * broad)
        if len(lines):
            shapes.append(shapely.union_all(shapely.buffer(lines, broad, quad_segs=ROUND)))
    grown = shapely.union_all(shapes) if shapes else shapely.from_wkt("POLYGON EMPTY")
    return shapely.make_valid(shapely.simplify(grown, PLAIN))
