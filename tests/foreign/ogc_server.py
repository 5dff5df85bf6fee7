"""A running data service for programs that nobody here wrote: 10,000 buildings, a key, the real server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gis_app import clock
from gis_app.storage import api_keys
from gis_app.storage.engine import open_store
from tests.factory import box, layer, toy_layers
from tests.serving import serve
from tests.web.county import make_instance

KEY = "a-key-for-foreign-programs"
BUILDINGS = 10_000


def many_buildings():
    """Return buildings of 4 m × 4 m, side by side over the toy county."""
    places = np.array([(8 * column, 8 * row) for row in range(100) for column in range(100)])
    data = {"building_code": [f"H{number:05d}" for number in range(BUILDINGS)], "households": 1}
    data["floors"] = [number % 7 + 1 for number in range(BUILDINGS)]
    return layer("buildings", data, [box(x, y, x + 4, y + 4) for x, y in places])


@contextlib.contextmanager
def data_service(folder: Path) -> Iterator[str]:
    """Serve the toy county with many buildings; yield the address of the landing page."""
    instance = folder / "instance"
    settings = make_instance(instance, shapes=toy_layers() | {"buildings": many_buildings()})
    store = open_store(settings.database_url)
    with store.write() as conn:
        reader = api_keys.DataReader("planner")
        api_keys.insert_api_key(conn, KEY, "测试软件", "", 6000, clock.now(), "administrator", reader)
    store.dispose()
    with serve(instance, GIS_GEODATA_DIR=str(folder / "none")) as server:
        yield f"{server.url}/ogc"
