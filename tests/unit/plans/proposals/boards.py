"""Small towns of square blocks, 100 m a side, on which every plan can be told by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gis_app.plans.proposals.problem import Problem


def board(
    households: Sequence[Sequence[int]],
    today: Sequence[Sequence[int]],
    n: int,
    band: tuple[int, int],
    river: Sequence[tuple[int, int]] = (),
    fixed: Sequence[int] = (),
) -> Problem:
    """Return the problem of a board by rows; `river` lists pairs of blocks that a river parts."""
    sizes, grids = np.array(households), np.array(today)
    rows, columns = sizes.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([across, down])
    shared = np.bincount(edges.ravel(), minlength=rows * columns)
    parted = {frozenset(pair) for pair in river}
    held = np.zeros(rows * columns, bool)
    held[list(fixed)] = True
    return Problem(
        codes=tuple(f"b{block:02d}" for block in range(rows * columns)),
        households=sizes.ravel(),
        edges=edges,
        lengths=np.full(len(edges), 100.0),
        outside=(4 - shared) * 100.0,
        area=np.full(rows * columns, 10_000.0),
        centres=np.argwhere(number >= 0) * 100.0,
        today=grids.ravel(),
        n=n,
        band=band,
        passable=np.array([frozenset(pair) not in parted for pair in edges.tolist()]),
        fixed=held,
    )
