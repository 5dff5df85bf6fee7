"""The tables of a decision paper on the plan itself: rules, differences by grid, the crosswalk, remarks."""

from __future__ import annotations

import numpy as np

from gis_app.paper.decision_view import View, both
from gis_app.paper.document import MARK, SAID, WHOLE, Column, Paragraph, Section, Table
from gis_app.plans.faults import WORDS, PlanFault, Rule
from gis_app.plans.rules import LIMITS

NO_LIMIT = LIMITS["moved"][1]["most"][2]
MOST_FAULTS = 60
FIGURES = (
    ("households", 0, 1.0), ("buildings", 0, 1.0), ("blocks", 0, 1.0), ("incidents", 0, 1.0),
    ("stations", 0, 1.0), ("area_m2", 1, 10_000.0), ("polsby_popper", 2, 1.0),
)  # fmt: skip


def rules(view: View) -> Section:
    """Return every rule with its result, and the places where one does not hold."""
    _, one = view.say, view.decision
    rows = tuple(_rule(view, rule) for rule in one.rules)
    columns = (
        Column(_("规则"), width=2.2),
        Column(_("性质"), width=0.9),
        Column(_("要求"), width=2),
        Column(_("结果"), MARK, 1.4),
    )
    checked = Table("rules", _("规则与结果"), columns, rows)
    return Section(_("规则检查"), (checked, _faults(view)))


def _rule(view: View, rule: Rule) -> tuple[str, ...]:
    _ = view.say
    wrong = sum(fault.rule_id == rule.rule_id for fault in view.decision.faults)
    result = _("未启用") if not rule.on else _("✗ %(n)s 处", n=wrong) if wrong else _("✓ 符合")
    kind = _("必守") if rule.hard else _("建议")
    return _(WORDS[rule.rule_id][0]), kind, _limits(view, rule), result


def _limits(view: View, rule: Rule) -> str:
    _ = view.say
    words = {"least": _("不少于"), "most": _("不多于"), "share": _("比例")}
    told = [
        f"{words[name]} {value * 100:g} %" if name == "share" else f"{words[name]} {value:,g}"
        for name, value in rule.params.items()
        if not (rule.rule_id == "moved" and value >= NO_LIMIT)
    ]
    return view.comma.join(told)


def _faults(view: View) -> Table:
    _ = view.say
    rows = tuple((_("必守") if one.hard else _("建议"), *_fault(view, one)) for one in view.decision.faults)
    columns = (Column(_("性质"), width=0.7), Column(_("哪里不符合"), width=3.4), Column(_("怎样改"), width=3))
    note = (
        _("只列前 %(n)s 处，共 %(all)s 处。", n=MOST_FAULTS, all=len(rows)) if len(rows) > MOST_FAULTS else ""
    )
    return Table("faults", _("不符合之处"), columns, rows, note, MOST_FAULTS, _("没有不符合之处。"))


def _fault(view: View, fault: PlanFault) -> tuple[str, str]:
    _, codes = view.say, view.decision.effects.codes
    args = {
        name: codes.get(value, value) if name in ("grid", "other") else value
        for name, value in fault.args.items()
    }
    _name, message, remedy = WORDS[fault.rule_id]
    return _(message) % args, _(remedy) % args


def differences(view: View) -> Section:
    """Return every changed grid with its figures before and after."""
    _, words = view.say, view.change_words()
    rows = tuple(
        (
            view.grid(code),
            words[row["change"]],
            *(
                both(row[f"{name}_before"] / scale, row[f"{name}_after"] / scale, digits)
                for name, digits, scale in FIGURES
            ),
        )
        for code, row in view.changed.to_dict("index").items()
    )
    titles = (
        _("户数"), _("楼栋"), _("地块"), _("近一年事件"), _("可达站点"), _("面积（公顷）"), _("紧凑度"),
    )  # fmt: skip
    columns = (
        Column(_("网格"), width=2.5), Column(_("变化"), width=0.95),
        *(Column(title, SAID, 1.15) for title in titles),
    )  # fmt: skip
    note = _("“现行 → 草案”；只有一个数的没有变化。可达站点：地块中心 500 米内开放的站点，直线距离。")
    table = Table("differences", _("有变化的网格"), columns, rows, note, empty=_("还没有变化。"))
    return Section(_("逐网格的差异"), (table,))


def crosswalk(view: View) -> Section:
    """Return where the households of each changed grid go."""
    _ = view.say
    walk = view.decision.effects.crosswalk
    changed = (walk["from_grid"] != walk["to_grid"]) | (walk["share_from"] < 1) | (walk["share_to"] < 1)
    rows = tuple(
        (
            view.grid(one["from_grid"]), view.grid(one["to_grid"]), int(one["households"]),
            f"{one['share_from'] * 100:.1f} %", f"{one['share_to'] * 100:.1f} %",
        )
        for one in walk[changed].to_dict("records")
    )  # fmt: skip
    columns = (
        Column(_("原网格"), width=2.6), Column(_("新网格"), width=2.6), Column(_("户数"), WHOLE),
        Column(_("占原网格"), SAID), Column(_("占新网格"), SAID),
    )  # fmt: skip
    note = _("没有列出的网格，住户全部留在原网格。新网格编码为发布时将赋的编码。")
    title = _("对照表：原网格 → 新网格")
    return Section(
        _("对照表"), (Table("crosswalk", title, columns, rows, note, empty=_("没有住户换网格。")),)
    )


def remarks(view: View) -> Section:
    """Return the remarks on the draft, each with its place, who made it and whether it is settled."""
    _, one = view.say, view.decision
    blocks = [Paragraph(_("最近的意见：%(text)s", text=one.draft.note))] if one.draft.note else []
    places = np.array([(remark.lon, remark.lat) for remark in one.remarks], dtype=float).reshape(-1, 2)
    grids = [code or "" for code in one.atlas.grids_at(places)] if len(places) else []
    rows = tuple(
        (
            remark.text, f"{grid} ({remark.lon:.5f}, {remark.lat:.5f})".strip(), remark.actor,
            f"{remark.at:%Y-%m-%d}", _("未解决") if remark.resolved_at is None else _("已解决"),
        )
        for remark, grid in zip(one.remarks, grids, strict=True)
    )  # fmt: skip
    columns = (
        Column(_("备注"), width=3),
        Column(_("位置"), width=2),
        Column(_("账户")),
        Column(_("日期")),
        Column(_("状态"), width=0.8),
    )
    table = Table("remarks", _("草案上的备注"), columns, rows, empty=_("没有备注。"))
    return Section(_("备注与意见"), (*blocks, table))
