"""Sheets for the tests of maps on paper: the toy county, a county of many grids, and names nobody wants."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas
from gis_app.paper.county import Order, classed, size_for
from tests.factory import METRIC, ORIGIN, box, layer, toy_layers

HOSTILE = (
    "{{ 7*7 }} {% x %}",
    "<script>alert(1)</script>",
    '#panic("x") $x^2$ *粗* _斜_ @ref <label> `code` \\u{1F600}',
    "\"引号\" 'single' & &amp; ]]> <!-- --> \x00\x1b\u202e",
)


def order(atlas: Atlas, level: str = "grid", values=None, paper: str = "A3", **more) -> Order:
    """Return an order of made values for every area of a level."""
    codes = atlas.level(level)[CODE_OF_LEVEL[level]]
    values = np.linspace(0, 100, len(codes)) if values is None else values
    language = more.get("language", "zh")
    rows, legend = classed(codes, values, "步行可达", "%", "沿路网步行。", language=language)
    told = {"title": "示例县 覆盖图", "date": "2024-05-01", "size_mm": size_for(atlas, paper)} | more
    return Order(level=level, rows=rows, legend=legend, **told)


def renamed(names) -> Atlas:
    """Return the toy county whose county, communities and stations bear these names in turn."""
    layers = toy_layers()
    for name in ("county", "communities", "grids", "stations"):
        frame = layers[name].copy()
        frame["name"] = [names[i % len(names)] for i in range(len(frame))]
        layers[name] = frame
    return Atlas.build(layers)


def many_grids(across: int, down: int) -> Atlas:
    """Return a county of one community per 900 grids, each grid 200 m wide, with nothing else in it."""
    cells = [(x, y) for y in range(down) for x in range(across)]
    codes = [f"410222001{1 + n // 900:03d}{1 + n % 900:03d}" for n in range(len(cells))]
    shapes = [box(x * 200, y * 200, x * 200 + 200, y * 200 + 200) for x, y in cells]
    return Atlas.build({"grids": layer("grids", {"grid_code": codes, "name": codes}, shapes)})


def slivers(count: int) -> gpd.GeoSeries:
    """Return long thin areas side by side, 6 m wide and 900 m long, too thin for any name."""
    lines = [shapely.box(i * 6, 0, i * 6 + 6, 900) for i in range(count)]
    return gpd.GeoSeries([shapely.transform(one, lambda xy: xy + ORIGIN) for one in lines], crs=METRIC)


def with_slivers(count: int) -> Atlas:
    """Return the toy county with thin grids beside it."""
    layers = toy_layers()
    codes = [f"410222001002{900 + i:03d}" for i in range(count)]
    thin = layer("grids", {"grid_code": codes, "name": codes}, slivers(count).translate(810))
    grids = gpd.GeoDataFrame(
        {name: [*layers["grids"][name], *thin[name]] for name in layers["grids"].columns},
        geometry="geometry",
        crs=thin.crs,
    )
    return Atlas.build(layers | {"grids": grids})
