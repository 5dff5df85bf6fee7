"""Whether areas fill another area without gap and without overlap, and where they do not. All in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

MIN_AREA = 1.0  # square metres; less is a projection's rounding along long borders


@dataclass(frozen=True, slots=True)
class Misfit:
    """A piece of ground that too many or too few areas claim: positions of the areas, size, a place in it."""

    first: int
    second: int
    area: float
    x: float
    y: float


def overlaps(areas: Sequence, min_area: float = MIN_AREA) -> list[Misfit]:
    """Return every pair of areas that share more than `min_area` of ground."""
    shapes = _sound(areas)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    # pairs that only share a border are by far the most, and cheap to tell by their relation
    inside = shapely.relate_pattern(shapes[one], shapes[other], "T********")
    one, other = one[inside], other[inside]
    return _misfits(shapely.intersection(shapes[one], shapes[other]), one, other, min_area)


def gaps(whole, parts: Sequence, min_area: float = MIN_AREA) -> list[Misfit]:
    """Return the pieces of `whole` that none of the parts covers; positions are -1."""
    left = shapely.difference(shapely.make_valid(whole), shapely.union_all(_sound(parts)))
    pieces = shapely.get_parts(left)
    nobody = np.full(len(pieces), -1)
    return _misfits(pieces, nobody, nobody, min_area)


def excesses(wholes: Sequence, parts: Sequence, min_area: float = MIN_AREA) -> list[Misfit]:
    """Return what of each part (n,) reaches beyond its whole (n,); `first` is the part's position."""
    beyond = shapely.difference(_sound(parts), _sound(wholes))
    place = np.arange(len(beyond))
    return _misfits(beyond, place, place, min_area)


def _sound(shapes: Sequence) -> np.ndarray:
    array = np.asarray(shapes, dtype=object)
    return np.where(shapely.is_valid(array), array, shapely.make_valid(array)) if len(array) else array


def _misfits(pieces: np.ndarray, first: np.ndarray, second: np.ndarray, min_area: float) -> list[Misfit]:
    size = shapely.area(pieces)
    large = np.flatnonzero(size > min_area)
    places = shapely.point_on_surface(pieces[large])
    columns = (first[large], second[large], size[large], shapely.get_x(places), shapely.get_y(places))
    return [
        Misfit(int(a), int(b), float(s), float(x), float(y)) for a, b, s, x, y in zip(*columns, strict=True)
    ]
