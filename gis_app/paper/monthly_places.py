"""Where service is thin: the areas that need attention with the reason in words, and the coverage of each."""

from __future__ import annotations

import pandas as pd

from gis_app.incidents.attention import ranked
from gis_app.incidents.key_figures import COVERAGE, POSTS, KeyFigure
from gis_app.paper.document import POINTS, RATE, TEXT, Column, Paragraph, Picture, Section, Table
from gis_app.paper.monthly_tables import BRIEF, SHOWN, View, counts, rows_of, shares

MOST_REASONS = 3


def attention(view: View) -> Section:
    """Return the areas that lack most to the targets, the neediest first."""
    _, material = view.say, view.material
    tables = material.tables(view.now, material.level)
    rows = ranked(tables, material.figures, material.targets)
    columns = (
        counts(_("名次"), 0.5),
        Column(view.level_name, TEXT, 1.5),
        Column(_("占全部差额"), RATE, 0.9),
        Column(_("原因"), TEXT, 6),
    )
    body = rows_of(
        range(1, len(rows) + 1),
        [view.name(code) for code in rows.index],
        rows["need"],
        [_reasons(view, code, row, tables) for code, row in rows.to_dict("index").items()],
    )
    note = _(
        "每项数字离目标还差多少（户、岗、件），各占本范围内差额之和的几成，几项平均后从大到小排列；"
        "百分比是该区域占全部差额的份额。"
    )
    title = _("需要关注的%(level)s", level=view.level_name)
    empty = _("各项数字都达到目标，没有需要特别关注的区域。")
    table = Table("attention", title, columns, body, note, BRIEF, empty)
    return Section(title, (view.limited(table),))


def _reasons(view: View, code: str, row: dict[str, float], tables: dict[str, pd.DataFrame]) -> str:
    _, material = view.say, view.material
    weights = {one: share for one, share in row.items() if one != "need" and share > 0}
    first = sorted(weights, key=weights.get, reverse=True)[:MOST_REASONS]
    return view.semicolon.join(
        _reason(view, material.figures[one], tables[one].loc[code], material.targets[one]) for one in first
    )


def _reason(view: View, figure: KeyFigure, here: pd.Series, target: float | None) -> str:
    _ = view.say
    above, below = here["numerator"], here["denominator"]
    words = {"value": view.number(figure, here["value"]), "target": view.number(figure, target)}
    missing = f"{below - above:,.0f}"
    if figure.code == COVERAGE and view.walking:
        return _(
            "%(n)s %(unit)s步行 500 米内没有驿站（覆盖 %(value)s，目标 %(target)s）",
            n=missing, unit=view.unit, **words,
        )  # fmt: skip
    if figure.code == COVERAGE:
        return _(
            "%(n)s %(unit)s直线 500 米内没有驿站（覆盖 %(value)s，目标 %(target)s）",
            n=missing, unit=view.unit, **words,
        )  # fmt: skip
    if figure.code == POSTS:
        return _("%(n)s 个岗位空缺（共 %(all)s 个）", n=missing, all=f"{below:,.0f}")
    if figure.code == "in_time_rate":
        return _("%(n)s 件没有按期结案（按期 %(value)s，目标 %(target)s）", n=missing, **words)
    if figure.code == "overdue_rate":
        return _("%(n)s 件超期未办结，占未办结的 %(value)s", n=f"{above:,.0f}", value=words["value"])
    return _("%(n)s 件应结未结（结案 %(value)s，目标 %(target)s）", n=missing, **words)


def coverage(view: View, pictures: tuple[Picture, ...] = ()) -> Section:
    """Return the three numbers of coverage for every area, and the grids that are thin."""
    _ = view.say
    unsaid = () if view.walking else (Paragraph(_("本县没有路网数据：只有直线距离，不称步行。"), True),)
    blocks = (
        Paragraph(_coverage_words(view)), *unsaid, *pictures, _three(view), view.limited(_thin(view))
    )  # fmt: skip
    return Section(_("服务覆盖"), blocks, page=bool(pictures))


def _coverage_words(view: View) -> str:
    _ = view.say
    shown = {
        name: "—" if not below else f"{above / below * 100:.1f} %"
        for name, (above, below) in _whole(view).items()
    }
    if not view.walking:
        return _(
            "直线 500 米内有开放驿站的占 %(crow)s，驿站座位够用的占 %(seated)s。"
            "两项数字分开说，不能互相代替。",
            crow=shown["crow"],
            seated=shown["seated"],
        )
    return _(
        "直线 500 米内有开放驿站的占 %(crow)s，沿道路步行 500 米内的占 %(walk)s，步行 500 米内且座位够用的"
        "占 %(seated)s。直线圈不等于走得到，三项数字分开说，不能互相代替。",
        **shown,
    )


def _whole(view: View) -> dict[str, tuple[float, float]]:
    found = {}
    for name, part in view.now.three.items():
        rows = part[part["code"].astype("str").str.startswith(view.material.inside)]
        found[name] = float(rows["numerator"].sum()), float(rows["denominator"].sum())
    return found


def _three(view: View) -> Table:
    _, level = view.say, view.material.level
    tables = {name: view.by_area(part, level) for name, part in view.now.three.items()}
    earlier = view.by_area(view.before.three["walk"], level)["value"]
    walk = tables["walk"]
    title = _("步行 500 米") if view.walking else _("直线 500 米")
    columns = [
        Column(view.level_name, TEXT, 1.8),
        counts(view.unit, 0.9),
        shares(_("直线 500 米"), 1.1),
        shares(title, 1.1),
        shares(_("座位够用"), 1.0),
        counts(_("未覆盖（%(unit)s）", unit=view.unit), 1.2),
        Column(_("比上期"), POINTS, 0.9),
    ]
    data = [
        [view.name(code) for code in walk.index],
        walk["denominator"],
        tables["crow"]["value"],
        walk["value"],
        tables["seated"]["value"],
        walk["denominator"] - walk["numerator"],
        walk["value"] - earlier,
    ]
    if not view.walking:  # the circle decides, and is told once
        del columns[3], data[3]
    note = _(
        "正好 500 米算覆盖；沿道路走不到、附近没有道路的都算未覆盖。没有住户的区域记“—”；比上期为百分点。"
    )
    title = _("各%(level)s的覆盖", level=view.level_name)
    table = Table("coverage", title, tuple(columns), rows_of(*data), note, 60)
    return view.limited(table)


def _thin(view: View) -> Table:
    """Return the grids below the target of coverage, those with most uncovered households first."""
    _, material = view.say, view.material
    table = view.by_area(view.now.three["walk"], "grid")
    mean = _mean_metres(view).reindex(table.index)
    aim = material.targets[COVERAGE] or 0.0
    missing = table["denominator"] - table["numerator"]
    rows = table.assign(missing=missing, mean=mean)
    rows = rows[(rows["value"] < aim) & (missing > 0)].reset_index()
    rows = rows.sort_values(["missing", "code"], ascending=[False, True], ignore_index=True)
    columns = (
        counts(_("名次"), 0.6),
        Column(_("网格"), TEXT, 2.4),
        counts(view.unit, 0.9),
        counts(_("未覆盖（%(unit)s）", unit=view.unit), 1.2),
        shares(_("覆盖"), 1.0),
        counts(_("平均距离（米）"), 1.3),
    )
    body = rows_of(
        range(1, len(rows) + 1),
        [view.name(code) for code in rows["code"]],
        rows["denominator"],
        rows["missing"],
        rows["value"],
        rows["mean"].round(0),
    )
    note = _("覆盖低于目标 %(aim)s 的网格，按未覆盖的数量从多到少。", aim=f"{aim * 100:.0f} %")
    empty = _("没有低于目标的网格。")
    return Table("thin_grids", _("覆盖薄弱的网格"), columns, body, note, SHOWN, empty)


def _mean_metres(view: View) -> pd.Series:
    """Return the mean way of a grid's households to the nearest station, weighted, NaN if none is known."""
    homes = view.now.homes
    known = homes[homes["distance_m"].notna() & (homes["distance_m"] < float("inf"))]
    metres = (known["distance_m"] * known["households"]).groupby(known["grid_code"]).sum()
    weight = known["households"].groupby(known["grid_code"]).sum()
    return metres / weight.where(weight > 0)
