"""The effects of a plan in a decision paper: work, posts, reach, open incidents, last year counted again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.paper.decision_summary import kept_posts, number, rate
from gis_app.paper.decision_view import View, both
from gis_app.paper.document import SAID, TEXT, Column, Section, Table


def section(view: View) -> Section:
    """Return what the plan does to those who work and to what hangs on grids."""
    _ = view.say
    blocks = (
        _spread(view), _workers(view), _posts(view), _reach(view), _stations(view), _incidents(view),
        _counted_again(view),
    )  # fmt: skip
    return Section(_("影响"), blocks)


def _spread(view: View) -> Table:
    _, impact = view.say, view.decision.impact
    words = {"households": _("户数"), "incidents": _("近一年事件")}
    rows = [
        (f"{words[name]} · {label}", say(sides[0]), say(sides[1]))
        for name, sides in impact.spread.items()
        for label, say in (
            (_("每名网格员平均"), lambda one: decimal(one.mean, 1)),
            (_("最多"), lambda one: number(one.most)),
            (_("最少"), lambda one: number(one.least)),
            (_("基尼系数（0 为完全均衡）"), lambda one: decimal(one.gini, 3)),
        )
    ]
    rows.append((_("没有网格员的网格"), *(f"{count:,}" for count in impact.unheld)))
    columns = (Column(_("指标"), width=2.4), Column(_("现行"), SAID), Column(_("草案"), SAID))
    return Table("spread", _("工作量的分布"), columns, tuple(rows))


def decimal(value: float, digits: int) -> str:
    """Return a number as it is read; a dash where it is not known."""
    return f"{value:,.{digits}f}" if np.isfinite(value) else "—"


def _workers(view: View) -> Table:
    _ = view.say
    rows = tuple(
        (
            view.codes(one["grids_before"]), view.codes(one["grids_after"]),
            both(one["households_before"], one["households_after"]),
            both(one["incidents_before"], one["incidents_after"]),
        )
        for one in view.decision.impact.workers.to_dict("records")
    )  # fmt: skip
    columns = (
        Column(_("现行网格"), width=2),
        Column(_("调整后网格"), width=2),
        Column(_("户数"), SAID),
        Column(_("近一年事件"), SAID),
    )
    note = _("一行为一名网格员，只写所负责的网格，不写姓名；没有列出的工作量不变。")
    return Table(
        "workers", _("工作量有变化的网格员"), columns, rows, note, empty=_("没有网格员的工作量变化。")
    )


def _posts(view: View) -> Table:
    _, effects = view.say, view.decision.effects
    rows = []
    for one in effects.posts.to_dict("records"):
        ends = one["rule"] == "ends"
        told = _("随网格撤销而终止") if ends else _("由 %(grid)s 延续，待确认", grid=one["from_grid"])
        rows.append((view.grid(one["grid_code"]), view.role(one["role"]), told))
    rows += [(view.grid(code), view.role(role), _("空缺")) for code, role in _pairs(effects.gaps)]
    rows += [(view.grid(code), view.role(role), _("岗位不变，辖区变化")) for code, role in kept_posts(view)]
    columns = (Column(_("网格"), width=2.2), Column(_("岗位")), Column(_("变化"), width=2.2))
    note = _("只列岗位和地区，不列人名。")
    return Table("posts", _("责任岗位的变化"), columns, tuple(sorted(rows)), note, empty=_("没有岗位变化。"))


def _pairs(gaps: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(gaps["grid_code"], gaps["role"], strict=True))


def _reach(view: View) -> Table:
    _, reach = view.say, view.decision.impact.reach
    found = reach[reach.index.isin(view.changed.index)]
    rows = tuple(
        (
            view.grid(code),
            both(row["stations_before"], row["stations_after"]),
            both(row["within_before"], row["within_after"]),
            _shares(row["share_before"], row["share_after"]),
        )
        for code, row in found.to_dict("index").items()
    )
    columns = (
        Column(_("网格"), width=2.4),
        Column(_("可达站点"), SAID),
        Column(_("500 米内户数"), SAID),
        Column(_("占该网格"), SAID, 1.3),
    )
    before, after = view.decision.impact.county_reach
    note = _(
        "全县：%(before)s → %(after)s。按地块中心到开放站点的直线距离。",
        before=rate(before),
        after=rate(after),
    )
    return Table("reach", _("站点覆盖"), columns, rows, note, empty=_("还没有变化。"))


def _shares(before: float, after: float) -> str:
    one, two = rate(before), rate(after)
    return two if one == two else f"{one} → {two}"


def _stations(view: View) -> Table:
    _, atlas = view.say, view.decision.atlas
    names = dict(zip(atlas.stations["station_code"], atlas.stations["name"].astype(str), strict=True))
    moved = view.decision.effects.stations
    rows = tuple(
        (
            names.get(one["station_code"], one["station_code"]),
            view.grid(one["from_grid"]),
            view.grid(one["to_grid"]),
        )
        for one in moved.to_dict("records")
    )
    columns = (Column(_("站点"), TEXT, 1.4), Column(_("原网格"), width=1.6), Column(_("新网格"), width=1.6))
    return Table("stations", _("改属网格的站点"), columns, rows, empty=_("没有站点改属网格。"))


def _incidents(view: View) -> Table:
    _, moved = view.say, view.decision.effects.incidents
    counts = moved.groupby(["from_grid", "to_grid"]).size() if len(moved) else pd.Series(dtype=int)
    rows = tuple((view.grid(old), view.grid(new), f"{count:,}") for (old, new), count in counts.items())
    columns = (Column(_("原网格"), width=2), Column(_("新网格"), width=2), Column(_("件数"), SAID))
    note = _("共 %(n)s 件；生效时移交给新网格的责任人，并在事件上留痕。", n=len(moved)) if len(moved) else ""
    return Table("incidents", _("在办事件移交"), columns, rows, note, empty=_("没有在办事件需要移交。"))


def _counted_again(view: View) -> Table:
    _, counts = view.say, view.decision.impact.incidents
    found = counts[counts.index.isin(view.changed.index)]
    rows = tuple(
        (
            view.grid(code),
            both(row["incidents_before"], row["incidents_after"]),
            both(row["rate_before"], row["rate_after"], 1),
        )
        for code, row in found.to_dict("index").items()
    )
    columns = (Column(_("网格"), width=2.4), Column(_("近一年事件"), SAID), Column(_("每千户件数"), SAID))
    note = _(
        "近一年有位置的事件共 %(total)s 件，其中 %(moved)s 件所在的地块换网格；没有位置的事件不计。",
        total=f"{int(view.decision.after.canvas.incidents.sum()):,}",
        moved=f"{int(view.decision.comparison.moved['incidents'].sum()):,}",
    )
    title = _("近一年事件按新网格重算")
    return Table("recount", title, columns, rows, note, empty=_("还没有变化。"))
