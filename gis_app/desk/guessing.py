"""What a file most likely is: which of its tables, which layer, which columns, which coordinate system.

Every answer comes with a reason in words, and stays open (None) where nothing is clearly ahead: a person
chooses. Pure: looks at what was read and at what is there, changes neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from gis_app.desk import guessing_layer as layers
from gis_app.desk import guessing_places as places
from gis_app.desk import guessing_text as text
from gis_app.desk.guessing_columns import ColumnGuess, guess_columns
from gis_app.desk.guessing_crs import CrsGuess, guess_crs
from gis_app.desk.guessing_layer import LayerCandidate
from gis_app.desk.guessing_tables import guess_table_columns
from gis_app.desk.guessing_values import Profile, profile
from gis_app.exchange.context import Existing
from gis_app.exchange.raw import RawTable
from gis_app.layers import schema

MODE = dict.fromkeys(schema.LAYERS, "replace") | {
    "stations": "update",
    "posts": "update",
    "incidents": "update",
}
PART = 0.6  # of the known things a file must bring to stand for all of them


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file most likely is; `table` is the position among its tables, `layer` None where not certain.

    `columns` gives each field of the layer its column (None: none is believed) and a reason; coordinates of a
    table without shapes are among them. `notes` are sentences about the whole file, `garbling` says how its
    text was read wrongly.
    """

    table: int | None
    layer: str | None
    mode: str | None
    columns: dict[str, ColumnGuess]
    crs: CrsGuess
    why: str
    layers: list[LayerCandidate] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    garbling: text.Garbling | None = None

    def as_json(self) -> dict:
        """Return the guess as the desk keeps and shows it."""
        return asdict(self)


@dataclass(slots=True)
class _Look:
    """One table looked at: its shapes, its fields under each layer that it may be, and the ranking."""

    name: str
    table: RawTable
    garbling: text.Garbling | None
    meant: dict[str, str]
    profiles: dict[str, Profile]
    columns: dict[str, dict[str, ColumnGuess]]
    located: dict[str, ColumnGuess]
    shapes: np.ndarray | None
    ranked: list[LayerCandidate]


def guess(
    tables: Sequence[tuple[str, RawTable]],
    existing: Existing,
    filename: str,
    table: int | None = None,
    layer: str | None = None,
    columns: dict[str, str | None] | None = None,
) -> Guess:
    """Return the guess for a file's tables (name, table) in their order.

    `table`, `layer` and `columns` are what a person has chosen already: the rest is guessed for them.
    """
    if not tables:
        return Guess(None, None, None, {}, CrsGuess(None, "文件中没有表"), "文件中没有表")
    positions = range(len(tables)) if table is None else [table]
    looks = {at: _look(*tables[at], existing, filename, layer) for at in positions}
    at, why = _chosen(looks, layer)
    look = looks[at]
    found = layer or (best.layer if (best := layers.best(look.ranked)) else None)
    shown = found or (look.ranked[0].layer if look.ranked else None)
    fields = _fields(look, shown) | {
        name: ColumnGuess(column, "由您选择") for name, column in (columns or {}).items()
    }
    mode, more = _mode(found, look, fields, existing)
    return Guess(
        at,
        found,
        mode,
        fields,
        _crs(look, shown, fields, existing, filename),
        why,
        look.ranked[:5],
        [*([look.garbling.words] if look.garbling else []), *more],
        look.garbling,
    )


def _look(name: str, table: RawTable, existing: Existing, filename: str, layer: str | None) -> _Look:
    garbling = text.notice(table)
    meant = {column: text.meant(column, garbling) for column in table.columns}
    read = text.mended(table, garbling) if garbling else table
    values = dict(zip(table.columns, read.columns.values(), strict=True))
    profiles = {column: profile(listed) for column, listed in values.items()}
    profiles = {column: found for column, found in profiles.items() if found.texts}
    located = places.guess_coordinates(table, profiles, meant, existing) if table.table else {}
    shapes = places.shapes_of(table, located)
    kind = layers.kind_of(table.geometry)
    possible = [layer] if layer else [one for one in layers.KIND_OF if _may_be(one, kind, table, located)]
    free = {column: listed for column, listed in values.items() if column not in _taken(located)}
    columns = {
        one: guess_columns(one, free, existing, meant)
        if one in schema.LAYERS
        else guess_table_columns(one, list(values), meant)
        for one in possible
    }
    metres = places.areas_m2(shapes, table.crs)
    ranked = layers.rank(name, filename, table.geometry, metres, bool(located), columns, profiles, existing)
    return _Look(name, table, garbling, meant, profiles, columns, located, shapes, ranked)


def _may_be(layer: str, kind: str, table: RawTable, located: dict) -> bool:
    return layers.possible(layers.KIND_OF[layer], kind, layers.closed_lines(table.geometry), bool(located))


def _taken(located: dict[str, ColumnGuess]) -> set[str]:
    return {guess.column for guess in located.values() if guess.column}


def _chosen(looks: dict[int, _Look], layer: str | None) -> tuple[int, str]:
    """Return the table that looks most like a layer, and why the layer."""

    def worth(at: int) -> tuple:
        ranked = looks[at].ranked
        return (bool(ranked), ranked[0].points if ranked else 0.0, len(looks[at].table.rows))

    at = max(looks, key=worth)
    ranked = looks[at].ranked
    if layer:
        return at, "由您选择"
    if layers.best(ranked) is not None:
        return at, ranked[0].why
    if not ranked:
        return at, "不确定：图形与列都不像任何图层"
    return at, f"不确定：可能是{'、'.join(candidate.label for candidate in ranked[:3])}"


def _fields(look: _Look, layer: str | None) -> dict[str, ColumnGuess]:
    own = look.columns.get(layer, {}) if layer else {}
    return dict(own) | (look.located if layer in schema.LAYERS or not own else {})


def _mode(layer: str | None, look: _Look, fields: dict[str, ColumnGuess], existing: Existing):
    """Return how the file goes in: as a part of what is there where it plainly is one."""
    if layer is None:
        return None, []
    if layer not in schema.LAYERS or len(existing.layers[layer]) == 0:
        return MODE[layer], []
    code = fields.get(schema.code_column(layer))
    there = existing.layers[layer][schema.code_column(layer)].astype(str)
    if code is None or code.column is None or code.column not in look.profiles:
        return MODE[layer], []
    known = set(look.profiles[code.column].texts) & set(there)
    if known and len(look.table.rows) < PART * len(there):
        title = schema.title(layer)
        return "update", [f"文件只有 {len(look.table.rows)} 个{title}，已有 {len(there)} 个：建议按编码更新"]
    return MODE[layer], []


def _crs(look: _Look, layer: str | None, fields, existing: Existing, filename: str) -> CrsGuess:
    if look.shapes is None:
        return CrsGuess(None, "没有坐标列，不需要坐标系")
    names = " ".join([filename, look.name, *look.meant.values()])
    values = {
        name: text.mended(look.table, look.garbling).columns.get(guess.column)
        if look.garbling
        else look.table.columns[guess.column]
        for name, guess in fields.items()
        if guess.column in look.table.columns
    }
    values = {name: listed for name, listed in values.items() if listed is not None}
    return guess_crs(
        look.shapes, look.table.crs, names, layer if layer in schema.LAYERS else None, values, existing
    )
