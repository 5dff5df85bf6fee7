"""The files that the tutorial begins with: layers as an office keeps them, of a made-up town.

Zipped Shapefiles in metres (CGCS2000, zone of 114°E) with Chinese column names in GBK and no code page file,
and stations as a list with GCJ-02 degrees. They are cut from three communities of the reference county and go
under other names and codes. Written by  python -m gis_app.reference_county.sample FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.geo.crs import wgs84_to_gcj02

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
METRIC, DAY = "EPSG:4547", "2023-06-01"
COUNTY, COUNTY_NAME, MARGIN_M = "419901", "清源县", 400
SUBDISTRICT_NAME = "城关街道"
COMMUNITIES = {
    "410222001026": ("001001", "望河社区"),
    "410222001027": ("001002", "柳园社区"),
    "410222001028": ("001003", "古槐社区"),
}
ORDINALS = "一二三四五六七八九"
ROADS = {"arterial": "主干道", "collector": "次干道", "lane": "支路", "path": "小路"}
KINDS = {"warm_station": "暖心驿站", "party_service_centre": "党群服务中心"}
AMENITIES = {
    "drinking_water": "饮水",
    "charging": "充电",
    "microwave": "微波炉",
    "first_aid": "急救箱",
    "wifi": "无线网络",
    "seating": "座椅",
    "toilet": "卫生间",
}
BUILDINGS = {
    "楼栋编码": lambda frame: [f"L{number:05d}" for number in range(1, len(frame) + 1)],
    "户数": lambda frame: frame["households"],
    "层数": lambda frame: frame["floors"],
}
STREETS = {
    "道路名称": lambda frame: frame["name"],
    "道路等级": lambda frame: frame["road_class"].map(ROADS),
}
STATION_COLUMNS = ["站点编码", "名称", "类型", "地址", "开放时间", "设施", "容纳人数", "经度", "纬度"]


def main(folder: Path) -> None:
    """Write the sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    communities = _layer("communities")
    town = communities[communities["community_code"].isin(COMMUNITIES)].dissolve()
    county = _county(town)
    frames = {
        "county": county,
        "subdistricts": _subdistrict(town),
        "communities": _communities(communities),
        "grids": _grids(),
        "buildings": _inside(_layer("buildings"), town, BUILDINGS),
        "streets": _inside(_layer("streets"), county, STREETS),
    }
    for name, frame in frames.items():
        _zip(frame, folder / f"{name}.zip")
    _stations().to_csv(folder / "stations.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _county(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return an outline with room around the town."""
    outline = town.to_crs(METRIC).buffer(MARGIN_M, join_style="mitre").convex_hull
    columns = {"县编码": [COUNTY], "名称": [COUNTY_NAME]}
    return gpd.GeoDataFrame(columns, geometry=list(outline), crs=METRIC)


def _subdistrict(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = {"街道编码": [f"{COUNTY}001"], "街道名称": [SUBDISTRICT_NAME]}
    return gpd.GeoDataFrame(columns, geometry=list(town.geometry), crs=town.crs)


def _communities(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = frame[frame["community_code"].isin(COMMUNITIES)].reset_index(drop=True)
    place = frame["community_code"].map(COMMUNITIES)
    columns = {"社区编码": COUNTY + place.str[0], "社区名称": place.str[1]}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)


def _inside(frame: gpd.GeoDataFrame, outline: gpd.GeoDataFrame, columns: dict) -> gpd.GeoDataFrame:
    """Return the shapes within an outline under the names that an office gives their columns."""
    whole = outline.to_crs(frame.crs).geometry.iloc[0]
    kept = frame[frame.within(whole)].reset_index(drop=True)
    values = {name: make(kept) for name, make in columns.items()}
    return gpd.GeoDataFrame(values, geometry=kept.geometry, crs=kept.crs)


def _layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(GEODATA / f"{name}.geojson").set_crs("EPSG:4490", allow_override=True)


def _grids() -> gpd.GeoDataFrame:
    frame = _layer("grids")
    frame = frame[frame["community_code"].isin(COMMUNITIES)].reset_index(drop=True)
    place = frame["community_code"].map(COMMUNITIES)
    number = frame["grid_code"].str[-3:]
    words = [f"{name}第{ORDINALS[int(one) - 1]}网格" for (_, name), one in zip(place, number, strict=True)]
    columns = {"网格编码": COUNTY + place.str[0] + number, "网格名称": words, "所属社区": place.str[1]}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)


def _stations() -> pd.DataFrame:
    frame = _layer("stations")
    own = frame["grid_code"].fillna("").str[:12].isin(COMMUNITIES) & (frame["status"] == "open")
    frame = frame[own].reset_index(drop=True)
    shown = wgs84_to_gcj02(np.column_stack([frame.geometry.x, frame.geometry.y])).round(6)
    names = {old: new for old, (_, new) in _community_names().items()}
    values = (
        [f"Z{number:03d}" for number in range(1, len(frame) + 1)],
        frame["name"].replace(names, regex=True),
        frame["kind"].map(KINDS),
        frame["address"],
        frame["hours"],
        frame["amenities"].map(lambda text: "、".join(AMENITIES[one] for one in text.split(";") if one)),
        frame["capacity"],
        shown[:, 0],
        shown[:, 1],
    )
    return pd.DataFrame(dict(zip(STATION_COLUMNS, values, strict=True)))


def _community_names() -> dict[str, tuple[str, str]]:
    frame = _layer("communities").set_index("community_code")["name"]
    return {frame[code].removesuffix("社区"): (code, name.removesuffix("社区"))
            for code, (_, name) in COMMUNITIES.items()}  # fmt: skip


def _zip(frame: gpd.GeoDataFrame, target: Path) -> None:
    """Write a Shapefile in metres and GBK and pack its parts, without the file that names the code page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{target.stem}.shp"
        options = {"encoding": "GBK", "DBF_DATE_LAST_UPDATE": DAY}
        frame.to_crs(METRIC).to_file(path, driver="ESRI Shapefile", **options)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for suffix in (".shp", ".shx", ".dbf", ".prj"):
                entry = zipfile.ZipInfo(path.stem + suffix, (2023, 6, 1, 8, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.with_suffix(suffix).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
