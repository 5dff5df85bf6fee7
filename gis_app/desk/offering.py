"""Repairs during a check: those that were chosen are done, all are listed, and their pictures are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np

from gis_app.desk.folder import Folder
from gis_app.desk.repairs import Repair, repair
from gis_app.desk.repairs_pictures import picture
from gis_app.errors import NotFound
from gis_app.exchange.context import Existing
from gis_app.exchange.raw import RawTable

SHAPES = "repairs/shapes"


class Offering:
    """The repairs of one layer that is being checked; `keys` are those a person has chosen."""

    def __init__(self, layer: str, existing: Existing, keys: Sequence[str]) -> None:
        self.layer, self.existing, self.keys = layer, existing, keys
        self.repairs: list[Repair] = []

    def mend(self, frame: gpd.GeoDataFrame, rows: Sequence[int]) -> gpd.GeoDataFrame:
        """Return the layer with the chosen repairs done."""
        found = repair(self.layer, frame, self.existing, self.keys, rows)
        self.repairs = found.repairs
        return found.frame

    def told(self, folder: Folder) -> list[dict[str, Any]]:
        """Keep what the pictures need and return the repairs as they are listed."""
        told = [one.as_json() for one in self.repairs]
        if told:
            folder.write_table(SHAPES, _shapes(self.repairs))
        return told


def _shapes(repairs: list[Repair]) -> RawTable:
    columns: dict[str, list] = {"key": [], "row": []}
    for role in ("before", "after"):
        for one in repairs:
            columns["key"] += [f"{role}:{one.key}"] * len(one.rows)
            columns["row"] += list(one.rows)
    shapes = [getattr(one, role) for role in ("before", "after") for one in repairs]
    return RawTable(columns, list(range(1, len(columns["key"]) + 1)), np.concatenate(shapes))


def picture_of(folder: Folder, offered: list[dict[str, Any]], key: str, at: int) -> dict[str, Any]:
    """Return one place of a listed repair before and after; raises NotFound for a key that is not listed."""
    one = next((one for one in offered if one["key"] == key), None)
    if one is None:
        raise NotFound("unknown_repair", "没有这项修复，请刷新后再看", {"key": key[:60]})
    table = folder.read_table(SHAPES)
    keys = np.array(table.columns["key"], dtype=object)
    before, after = (table.geometry[keys == f"{role}:{key}"] for role in ("before", "after"))
    return picture(one["title"], one["rows"], before, after, at)
