"""What tests of the field page share: the county behind the server, an opened page, the server's answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from gis_app.geo.crs import LONLAT, project
from gis_app.layers.atlas import Atlas
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layers, revision
from tests.browser.conftest import PHONE
from tests.conftest import settings_of
from tests.serving import Server

HERE = (114.467, 34.480)
READY = "html[data-ready]"
PLACE = "async () => (await import('/static/js/field/position.js')).position()"
SPOT = {"longitude": HERE[0], "latitude": HERE[1], "accuracy": 12}


@pytest.fixture(scope="module")
def atlas(live_server: Server) -> Atlas:
    """Return the county behind the running server."""
    with open_store(settings_of(Path(live_server.instance_dir)).database_url).read() as conn:
        return Atlas.build(read_layers(conn), revision(conn))


@pytest.fixture
def field(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens the field page as the grid worker, at a position of some accuracy."""

    def open_field(
        at: tuple[float, float] | None = HERE, accuracy: float = 12, fragment: str = "", **options
    ) -> Page:
        if at:
            spot = {"longitude": at[0], "latitude": at[1], "accuracy": accuracy}
            options |= {"permissions": ["geolocation"], "geolocation": spot}
        page = new_page("grid_worker", PHONE, **options)
        page.goto(f"/field{fragment}")
        page.wait_for_selector(READY)
        return page

    return open_field


def nearest_of_server(page: Page, at: tuple[float, float], **wanted) -> list[dict]:
    """Ask the server for the nearest stations, as the page would where its pack does not reach."""
    body = {"lon": at[0], "lat": at[1], "count": 10, **wanted}
    return page.evaluate(
        """async (body) => (await (await fetch("/field/nearest", { method: "POST", body: JSON.stringify(body),
          headers: { "Content-Type": "application/json" } })).json()).stations""",
        body,
    )


def metres_between(atlas: Atlas, one: tuple[float, float], other: tuple[float, float]) -> float:
    points = project(np.array([one, other]), LONLAT, atlas.metric_crs)
    return float(np.hypot(*(points[0] - points[1])))
