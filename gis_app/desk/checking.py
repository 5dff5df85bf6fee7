"""The second long step: what taking the file in as chosen would do, and everything that is wrong with it.

What it finds lies in the folder of the import: the findings in short, the faults by row, the first rows as
they would be written, and the layers themselves, so that exactly what was checked is what will be written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.desk import frames, layer_fields, tables
from gis_app.desk.choosing import Choices
from gis_app.desk.finding import told_faults
from gis_app.desk.folder import Folder
from gis_app.desk.offering import Offering
from gis_app.errors import Fault, Rejected
from gis_app.exchange import streets
from gis_app.exchange.context import Existing
from gis_app.exchange.crs import Placed
from gis_app.exchange.preparing import Prepared
from gis_app.exchange.raw import RawTable
from gis_app.exchange.steps import Asked, make_ready, place
from gis_app.exchange.streets_noding import join_streets
from gis_app.layers import schema
from gis_app.storage.engine import Store
from gis_app.storage.layers import read_layers
from gis_app.storage.revision import layers_number, revision

FINDINGS, PREVIEW, FAULTS = "findings.json", "preview.json", "faults.json"
PREVIEW_ROWS = 20
TREMBLING_DEG = 1e-8  # a millimetre: what a way through another reference system moves a corner by
CHECKED_FILES = (FINDINGS, PREVIEW, FAULTS, "prepared/*", "repairs/*")
Tell = Callable[[float, str], None]


@dataclass(slots=True)
class Checked:
    """What a check found: counts, faults, the first rows, and the layers to write."""

    rows: int = 0
    inserted: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    crs: str = ""
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    preview: dict[str, Any] | None = None
    repairs: list[dict[str, Any]] = field(default_factory=list)
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)


def check(store: Store, folder: Folder, choices: Choices, filename: str, tell: Tell) -> dict[str, Any]:
    """Check an import as chosen, keep what is found, and return the findings."""
    folder.forget(*CHECKED_FILES)
    tell(0.05, "读取已有图层")
    table = folder.read_table(f"tables/{choices.table}")
    if layer_fields.is_layer(choices.layer):
        found, number = _layer(store, folder, choices, table, filename, tell)
    else:
        found, number = _beside(store, choices, table, tell)
    tell(0.9, "整理检查结果")
    summary = told_faults(found, choices.layer, table, folder)
    findings = {
        "rows": found.rows,
        "inserted": found.inserted,
        "updated": found.updated,
        "removed": found.removed,
        "unchanged": found.unchanged,
        "crs": found.crs,
        "revision": number,
        "repairs": found.repairs,
        **summary,
    }
    folder.write_json(PREVIEW, found.preview)
    folder.write_json(FINDINGS, findings)
    return findings


def _layer(store: Store, folder: Folder, choices: Choices, table: RawTable, filename: str, tell: Tell):
    with store.read() as conn:
        existing, number = Existing(read_layers(conn)), layers_number(conn)
    found = Checked(rows=len(table.rows))
    offered = Offering(choices.layer, existing, choices.repairs)
    chosen = {name: column for name, column in choices.columns.items() if column is not None}
    asked = Asked(
        choices.layer,
        choices.mode,
        choices.crs,
        Path(filename).stem,
        extract=streets.is_extract(Path(filename)),
        columns=chosen,
        mender=offered.mend,
        seen=choices.crs is not None,
    )
    found.columns = chosen
    try:
        streets.check_layer(choices.layer, Path(filename))
        tell(0.15, "换算坐标")
        if choices.layer == "streets" and table.geometry is not None:
            join_streets(table)
        placed = place(asked, table)
        tell(0.3, "检查图形与编码")
        done = make_ready(asked, table, placed, existing)
    except Rejected as refused:
        found.faults = refused.faults
        return found, number
    _take_over(found, choices, table, placed, done, existing)
    found.repairs = offered.told(folder)
    if not any(one.is_error for one in found.faults):
        tell(0.75, "保存检查通过的数据")
        frames.keep(folder, "prepared", done.layers)
    return found, number


def _take_over(
    found: Checked, choices: Choices, table: RawTable, placed: Placed, done: Prepared, existing: Existing
) -> None:
    """Note in `found` what was made ready."""
    found.faults, found.crs = done.faults, placed.source.label if placed.source else ""
    found.rows = len(done.rows)
    found.inserted, found.updated, found.removed = done.inserted, done.updated, done.removed
    if placed.shapes is not None:
        found.places = places_of(table.rows, placed.shapes)
    if done.incoming is None:
        return
    changes = _changes(choices.layer, done.incoming, existing)
    if placed.shapes is not None:
        found.unchanged = int((changes == "unchanged").sum())
        found.updated -= found.unchanged
    shown = [name for name in schema.columns(choices.layer) if name != "geometry"]
    found.preview = {
        "columns": [{"name": name, "title": layer_fields.label(choices.layer, name)} for name in shown],
        "rows": [
            {"row": row, "values": values, "change": change}
            for row, values, change in zip(
                done.rows[:PREVIEW_ROWS],
                plain_rows(done.incoming.reindex(columns=shown).head(PREVIEW_ROWS)),
                changes[:PREVIEW_ROWS].tolist(),
                strict=True,
            )
        ],
    }


def _changes(layer: str, incoming: gpd.GeoDataFrame, existing: Existing) -> np.ndarray:
    """Return for each row whether it is inserted, updated or unchanged."""
    there, code = existing.layers[layer], schema.code_column(layer)
    if code not in incoming:
        return np.full(len(incoming), "inserted", dtype=object)
    result = np.where(incoming[code].isin(there[code]), "updated", "inserted").astype(object)
    both = np.flatnonzero(result == "updated")
    if len(both) == 0:
        return result
    old = there.drop_duplicates(code).set_index(code).reindex(incoming[code].iloc[both])
    same = shapely.equals_exact(incoming.geometry.values[both], old.geometry.values, TREMBLING_DEG)
    for name in schema.columns(layer):
        if name in (code, "geometry") or name not in incoming:
            continue
        mine, theirs = incoming[name].iloc[both].astype(object), old[name].astype(object)
        mine, theirs = mine.where(mine.notna(), ""), theirs.where(theirs.notna(), "")
        same &= mine.to_numpy() == theirs.to_numpy()
    result[both[same]] = "unchanged"
    return result


def _beside(store: Store, choices: Choices, table: RawTable, tell: Tell):
    """Check posts or incidents, which have no shapes of their own."""
    with store.read() as conn:
        known, number = tables.read_known(conn, choices.layer), revision(conn)
    tell(0.3, "检查各行")
    done = tables.prepare(choices.layer, table, known, choices.mode, choices.columns, choices.crs)
    found = Checked(len(done.frame), done.inserted, done.updated, done.removed, done.unchanged)
    found.updated -= done.unchanged
    found.faults, found.columns = done.faults, done.columns
    names = [one.name for one in tables.FIELDS[choices.layer]]
    first = done.frame.head(PREVIEW_ROWS)
    found.preview = {
        "columns": [{"name": name, "title": layer_fields.label(choices.layer, name)} for name in names],
        "rows": [
            {"row": int(row), "values": values, "change": ""}
            for row, values in zip(first.index, plain_rows(first[names]), strict=True)
        ],
    }
    return found, number


def _plain_values(values: pd.Series) -> list:
    return [None if pd.isna(value) else value for value in values.tolist()]


def plain_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Return rows as lists of texts, numbers and yes or no; None where nothing is known."""
    columns = [_plain_values(frame[name]) for name in frame.columns]
    shown = [
        [value if isinstance(value, bool | int | float) else _text(value) for value in one] for one in columns
    ]
    return [list(row) for row in zip(*shown, strict=True)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:200]


def places_of(rows: list[int], shapes: np.ndarray) -> dict[int, tuple[float, float]]:
    """Return a point in lon/lat for each row that has a shape."""
    points = shapely.centroid(shapes)
    xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    known = np.isfinite(xy).all(axis=1)
    return {
        row: (round(x, 7), round(y, 7))
        for row, (x, y), ok in zip(rows, xy.tolist(), known, strict=True)
        if ok
    }
