"""Files for imports: nine grids in a county town, stations among them, in every format that is taken."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely

from gis_app.storage.engine import Store
from gis_app.storage.layers import read_layer, revision

METRIC = "EPSG:4547"
NAMES = [f"下洼社区第{number}网格" for number in "一二三四五六七八九"]
HOUSEHOLDS = [310, 320, 330, 340, 350, 360, 370, 380, 390]
X, Y, SIDE = 542_000.0, 3_816_000.0, 400.0
DRIVERS = {
    ".geojson": "GeoJSON",
    ".gpkg": "GPKG",
    ".fgb": "FlatGeobuf",
    ".kml": "LIBKML",
    ".shp": "ESRI Shapefile",
}


def grids(crs: object = METRIC) -> gpd.GeoDataFrame:
    """Return nine square grids in rows from the north, each from the west."""
    at = [(X + SIDE * (i % 3), Y - SIDE * (i // 3)) for i in range(9)]
    shapes = [shapely.box(x, y, x + SIDE, y + SIDE) for x, y in at]
    return gpd.GeoDataFrame({"网格名称": NAMES, "户数": HOUSEHOLDS}, geometry=shapes, crs=METRIC).to_crs(crs)


def stations(crs: object = "EPSG:4490") -> pd.DataFrame:
    """Return three stations with Chinese column names, coordinates as x, y."""
    points = shapely.points([(X + 100, Y + 100), (X + 600, Y - 100), (X + 1000, Y - 700)])
    xy = shapely.get_coordinates(gpd.GeoSeries(points, crs=METRIC).to_crs(crs).values)
    return pd.DataFrame(
        {
            "站点名称": ["东关驿站", "西关驿站", "苗岗党群服务中心"],
            "类别": ["暖心驿站", "驿站", "党群服务中心"],
            "经度": xy[:, 0],
            "纬度": xy[:, 1],
            "开放时间": ["8:00-20:00", "24小时", "周一至周五 9:00-17:30"],
            "设施": ["饮水、充电、Wi-Fi", "微波炉;急救箱", "休息座椅，卫生间"],
            "容纳人数": [20, 30, 50],
            "状态": ["开放", "在建", "停用"],
        }
    )


def write(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    """Write areas in the format of the suffix; .zip, .kmz and .dxf as people make them."""
    if path.suffix == ".zip":
        return zip_shapefile(frame, path, **options)
    if path.suffix == ".kmz":
        inner = write(frame, path.with_suffix(".kml"))
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "doc.kml")
        return path
    if path.suffix == ".dxf":
        return write_dxf(frame, path)
    if path.suffix == ".shp":
        return write_shapefile(frame, path, **options)
    frame.to_file(path, driver=DRIVERS[path.suffix], **options)
    return path


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, encoding: str = "utf-8") -> Path:
    """Write a Shapefile whose column names are cut after ten bytes, as all programs do."""
    short = {"网格名称": "wgmc", "户数": "hushu"}
    frame.rename(columns=short).to_file(path, encoding=encoding)
    table = path.with_suffix(".dbf")
    data = table.read_bytes()
    for name, ours in short.items():
        cut = name.encode(encoding)[:10]
        data = data.replace(ours.encode().ljust(11, b"\0"), cut.ljust(11, b"\0"), 1)
    table.write_bytes(data)
    return path


def zip_shapefile(
    frame: gpd.GeoDataFrame,
    path: Path,
    encoding: str = "utf-8",
    folder: str = "",
    without: tuple[str, ...] = (),
) -> Path:
    """Write a zipped Shapefile, its members under Chinese names in a folder if wanted."""
    parts = path.parent / (path.stem + "-parts")
    parts.mkdir()
    write_shapefile(frame, parts / "网格.shp", encoding=encoding)
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(parts.iterdir()):
            if part.suffix not in without:
                archive.write(part, folder + part.name)
    return path


def write_dxf(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write closed polylines, and each name as a text inside its area."""
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for shape, name in zip(frame.geometry, frame["网格名称"], strict=True):
        ring = shapely.get_coordinates(shape.exterior)[:-1]
        lines += ["0", "LWPOLYLINE", "8", "网格", "90", str(len(ring)), "70", "1"]
        for x, y in ring:
            lines += ["10", repr(float(x)), "20", repr(float(y))]
        middle = shape.centroid
        lines += [
            "0",
            "TEXT",
            "8",
            "注记",
            "10",
            repr(middle.x),
            "20",
            repr(middle.y),
            "40",
            "2.5",
            "1",
            name,
        ]
    lines += ["0", "LINE", "8", "0", "10", "0", "20", "0", "11", "1", "21", "1", "0", "ENDSEC", "0", "EOF"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_workbook(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as the first sheet of a workbook."""
    book = openpyxl.Workbook()
    book.active.append(list(frame.columns))
    for row in frame.astype(object).to_numpy().tolist():
        book.active.append(row)
    book.save(path)
    return path


def layer_of(store: Store, name: str) -> gpd.GeoDataFrame:
    """Return a layer of the store."""
    with store.read() as conn:
        return read_layer(conn, name)


def revision_of(store: Store) -> int:
    """Return the store's revision."""
    with store.read() as conn:
        return revision(conn)


def farthest(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> float:
    """Return the largest distance in metres between areas or points of the same name."""
    one, other = (frame.set_index("name").sort_index().geometry.to_crs(METRIC) for frame in (a, b))
    assert list(one.index) == list(other.index)
    return float(np.max(shapely.hausdorff_distance(one.values, other.values)))
