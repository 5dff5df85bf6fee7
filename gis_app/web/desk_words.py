"""What people read at the import desk: names for layers, fields, ways to write, states, and the four steps.

Faults and their remedies come in words already, from whoever found them; nothing is judged here.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.desk import tables
from gis_app.web.i18n import language
from gis_app.web.table_columns import TABLES

STEPS = {"read": _l("读入"), "choose": _l("核对"), "check": _l("检查"), "take_in": _l("入库")}
STEP_OF = {
    "reading": "read",
    "choosing": "choose",
    "checking": "check",
    "checked": "check",
    "taking_in": "take_in",
    "taken_in": "take_in",
    "undoing": "take_in",
    "undone": "take_in",
}
BUSY = ("reading", "checking", "taking_in", "undoing")
STATES = {
    "reading": _l("正在读入"),
    "choosing": _l("待核对"),
    "checking": _l("正在检查"),
    "checked": _l("待入库"),
    "taking_in": _l("正在入库"),
    "taken_in": _l("已入库"),
    "undoing": _l("正在撤销"),
    "undone": _l("已撤销"),
    "failed": _l("未能读入"),
    "cancelled": _l("已取消"),
    "discarded": _l("已放弃"),
}
MODES = {
    "add": (_l("新增"), _l("只加入新的编码，已有的一行不动；编码已存在时报错")),
    "update": (_l("按编码更新"), _l("编码已有的更新，没有的新增，其余保留")),
    "replace": (_l("整层替换"), _l("以文件为准，文件里没有的将被删除")),
}
SHAPES = {
    "polygon": _l("面"),
    "line": _l("线"),
    "point": _l("点"),
    "none": _l("无图形"),
}
SEVERITIES = {"error": (_l("错误"), "alert-circle"), "warning": (_l("提醒"), "alert-triangle")}
CHANGES = {
    "inserted": _l("新增"),
    "updated": _l("更新"),
    "removed": _l("删除"),
    "unchanged": _l("不变"),
}
# What a layer or table is called that has no table of its own on the screen.
TITLES = {"county": _l("县域"), "posts": _l("岗位"), "incidents": _l("事件")}
PAGES = {"posts": "/assignments/posts"}
TEMPLATES = {"stations": _l("站点"), "posts": _l("岗位"), "incidents": _l("事件")}
FIELDS = {
    "county_code": _l("县编码"),
    "subdistrict_code": _l("街道编码"),
    "community_code": _l("社区编码"),
    "grid_code": _l("网格编码"),
    "stated_grid": _l("网格编码"),
    "block_code": _l("地块编码"),
    "building_code": _l("楼栋编码"),
    "street_code": _l("道路编码"),
    "water_code": _l("水系编码"),
    "station_code": _l("站点编码"),
    "gate_code": _l("出入口编码"),
    "name": _l("名称"),
    "community_name": _l("所属社区"),
    "subdistrict_name": _l("所属街道"),
    "households": _l("户数"),
    "land_use": _l("用地性质"),
    "floors": _l("层数"),
    "road_class": _l("道路等级"),
    "bridge": _l("桥梁"),
    "kind": _l("类型"),
    "address": _l("地址"),
    "hours": _l("开放时间"),
    "amenities": _l("设施"),
    "capacity": _l("容量"),
    "status": _l("状态"),
    "passage": _l("通行"),
    "lon": _l("经度"),
    "lat": _l("纬度"),
    "x": _l("东坐标"),
    "y": _l("北坐标"),
    "pair": _l("经纬度"),
    "wkt": _l("图形（WKT）"),
    "geometry": _l("图形"),
}


def layer_title(name: str | None) -> str:
    """Return what a layer or table is called, its own name where it is unknown, "" for none."""
    if not name:
        return ""
    if name in TITLES:
        return str(TITLES[name])
    return str(TABLES[name].title) if name in TABLES else name


def table_address(name: str | None) -> str:
    """Return where the rows of a layer or table are seen, "" where nowhere."""
    return PAGES.get(name or "") or (f"/layers/{name}/table" if name in TABLES else "")


def field_title(layer: str, name: str, given: str = "") -> str:
    """Return what a field of a layer or table is called: as known, else as given, else its own name."""
    for field in tables.FIELDS.get(layer, ()):
        if field.name == name:
            return field.label(language())
    return str(FIELDS.get(name) or given or name)


def size_words(size: int | None) -> str:
    """Return how large a file is, in words."""
    size = size or 0
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(size / 2**10, 1 if size else 0):.0f} kB"


def state_words(state: dict[str, Any]) -> str:
    """Return in words how an import stands; one with errors cannot be taken in."""
    return _("有错误") if is_faulty(state) else str(STATES.get(state["state"], state["state"]))


def is_faulty(state: dict[str, Any]) -> bool:
    """Tell whether a check found errors."""
    found = state.get("findings") or state.get("counts") or {}
    return state["state"] == "checked" and bool(found.get("errors"))


def steps(state: dict[str, Any], shown: str) -> list[dict[str, str]]:
    """Return the four steps with how each stands: "done", "here" or "ahead", and where a done one leads."""
    order = list(STEPS)
    reached = max(order.index(STEP_OF.get(state["state"], "read")), order.index(shown))
    open_ = state["state"] in ("choosing", "checked")
    rows = []
    for at, (code, title) in enumerate(STEPS.items()):
        standing = "here" if code == shown else "done" if at < reached else "ahead"
        leads = open_ and code != shown and (code == "choose" or (code == "check" and at <= reached))
        address = f"/desk/{state['id']}?step={code}" if leads and code != "read" else ""
        rows.append({"code": code, "title": str(title), "standing": standing, "address": address})
    return rows


def change_words(findings: dict[str, Any]) -> str:
    """Return in words what taking a file in will change."""
    numbers = {name: f"{findings.get(name) or 0:,}" for name in ("inserted", "updated", "removed")}
    return _("将新增 %(inserted)s 行、更新 %(updated)s 行、删除 %(removed)s 行", **numbers)
