"""Places by address: the code of something on the map, or a text that names it; nobody else is asked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis_app.layers.schema import code_column
from gis_app.web.current import Snapshot

LAYERS = ("stations", "buildings", "blocks", "grids", "communities")
SHORTEST = 2


def find_address(found: Snapshot, address_id: str, address: str) -> tuple[float, float] | None:
    """Return longitude and latitude of the thing with this code, else of the longest name in the address."""
    codes, names = found.memo("open311-addresses", lambda: _places(found))
    if address_id:
        return codes.get(address_id)
    within = (name for name in names if name in address)
    best = max(within, key=len, default="")
    return names.get(best)


def _places(found: Snapshot) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Return the places by code and by name; a name that several places have is none."""
    codes: dict[str, tuple[float, float]] = {}
    named: dict[str, list[tuple[float, float]]] = {}
    for layer in LAYERS:
        frame = found.atlas.layer(layer)
        if not len(frame):
            continue
        places = [tuple(point) for point in _points(frame).tolist()]
        codes |= dict(zip(frame[code_column(layer)], places, strict=True))
        if "name" in frame:
            for name, place in zip(frame["name"], places, strict=True):
                if isinstance(name, str) and len(name) >= SHORTEST:
                    named.setdefault(name, []).append(place)
    return codes, {name: places[0] for name, places in named.items() if len(places) == 1}


def _points(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.round(shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy())), 7)
