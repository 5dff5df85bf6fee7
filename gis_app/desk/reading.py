"""The first long step: read every table of an upload in the child, describe it, and guess what it is.

What is guessed is kept as a proposal; nothing is chosen here for anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis_app.desk import guessing_text as text
from gis_app.desk.finding import FAULTS
from gis_app.desk.folder import Folder
from gis_app.desk.guessing import guess
from gis_app.desk.guessing_systems import stated
from gis_app.errors import Fault, Rejected
from gis_app.exchange import formats, sandbox
from gis_app.exchange.context import Existing
from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import RawTable
from gis_app.storage.engine import Store
from gis_app.storage.layers import read_layers

READ, GUESS = "read.json", "guess.json"
SAMPLES, SAMPLE_LETTERS = 3, 60
NOTHING_IN_IT = "empty_layer_file"  # of no interest where another part of the file has something
KINDS = {2: "polygon", 1: "line", 0: "point"}
Tell = Callable[[float, str], None]


def read(store: Store, folder: Folder, filename: str, limits: Limits, tell: Tell) -> None:
    """Read the upload and keep its tables, their description and the guess.

    Raises Rejected with every reason where nothing can be read.
    """
    tell(0.05, "在隔离的进程中读取文件")
    path = folder.upload()
    folder.forget("tables/*", "guess-*.json", READ, GUESS, FAULTS)
    found = sandbox.read_tables(path, limits)
    refused = [one for _, table in found if not table.rows for one in table.faults]
    tables = [(name, table) for name, table in found if table.rows]
    if not tables:
        raise Rejected(refused)
    faults = [one for one in refused if one.message_code != NOTHING_IN_IT]
    tell(0.6, "识别图层、列和坐标系")
    notes, tables = _mended(tables)
    for at, (_, table) in enumerate(tables):
        folder.write_table(f"tables/{at}", table)
    with store.read() as conn:
        existing = Existing(read_layers(conn))
    guessed = guess(tables, existing, filename)
    described = {
        "tables": [_described(name, table) for name, table in tables],
        "encoding": next((table.encoding for _, table in tables if table.encoding), None),
        "format": _format(filename),
        "notes": notes,
        "faults": [asdict(one) for one in faults],
    }
    folder.write_json(GUESS, _believed(guessed.as_json(), tables, existing))
    folder.write_json(READ, described)


def guess_for(
    store: Store, folder: Folder, filename: str, read: Mapping[str, Any], at: int, layer: str
) -> dict[str, Any]:
    """Return the guess for a table as a layer that a person chose; kept, since it is asked for again."""
    name = f"guess-{at}-{layer}.json"
    found = folder.read_json(name)
    if found is None:
        tables = [(read["tables"][at]["name"], folder.read_table(f"tables/{at}"))]
        with store.read() as conn:
            existing = Existing(read_layers(conn))
        guessed = guess(tables, existing, filename, 0, layer)
        found = _believed(guessed.as_json(), tables, existing) | {"table": at}
        folder.write_json(name, found)
    return found


def _believed(
    guessed: dict[str, Any], tables: list[tuple[str, RawTable]], existing: Existing
) -> dict[str, Any]:
    """Believe a file's own statement of its system where there is nothing yet to compare with."""
    crs, at = guessed["crs"], guessed["table"]
    told = stated(tables[at][1].crs) if at is not None else None
    likeliest = crs["candidates"][0] if crs["candidates"] else None
    if existing.empty and crs["code"] is None and told and likeliest and likeliest["code"] == told[0]:
        guessed["crs"] = crs | {"code": told[0], "why": likeliest["why"]}
    return guessed


def _mended(tables: list[tuple[str, RawTable]]) -> tuple[list[str], list[tuple[str, RawTable]]]:
    """Give text that was read in the wrong encoding its meaning, and say so."""
    notes, result = [], []
    for name, table in tables:
        garbling = text.notice(table)
        if garbling:
            notes.append(f"{garbling.words}，已按此读取")
        result.append((name, text.mended(table, garbling) if garbling else table))
    return list(dict.fromkeys(notes)), result


def _described(name: str, table: RawTable) -> dict[str, Any]:
    return {
        "name": name,
        "rows": len(table.rows),
        "geometry": _geometry(table.geometry),
        "crs": (table.crs or "")[:60] or None,
        "columns": [_column(name, values) for name, values in table.columns.items()],
    }


def _geometry(shapes: np.ndarray | None) -> str:
    if shapes is None:
        return "none"
    dimensions = shapely.get_dimensions(shapes)
    dimensions = dimensions[dimensions >= 0]
    return KINDS[int(np.bincount(dimensions).argmax())] if len(dimensions) else "none"


def _column(name: str, values: list) -> dict[str, Any]:
    there = [value for value in values if value is not None]
    numbers = bool(there) and all(isinstance(value, int | float) for value in there[:500])
    kind = "number" if numbers else "text" if there else "empty"
    samples = [str(value)[:SAMPLE_LETTERS] for value in dict.fromkeys(map(str, there[:200]))]
    return {"name": name, "kind": kind, "sample": samples[:SAMPLES]}


def _format(filename: str) -> str:
    return formats.TITLES.get(formats.kind_of_name(Path(filename)) or "", "")


def faults_of(described: dict | None) -> list[Fault]:
    """Return the faults of tables that could not be read."""
    return [Fault(**one) for one in (described or {}).get("faults", [])]
