"""Cut the lines of a street file where they meet; run in the child, where a tangle is stopped by the limits.

Bridges and tunnels, told by a column or by different levels, are not joined to what they cross.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.exchange.columns import find, find_columns
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.words import FLAGS, plain
from gis_app.geo.noding import MOST_MEETINGS, Noded, Tangled, node

DEGREES, METRES = 1e-8, 1e-3  # a millimetre in the file's own coordinates
_LINES = (1, 5)
_YES = frozenset(plain(word) for word in FLAGS["true"].split())
_NO = frozenset(plain(word) for word in [*FLAGS["false"].split(), "building_passage"])
_LEVELS = {"level": "layer level 层级 层", "tunnel": "tunnel 隧道 是否隧道 隧洞"}


def join_streets(table: RawTable) -> None:
    """Put the pieces of the table's lines in place of them, in place; other shapes stay as they are."""
    shapes = table.geometry
    lines = np.flatnonzero(_usable_lines(shapes))
    if len(lines) == 0:
        return
    found = find_columns("streets", list(table.columns)) | find(list(table.columns), _LEVELS)
    flags = _flags(table, found.get("bridge")) | _flags(table, found.get("tunnel"))
    levels = _numbers(table, found.get("level"))
    try:
        done = node(shapes[lines], flags[lines], levels[lines], tolerance(shapes[lines]))
    except Tangled:
        raise refuse("streets_tangled", "geometry", value=MOST_MEETINGS) from None
    others = np.setdiff1d(np.arange(len(shapes)), lines)
    order = np.concatenate([lines[done.source], others])
    table.geometry = np.concatenate([done.lines, shapes[others]])
    table.columns = {name: [values[at] for at in order] for name, values in table.columns.items()}
    table.rows = [table.rows[at] for at in order]
    table.faults += told(done)


def told(done: Noded) -> list:
    """Return what a person should know about the joining, as warnings."""
    counts = {"joined": done.crossings, "doubled": done.doubles, "stubs": done.stubs}
    return [fault(f"streets_{code}", "geometry", value=count) for code, count in counts.items() if count]


def tolerance(lines: np.ndarray) -> float:
    """Return about a millimetre, in degrees where the coordinates look like degrees."""
    bounds = np.abs(shapely.total_bounds(lines))
    return DEGREES if bounds[[0, 2]].max() <= 180 and bounds[[1, 3]].max() <= 90 else METRES


def _usable_lines(shapes: np.ndarray) -> np.ndarray:
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    return np.isin(shapely.get_type_id(shapes), _LINES) & ~shapely.is_empty(shapes) & finite


def _flags(table: RawTable, column: str | None) -> np.ndarray:
    """Return a yes/no column; a word that says neither is the kind of a bridge, as OpenStreetMap has them."""
    if column is None:
        return np.zeros(len(table.rows), dtype=bool)
    words = ["" if value is None else plain(value) for value in table.columns[column]]
    return np.array([word in _YES or bool(word and word not in _NO) for word in words], dtype=bool)


def _numbers(table: RawTable, column: str | None) -> np.ndarray:
    values = table.columns[column] if column else []
    whole = [isinstance(value, int | float | str) and _whole(value) for value in values]
    return np.array([number or 0 for number in whole] or [0] * len(table.rows), dtype=int)


def _whole(value: object) -> int:
    try:
        return max(-100, min(100, int(float(value))))
    except (ValueError, OverflowError):
        return 0
