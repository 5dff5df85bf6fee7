"""The features of a file as the map shows them: under the chosen coordinate system, beside today's layer.

Simplified where they are many; nothing is measured or written from what is made here.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

import numpy as np
import shapely

from gis_app.desk.choosing import Choices
from gis_app.desk.finding import BY_ROW
from gis_app.desk.folder import Folder
from gis_app.errors import Rejected
from gis_app.exchange.columns import COORDINATES
from gis_app.exchange.coordinates import points_of
from gis_app.exchange.crs import declared_source, place
from gis_app.exchange.raw import RawTable

MOST, MOST_POINTS = 20_000, 400_000
DIGITS = 1e-6
COARSEST = 1e-3  # degrees


class Shapes(NamedTuple):
    """GeoJSON with its ETag."""

    etag: str
    body: bytes


def shapes_of(folder: Folder, choices: Choices, checked: bool, version: int) -> Shapes:
    """Return the features of a table under a system; none where they cannot be there at all."""
    asked = json.dumps(
        [version if checked else 0, choices.table, choices.crs, sorted(choices.columns.items())]
    )
    etag = hashlib.sha256(asked.encode()).hexdigest()[:20]
    table = folder.read_table(f"tables/{choices.table}")
    faults = (folder.read_json(BY_ROW) or {}) if checked else {}
    placed = _placed(table, choices)
    kept = np.flatnonzero(~shapely.is_missing(placed) & ~shapely.is_empty(placed)) if len(placed) else []
    kept = [at for at in kept if np.isfinite(shapely.bounds(placed[at])).all()]
    shown = np.array(kept[:MOST], dtype=int)
    texts = shapely.to_geojson(_simple(placed[shown])) if len(shown) else []
    features = (
        f'{{"type":"Feature","geometry":{text},"properties":'
        f'{{"row":{table.rows[at]},"faults":{int(faults.get(str(table.rows[at]), 0))}}}}}'
        for text, at in zip(texts, shown, strict=True)
    )
    head = f'{{"type":"FeatureCollection","total":{len(kept)},"shown":{len(shown)},"features":['
    return Shapes(etag, (head + ",".join(features) + "]}").encode())


def _placed(table: RawTable, choices: Choices) -> np.ndarray:
    """Return a table's shapes in lon/lat, empty where they cannot be placed."""
    nothing = np.empty(0, dtype=object)
    try:
        assumed = False
        if table.table:
            chosen = {
                name: column
                for name, column in choices.columns.items()
                if column in table.columns and name in COORDINATES
            }
            declared = declared_source(choices.crs) if choices.crs else None
            points = points_of(table, declared.crs if declared else None, chosen or None)
            table.geometry, assumed = points.shapes, points.named_lonlat
        found = place(table.geometry, table.rows, table.crs, choices.crs, assumed, overrule=True).shapes
    except Rejected:
        return nothing
    return nothing if found is None else found


def _simple(shapes: np.ndarray) -> np.ndarray:
    """Return shapes light enough for a map, at six decimals."""
    tolerance = DIGITS
    while shapely.get_num_coordinates(shapes).sum() > MOST_POINTS and tolerance < COARSEST:
        shapes, tolerance = shapely.simplify(shapes, tolerance, preserve_topology=False), tolerance * 4
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, 7))
    return np.where(shapely.is_empty(rounded), shapes, rounded)


def nothing_chosen(read: dict[str, Any], guess: dict[str, Any] | None) -> Choices:
    """Return what is shown before anybody chose: the guess."""
    guess = guess or {}
    columns = {name: one.get("column") for name, one in (guess.get("columns") or {}).items()}
    table = guess.get("table") if isinstance(guess.get("table"), int) else 0
    table = table if table < len(read["tables"]) else 0
    return Choices(table, guess.get("layer") or "", "", columns, (guess.get("crs") or {}).get("code"))
