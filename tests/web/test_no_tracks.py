"""Where a worker stands is nowhere afterwards, but on what they chose to report: not in store, logs, trail.

A session asks everything that takes a position, with coordinates that occur nowhere else; then every table
and every file of the instance is searched, and all that was logged, for their digits and their numbers.
"""

from __future__ import annotations

import io
import logging
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import MetaData, select

from gis_app import clock
from gis_app.geo.crs import gcj02_to_wgs84, wgs84_to_bd09
from gis_app.web.logs import JsonLine
from gis_app.web.services import KEY
from tests.factory import GRIDS, lonlat
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import clients, report

METRES = [(123.4567, 611.7654), (131.3131, 599.8989), (302.7171, 455.6161), (93.1919, 703.4545)]
STEPS = 1e-4  # of a degree, some ten metres: what would still tell where somebody was


@pytest.fixture
def logged():
    """Return a function that gives all that any logger has written, in our form and in the common one."""
    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    handlers[0].setFormatter(JsonLine())
    loggers = [logging.getLogger(name) for name in ("gis_app", "werkzeug", "gunicorn", "")]
    for logger in loggers:
        for handler in handlers:
            logger.addHandler(handler)
    yield stream.getvalue
    for logger in loggers:
        for handler in handlers:
            logger.removeHandler(handler)


def positions() -> np.ndarray:
    """Return the places (n, 2) where the worker goes, in degrees."""
    return lonlat(METRES)


def walk_about(client) -> int:
    """Ask everything that takes a position, right and wrong, and return how many answers there were."""
    asked = 0
    for lon, lat in positions().tolist():
        here = {"lon": lon, "lat": lat, "accuracy_m": 12}
        shifted = wgs84_to_bd09(np.array([[lon, lat]]))[0].tolist()
        for address, body in (
            ("/field/here", here),
            ("/field/here", {"lon": shifted[0], "lat": shifted[1], "crs": "bd09"}),
            ("/field/here", here | {"crs": "mars"}),
            ("/field/here", here | {"lat": str(lat)}),
            ("/field/nearest", here | {"count": 3, "open_only": False}),
            ("/field/nearest", here | {"lon": lon + 40}),
            ("/incidents/placing.json", here),
            ("/incidents/duplicates.json", here | {"class_code": "C1"}),
            ("/api/v1/incidents/placing", here),
            ("/api/v1/incidents/duplicates", here | {"class_code": "C1"}),
        ):
            client.post(address, json=body, headers=FROM_OUR_PAGE)
            asked += 1
        by_distance = {"tab": "all", "order": "distance", "near": f"{lon:.6f},{lat:.6f}"}
        page = client.post("/incidents", data=by_distance, headers=FROM_OUR_PAGE)
        assert page.status_code == 200 and "按距离" in page.text
        client.get("/field/pack.json")
        client.get("/field/tasks.json")
        today = clock.now().date().isoformat()
        told = {"done": 1, "total": 9}
        assert (
            client.put(f"/field/patrols/{GRIDS[0]}/{today}", json=told, headers=FROM_OUR_PAGE).status_code
            == 200
        )
    return asked


def digits(value: float) -> str:
    """Return the digits of a coordinate to some ten metres, as any text would begin."""
    return f"{int(value * 10_000) / 10_000:.4f}"


def found_in(text: str, places: np.ndarray) -> list[str]:
    """Return those coordinates that a text holds, longitude and latitude alike."""
    return [digits(value) for value in places.ravel() if digits(value) in text]


def numbers_near(cell: object, places: np.ndarray) -> bool:
    """Tell whether a cell is, or holds as bytes or text, a coordinate of one of the places."""
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, int | float):
        return bool((np.abs(places - float(cell)) < STEPS).any())
    if isinstance(cell, bytes):
        return any(struct.pack("<d", value) in cell for value in places.ravel()) or bool(
            found_in(cell.decode("latin-1"), places)
        )
    return bool(found_in(str(cell), places))


def rows_with(app, places: np.ndarray) -> dict[str, int]:
    """Return how many rows of each table hold a coordinate of the places."""
    store, tables = app.extensions[KEY].store, MetaData()
    found = {}
    with store.read() as conn:
        tables.reflect(conn)
        for name, table in tables.tables.items():
            rows = conn.execute(select(table)).all()
            hits = sum(any(numbers_near(cell, places) for cell in row) for row in rows)
            if hits and not name.startswith("spatial"):
                found[name] = hits
    return found


def files_with(folder: Path, places: np.ndarray) -> list[str]:
    """Return the files of the instance that hold the digits of a coordinate."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and found_in(path.read_bytes().decode("latin-1"), places)
    ]


def test_no_position_of_a_worker_is_kept_anywhere(own_app, tmp_path, logged):
    app = own_app()
    worker, places = clients(app)("grid_worker"), positions()
    before = rows_with(app, places)
    assert walk_about(worker) == 10 * len(METRES)
    # street corners and stations may stand near; nothing may have been added
    assert rows_with(app, places) == before
    assert files_with(tmp_path / "instance", places) == []
    text = logged()
    assert "/field/here" in text and "/field/nearest" in text  # it was logged that it was asked
    assert found_in(text, places) == []
    assert not re.search(r"\b\d{2,3}\.\d{4,}", re.sub(r'"ms": ?[\d.]+|\'ms\': [\d.]+', "", text))


def test_the_search_finds_a_position_where_there_is_one(own_app, tmp_path, logged):
    app = own_app()
    worker, places = clients(app)("grid_worker"), positions()[:1]
    before = rows_with(app, places)
    lon, lat = (float(value) for value in places[0])
    code = report(worker, lon=lon, lat=lat).json["incident_code"]
    after = rows_with(app, places)
    # only the incident itself: neither its history nor the audit trail nor a log repeats the place
    assert {name for name in after if after[name] != before.get(name, 0)} == {"incidents"}, code
    assert found_in(logged(), places) == []
    assert numbers_near(f"POINT({lon} {lat})", places) and numbers_near(struct.pack("<d", lon), places)


def test_offset_positions_are_not_kept_either(own_app, logged):
    app = own_app()
    worker, places = clients(app)("grid_worker"), positions()[:1]
    lon, lat = places[0].tolist()
    body = {"lon": lon, "lat": lat, "crs": "gcj02"}
    worker.post("/field/here", json=body, headers=FROM_OUR_PAGE)
    true = gcj02_to_wgs84(places)
    assert found_in(logged(), true) == [] and found_in(logged(), places) == []
