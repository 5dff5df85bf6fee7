"""Look at a DXF drawing before GDAL does: polylines without end, and blocks that multiply each other.

A drawing of a few hundred bytes can stand for a billion shapes: blocks that insert blocks, ten times at each
level, or one insertion in 30,000 rows and columns. GDAL unfolds them all before it hands over the first.
"""

from __future__ import annotations

import mmap
import re
from collections import defaultdict
from pathlib import Path

import numpy as np

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import check_longest, refuse

_CHUNK = 4 << 20
_NEWLINE, _RETURN, _ZERO, _ONE = b"\n\r01"
_BLANKS = np.frombuffer(b"\n \t", np.uint8)
_BLOCKS = re.compile(rb"^[ \t]*(BLOCK|ENDBLK|INSERT|DIMENSION|ACAD_TABLE)[ \t]*\r?$", re.MULTILINE)
_INSERTS = (b"INSERT", b"DIMENSION", b"ACAD_TABLE")
_NAME, _COLUMNS, _ROWS, _ENTITY = b"2", b"70", b"71", b"0"
_VALUES_TOO = 2  # a value may look like the code of a vertex


def check(path: Path, limits: Limits) -> None:
    """Raise Rejected for a line of too many vertices and for blocks that unfold to too many shapes."""
    with open(path, "rb") as file:
        if path.stat().st_size == 0:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            starts, vertices = _scan(data)
            counts = np.diff(np.searchsorted(vertices, [*starts.tolist(), len(data)]))
            longest = int(counts.max()) if len(counts) else len(vertices)
            check_longest(longest, _VALUES_TOO, limits)
            if any(data.find(word) >= 0 for word in _INSERTS):
                _check_blocks(data, starts, limits.features)


def _scan(data: mmap.mmap) -> tuple[np.ndarray, np.ndarray]:
    """Return where entities start (the vertices of a polyline counted to it) and where x coordinates are."""
    letters = np.frombuffer(data, np.uint8)
    starts, vertices = [], []
    for low in range(0, len(letters), _CHUNK):
        ends = np.flatnonzero(letters[low : low + _CHUNK] == _NEWLINE) + low
        ends = ends[ends < len(letters) - 2]
        last = ends - 1 - (letters[ends - 1] == _RETURN)
        zeros = letters[last] == _ZERO
        alone = np.isin(letters[last - 1], _BLANKS)
        vertex = (letters[ends + 1] == ord("V")) & (letters[ends + 2] == ord("E"))
        starts.append(ends[zeros & alone & ~vertex & (letters[ends + 1] >= ord("A"))] + 1)
        tens = zeros & (letters[last - 1] == _ONE) & np.isin(letters[last - 2], _BLANKS)
        vertices.append(ends[tens])
    del letters
    return np.concatenate(starts), np.concatenate(vertices)


def _check_blocks(data: mmap.mmap, starts: np.ndarray, most: int) -> None:
    """Raise Rejected where the insertions unfold to more shapes than may be, or to each other without end."""
    inserted: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
    sizes: dict[bytes, int] = {}
    block, begun = b"", 0
    for found in _BLOCKS.finditer(data):
        kind, said = found[1], _said(data, found.end() + 1)
        name = said.get(_NAME, b"").lower()
        if kind == b"BLOCK":
            block, begun = name, found.start()
        elif kind == b"ENDBLK":
            low, high = np.searchsorted(starts, [begun, found.start()])
            sizes[block], block = int(high - low), b""
        else:
            inserted[block].append((name, _whole(said.get(_COLUMNS)) * _whole(said.get(_ROWS))))
    try:
        total = _unfolded(b"", inserted, sizes, {}, most)
    except RecursionError:
        total = most + 1
    if total > most:
        raise refuse("too_many_features", value=f"> {most}", detail=most)


def _unfolded(name: bytes, inserted: dict, sizes: dict, known: dict, most: int) -> int:
    """Return how many shapes a block unfolds to, counted no further than beyond `most`."""
    if name not in known:
        known[name] = most + 1  # a block that inserts itself never ends
        total = sizes.get(name, 0)
        for inner, times in inserted.get(name, ()):
            total = min(total + times * _unfolded(inner, inserted, sizes, known, most), most + 1)
        known[name] = total
    return known[name]


def _said(data: mmap.mmap, at: int) -> dict[bytes, bytes]:
    """Return the values of an entity that begins there, by code, the last where there are several."""
    data.seek(at)
    found: dict[bytes, bytes] = {}
    while (code := data.readline().strip()) and code != _ENTITY:
        found[code] = data.readline().strip()
    return found


def _whole(text: bytes | None) -> int:
    try:
        return max(int(text or b"1"), 1)
    except ValueError:
        return 1
