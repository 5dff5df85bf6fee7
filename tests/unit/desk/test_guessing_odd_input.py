"""Whatever a file holds, there is an answer in plain JSON: a guess or an open question, never a failure."""

from __future__ import annotations

import json
import random

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis_app.desk import repairs
from gis_app.desk.guessing import guess
from gis_app.exchange.raw import RawTable
from gis_app.layers import schema
from tests.unit.desk.guessing_county import county, nothing

NUMBERS = (0.0, -1.0, 114.46, 34.47, 1e300, -1e300, 540_000.0, 3.8e6, 38_540_000.0, 180.0, -180.0, 1e-9)
VALUES = (
    *(None, True, 0, -5, 3.5, 1e300, float(410222001006001), 10**30, "410222001006001", "", "  ", "=cmd"),
    *(
        "张三",
        "网格一",
        "114.4,34.5",
        "24/7",
        "Íø¸ñ",
        "缃戞牸",
        "x" * 500,
        "\x00",
        "2025-01-01",
        "NaN",
        "1e999",
    ),
)
NAMES = (
    "网格编码",
    "name",
    "经度",
    "纬度",
    "x",
    "y",
    "坐标",
    "",
    " ",
    "Íø¸ñ±àÂë",
    "a" * 300,
    "geometry",
    "2",
    "岗位",
)
SYSTEMS = (None, "OGC:CRS84", "EPSG:4547", "garbage", "EPSG:99999", "EPSG:2263", 'LOCAL_CS["x"]', "EPSG:4978")


def shape(chance: random.Random) -> shapely.Geometry | None:
    points = [(chance.choice(NUMBERS), chance.choice(NUMBERS)) for _ in range(5)]
    with np.errstate(all="ignore"):
        made = (
            lambda: None,
            shapely.Point,
            lambda: shapely.Point(points[0]),
            lambda: shapely.LineString(points),
            lambda: shapely.Polygon(points),
            lambda: shapely.MultiPoint(points),
            lambda: shapely.GeometryCollection([shapely.Point(points[0]), shapely.LineString(points)]),
            lambda: shapely.linestrings([(np.nan, 1.0), (2.0, np.inf)]),
            lambda: shapely.box(114.4, 34.4, 114.4 + chance.random(), 34.5),
        )
        return chance.choice(made)()


def table(chance: random.Random) -> RawTable:
    rows = chance.choice([0, 1, 2, 5])
    named = chance.sample(NAMES, chance.randrange(8))
    columns = {name: [chance.choice(VALUES) for _ in range(rows)] for name in named}
    shapes = np.empty(rows, dtype=object)
    for at in range(rows):
        shapes[at] = shape(chance)
    labels = list(range(1, rows + 1))
    return RawTable(columns, labels, shapes if chance.random() < 0.75 else None, chance.choice(SYSTEMS))


@pytest.mark.parametrize("seed", range(8))
def test_anything_can_be_looked_at(seed: int):
    chance = random.Random(seed)
    for _ in range(25):
        given = table(chance)
        chosen = chance.choice([None, None, "grids", "stations", "posts"])
        told = guess([("层", given)], chance.choice([county(), nothing()]), "a.zip", layer=chosen).as_json()
        assert json.dumps(told, allow_nan=False) and told["crs"]["why"] and told["why"]


@pytest.mark.parametrize("seed", range(8))
def test_anything_can_be_offered_repairs(seed: int):
    chance = random.Random(seed)
    for _ in range(25):
        shapes = [shape(chance) for _ in range(chance.choice([1, 2, 5]))]
        frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=schema.CRS))
        layer = chance.choice(["grids", "blocks", "streets", "stations", "buildings"])
        keys = [one.key for one in repairs.offers(layer, frame)]
        for one in repairs.repair(layer, frame, keys=keys).repairs:
            assert json.dumps([one.as_json(), one.picture()], allow_nan=False)
