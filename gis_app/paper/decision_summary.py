"""The first section of a decision paper: what is asked for, in a few sentences and six figures."""

from __future__ import annotations

from gis_app.paper.decision_view import View
from gis_app.paper.document import WHOLE, Column, Figure, Figures, Paragraph, Section, Table


def section(view: View) -> Section:
    """Return the summary."""
    _ = view.say
    return Section(_("概要"), (*map(Paragraph, sentences(view)), figures(view), _kinds(view)), page=True)


def sentences(view: View) -> list[str]:
    """Return what the plan changes, for whom, and whether the rules hold, in words."""
    _, one, (moved, share) = view.say, view.decision, view.moved
    effects, kinds = one.effects, view.changed["change"].value_counts()
    hard, soft = (sum(fault.hard == wanted for fault in one.faults) for wanted in (True, False))
    ends = int((effects.posts["rule"] == "ends").sum())
    before, after = one.impact.county_reach
    return [
        _(
            "本方案把全县 %(before)s 个网格调整为 %(after)s 个："
            "%(changed)s 个有变动，%(new)s 个新设，%(gone)s 个撤销。",
            before=len(one.before.keys),
            after=len(one.after.keys),
            changed=int(kinds.get("changed", 0)),
            new=int(kinds.get("new", 0)),
            gone=int(kinds.get("gone", 0)),
        ),
        _("%(moved)s 户换网格，占全县 %(share)s %%。", moved=f"{moved:,}", share=f"{share * 100:.1f}"),
        _(
            "网格责任岗位：%(carried)s 个延续到新网格、待确认，%(ends)s 个随网格撤销而终止，%(gaps)s 个空缺，"
            "%(same)s 个岗位不变而辖区变化。",
            carried=len(effects.posts) - ends,
            ends=ends,
            gaps=len(effects.gaps),
            same=len(kept_posts(view)),
        ),
        _(
            "移交在办事件 %(incidents)s 件，%(stations)s 个站点改属网格；"
            "站点 500 米内的住户由 %(before)s 变为 %(after)s。",
            incidents=len(effects.incidents),
            stations=len(effects.stations),
            before=rate(before),
            after=rate(after),
        ),
        _("必守规则有 %(hard)s 处不符合，建议规则有 %(soft)s 处不符合。", hard=hard, soft=soft)
        if one.faults
        else _("必守规则和建议规则都符合。"),
    ]


def figures(view: View) -> Figures:
    """Return the key figures of both sides."""
    _, one, (moved, share) = view.say, view.decision, view.moved
    totals = one.comparison.totals
    old, new = one.before.households, one.after.households
    fine = view.within(old), view.within(new)
    compact = totals.loc["mean_polsby_popper"]
    border = totals.loc["border_m"] / 1000
    heavy = one.impact.spread["households"]
    cards = [
        (_("网格数"), f"{len(new):,}", "", f"{len(old):,}", ""),
        (_("换网格的住户"), f"{moved:,}", _("户"), NOT_BEFORE, f"{share * 100:.1f} %"),
        (_("户数在范围内的网格"), f"{fine[1]:,}", f"/ {len(new):,}", f"{fine[0]:,} / {len(old):,}",
         _("%(least)s 至 %(most)s 户", least=view.band[0], most=view.band[1])),
        (_("平均紧凑度"), f"{compact['after']:.3f}", "", f"{compact['before']:.3f}", "Polsby–Popper"),
        (_("网格间边界"), f"{border['after']:,.1f}", _("公里"), f"{border['before']:,.1f}", ""),
        (_("网格员最多负责"), number(heavy[1].most), _("户"), number(heavy[0].most),
         _("平均 %(mean)s 户", mean=number(heavy[1].mean))),
    ]  # fmt: skip
    return Figures(tuple(_card(*card) for card in cards))


NOT_BEFORE = "0"


def _card(label: str, said: str, unit: str, before: str, counts: str) -> Figure:
    return Figure(
        code=label, label=label, said=said, unit=unit, value=None, numerator=0.0, denominator=0.0,
        counts=counts, change=before, trend="", target="", verdict="", rule="",
    )  # fmt: skip


def kept_posts(view: View) -> list[tuple[str, str]]:
    """Return (grid code, role) of the posts that stay while their area changes."""
    changed = set(view.changed.index[view.changed["change"] == "changed"])
    posts = view.decision.posts
    rows = posts[posts["code"].isin(changed)]
    return sorted(zip(rows["code"], rows["role"], strict=True))


def rate(share: float) -> str:
    """Return a share as it is read; a dash where nobody lives."""
    return f"{share * 100:.1f} %" if share == share else "—"


def number(value: float) -> str:
    """Return a whole number as it is read; a dash where it is not known."""
    return f"{value:,.0f}" if value == value else "—"


def _kinds(view: View) -> Table:
    _, lineage = view.say, view.decision.effects.lineage
    words = {
        "kept": _("不变"), "changed": _("有变动"), "split": _("拆分"), "merged": _("合并"), "new": _("新设"),
        "retired": _("撤销"),
    }  # fmt: skip
    rows = lineage.groupby("kind")["households"].agg(["size", "sum"])
    told = [
        (words[kind], int(rows.loc[kind, "size"]), int(rows.loc[kind, "sum"]))
        for kind in words
        if kind in rows.index
    ]
    columns = (Column(_("沿革"), width=2), Column(_("条数"), WHOLE), Column(_("户数"), WHOLE))
    note = _("一条为一个原网格到一个新网格；一个网格拆成两个计两条。")
    return Table("kinds", _("原网格成为什么"), columns, tuple(told), note)
