"""What a reader found in a file, before any of it is understood, and the way it travels from the child.

The child hands back plain JSON and WKB: nothing that runs when it is read (no pickle), and both are bounded.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NoReturn

import numpy as np
import shapely

from gis_app.errors import Fault, Rejected
from gis_app.exchange.limits import Limits
from gis_app.exchange.messages import fault

_HEAD = struct.Struct("<Q")


@dataclass(slots=True)
class RawTable:
    """Columns as the file names them, a row label for each feature, shapes (None for tables), and the CRS.

    `rows` are the numbers a person sees: the sheet row for tables, the feature number from 1 elsewhere.
    `crs` is "EPSG:n", WKT or None. `table` tells that coordinates must still be found among the columns.
    `encoding` is that of the texts where the format leaves it open.
    """

    columns: dict[str, list] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    geometry: np.ndarray | None = None
    crs: str | None = None
    faults: list[Fault] = field(default_factory=list)
    encoding: str | None = None

    @property
    def table(self) -> bool:
        """Tell whether this is a table whose columns hold the coordinates."""
        return self.geometry is None


def refuse(code: str, field: str = "file", **words) -> Rejected:
    """Return the error that refuses a file for one reason."""
    return Rejected([fault(code, field, **words)])


def left_out(count: int, most: int) -> NoReturn:
    """Raise Rejected for so many tables of a file that are not read, because there are too many."""
    raise refuse("tables_left_out", value=count, detail=most)


def check_shapes(shapes: np.ndarray, limits: Limits) -> None:
    """Raise Rejected where shapes have more vertices than the limits allow."""
    counts = shapely.get_num_coordinates(shapes)
    faults = [
        fault(
            "too_many_vertices",
            "geometry",
            row=int(i) + 1,
            value=int(counts[i]),
            detail=limits.vertices_per_shape,
        )
        for i in np.flatnonzero(counts > limits.vertices_per_shape)[:100]
    ]
    if counts.sum() > limits.vertices:
        faults.append(fault("too_many_vertices", "geometry", value=int(counts.sum()), detail=limits.vertices))
    if faults:
        raise Rejected(faults)


def check_longest(longest: int, vertex: int, limits: Limits) -> None:
    """Raise Rejected where the longest shape must have too many vertices, before any is read.

    `longest` is its length in a file (bytes, letters or brackets), `vertex` the most that one vertex takes.
    """
    most = limits.vertices_per_shape
    if longest > most * vertex:
        raise refuse("too_many_vertices", "geometry", value=f"> {longest // vertex}", detail=most)


def write_result(path: Path, table: RawTable) -> None:
    """Write a table for the parent process."""
    shapes, lengths = b"", None
    if table.geometry is not None:
        parts = shapely.to_wkb(table.geometry, output_dimension=2)
        lengths = [-1 if part is None else len(part) for part in parts]
        shapes = b"".join(part for part in parts if part is not None)
    head = {
        "columns": [[name, values] for name, values in table.columns.items()],
        "rows": table.rows,
        "crs": table.crs,
        "faults": [asdict(found) for found in table.faults],
        "lengths": lengths,
        "encoding": table.encoding,
    }
    words = json.dumps(head, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    with open(path, "wb") as file:
        file.write(_HEAD.pack(len(words)))
        file.write(words)
        file.write(shapes)


def read_result(path: Path, limits: Limits) -> RawTable:
    """Read what the child wrote; raise Rejected where it is too large or broken."""
    if not path.is_file() or path.stat().st_size > limits.result_bytes:
        raise refuse("reader_failed", value="")
    data = path.read_bytes()
    try:
        (size,) = _HEAD.unpack_from(data)
        head = json.loads(data[_HEAD.size : _HEAD.size + size])
        geometry = _shapes(data, _HEAD.size + size, head["lengths"])
        return RawTable(
            dict(head["columns"]),
            head["rows"],
            geometry,
            head["crs"],
            [Fault(**found) for found in head["faults"]],
            head["encoding"],
        )
    except (ValueError, KeyError, TypeError, struct.error, shapely.errors.GEOSException):
        raise refuse("reader_failed", value="") from None


def _shapes(data: bytes, start: int, lengths: list[int] | None) -> np.ndarray | None:
    if lengths is None:
        return None
    parts = np.empty(len(lengths), dtype=object)
    for position, length in enumerate(lengths):
        if length >= 0:
            parts[position] = data[start : start + length]
            start += length
    return shapely.from_wkb(parts)
