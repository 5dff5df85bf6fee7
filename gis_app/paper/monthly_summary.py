"""The first page of a report: the key figures, and what they say in a few sentences."""

from __future__ import annotations

from gis_app.incidents.attention import ranked
from gis_app.incidents.key_figures import COVERAGE, POSTS, REPORTS, KeyFigure
from gis_app.incidents.key_figures import RATE as A_RATE
from gis_app.paper.document import (
    MARK,
    NOTHING,
    NUMBER,
    POINTS,
    RATE,
    SAID,
    TEXT,
    Cell,
    Column,
    Figure,
    Figures,
    Paragraph,
    Section,
    Table,
)
from gis_app.paper.monthly_tables import View, counts, rows_of


def section(view: View) -> Section:
    """Return the summary."""
    _ = view.say
    panel = figures(view)
    return Section(_("概要"), (*map(Paragraph, sentences(view, panel)), panel, _table(view, panel)))


def figures(view: View) -> Figures:
    """Return the key figures of the report's area."""
    return Figures(tuple(_figure(view, one) for one in view.material.figures.values()))


def _figure(view: View, figure: KeyFigure) -> Figure:
    _, lang, material = view.say, view.lang, view.material
    value, above, below = material.value(view.now, figure.code)
    earlier = material.value(view.before, figure.code)[0]
    aim = material.targets[figure.code]
    change, way = view.change(figure, value, earlier)
    met = None if aim is None or value is None else (value - aim) * figure.better >= 0
    unit = "" if figure.unit == A_RATE else _("件/千户")
    return Figure(
        code=figure.code,
        label=figure.label[lang],
        said=view.number(figure, value),
        unit=unit,
        value=value,
        numerator=above,
        denominator=below,
        counts=f"{above:,.0f} / {below:,.0f}",
        change=change,
        trend=way,
        target="" if aim is None else view.number(figure, aim),
        verdict="" if met is None else "good" if met else "bad",
        rule=figure.rule[lang],
    )


def sentences(view: View, panel: Figures) -> list[str]:
    """Return the month in words, the most important first."""
    _ = view.say
    told = {one.code: one for one in panel.figures}
    found = [_coverage(view, told[COVERAGE]), _incidents(view, told)]
    found.append(view.space.join([*_targets(view, panel), *_posts(view, told[POSTS])]))
    found += _neediest(view)
    return [one for one in found if one]


def _targets(view: View, panel: Figures) -> list[str]:
    _ = view.say
    missed = [one.label for one in panel.figures if one.verdict == "bad"]
    met = [one.label for one in panel.figures if one.verdict == "good"]
    found = []
    if missed:
        found.append(_("未达到目标的有 %(n)s 项：%(names)s。", n=len(missed), names=view.comma.join(missed)))
    if met:
        found.append(_("达到目标的有 %(n)s 项：%(names)s。", n=len(met), names=view.comma.join(met)))
    return found


def _coverage(view: View, one: Figure) -> str:
    _ = view.say
    if one.value is None:
        return _("本区域没有户数或处所数据，不能计算覆盖。")
    return _(
        "%(label)s %(value)s（%(above)s / %(below)s %(unit)s），比上期 %(change)s；"
        "开放的暖心驿站 %(stations)s 个。",
        label=one.label,
        value=one.said,
        above=f"{one.numerator:,.0f}",
        below=f"{one.denominator:,.0f}",
        unit=view.unit,
        change=_than(view, one),
        stations=stations_inside(view),
    )


def stations_inside(view: View) -> int:
    """Return how many stations that count lie in the report's area."""
    table, mask = view.now.coverage.table, view.now.coverage.mask
    grids = table.stations["grid_code"].fillna("").astype("str")
    return int((mask & grids.str.startswith(view.material.inside).to_numpy(bool)).sum())


def _than(view: View, one: Figure) -> str:
    _ = view.say
    return _("无可比数据") if one.change == NOTHING else one.change


def _incidents(view: View, told: dict[str, Figure]) -> str:
    _ = view.say
    reported = int(told[REPORTS].numerator)
    if not reported:
        return _("期内没有上报的事件。")
    closing, overdue = told["closing_rate"], told["overdue_rate"]
    return _(
        "期内上报事件 %(n)s 件，上期 %(before)s 件；结案率 %(closing)s，按期结案率 %(in_time)s；"
        "未办结 %(open)s 件，其中超期 %(late)s 件。",
        n=f"{reported:,}",
        before=f"{view.material.value(view.before, REPORTS)[1]:,.0f}",
        closing=closing.said,
        in_time=told["in_time_rate"].said,
        open=f"{overdue.denominator:,.0f}",
        late=f"{overdue.numerator:,.0f}",
    )


def _posts(view: View, one: Figure) -> list[str]:
    _ = view.say
    vacant = int(one.denominator - one.numerator)
    if not one.denominator or not vacant:
        return []
    return [_("岗位 %(all)s 个，空缺 %(n)s 个。", all=f"{one.denominator:,.0f}", n=f"{vacant:,}")]


def _neediest(view: View) -> list[str]:
    _, material = view.say, view.material
    tables = material.tables(view.now, material.level)
    first = ranked(tables, material.figures, material.targets).index[:3]
    if not len(first):
        return []
    names = view.comma.join(view.name(code) for code in first)
    return [_("最需要关注的%(level)s：%(names)s，原因见下文。", level=view.level_name, names=names)]


def _table(view: View, panel: Figures) -> Table:
    _ = view.say
    columns = (
        Column(_("数字"), TEXT, 2.2),
        Column(_("本期"), SAID, 1.1),
        counts(_("分子"), 1.2),
        counts(_("分母"), 1.35),
        Column(_("上期"), SAID, 1.1),
        Column(_("变化"), SAID, 1.5),
        Column(_("目标"), SAID, 1.1),
        Column(_("是否达到"), MARK, 1.1),
    )
    verdicts = {"good": _("达到"), "bad": _("未达到"), "": _("不设目标")}
    earlier = [view.material.value(view.before, one.code)[0] for one in panel.figures]
    rows = rows_of(
        [one.label for one in panel.figures],
        [_cell(view, one.code, one.value) for one in panel.figures],
        [one.numerator for one in panel.figures],
        [one.denominator for one in panel.figures],
        [_cell(view, one.code, value) for one, value in zip(panel.figures, earlier, strict=True)],
        [_difference(view, one, value) for one, value in zip(panel.figures, earlier, strict=True)],
        [_cell(view, one.code, view.material.targets[one.code]) for one in panel.figures],
        [_verdict(view, one, verdicts) for one in panel.figures],
    )
    note = _("每项数字的算法见附录；分子、分母就是算式两边数到的户、岗、件。")
    return Table("figures", _("主要数字"), columns, rows, note)


def _cell(view: View, code: str, value: float | None) -> Cell:
    figure = view.material.figures[code]
    return Cell(value, RATE if figure.unit == A_RATE else NUMBER, view.number(figure, value))


def _difference(view: View, one: Figure, earlier: float | None) -> Cell:
    known = one.value is not None and earlier is not None
    kind = POINTS if view.material.figures[one.code].unit == A_RATE else NUMBER
    return Cell(one.value - earlier if known else None, kind, one.change)


def _verdict(view: View, one: Figure, verdicts: dict[str, str]) -> str:
    _ = view.say
    return verdicts[one.verdict] if one.verdict or not one.target else _("无数据")
