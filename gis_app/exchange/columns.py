"""Which column of a file is which column of the schema: names in Chinese and English, in one table.

Names are compared without case, spaces, marks and bracketed units. A dBASE table cuts names after ten bytes,
so a name that a synonym begins with counts as well, where only one synonym does.
"""

from __future__ import annotations

import re

from gis_app.exchange.words import plain

_NAME = "name 名称 名字 title label 全称 areaname nam"
# layer -> column -> names; the first line of each layer's code column holds names that can mean nothing else
SYNONYMS: dict[str, dict[str, str]] = {
    "county": {
        "county_code": "county_code 县编码 县代码 区县编码 县级编码",
        "name": _NAME + " 县名称 县名 county 县 区县 县域",
    },
    "subdistricts": {
        "subdistrict_code": "subdistrict_code 街道编码 街道代码 乡镇编码 乡镇代码 街道编号",
        "name": _NAME + " 街道名称 街道名 乡镇名称 街道 乡镇 subdistrict township",
        "county_code": "county_code 县编码 所属县编码 所属县",
    },
    "communities": {
        "community_code": "community_code 社区编码 社区代码 社区编号 村编码 村社区编码",
        "name": _NAME + " 社区名称 社区名 社区 村名 community village",
        "subdistrict_code": "subdistrict_code 街道编码 所属街道编码 乡镇编码",
        "subdistrict_name": "街道 所属街道 乡镇 所属乡镇 街道名称 subdistrict subdistrict_name",
    },
    "grids": {
        "grid_code": "grid_code 网格编码 网格代码 网格编号 网格号 wgbm",
        "name": _NAME + " 网格名称 网格名 网格 grid grid_name neighbourhood neighborhood neighbourh",
        "community_code": "community_code 社区编码 所属社区编码 社区代码",
        "community_name": "社区 所属社区 社区名称 community community_name",
        "households": "households household 户数 住户数 居民户数 家庭户数 总户数 户 hh hhs household_count",
    },
    "blocks": {
        "block_code": "block_code 地块编码 地块编号 地块代码 小区编码 楼院编码",
        "name": _NAME + " 地块名称 小区名称 楼院名称 地块 小区 block",
        "community_code": "community_code 社区编码 所属社区编码",
        "grid_code": "grid_code 网格编码 所属网格 所属网格编码",
        "households": "households household 户数 住户数 居民户数 家庭户数 总户数 户 hh hhs",
        "land_use": "land_use landuse 用地性质 用地类型 用地 土地用途 用途",
    },
    "buildings": {
        "building_code": "building_code 楼栋编码 楼栋编号 建筑编码 楼编号 房屋编码",
        "block_code": "block_code 地块编码 所属地块 所属地块编码",
        "households": "households household 户数 住户数 居民户数 户 hh hhs",
        "floors": "floors 层数 楼层 楼层数 levels building_levels storeys",
    },
    "streets": {
        "street_code": "street_code 道路编码 道路编号 路段编码 osm_id",
        "name": _NAME + " 道路名称 路名 街道名称 street road",
        "road_class": "road_class 道路等级 道路类型 等级 类型 highway class type fclass",
        "bridge": "bridge 桥梁 是否桥梁 桥",
    },
    "water": {
        "water_code": "water_code 水系编码 水体编码 osm_id",
        "name": _NAME + " 水系名称 河流名称 湖泊名称",
        "kind": "kind 类型 类别 water natural waterway type fclass",
    },
    "stations": {
        "station_code": "station_code 站点编码 站点编号 驿站编码 驿站编号 站点代码",
        "name": _NAME + " 站点名称 站点名 驿站名称 驿站名 站点 驿站 station",
        "stated_grid": "grid_code 网格编码 所在网格 所在网格编码 所属网格 所属网格编码",
        "kind": "kind 类型 类别 站点类型 站点类别 驿站类型 category type",
        "address": "address 地址 详细地址 位置 站点地址 addr 所在地",
        "hours": "hours 开放时间 营业时间 服务时间 开门时间 opening_hours open_hours",
        "amenities": "amenities 设施 服务设施 配套设施 设备 服务内容 服务项目 facilities amenity services",
        "capacity": "capacity 容纳人数 容量 可容纳人数 座位数 人数",
        "status": "status 状态 站点状态 运行状态 state",
    },
    "gates": {
        "gate_code": "gate_code 出入口编码 出入口编号 大门编码 大门编号 门编码 osm_id",
        "name": _NAME + " 出入口名称 大门名称 出入口 大门 gate",
        "block_code": "block_code 地块编码 小区编码 所属地块 所属地块编码",
        "passage": "passage 通行 通行状态 是否开放 状态 status access",
    },
}
# Names that often, not always, hold the code: they are believed only where the values look like codes.
LOOSE_CODES = "code 编码 代码 编号 id grid_id gridid geocode 序号 ref fid"
CODE_OF = {layer: next(iter(columns)) for layer, columns in SYNONYMS.items()}
PEOPLE = re.compile(r"(tot(al)?)?pop(ulation)?(\d{2,4}|total)?|人口|人口数|总人口|常住人口|户籍人口")
LIKE_A_NAME = re.compile(r"(name|名称|名)$")
COORDINATES = {
    "lon": "lon lng long longitude 经度 东经 经 lon84 lng84 lon_gcj lng_gcj lon_bd lng_bd 经度坐标 坐标经度",
    "lat": "lat latitude 纬度 北纬 纬 lat84 lat_gcj lat_bd 纬度坐标 坐标纬度",
    "x": "x x坐标 坐标x easting east 东坐标 横坐标 point_x xcoord coordx 东向",
    "y": "y y坐标 坐标y northing north 北坐标 纵坐标 point_y ycoord coordy 北向",
    "pair": "坐标 经纬度 lnglat lonlat coordinates coordinate 位置坐标 location 地理坐标",
}
WKT = frozenset(
    plain(name) for name in ["wkt", "geometry", "geom", "the_geom", "几何", "图形", "wkt_geom", "shape"]
)
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_CUT = 10


def key(name: str) -> str:
    """Return a column name as it is compared."""
    return plain(_BRACKETS.sub("", str(name))) or plain(name)


def find(names: list[str], wanted: dict[str, str]) -> dict[str, str]:
    """Return wanted column → column of the file, the earlier synonym first, each file column once."""
    keys: dict[str, str] = {}
    for name in names:
        keys.setdefault(key(name), name)
    found: dict[str, str] = {}
    for search in (_exact, _cut):
        for column, synonyms in wanted.items():
            if column in found:
                continue
            name = next((keys[k] for s in synonyms.split() if (k := search(key(s), keys)) is not None), None)
            if name is not None and name not in found.values():
                found[column] = name
    return found


def _exact(synonym: str, keys: dict[str, str]) -> str | None:
    return synonym if synonym in keys else None


def _cut(synonym: str, keys: dict[str, str]) -> str | None:
    """Find a name that dBASE cut: ten bytes of the underscored English or of the Chinese name."""
    for candidate in keys:
        least = 2 if not candidate.isascii() else 8
        if least < len(candidate) < len(synonym) and synonym.startswith(candidate):
            size = len(keys[candidate].encode("utf-8"))
            if size >= _CUT - 2 or len(keys[candidate].encode("gb18030", "replace")) >= _CUT - 1:
                return candidate
    return None


def find_columns(layer: str, names: list[str]) -> dict[str, str]:
    """Return schema column (or helper: community_name, households…) → column of the file."""
    return find(names, SYNONYMS[layer])


def find_coordinates(names: list[str]) -> dict[str, str]:
    """Return lon, lat, x, y, pair → column of the file, as far as they are there."""
    return find(names, COORDINATES)


def find_loose_code(names: list[str], taken: set[str]) -> str | None:
    """Return a column that may hold the code, not among those `taken` already."""
    return find([name for name in names if name not in taken], {"code": LOOSE_CODES}).get("code")


def find_people(names: list[str]) -> str | None:
    """Return a column that counts inhabitants."""
    return next((name for name in names if PEOPLE.fullmatch(key(name))), None)
