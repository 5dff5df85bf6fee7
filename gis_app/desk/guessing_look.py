"""One table of a file looked at from all sides: its text, columns, coordinates, and the layers it may be.

The layer helps to know the coordinate system, and the other way round: where the signs of the table leave a
doubt, its shapes are laid beside those of each layer that it may be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis_app.desk import guessing_layer as layers
from gis_app.desk import guessing_places as places
from gis_app.desk import guessing_text as text
from gis_app.desk.guessing_columns import ColumnGuess, guess_columns
from gis_app.desk.guessing_compare import share_alike
from gis_app.desk.guessing_crs import CrsGuess, guess_crs
from gis_app.desk.guessing_layer import LayerCandidate
from gis_app.desk.guessing_systems import Reading
from gis_app.desk.guessing_tables import guess_table_columns
from gis_app.desk.guessing_values import Profile, profile
from gis_app.exchange.context import Existing
from gis_app.exchange.raw import RawTable
from gis_app.layers import schema

SURE = 0.95  # share beyond which shapes are not laid beside others
LAID = 4  # layers tried
BEHIND = 2.5  # points that shapes alone would not make up for


@dataclass(slots=True)
class Look:
    """One table: its text as it was meant, its fields under each layer that it may be, and the ranking."""

    name: str
    table: RawTable
    garbling: text.Garbling | None
    meant: dict[str, str]
    values: dict[str, list]
    profiles: dict[str, Profile]
    columns: dict[str, dict[str, ColumnGuess]]
    located: dict[str, ColumnGuess]
    shapes: np.ndarray | None
    ranked: list[LayerCandidate]


def look_at(name: str, table: RawTable, existing: Existing, filename: str, layer: str | None) -> Look:
    """Return what a table shows of itself; `layer` where a person has said which it is."""
    garbling = text.notice(table)
    meant = {column: text.meant(column, garbling) for column in table.columns}
    read = text.mended(table, garbling) if garbling else table
    values = dict(zip(table.columns, read.columns.values(), strict=True))
    profiles = {column: profile(listed) for column, listed in values.items()}
    profiles = {column: found for column, found in profiles.items() if found.texts}
    located = places.guess_coordinates(table, profiles, meant, existing) if table.table else {}
    look = Look(
        name, table, garbling, meant, values, profiles, {}, located, places.shapes_of(table, located), []
    )
    possible = [layer] if layer else [one for one in layers.KIND_OF if _may_be(one, look)]
    look.columns = {one: _columns(look, one, existing) for one in possible}
    look.ranked = _ranked(look, filename, existing, {})
    if look.ranked and look.ranked[0].share < SURE and not layer:
        alike = _alike(look, filename, existing)
        look.ranked = _ranked(look, filename, existing, alike) if alike else look.ranked
    return look


def fields_of(look: Look, layer: str | None) -> dict[str, ColumnGuess]:
    """Return the fields of a layer, with the columns that hold the coordinates of a table without shapes."""
    own = look.columns.get(layer, {}) if layer else {}
    return dict(own) | (look.located if layer in schema.LAYERS or not own else {})


def crs_of(
    look: Look,
    layer: str | None,
    fields: dict[str, ColumnGuess],
    existing: Existing,
    filename: str,
    beside: bool = True,
) -> CrsGuess:
    """Return the guess of the coordinate system of a table as a layer; see `guess_crs`."""
    if look.shapes is None:
        return CrsGuess(None, "没有坐标列，不需要坐标系")
    names = " ".join([filename, look.name, *look.meant.values()])
    known = {field: look.values[one.column] for field, one in fields.items() if one.column in look.values}
    own = layer if layer in schema.LAYERS else None
    return guess_crs(look.shapes, look.table.crs, names, own, known, existing, beside)


def _may_be(layer: str, look: Look) -> bool:
    shapes = look.table.geometry
    kind, lines = layers.kind_of(shapes), layers.closed_lines(shapes)
    return layers.possible(layers.KIND_OF[layer], kind, lines, bool(look.located))


def _columns(look: Look, layer: str, existing: Existing) -> dict[str, ColumnGuess]:
    if layer not in schema.LAYERS:
        return guess_table_columns(layer, list(look.values), look.meant)
    taken = {one.column for one in look.located.values()}
    free = {column: found for column, found in look.profiles.items() if column not in taken}
    return guess_columns(layer, free, existing, look.meant)


def _ranked(look: Look, filename: str, existing: Existing, alike: dict[str, float]) -> list[LayerCandidate]:
    metres = places.areas_m2(look.shapes, look.table.crs)
    signs = layers.Signs(
        look.name, filename, look.table.geometry, metres, look.columns, look.profiles, existing, alike
    )
    return layers.rank(signs)


def _alike(look: Look, filename: str, existing: Existing) -> dict[str, float]:
    """Return layer → share of the table's shapes that it has already, for the layers that come first."""
    found = {}
    for one in look.ranked[:LAID]:
        behind = look.ranked[0].points - one.points > BEHIND
        if behind or one.layer not in schema.LAYERS or look.shapes is None:
            continue
        if len(existing.layers[one.layer]) == 0:
            continue
        guess = crs_of(look, one.layer, fields_of(look, one.layer), existing, filename, beside=False)
        if guess.candidates:
            move = Reading(guess.candidates[0].code, "", 1.0).move
            found[one.layer] = share_alike(one.layer, look.shapes, move, existing)
    return found
