"""The last pages of a report: how every figure is worked out, and what the report rests on."""

from __future__ import annotations

from gis_app.paper.document import SAID, TEXT, Column, Paragraph, Section, Table
from gis_app.paper.monthly_tables import View, rows_of
from gis_app.paper.monthly_words import moment_said


def section(view: View) -> Section:
    """Return rules and cut-offs."""
    _ = view.say
    return Section(_("附录：算法与口径"), (_rules(view), *map(Paragraph, _basis(view))))


def _rules(view: View) -> Table:
    _, lang = view.say, view.lang
    figures = list(view.material.figures.values())
    columns = (
        Column(_("数字"), TEXT, 1.4),
        Column(_("算法"), TEXT, 4.6),
        Column(_("分子"), TEXT, 1.8),
        Column(_("分母"), TEXT, 1.6),
        Column(_("目标"), SAID, 0.9),
    )
    targets = view.material.targets
    body = rows_of(
        [one.label[lang] for one in figures],
        [one.rule[lang] for one in figures],
        [one.above[lang] for one in figures],
        [one.below[lang] for one in figures],
        [view.number(one, targets[one.code]) for one in figures],
    )
    return Table("rules", _("数字的算法"), columns, body)


def _basis(view: View) -> list[str]:
    _, basis = view.say, view.material.asked.basis
    now, before = view.now.period, view.before.period
    return [
        _(
            "本期为 %(start)s 至 %(end)s，看到 %(cut)s 为止。",
            start=now.start, end=now.end, cut=moment_said(now.cut_off),
        ),
        _(
            "上期为 %(start)s 至 %(end)s，看到 %(cut)s 为止。",
            start=before.start, end=before.end, cut=moment_said(before.cut_off),
        ),
        _(
            "两期都只计当时已经知道的：那时还没有上报、受理、办结的不算，站点用那时的站点，"
            "岗位看那时的任期。"
        ),
        boundaries(view),
        _(
            "步行距离沿路网计算，离道路超过 %(snap)s 米的住户算附近没有道路；步行速度 %(speed)s 米/秒；"
            "一个座位服务 %(seat)s 户，座位只给走得到的住户。直线距离只作对照，不称步行。",
            snap=f"{basis.snap_limit:g}",
            speed=f"{basis.walking_speed:g}",
            seat=basis.households_per_seat,
        ),
        _("事件按上报时所在的网格归入各区域；时限按现有记录，以后延期的按延期后的时限。"),
        _("同一个时期再次生成，只要当时的数据没有更正，得到的文件逐字节相同；封面的数据指纹可以核对。"),
    ]  # fmt: skip


def boundaries(view: View) -> str:
    """Return in words which boundaries the report is told under."""
    _, plans = view.say, view.material.plans
    in_force = plans[plans["state"] == "published"]
    if not len(in_force):
        return _("边界：没有发布的方案。")
    row = in_force.iloc[0]
    day = str(row["published_at"])[:10]
    if day > view.now.period.end.isoformat():
        return _(
            "边界：现行方案 %(plan)s（%(day)s 发布），晚于本期，本期的数字按现行边界重新归并。",
            plan=int(row["plan_id"]),
            day=day,
        )
    return _("边界：现行方案 %(plan)s（%(day)s 发布）。", plan=int(row["plan_id"]), day=day)
