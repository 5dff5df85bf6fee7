"""Tells whether the map shows made data: the page says so (示范数据) for as long as any of it is there.

The store does not remember where a layer came from, so its codes and its extent are compared with the
files whose catalogue calls them synthetic. A layer that somebody has imported in its place differs in
either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from gis_app.layers.schema import code_column
from gis_app.web.current import Snapshot

COMPARED = ("grids", "stations", "blocks")
CATALOGUE = "catalogue.json"


def is_synthetic(found: Snapshot, folder: Path) -> bool:
    """Tell whether any of the compared layers is the made one of the folder, looked up once per snapshot."""
    return found.memo(("synthetic", str(folder)), lambda: any(_made(found, folder)))


def _made(found: Snapshot, folder: Path) -> list[bool]:
    try:
        catalogue = orjson.loads((folder / CATALOGUE).read_bytes())
        made = {one["name"]: one["file"] for one in catalogue["layers"] if one["synthetic"]}
        return [_same(found, name, folder / made[name]) for name in COMPARED if name in made]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _same(found: Snapshot, name: str, file: Path) -> bool:
    frame = found.atlas.layer(name)
    features: list[dict[str, Any]] = orjson.loads(file.read_bytes())["features"]
    code = code_column(name)
    if not len(frame) or len(frame) != len(features):
        return False
    if set(frame[code]) != {feature["properties"][code] for feature in features}:
        return False
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    return bool(np.allclose(shapely.total_bounds(shapes), frame.total_bounds, atol=1e-6))
