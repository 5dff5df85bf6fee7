"""Keeps layers in a file until a job writes them: plain JSON with shapes as WKB, which can run nothing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely

from gis_app.exchange.writers.model import About, Layer, plain


def keep(layers: Sequence[Layer], about: About, path: Path) -> None:
    """Write layers and what is said of them."""
    told = asdict(about) | {"facts": dict(about.facts), "notes": list(about.notes)}
    body = {"about": told, "layers": [_kept(layer) for layer in layers]}
    path.write_bytes(orjson.dumps(body, default=str))


def read(path: Path) -> tuple[list[Layer], About]:
    """Return what `keep` wrote."""
    body = orjson.loads(path.read_bytes())
    return [_layer(one) for one in body["layers"]], About(**body["about"])


def _kept(layer: Layer) -> dict[str, Any]:
    columns = [[name, _kind(layer.frame[name]), plain(layer.frame[name])] for name in layer.frame.columns]
    shapes = None
    if layer.shapes is not None:
        shapes = [None if wkb is None else b64encode(wkb).decode() for wkb in shapely.to_wkb(layer.shapes)]
    names = {name: getattr(layer, name) for name in ("name", "title", "label")}
    return names | {"titles": dict(layer.titles), "columns": columns, "shapes": shapes}


def _kind(values: pd.Series) -> str:
    for kind in ("bool", "int64", "float64"):
        if values.dtype == kind:
            return kind
    return "object"


def _layer(one: dict[str, Any]) -> Layer:
    frame = pd.DataFrame({name: pd.Series(values, dtype=kind) for name, kind, values in one["columns"]})
    shapes = one["shapes"]
    if shapes is not None:
        wkb = np.array([None if text is None else b64decode(text) for text in shapes], dtype=object)
        shapes = shapely.from_wkb(wkb)
    return Layer(one["name"], one["title"], frame, one["titles"], shapes, one["label"])
