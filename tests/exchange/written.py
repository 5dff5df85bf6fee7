"""Layers to write, with every kind of value and shape that a county has, and their reading back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis_app.exchange.writers.model import About, Layer
from gis_app.exchange.writers.systems import systems

METRIC = pyproj.CRS.from_epsg(4547)
SYSTEMS = systems(METRIC)
ABOUT = About(
    {
        "county": "测试县",
        "layers": "网格、站点",
        "plan": "第 3 版",
        "revision": "7",
        "review_number": "豫S〔2023〕1号",
    }
)
FORMULA = '=HYPERLINK("x","y")'
HOLED = shapely.Polygon(
    [(114.40, 34.40), (114.41, 34.40), (114.41, 34.41), (114.40, 34.41)],
    [[(114.402, 34.402), (114.402, 34.404), (114.404, 34.404)]],
)
SQUARE = shapely.box(114.4123456, 34.4123456, 114.42, 34.42)


def areas() -> Layer:
    """Return an area with a hole, one of two parts, and one that is not there."""
    frame = pd.DataFrame(
        {
            "grid_code": ["410222001001001", "410222001001002", "410222001001003"],
            "name": ["一网格", "二网格 <b>&\"'", "三网格"],
            "households": pd.Series([120, 0, 2**40], dtype="int64"),
            "area_km2": [0.1234, 12.5, np.nan],
            "community_name": pd.Series(["甲社区", None, "乙社区"], dtype=object),
        }
    )
    titles = {"grid_code": "网格编码", "name": "名称", "households": "户数", "community_name": "所属社区"}
    two = shapely.MultiPolygon([SQUARE, shapely.box(114.43, 34.43, 114.44, 34.44)])
    return Layer("grids", "网格", frame, titles, np.array([HOLED, two, None], dtype=object), "name")


def points() -> Layer:
    """Return stations, one with a name that a spreadsheet would run, one in an English name."""
    frame = pd.DataFrame(
        {
            "station_code": ["S1", "S2", "S3"],
            "name": ["驿站", FORMULA, "Station €"],
            "open_now": [True, False, True],
            "capacity": pd.Series([10, 20, 30], dtype="int64"),
        }
    )
    shapes = shapely.points([114.4000001, 114.4123457, 114.5], [34.4, 34.4123457, 34.5])
    return Layer("stations", "站点", frame, {"station_code": "站点编码"}, shapes, "name")


def lines() -> Layer:
    """Return one street."""
    frame = pd.DataFrame({"street_code": ["R1"], "road_class": ["lane"]})
    line = shapely.LineString([(114.4, 34.4), (114.41, 34.405), (114.42, 34.40)])
    return Layer("streets", "路网", frame, {"road_class": "道路等级"}, np.array([line], dtype=object))


def table() -> Layer:
    """Return a table without places."""
    frame = pd.DataFrame({"area_code": ["410222", "410222001"], "holder_name": ["张三", "+8613800000000"]})
    return Layer("assignments", "责任", frame, {"area_code": "区域编码"})


def unzipped(path: Path) -> Path:
    """Return the folder that an archive of ours unpacks into."""
    folder = path.parent / "unzipped"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def apart(found: gpd.GeoSeries, wanted: np.ndarray, crs: object) -> float:
    """Return how many metres the vertices of two sets of shapes lie apart at most; order and rings free."""
    here = gpd.GeoSeries(np.asarray(found), crs=crs).to_crs(METRIC).array
    there = gpd.GeoSeries(wanted, crs="EPSG:4490").to_crs(METRIC).array
    assert (shapely.is_missing(here) | shapely.is_empty(here)).tolist() == shapely.is_missing(there).tolist()
    known = ~shapely.is_missing(there)
    return float(np.max(shapely.hausdorff_distance(here[known], there[known])))
