"""The words by which layers and columns are told: Chinese, English, and the initials of pinyin.

A name of a column is taken apart into a subject ("网格", "wg", "grid") and an attribute ("编码", "bm",
"code"); a field of a layer is a subject and an attribute as well.
"""

from __future__ import annotations

import re

from gis_app.exchange.columns import key

# layer -> words in names of files and tables; the longest that fits counts
OF_LAYER = {
    "county": "县界 县域 县境 县行政区 区县界 区县 县级 县 county xj xianjie 行政区域界",
    "subdistricts": "街道办 街道界 街道边界 街道 乡镇界 乡镇 镇界 办事处 subdistrict subdistricts township "
    "townships xiangzhen jiedao jd xz",
    "communities": "社区界 社区边界 社区 村界 行政村 村居 居委会 community communities village shequ sq",
    "grids": "单元网格 网格界 网格边界 网格划分 网格 grid grids cells wangge wg",
    "blocks": "地块 小区边界 小区 楼院 宗地 院落 block blocks parcel parcels dikuai dk xiaoqu",
    "buildings": "楼栋 建筑物 建筑 房屋 楼宇 楼房 building buildings footprint jianzhu loudong jzw fw ld",
    "streets": "道路中心线 道路 路网 街巷 公路 street streets road roads highway daolu luwang dl lw",
    "water": "水系 河流 湖泊 水体 水域 河道 水面 water river lake shuixi sx",
    "stations": "暖心驿站 驿站 站点 党群服务中心 服务站 服务中心 点位 station stations poi pois yizhan "
    "zhandian yz zd",
    "gates": "小区出入口 出入口 大门 小区门 gate gates entrance entrances churukou crk dm",
    "posts": "责任人 责任岗位 岗位 网格长 网格员 包联 包保 领导分工 posts duties zrr",
    "incidents": "事件 案件 工单 上报 问题清单 诉求 incident incidents complaints sj",
}
# layer -> how its things are often called, at the end of a name
ENDINGS = {
    "county": "县 区 市",
    "subdistricts": "街道 街道办 街道办事处 镇 乡 办事处",
    "communities": "社区 村 居委会 村委会 社区居委会",
    "grids": "网格 片区 号网格 微网格",
    "blocks": "小区 花园 家园 苑 院 城 府 家属院 地块 公寓 新村 楼院",
    "buildings": "号楼 楼 栋 幢 号院",
    "streets": "路 街 巷 大道 大街 胡同 国道 省道 高速 弄",
    "water": "河 渠 湖 水库 沟 塘 江 溪",
    "stations": "驿站 服务中心 服务站 站 便民点 工作站",
    "gates": "门 出入口 入口 岗亭",
}
_SUBJECTS = {
    "county": "county 区县 县 xian qx",
    "subdistrict": "subdistrict township street_office 街道 乡镇 办事处 jd xz jiedao xiangzhen jdb",
    "community": "community village 社区 村居 行政村 居委会 村 sq shequ cun xzc",
    "grid": "grid cell 单元网格 网格 wg wangge dywg",
    "block": "block parcel 地块 小区 楼院 宗地 dk xq dikuai xiaoqu",
    "building": "building bldg house 楼栋 建筑 房屋 楼 ld jz fw loudong jzw",
    "street": "street road way 道路 路段 路 dl daolu",
    "water": "water river 水系 河流 水体 湖泊 sx hl",
    "station": "station site poi point 站点 驿站 点位 站 zd yz zhandian yizhan",
    "gate": "gate entrance 出入口 大门 门 crk dm",
}
_ATTRIBUTES = {
    "code": "code id no num number 编码 代码 编号 标识码 号码 序号 号 码 bm dm bh bsm bianma daima bianhao",
    "name": "name title label 名称 名字 全称 简称 名 mc mingcheng jc",
    "households": "households household hh hhs families 总户数 户数 住户数 居民户数 住户 户 hs hushu zhs",
    "floors": "floors floor storeys stories levels 地上层数 总层数 层数 楼层 层 cs cengshu lc",
    "kind": "kind type class category 类型 类别 种类 性质 lx lb leixing",
    "address": "address addr location 详细地址 地址 住址 位置 dz dizhi wz",
    "hours": "hours time opening 开放时间 营业时间 服务时间 工作时间 时间 kfsj yysj fwsj",
    "amenities": "amenities amenity facilities services equipment 服务设施 设施 设备 配套 服务内容 "
    "服务项目 ss ptss",
    "capacity": "capacity seats 容纳人数 容量 座位数 座位 可容纳人数 人数 rl rnrs",
    "status": "status state condition 运行状态 状态 运营情况 使用情况 zt",
    "land_use": "land_use landuse use usage 用地性质 用地类型 土地用途 规划用途 用地 用途 ydxz tdyt yt",
    "road_class": "road_class class grade level highway fclass type 道路等级 道路类型 等级 级别 类型 dldj dj",
    "bridge": "bridge 是否桥梁 桥梁 桥 ql sfql",
    "passage": "passage access open 通行状态 是否开放 通行 开放 tx",
    "lon": "lon lng long longitude 经度 jingdu",
    "lat": "lat latitude 纬度 wd weidu",
}
_RELATED = "is 是否 sf 所属 所在 归属 隶属 上级 parent belongs of in ss szd sz"
# field of a layer -> (its subject or None for the layer's own, its attribute)
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "county": {"county_code": ("county", "code"), "name": ("county", "name")},
    "subdistricts": {
        "subdistrict_code": ("subdistrict", "code"),
        "name": ("subdistrict", "name"),
        "county_code": ("county", "code"),
    },
    "communities": {
        "community_code": ("community", "code"),
        "name": ("community", "name"),
        "subdistrict_code": ("subdistrict", "code"),
        "subdistrict_name": ("subdistrict", "name"),
    },
    "grids": {
        "grid_code": ("grid", "code"),
        "name": ("grid", "name"),
        "community_code": ("community", "code"),
        "community_name": ("community", "name"),
        "households": ("grid", "households"),
    },
    "blocks": {
        "block_code": ("block", "code"),
        "name": ("block", "name"),
        "community_code": ("community", "code"),
        "grid_code": ("grid", "code"),
        "households": ("block", "households"),
        "land_use": ("block", "land_use"),
    },
    "buildings": {
        "building_code": ("building", "code"),
        "block_code": ("block", "code"),
        "households": ("building", "households"),
        "floors": ("building", "floors"),
    },
    "streets": {
        "street_code": ("street", "code"),
        "name": ("street", "name"),
        "road_class": ("street", "road_class"),
        "bridge": ("street", "bridge"),
    },
    "water": {"water_code": ("water", "code"), "name": ("water", "name"), "kind": ("water", "kind")},
    "stations": {
        "station_code": ("station", "code"),
        "name": ("station", "name"),
        "stated_grid": ("grid", "code"),
        "kind": ("station", "kind"),
        "address": ("station", "address"),
        "hours": ("station", "hours"),
        "amenities": ("station", "amenities"),
        "capacity": ("station", "capacity"),
        "status": ("station", "status"),
    },
    "gates": {
        "gate_code": ("gate", "code"),
        "name": ("gate", "name"),
        "block_code": ("block", "code"),
        "passage": ("gate", "passage"),
    },
}
_SPLIT = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+|(?<=[a-z])(?=[A-Z])|(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])")


def _table(words: dict[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, listed in words.items():
        for word in listed.split():
            found.setdefault(key(word), set()).add(name)
    return {word: frozenset(meanings) for word, meanings in found.items()}


SUBJECTS, ATTRIBUTES = _table(_SUBJECTS), _table(_ATTRIBUTES)
_RELATIONS = {key(word) for word in _RELATED.split()}
_LONGEST = 12


def pieces(name: str) -> list[str]:
    """Return the parts of a column's name, as written apart by case, marks or script, in plain letters."""
    return [key(part) for part in _SPLIT.split(str(name)) if part]


def taken_apart(name: str) -> tuple[set[str], set[str]]:
    """Return the subjects and attributes that a column's name speaks of; both empty where it is not clear."""
    subjects: set[str] = set()
    attributes: set[str] = set()
    for part in pieces(name):
        told = _read(part)
        if told is None:
            if part.isascii() and len(part) > 1 and not part.isdigit():
                return set(), set()
            continue
        subjects |= told[0]
        attributes |= told[1]
    return subjects, attributes


def _read(part: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return what one unbroken part says: words of the tables one after the other, nothing left over."""
    if not part:
        return frozenset(), frozenset()
    for size in range(min(_LONGEST, len(part)), 0, -1):
        word, last = part[:size], size == len(part)
        subject, attribute = SUBJECTS.get(word, frozenset()), ATTRIBUTES.get(word, frozenset())
        related = word in _RELATIONS
        if not (subject or attribute or related):
            continue
        rest = _read(part[size:])
        if rest is None:
            continue
        if related and not last:
            return rest
        attribute = attribute if last or not subject else frozenset()
        return subject | rest[0], attribute | rest[1]
    return None
