"""Repairs of a layer that is to come in: offered one by one, shown before and after, done only when chosen.

A repair names the rows it changes and changes nothing else. Its key stays the same as long as the shapes
that came in do, and applying it a second time changes nothing. Shapes are in EPSG:4490; attributes stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis_app.desk import repairs_rows as by_row
from gis_app.desk.repairs_cleaning import clean
from gis_app.desk.repairs_coverage import Coverage
from gis_app.desk.repairs_ground import Ground
from gis_app.desk.repairs_pictures import picture
from gis_app.desk.repairs_rows import Fix
from gis_app.desk.repairs_snapping import snap
from gis_app.exchange.context import Existing
from gis_app.exchange.cross_checks import OVERLAPPING
from gis_app.layers import schema

MOST_SINGLE = 200  # repairs of a kind that are offered one by one; the rest go together
ROUNDS = 6
_AREAS = tuple(layer for layer in schema.LAYERS if schema.geometry_types(layer) == schema.AREA)
# kind -> the layers it is for and what finds it: of each shape by itself, then of areas beside each other
BY_ROW: dict[str, tuple[Collection[str], Callable[[np.ndarray], list[Fix]]]] = {
    "close_ring": (_AREAS, by_row.close_rings),
    "valid": (_AREAS, by_row.make_valid),
    "points": (schema.LAYERS, by_row.drop_points),
}
TOGETHER: dict[str, Callable[[Coverage], list[Fix]]] = {"snap": snap, "coverage": clean}
KINDS = (*BY_ROW, *TOGETHER)  # in the order in which they are done
# The faults of a row that a repair settles, by message code
SETTLES = {
    "close_ring": frozenset(["open_ring", "wrong_geometry_type", "broken_geometry"]),
    "valid": frozenset(["invalid_geometry"]),
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair: its key, the rows it changes, their shapes before and after in lon/lat, the area moved.

    `taken` tells that it was asked for and is done in the frame that came back.
    """

    key: str
    kind: str
    title: str
    rows: tuple[int, ...]
    area_m2: float
    before: np.ndarray
    after: np.ndarray
    taken: bool = False

    def as_json(self) -> dict:
        """Return the repair as the desk lists it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "title": self.title,
            "rows": list(self.rows),
            "area_m2": round(self.area_m2, 3),
            "offered": True,
            "taken": self.taken,
        }

    def picture(self, at: int = 0) -> dict:
        """Return one place of the repair before and after, see `repairs_pictures.picture`."""
        return picture(self.title, self.rows, self.before, self.after, at)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A layer with the chosen repairs done, and all repairs: those done, then those still on offer."""

    frame: gpd.GeoDataFrame
    repairs: list[Repair]

    @property
    def done(self) -> list[Repair]:
        """Return the repairs that were done."""
        return [repair for repair in self.repairs if repair.taken]


def repair(
    layer: str,
    frame: gpd.GeoDataFrame,
    existing: Existing | None = None,
    keys: Collection[str] = (),
    rows: Sequence[int] | None = None,
) -> Repaired:
    """Return the layer with the repairs of these keys done, and every repair done or on offer.

    `rows` are the numbers by which a person knows the rows, 1, 2, 3… without. A key that no longer means
    anything is passed over. The frame is not changed.
    """
    labels = np.arange(1, len(frame) + 1) if rows is None else np.asarray(rows)
    shapes = np.array(frame.geometry.values, dtype=object)
    token, wanted, done = _token(layer, shapes), set(keys), []
    offered = _offers(layer, shapes, labels, token)
    for _ in range(ROUNDS):
        chosen = _first_kind([one for one, _ in offered if one.key in wanted])
        if not chosen:
            break
        for one, positions in [pair for pair in offered if pair[0].key in chosen]:
            shapes[positions] = one.after
            wanted.discard(one.key)
            done.append(_taken(one))
        offered = _offers(layer, shapes, labels, token)
    result = frame
    if done:
        result = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return Repaired(result, done + [one for one, _ in offered])


def offers(
    layer: str, frame: gpd.GeoDataFrame, existing: Existing | None = None, rows: Sequence[int] | None = None
) -> list[Repair]:
    """Return the repairs that a layer could do with."""
    return repair(layer, frame, existing, (), rows).repairs


def apply(
    layer: str, frame: gpd.GeoDataFrame, keys: Collection[str], rows: Sequence[int] | None = None
) -> gpd.GeoDataFrame:
    """Return the layer with the repairs of these keys done."""
    return repair(layer, frame, None, keys, rows).frame


def _first_kind(chosen: list[Repair]) -> set[str]:
    """Return the keys of the kind that is done first: later ones are found anew on what it leaves."""
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in chosen)]
    return {one.key for one in chosen if one.kind == kinds[0]} if kinds else set()


def _taken(one: Repair) -> Repair:
    return Repair(one.key, one.kind, one.title, one.rows, one.area_m2, one.before, one.after, True)


def _token(layer: str, shapes: np.ndarray) -> str:
    """Return a word for a layer's shapes as they came: keys of one file mean nothing in another."""
    told = hashlib.blake2b(layer.encode(), digest_size=4)
    for part in shapely.to_wkb(shapes):
        told.update(part or b"-")
    return told.hexdigest()


def _offers(
    layer: str, shapes: np.ndarray, labels: np.ndarray, token: str
) -> list[tuple[Repair, np.ndarray]]:
    found = {kind: find(shapes) for kind, (layers, find) in BY_ROW.items() if layer in layers}
    if layer in OVERLAPPING and len(shapes) > 1:
        cover = Coverage.of(shapes)
        found |= {kind: find(cover) for kind, find in TOGETHER.items()}
    return [
        _repair(fix, shapes, labels, token) for kind, fixes in found.items() for fix in _gathered(kind, fixes)
    ]


def _gathered(kind: str, fixes: list[Fix]) -> list[Fix]:
    """Put what goes beyond the number that a person looks at into one."""
    if len(fixes) <= MOST_SINGLE:
        return fixes
    rest = fixes[MOST_SINGLE:]
    positions, after = (
        np.concatenate([getattr(fix, name) for fix in rest]) for name in ("positions", "after")
    )
    return [*fixes[:MOST_SINGLE], Fix(kind, positions, after, f"其余 {len(rest)} 处：{rest[0].title}等")]


def _repair(fix: Fix, shapes: np.ndarray, labels: np.ndarray, token: str) -> tuple[Repair, np.ndarray]:
    rows = tuple(int(row) for row in labels[fix.positions])
    named = f"{rows[0]}-{len(rows)}" if len(rows) > 1 else str(rows[0])
    key = f"{fix.kind}:{named}:{token}" if fix.kind not in ("coverage", "points") else f"{fix.kind}:{token}"
    before = shapes[fix.positions]
    return Repair(
        key, fix.kind, fix.title, rows, _moved_m2(before, fix.after), before, fix.after
    ), fix.positions


def _moved_m2(before: np.ndarray, after: np.ndarray) -> float:
    """Return how much ground a repair moves from one owner to another; of broken areas, what they gain."""
    ground = Ground.of(after)
    old, new = ground.metres(before), ground.metres(after)
    whole = shapely.is_valid(old) & (shapely.get_dimensions(old) == 2)
    moved = shapely.area(shapely.symmetric_difference(old[whole], new[whole])).sum()
    return float(moved + np.abs(shapely.area(new[~whole]) - shapely.area(old[~whole])).sum())
