"""Read every table of a file, for whoever has not yet said which one is meant.

A layer that mixes points, lines and areas becomes one table for each, since none of ours takes them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import shapely

from gis_app.errors import Rejected
from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable
from gis_app.exchange.readers.drawing import NAMES
from gis_app.exchange.readers.mending import mend

WHOLE = frozenset(["osm", "pbf"])  # streets and gates belong together


def read_every(
    reader: ModuleType, path: Path, request: dict, limits: Limits
) -> Iterator[tuple[str, RawTable]]:
    """Yield each table with its name; one that cannot be read has no rows and says why.

    Raises Rejected where none can be read.
    """
    every = getattr(reader, "read_every", None)
    parts = every(path, request, limits) if every else [("", lambda: reader.read(path, request, limits))]
    read, refused = False, []
    for name, read_one in parts:
        try:
            table = read_one()
        except Rejected as found:
            refused.append((name, RawTable(faults=found.faults)))
            continue
        read = True
        split = [("", table)] if request["kind"] in WHOLE else _by_dimension(table)
        for word, part in split:
            if part.geometry is not None:
                mend(part, repair=False)
            yield (f"{name}（{word}）" if name and word else name or word), part
    if refused and not read:
        raise Rejected([found for _, table in refused for found in table.faults])
    yield from refused


def _by_dimension(table: RawTable) -> list[tuple[str, RawTable]]:
    """Return a table in parts of one dimension each; rows without a shape go with the largest part."""
    if table.geometry is None:
        return [("", table)]
    dimensions = shapely.get_dimensions(table.geometry)
    dimensions[shapely.is_empty(table.geometry)] = -1
    opened = {found.row for found in table.faults if found.message_code == "open_ring"}
    dimensions[np.isin(table.rows, list(opened))] = 2  # an area still, once it is closed
    there, counts = np.unique(dimensions[dimensions >= 0], return_counts=True)
    if len(there) < 2:
        return [("", table)]
    dimensions[dimensions < 0] = there[counts.argmax()]
    parts = []
    for dimension in sorted((int(one) for one in there), reverse=True):
        at = np.flatnonzero(dimensions == dimension)
        columns = {name: [values[i] for i in at] for name, values in table.columns.items()}
        columns = {name: values for name, values in columns.items() if any(v is not None for v in values)}
        rows = [table.rows[i] for i in at]
        here = {None, *rows}
        faults = [found for found in table.faults if found.row in here]
        part = RawTable(columns, rows, table.geometry[at], table.crs, faults, table.encoding)
        parts.append((NAMES[dimension], part))
    return parts
