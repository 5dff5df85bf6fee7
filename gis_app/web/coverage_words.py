"""The figures of coverage as people are told them: each with its rule, what it is made of, and its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from gis_app.stations.figures import Figures
from gis_app.stations.reach_table import CROW
from gis_app.stations.scope import ALWAYS, OPEN_AT, PLANNED
from gis_app.web.coverage_ask import Asked
from gis_app.web.i18n import language
from gis_app.web.services import services
from gis_app.web.stations import limit_label
from gis_app.web.table_columns import AMENITIES, STATION_KINDS

LIST = "/coverage/uncovered"


def measure_words(measure: str, asked: Asked, basis: str) -> tuple[str, str, str]:
    """Return (title, unit, rule) of a measure."""
    limit = limit_label(asked.limit)
    households_per_seat = services().settings.households_per_seat
    inclusive = _("距离不大于限值算覆盖。")
    if basis == CROW:
        walking = _("没有路网数据，按直线距离计算；距离不大于限值算覆盖。")
        reached, seated, mean = (
            _("%(limit)s直线可达", limit=limit),
            _("%(limit)s直线可达且有容量", limit=limit),
            _("平均直线距离"),
        )
    else:
        walking = _("从每栋楼沿路网步行到最近的站点，含两端离开道路的一段；距离不大于限值算覆盖。")
        reached, seated, mean = (
            _("%(limit)s步行可达", limit=limit),
            _("%(limit)s步行可达且有容量", limit=limit),
            _("平均步行距离"),
        )
    seat = _("每个座位服务 %(n)s 户。", n=households_per_seat)
    words = {
        "share": (reached, "%", walking),
        "crow_share": (
            _("%(limit)s直线圈内", limit=limit),
            "%",
            _("按直线距离画圈，只作对照，不代表走得到。") + inclusive,
        ),
        "seated_share": (
            seated,
            "%",
            _("在可达的住户中分配座位，服务尽量多的住户，再使总距离最短。") + " " + seat,
        ),
        "mean_m": (
            mean,
            _("米"),
            _("到最近站点的距离，按户数加权；走不到的不计入，另列名单。"),
        ),
        "times_0_share": (_("%(limit)s内没有站点", limit=limit), "%", walking),
        "seats_per_1000": (
            _("每千户座位（两步移动搜索）"),
            _("座/千户"),
            _("增强型两步移动搜索：座位按距离三档（权重 1、0.68、0.22）分给限值内的住户，再按户汇总。"),
        ),
    }
    return words[measure]


def scope_words(asked: Asked) -> str:
    """Say which stations count."""
    scope, lang = asked.scope, language()
    kinds = "、".join(STATION_KINDS[kind][lang] for kind in scope.kinds) or _("全部站点")
    parts = [kinds]
    if scope.when == OPEN_AT:
        parts.append(_("%(time)s开放", time=f"{asked.moment:%Y-%m-%d %H:%M}"))
    elif scope.when == ALWAYS:
        parts.append(_("24 小时开放"))
    elif scope.when == PLANNED:
        parts.append(_("含规划中"))
    if scope.amenities:
        parts.append(_("有%(what)s", what="、".join(AMENITIES[one][lang] for one in scope.amenities)))
    if asked.day:
        parts.append(_("%(day)s的站点", day=asked.day.isoformat()))
    return " · ".join(parts)


def query_of(asked: Asked, **more: str) -> str:
    """Return the question as it stands in an address."""
    scope = asked.scope
    told = {
        "level": asked.level,
        "limit": asked.limit,
        "when": scope.when,
        "at": f"{scope.moment:%Y-%m-%dT%H:%M}" if scope.moment else "",
        "kind": scope.kinds[0] if scope.kinds else "all",
        "amenities": ",".join(scope.amenities),
        "day": asked.day.isoformat() if asked.day else "",
    }
    return urlencode({name: value for name, value in (told | more).items() if value})


def told_figures(asked: Asked, found: Figures, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of the county side by side: value, unit, numerator, denominator, rule, list."""
    homes, unit = row["households"], _("处") if found.unit == "places" else _("户")

    def share(code: str, numerator: str, counted: str, rest: str) -> dict[str, Any]:
        title, _unit, rule = measure_words(code, asked, found.basis)
        top = row[numerator]
        return {
            "code": code,
            "label": title,
            "value": top / homes if homes else None,
            "unit": "%",
            "numerator": top,
            "denominator": homes,
            "counted_in": unit,
            "rule": rule,
            "list": f"{LIST}?{query_of(asked, why=counted)}",
            "rest": f"{LIST}?{query_of(asked, why=rest)}",
        }

    title, metres, rule = measure_words("mean_m", asked, found.basis)
    lost = row["unreachable"] + row["unsnapped"]
    mean = {"code": "mean_m", "label": title, "value": row["mean_m"], "unit": metres, "rule": rule}
    mean |= {"numerator": homes - lost, "denominator": homes, "counted_in": unit}
    lost_rule = _(
        "沿路网走不到任何站点，或离最近的道路超过 %(n)s 米；逐个列出，不按 0 米计。",
        n=f"{services().settings.snap_limit:g}",
    )
    lost_figure = {
        "code": "lost",
        "label": _("走不到或接不上路网"),
        "value": lost,
        "unit": unit,
        "rule": lost_rule,
    }
    lost_figure |= {"numerator": lost, "denominator": homes, "counted_in": unit}
    return [
        share("crow_share", "crow_covered", "circle", "crow"),
        share("share", "covered", "covered", "far"),
        share("seated_share", "seated", "seated", "full"),
        mean | {"list": f"{LIST}?{query_of(asked, sort='distance')}"},
        lost_figure | {"list": f"{LIST}?{query_of(asked, why='lost')}"},
    ]


def equity_words(found: Figures, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is told of evenness and spare service: label, value, unit, rule."""
    unit = _("处") if found.unit == "places" else _("户")
    decile = _("步行距离最远的一成住户（按户数，边界处按比例计）的平均步行距离。")
    return [
        {
            "label": _("最远一成住户平均"),
            "value": row["worst_decile_mean_m"],
            "unit": _("米"),
            "rule": decile,
        },
        {
            "label": _("最远一户"),
            "value": row["worst_m"],
            "unit": _("米"),
            "rule": _("有路可走的住户中步行距离最长的。"),
        },
        {
            "label": _("步行距离基尼系数"),
            "value": row["gini"],
            "unit": "",
            "rule": _("0 为家家一样远，越接近 1 越不均；按户数加权。"),
        },
        {
            "label": _("超载站点"),
            "value": row["overloaded"],
            "unit": _("个"),
            "rule": _(
                "若住户都去最近的站点，来的户数多于座位可服务的户数。共 %(n)s 个站点计入。", n=row["stations"]
            ),
        },
        {
            "label": _("两个以上站点可达"),
            "value": row["times_2"] + row["times_3"],
            "unit": unit,
            "rule": _("限值内有两个或更多站点，关掉一个仍有服务。"),
        },
    ]
