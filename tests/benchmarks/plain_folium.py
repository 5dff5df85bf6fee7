"""What plain folium costs: the same grids embedded in the page, beside the same grids fetched by address."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass

import folium
import numpy as np

from tests.benchmarks import static_pages

POINTS_PER_SIDE = 10


@dataclass(frozen=True)
class Page:
    """One way to bring polygons to the browser, and what it costs."""

    grids: int
    way: str
    server_s: float
    html_kb: float
    compressed_kb: float
    data_kb: float
    files: dict[str, tuple[str, str | bytes]]
    """What a static server needs to show it in a browser."""


def shared_edge_grids(count: int, seed: int = 20240429) -> dict:
    """Return about `count` polygons with shared wavy edges and seven Chinese attributes, as GeoJSON."""
    columns = max(1, round(np.sqrt(count)))
    rows = int(np.ceil(count / columns))
    shape = (rows * POINTS_PER_SIDE + 1, columns * POINTS_PER_SIDE + 1)
    noise = np.random.default_rng(seed).normal(0, 0.15, (2, *shape))
    y, x = np.mgrid[: shape[0], : shape[1]]
    lattice = np.stack([114.3 + (x + noise[0]) * 4e-4, 34.3 + (y + noise[1]) * 4e-4], axis=-1).round(7)
    features = []
    for number in range(count):
        row, column = divmod(number, columns)
        block = lattice[
            row * POINTS_PER_SIDE : (row + 1) * POINTS_PER_SIDE + 1,
            column * POINTS_PER_SIDE : (column + 1) * POINTS_PER_SIDE + 1,
        ]
        ring = np.concatenate([block[0], block[1:, -1], block[-1, -2::-1], block[-2::-1, 0]])
        features.append(
            {
                "type": "Feature",
                "id": f"{410222001000000 + number}",
                "properties": {
                    "grid_code": f"{410222001000000 + number}",
                    "name": f"示范社区第{number}网格",
                    "community": "示范社区",
                    "households": 300 + number % 200,
                    "covered": number % 300,
                    "holder": "网格员",
                    "note": "示范数据",
                },
                "geometry": {"type": "Polygon", "coordinates": [ring.tolist()]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def embedded(grids: dict) -> Page:
    """Build and render the page as folium's documentation shows it: the data inside, a style per feature."""
    started = time.perf_counter()
    page = folium.Map([34.48, 114.467], zoom_start=12, tiles=None, prefer_canvas=True)
    page.default_js, page.default_css = [("leaflet", "/leaflet.js")], [("leaflet_css", "/leaflet.css")]
    folium.GeoJson(
        grids, style_function=lambda feature: {"fillOpacity": feature["properties"]["covered"] / 300}
    ).add_to(page)
    html = page.get_root().render().encode()
    seconds = time.perf_counter() - started
    files = {"/": ("text/html", static_pages.folium_page(html.decode()))}
    return Page(len(grids["features"]), "embedded by folium", seconds, *_sizes(html), 0.0, files)


def by_address(grids: dict) -> Page:
    """Compose the shell as the service does, without data; the grids are bytes made once."""
    from gis_app.maps.shell import compose_shell
    from gis_app.settings import Settings

    settings, data = Settings(), json.dumps(grids, ensure_ascii=False).encode()
    started = time.perf_counter()
    shell = compose_shell(settings, (114.3, 34.3, 114.6, 34.6), "zh")
    seconds = time.perf_counter() - started
    html = (shell.header_html + shell.body_html + shell.script_js).encode()
    files = {"/": ("text/html", static_pages.BARE), "/data.geojson": ("application/geo+json", data)}
    return Page(len(grids["features"]), "shell + address", seconds, *_sizes(html), _sizes(data)[1], files)


def _sizes(content: bytes) -> tuple[float, float]:
    return len(content) / 1000, len(gzip.compress(content, 6)) / 1000


def table(counts: tuple[int, ...] = (89, 1000, 10_000)) -> list[Page]:
    """Return both ways for each number of grids."""
    collections = [shared_edge_grids(count) for count in counts]
    plain = [embedded(grids) for grids in collections]  # all before gis_app.maps touches folium
    ours = [by_address(grids) for grids in collections]
    return [page for pair in zip(plain, ours, strict=True) for page in pair]
