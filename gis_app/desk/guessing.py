"""What a file most likely is: which of its tables, which layer, which columns, which coordinate system.

Every answer comes with a reason in words, and stays open (None) where nothing is clearly ahead: a person
chooses. Pure: looks at what was read and at what is there, changes neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from gis_app.desk import guessing_layer as layers
from gis_app.desk import guessing_text as text
from gis_app.desk.guessing_columns import ColumnGuess
from gis_app.desk.guessing_crs import CrsGuess
from gis_app.desk.guessing_layer import LayerCandidate
from gis_app.desk.guessing_look import Look, crs_of, fields_of, look_at
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
    looks = {at: look_at(*tables[at], existing, filename, layer) for at in positions}
    at, why = _chosen(looks, layer)
    look = looks[at]
    found = layer or (best.layer if (best := layers.best(look.ranked)) else None)
    shown = found or (look.ranked[0].layer if look.ranked else None)
    fields = fields_of(look, shown) | {
        name: ColumnGuess(column, "由您选择") for name, column in (columns or {}).items()
    }
    mode, more = _mode(found, look, fields, existing)
    return Guess(
        at,
        found,
        mode,
        fields,
        crs_of(look, shown, fields, existing, filename),
        why,
        look.ranked[:5],
        [*([look.garbling.words] if look.garbling else []), *more],
        look.garbling,
    )


def _chosen(looks: dict[int, Look], layer: str | None) -> tuple[int, str]:
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


def _mode(layer: str | None, look: Look, fields: dict[str, ColumnGuess], existing: Existing):
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
