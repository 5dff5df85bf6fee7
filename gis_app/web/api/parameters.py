"""Every parameter of what can be read, by name: where it stands, what it may be, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gis_app.assignments.tables import ROLES
from gis_app.assignments.terms import STATES as POST_STATES
from gis_app.incidents.model import CATEGORIES
from gis_app.incidents.rates import BYS
from gis_app.layers import rules
from gis_app.stations.scope import WHENS
from gis_app.web.api.paging import FURTHEST, MOST, USUAL
from gis_app.web.api.room import Operation
from gis_app.web.coverage_ask import KIND_CHOICES, LEVELS
from gis_app.web.incident_statistics import COMPARES
from gis_app.web.stations import DEFAULT_LIMIT, LIMITS

TEXT: dict[str, Any] = {"type": "string"}
DAY: dict[str, Any] = {**TEXT, "format": "date"}


def parameters_of(operation: Operation) -> list[dict[str, Any]]:
    """Return the parameters of an operation: those of its path, then those of its query."""
    known = _queries() | _of(operation.name)
    in_path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    paths = [
        {"name": name, "in": "path", "required": True, "schema": {**TEXT, "maxLength": 32}}
        for name in in_path
    ]
    return [*paths, *(_query(name, *known[name]) for name in operation.parameters)]


def _query(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": dict(schema)}


def _one_of(*values: str, default: str = "") -> dict[str, Any]:
    return {**TEXT, "enum": list(values), **({"default": default} if default else {})}


def _of(name: str) -> dict[str, tuple[Mapping[str, Any], str]]:
    """Return what means something else in one operation."""
    return {
        "listStations": {"kind": (_one_of(*rules.STATION_KINDS), _("类型"))},
        "listPosts": {
            "role": (_one_of(*ROLES), _("责任角色")),
            "state": (_one_of(*POST_STATES), _("岗位状态")),
        },
    }.get(name, {})


def _queries() -> dict[str, tuple[Mapping[str, Any], str]]:
    area = {**TEXT, "pattern": "^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    offset = {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0}
    return {
        "limit": (limit, _("每页条数")),
        "offset": (offset, _("跳过的条数")),
        "area": (area, _("只要这个区域内的：6、9、12 或 15 位区域编码")),
        "q": ({**TEXT, "maxLength": 60}, _("名称中含有的字")),
        "shapes": (_one_of("true", "false"), _("是否带图形（GeoJSON，经纬度）")),
        "land_use": (_one_of(*rules.LAND_USES), _("用地性质")),
        "status": (_one_of(*rules.STATION_STATUSES), _("状态")),
        "level": (_one_of(*LEVELS, default="grid"), _("按哪一级区域汇总")),
        "within": (_one_of(*LIMITS, default=DEFAULT_LIMIT), _("步行限值：米或分钟")),
        "kind": (_one_of(*KIND_CHOICES, default="warm_station"), _("计入哪类站点")),
        "amenities": ({**TEXT, "maxLength": 200}, _("站点须有的设施，以逗号分隔")),
        "when": (
            _one_of(*WHENS, default="serving"),
            _("计入哪些站点：在用、某一时刻开放、24 小时、含规划中"),
        ),
        "at": ({**TEXT, "maxLength": 40}, _("when=open 时的时刻，如 2024-04-28T20:00")),
        "day": (DAY, _("按这一天的站点计算")),
        "from": (DAY, _("上报日期从哪天起")),
        "to": (DAY, _("上报日期到哪天止")),
        "category": (_one_of(*CATEGORIES), _("事件大类")),
        "class": ({**TEXT, "maxLength": 16}, _("事件类别编码")),
        "organisation": ({**TEXT, "maxLength": 32}, _("处置单位编码")),
        "by": (_one_of(*BYS, default="community"), _("按什么分组")),
        "compare": (_one_of(*COMPARES, default="previous"), _("与哪个时期比较")),
        "plan": ({**TEXT, "maxLength": 20}, _("按哪个边界方案划入网格：方案号，或 reported")),
    }
