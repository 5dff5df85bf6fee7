"""Finds areas and stations by name or code: what begins with the words first, then what holds them."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, Response

from gis_app.layers.codes import LAYER_OF_LEVEL, LENGTHS
from gis_app.layers.schema import code_column
from gis_app.web import geojson
from gis_app.web.access import requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.params import Params
from gis_app.web.places import place_box
from gis_app.web.table_rows import all_names

rooms = Blueprint("search", __name__)
MOST = 20
KINDS = ("community", "grid", "subdistrict", "station")


@rooms.get("/search.json")
@requires("map:search:read")
def search() -> Response:
    """Say up to 20 places for what was typed, the best first."""
    query = folded(Params("q").text("q"))
    found = snapshot()
    return respond((found.tag, query), lambda: geojson.dumps(find(found, query)), "application/json")


def folded(text: str) -> str:
    """Return the text as it is compared: one width, no case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def find(found: Snapshot, query: str) -> list[dict[str, Any]]:
    """Return places as {kind, code, name, label, lon, lat, bounds}; none for an empty query."""
    if not query:
        return []
    index = found.memo("search", lambda: _index(found))
    rank = pd.Series(np.inf, index=index.index)
    # Lower is better: the whole name, its beginning, anywhere in it; codes likewise, a little later.
    for column, weight in (("name_key", 0.0), ("short_key", 0.2), ("code_key", 0.5), ("label_key", 3.0)):
        keys = index[column]
        hits = keys.str.contains(query, regex=False)
        score = np.where(keys == query, 0.0, np.where(keys.str.startswith(query), 1.0, 2.0)) + weight
        rank = np.minimum(rank, np.where(hits, score, np.inf))
    found_ones = index.assign(rank=rank)[np.isfinite(rank)]
    best = found_ones.sort_values(["rank", "order", "code"], kind="stable").head(MOST)
    places = best[["kind", "code", "name", "label"]].to_dict("records")
    return [{**place, **place_box(shape)} for place, shape in zip(places, best["geometry"], strict=True)]


def _index(found: Snapshot) -> pd.DataFrame:
    """Return one row per place with everything it may be called by, folded."""
    names = all_names(found)
    parts = []
    for order, kind in enumerate(KINDS):
        layer = "stations" if kind == "station" else LAYER_OF_LEVEL[kind]
        frame = found.atlas.layer(layer)
        code, name = frame[code_column(layer)].astype(str), frame["name"].fillna("").astype(str)
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "order": order,
                    "code": code,
                    "name": name,
                    "label": _label(kind, frame, code, name, names),
                    "short": _short(kind, code, names),
                    "geometry": frame.geometry.to_numpy(),
                }
            )
        )
    index = pd.concat(parts, ignore_index=True)
    for column in ("name", "code", "label", "short"):
        index[f"{column}_key"] = index[column].map(folded)
    return index


def _label(kind: str, frame: pd.DataFrame, code: pd.Series, name: pd.Series, names: dict) -> pd.Series:
    """Return the name with what tells it from others: a grid's short code, a station's address."""
    if kind == "grid":
        return name + " · " + _short(kind, code, names)
    if kind == "station":
        address = frame["address"].fillna("").astype(str)
        return name.where(address == "", name + " · " + address)
    return name


def _short(kind: str, code: pd.Series, names: dict) -> pd.Series:
    """Return a grid's short code: its community's name and the last three digits."""
    if kind != "grid":
        return pd.Series("", index=code.index)
    community = code.str[: LENGTHS["community"]].map(names).fillna("").astype(str)
    return community + code.str[-3:]
