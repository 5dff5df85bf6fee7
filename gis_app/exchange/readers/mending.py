"""Mend invalid areas inside the child, where a shape made to take hours is stopped by the limits.

A border that only touches itself keeps its area and is tidied always; anything else only when asked for.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable

SAME_AREA = 1e-9
MOST_CROSSINGS = 100_000  # a second of work
_SAMPLE, _NEIGHBOURS = 60, 3  # an edge meets itself and the two beside it
_AREAS = (3, 6)
_TOUCHING = ("Ring Self-intersection", "Duplicate Rings")


def mend(table: RawTable, repair: bool) -> None:
    """Mend the shapes of a table in place and note each as a warning."""
    shapes = table.geometry
    areas = np.isin(shapely.get_type_id(shapes), _AREAS) & ~shapely.is_empty(shapes)
    for position in np.flatnonzero(areas & ~shapely.is_valid(shapes)):
        shape, row = shapes[position], table.rows[position]
        reason = shapely.is_valid_reason(shape)
        if not np.isfinite(shapely.get_coordinates(shape)).all():
            continue
        if not repair and not reason.startswith(_TOUCHING):
            continue
        made = None if tangled(shape) else mended(shape)
        if made is None:
            if repair:
                table.faults.append(fault("repair_refused", "geometry", row=row, value=reason))
        elif _same_area(shape, made):
            table.geometry[position] = made
            table.faults.append(fault("touching_ring", "geometry", row=row))
        elif repair:
            table.geometry[position] = made
            table.faults.append(fault("repaired", "geometry", row=row, value=reason))


def tangled(shape: shapely.Geometry) -> bool:
    """Tell from a sample of its edges whether a shape crosses itself so often that mending would crawl."""
    points, part = shapely.get_coordinates(shape), shapely.get_coordinates(shape, return_index=True)[1]
    ends = np.stack([points[:-1], points[1:]], axis=1)[part[:-1] == part[1:]]
    edges = shapely.linestrings(ends)
    sample = edges[:: max(1, len(edges) // _SAMPLE)]
    met = shapely.STRtree(edges).query(sample, predicate="intersects").shape[1] / len(sample)
    return (met - _NEIGHBOURS) * len(edges) / 2 > MOST_CROSSINGS


def mended(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return a valid area made from the shape, None where nothing of it is left."""
    try:
        made = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    except shapely.errors.GEOSException:
        return None
    whole = shapely.get_type_id(made) in _AREAS and not made.is_empty and made.is_valid and made.area > 0
    return made if whole else None


def _same_area(before: shapely.Geometry, after: shapely.Geometry) -> bool:
    return abs(before.area - after.area) <= SAME_AREA * max(before.area, after.area)
