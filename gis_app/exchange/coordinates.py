"""Find the points of a table: which columns hold them, and which rows have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely

from gis_app.errors import Fault, Rejected
from gis_app.exchange import columns, words
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable


@dataclass(slots=True)
class Points:
    """Points as the table gives them, whether their columns are named longitude and latitude, and faults."""

    shapes: np.ndarray
    named_lonlat: bool
    faults: list[Fault] = field(default_factory=list)


def points_of(table: RawTable, crs: pyproj.CRS | None, found: Mapping[str, str] | None = None) -> Points:
    """Return the points of a table; a projected `crs` prefers x, y columns over longitude, latitude.

    `found` says which columns hold lon, lat, x, y or pair where a person has chosen them. Raises Rejected
    where no coordinate columns are found.
    """
    found = columns.find_coordinates(list(table.columns)) if found is None else found
    pairs = [("lon", "lat"), ("x", "y")]
    if crs is not None and crs.is_projected:
        pairs.reverse()
    for east, north in pairs:
        if east in found and north in found:
            values = [table.columns[found[east]], table.columns[found[north]]]
            return _points(values, [found[east], found[north]], table.rows, (east, north) == ("lon", "lat"))
    if "pair" in found:
        halves = [halves_of(value) for value in table.columns[found["pair"]]]
        values = [[pair[0] for pair in halves], [pair[1] for pair in halves]]
        return _points(values, [found["pair"]] * 2, table.rows, True)
    raise Rejected([fault("no_coordinates", "geometry", row=1)])


def halves_of(value: object) -> tuple[str | None, str | None]:
    """Return the two coordinates that one cell holds, as text; None for each where it holds none."""
    parts = str(value or "").strip("()（）[] ").replace("，", ",").replace(";", ",").split(",")
    if len(parts) == 1:
        parts = parts[0].split()
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else (None, None)


def _points(values: list[list], names: list[str], rows: list[int], named_lonlat: bool) -> Points:
    faults: list[Fault] = []
    xy = np.full((len(rows), 2), np.nan)
    for axis in (0, 1):
        for position, value in enumerate(values[axis]):
            number = words.number(value)
            if number is not None and np.isfinite(number):
                xy[position, axis] = number
            elif value is None or number is not None:
                faults.append(fault("nan_coordinate", names[axis], row=rows[position]))
            else:
                faults.append(fault("bad_coordinate", names[axis], row=rows[position], value=value))
    shapes = np.full(len(rows), None, dtype=object)
    known = np.isfinite(xy).all(axis=1)
    shapes[known] = shapely.points(xy[known])
    return Points(shapes, named_lonlat, faults)
