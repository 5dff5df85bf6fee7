"""Which tables there are, what their columns are called, and where their rows come from.

A layer's table shows the layer with the names of what it lies in, its households and its size; the other
tables show who answers for where, and incidents. `TABLES` is the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from flask_babel import lazy_gettext as _l

from gis_app.assignments.tables import ROLES
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.stations.hours import in_words
from gis_app.stations.status import CLOSED, UNUSUAL, WORDS
from gis_app.web import table_rows as rows

STATION_KINDS = {
    "warm_station": {"zh": "暖心驿站", "en": "Warm station"},
    "party_service_centre": {"zh": "党群服务中心", "en": "Party service centre"},
}
STATUSES = {
    "open": {"zh": "开放", "en": "Open"},
    "closed": {"zh": "关闭", "en": "Closed"},
    "planned": {"zh": "计划建设", "en": "Planned"},
}
# closed is said of a station that the layer closes, closed_now of one that somebody on duty closed
STATUSES_NOW = STATUSES | {
    ("closed_now" if status == CLOSED else status): {lang: words[status] for lang, words in WORDS.items()}
    for status in UNUSUAL
}
AMENITIES = {
    "drinking_water": {"zh": "饮水", "en": "Drinking water"},
    "charging": {"zh": "充电", "en": "Charging"},
    "microwave": {"zh": "微波炉", "en": "Microwave"},
    "first_aid": {"zh": "急救箱", "en": "First aid kit"},
    "wifi": {"zh": "Wi-Fi", "en": "Wi-Fi"},
    "seating": {"zh": "休息座椅", "en": "Seating"},
    "toilet": {"zh": "卫生间", "en": "Toilet"},
}
LAND_USES = {
    "residential": {"zh": "住宅", "en": "Residential"},
    "mixed": {"zh": "商住混合", "en": "Mixed"},
    "commercial": {"zh": "商业", "en": "Commercial"},
    "industrial": {"zh": "工业", "en": "Industrial"},
    "public": {"zh": "公共服务", "en": "Public"},
    "green": {"zh": "绿地", "en": "Green"},
    "water": {"zh": "水域", "en": "Water"},
    "rural": {"zh": "乡村", "en": "Rural"},
}
ROAD_CLASSES = {
    "arterial": {"zh": "主干路", "en": "Arterial"},
    "collector": {"zh": "次干路", "en": "Collector"},
    "lane": {"zh": "支路街巷", "en": "Lane"},
    "path": {"zh": "步行道", "en": "Path"},
}
PASSAGES = {"open": {"zh": "开放", "en": "Open"}, "closed": {"zh": "关闭", "en": "Closed"}}
WATER_KINDS = {"river": {"zh": "河流", "en": "River"}, "lake": {"zh": "湖泊", "en": "Lake"}}
ORGANISATION_KINDS = {
    "government": {"zh": "机关", "en": "Government"},
    "institution": {"zh": "事业单位", "en": "Institution"},
    "enterprise": {"zh": "企业", "en": "Enterprise"},
    "social": {"zh": "社会组织", "en": "Social organisation"},
}


@dataclass(frozen=True)
class Column:
    """One column: its key in the frame, its title, the words for its codes (`many`: codes joined by ;).

    `tell` says a value in a language where no list of words can.
    """

    key: str
    label: object
    numeric: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    many: bool = False
    tell: Callable[[str, str], str] | None = None


@dataclass(frozen=True)
class Table:
    """One table: columns with the identifying one first, its frame, what it asks beyond reading."""

    name: str
    title: object
    columns: tuple[Column, ...]
    frame: Callable[..., pd.DataFrame]
    permission: str | None = None


_NAME = Column("name", _l("名称"))
_HOUSEHOLDS = Column("households", _l("户数"), numeric=True)
_AREA = Column("area_km2", _l("面积（平方公里）"), numeric=True)
_SUBDISTRICT = Column("subdistrict_name", _l("所属街道"))
_COMMUNITY = Column("community_name", _l("所属社区"))
_GRID = Column("grid_code", _l("所在网格编码"))
_GRID_NAME = Column("grid_name", _l("所在网格"))


def _table(
    name: str, title: object, frame: Callable, *columns: Column, permission: str | None = None
) -> Table:
    return Table(name, title, columns, frame, permission)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "grids", _l("网格"), rows.grids,
            Column("grid_code", _l("网格编码")), _NAME, _COMMUNITY, _SUBDISTRICT,
            _HOUSEHOLDS, Column("stations", _l("站点数"), numeric=True), _AREA,
        ),
        _table(
            "communities", _l("社区"), rows.communities,
            Column("community_code", _l("社区编码")), _NAME, _SUBDISTRICT,
            Column("grids", _l("网格数"), numeric=True), _HOUSEHOLDS,
            Column("stations", _l("站点数"), numeric=True), _AREA,
        ),
        _table(
            "subdistricts", _l("街道"), rows.subdistricts,
            Column("subdistrict_code", _l("街道编码")), _NAME,
            Column("communities", _l("社区数"), numeric=True), _HOUSEHOLDS, _AREA,
        ),
        _table(
            "county", _l("县"), rows.county,
            Column("county_code", _l("县编码")), _NAME, _HOUSEHOLDS, _AREA,
        ),
        _table(
            "stations", _l("站点"), rows.stations,
            Column("station_code", _l("站点编码")), _NAME, Column("kind", _l("类型"), words=STATION_KINDS),
            Column("status", _l("状态"), words=STATUSES),
            Column("status_now", _l("当前状态"), words=STATUSES_NOW),
            _GRID, _GRID_NAME, Column("address", _l("地址")),
            Column("hours", _l("开放时间"), tell=in_words),
            Column("amenities", _l("设施"), words=AMENITIES, many=True),
            Column("capacity", _l("可容纳人数"), numeric=True),
        ),
        _table(
            "blocks", _l("地块"), rows.blocks,
            Column("block_code", _l("地块编码")), _NAME, _COMMUNITY, _GRID, _GRID_NAME, _HOUSEHOLDS,
            Column("land_use", _l("用地性质"), words=LAND_USES), _AREA,
        ),
        _table(
            "buildings", _l("楼栋"), rows.buildings,
            Column("building_code", _l("楼栋编码")), Column("block_code", _l("所属地块编码")), _GRID,
            _HOUSEHOLDS, Column("floors", _l("层数"), numeric=True),
        ),
        _table(
            "streets", _l("路网"), rows.streets,
            Column("street_code", _l("道路编码")), _NAME,
            Column("road_class", _l("道路等级"), words=ROAD_CLASSES), Column("bridge", _l("桥梁")),
            Column("length_m", _l("长度（米）"), numeric=True),
        ),
        _table(
            "street_pieces", _l("路网断片"), rows.street_pieces,
            Column("piece", _l("断片")), Column("name", _l("道路名称")),
            Column("length_m", _l("长度（米）"), numeric=True),
            Column("streets", _l("路段数"), numeric=True),
            Column("households_near", _l("附近户数"), numeric=True), _GRID, _GRID_NAME,
            Column("place", _l("位置")), Column("street_codes", _l("道路编码")),
        ),
        _table(
            "gates", _l("小区出入口"), rows.gates,
            Column("gate_code", _l("出入口编码")), _NAME, Column("passage", _l("通行"), words=PASSAGES),
            Column("block_code", _l("所属地块编码")), Column("block_name", _l("所属地块")),
            Column("place", _l("位置")),
        ),
        _table(
            "water", _l("水系"), rows.water,
            Column("water_code", _l("水系编码")), _NAME, Column("kind", _l("类型"), words=WATER_KINDS), _AREA,
        ),
        _table(
            "assignments", _l("责任"), rows.assignments,
            Column("assignment_code", _l("责任编号")), Column("area_code", _l("区域编码")),
            Column("area_name", _l("区域")), Column("role", _l("责任角色"), words=ROLES),
            Column("holder_name", _l("责任人")), Column("holder_phone", _l("电话")),
            Column("organisation_name", _l("单位")), Column("vacant", _l("空缺")),
            Column("term_from", _l("任期起")), Column("term_to", _l("任期止")),
            permission="assignments:overlay:read",
        ),
        _table(
            "organisations", _l("单位"), rows.organisations,
            Column("organisation_code", _l("单位编码")), _NAME,
            Column("kind", _l("性质"), words=ORGANISATION_KINDS), Column("zone_name", _l("片区")),
            Column("members", _l("双报到党员数"), numeric=True),
            permission="assignments:overlay:read",
        ),
        _table(
            "incidents", _l("事件"), rows.incidents,
            Column("incident_code", _l("事件编号")), Column("category", _l("类别"), words=CATEGORIES),
            Column("class_name", _l("小类")), Column("state", _l("状态"), words=STATES),
            Column("description", _l("描述")), _GRID, _GRID_NAME, Column("reported_at", _l("上报时间")),
            Column("due_at", _l("时限")), Column("resolved_at", _l("处置时间")),
            Column("organisation_name", _l("处置单位")),
            permission="incidents:overlay:read",
        ),
    )
}  # fmt: skip
