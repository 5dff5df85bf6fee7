"""What was reported and what became of it: by area, by class, by month. Counts only, never a single incident.

Mediation stands here as a number like any other class; nothing tells where or whose it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.incidents import rates
from gis_app.incidents.key_figures import REPORTS
from gis_app.incidents.model import CATEGORIES
from gis_app.incidents.rates import Counted, Selection, Tally
from gis_app.layers.codes import LENGTHS
from gis_app.paper import monthly_chart
from gis_app.paper.document import NUMBER, TEXT, Column, Paragraph, Picture, Section, Table
from gis_app.paper.monthly_state import State
from gis_app.paper.monthly_tables import BRIEF, View, changes, counts, rows_of, shares

MONTHS = 12
OFFSET = int(clock.ZONE.utcoffset(None).total_seconds())


def section(view: View, pictures: tuple[Picture, ...] = ()) -> Section:
    """Return the incidents of the period."""
    _ = view.say
    intro = Paragraph(
        _("事件记在上报时所在的网格和上报的那一天；办理情况看截止时刻。矛盾纠纷只计数，不列地点和当事人。")
    )
    months = _by_month(view)
    chart = monthly_chart.of_months(view, months)
    tables = (_by_area(view), _overdue(view), _by_class(view))
    blocks = (intro, *pictures, *map(view.limited, tables), *((chart,) if chart else ()), months)
    return Section(_("事件"), blocks, page=bool(pictures))


def _by_area(view: View) -> Table:
    _, material = view.say, view.material
    tables = material.tables(view.now, material.level)
    before = material.tables(view.before, material.level)[REPORTS]
    reports, closing = tables[REPORTS], tables["closing_rate"]
    columns = (
        Column(view.level_name, TEXT, 1.8),
        counts(_("上报"), 0.8),
        changes(_("比上期"), 0.9),
        Column(_("每千户") if view.unit == _("户") else _("每千处"), NUMBER, 0.9),
        shares(_("结案率"), 1.0),
        shares(_("按期结案率"), 1.2),
        counts(_("未办结"), 0.9),
        counts(_("其中超期"), 1.0),
    )
    late = tables["overdue_rate"]
    body = rows_of(
        [view.name(code) for code in reports.index],
        reports["numerator"],
        reports["numerator"] - before["numerator"],
        reports["value"],
        closing["value"],
        tables["in_time_rate"]["value"],
        late["denominator"],
        late["numerator"],
    )
    note = _("结案率、按期结案率的分母是应结案的事件，没有应结案的记“—”。")
    return Table("incidents", _("各%(level)s的事件", level=view.level_name), columns, body, note, 60)


def _overdue(view: View) -> Table:
    """Return what is open past its limit at the cut-off, whenever it was reported, by area."""
    _, material = view.say, view.material
    now, before = _late(view, view.now), _late(view, view.before)
    codes = material.areas(material.level)["code"]
    table = pd.DataFrame({"now": now, "before": before}).reindex(codes).fillna(0).astype("int64")
    table = table[table.sum(axis=1) > 0].rename_axis("code").reset_index()
    table = table.sort_values(["now", "code"], ascending=[False, True])
    columns = (
        Column(view.level_name, TEXT, 3),
        counts(_("超期未办结"), 1),
        counts(_("上期末"), 1),
        changes(_("变化"), 1),
    )
    body = rows_of(
        [view.name(code) for code in table["code"]],
        table["now"],
        table["before"],
        table["now"] - table["before"],
    )
    note = _("截止时刻仍未办结且已过时限的全部事件，不论何时上报；只列两个月末有超期的。")
    empty = _("没有超期未办结的事件。")
    title = _("各%(level)s的超期事件", level=view.level_name)
    return Table("overdue", title, columns, body, note, BRIEF, empty)


def _late(view: View, state: State) -> pd.Series:
    level = view.material.level
    rows = rates.select(state.columns, Selection(area_code=view.material.inside))
    tally = Counted(state.columns, rows, state.period.cut_off).by("grid", ())
    counted = pd.Series(tally.numerators["overdue_rate"], index=pd.Index(tally.codes, dtype="str"))
    return counted.groupby(counted.index.str[: LENGTHS[level]]).sum()


def _classes(view: View, state: State) -> pd.DataFrame:
    columns = state.columns
    asked = Selection(state.period.start, state.period.end, area_code=view.material.inside)
    tally = Counted(columns, rates.select(columns, asked), state.period.cut_off).by("class", ())
    return pd.DataFrame(
        {
            "reported": tally.numerators["reported"],
            "closed": tally.numerators["closing_rate"],
            "due": tally.denominators["closing_rate"],
        },
        index=pd.Index(tally.codes, dtype="str"),
    )


def by_class(view: View) -> pd.DataFrame:
    """Return each class of either period: now, before, closed, due, change; the most frequent first."""
    now, before = _classes(view, view.now), _classes(view, view.before)
    codes = now.index.union(before.index)
    table = now.reindex(codes).fillna(0).assign(before=before["reported"].reindex(codes).fillna(0))
    table["change"] = table["reported"] - table["before"]
    table = table.rename_axis("code").reset_index()
    return table.sort_values(["reported", "code"], ascending=[False, True], ignore_index=True)


def class_names(view: View) -> tuple[dict[str, str], dict[str, str]]:
    """Return the name and the category in words of every class by code."""
    frame = view.material.classes
    if not len(frame):
        return {}, {}
    labels = frame["category"].map(lambda code: CATEGORIES.get(code, {}).get(view.lang, code))
    codes = frame["class_code"]
    return dict(zip(codes, frame["name"], strict=True)), dict(zip(codes, labels, strict=True))


def _by_class(view: View) -> Table:
    _ = view.say
    table, (names, categories) = by_class(view), class_names(view)
    columns = (
        Column(_("类别"), TEXT, 2.4),
        Column(_("大类"), TEXT, 1.4),
        counts(_("上报"), 0.9),
        counts(_("上期"), 0.9),
        changes(_("变化"), 0.9),
        shares(_("结案率"), 1.0),
    )
    body = rows_of(
        [names.get(code) or code for code in table["code"]],
        [categories.get(code, "") for code in table["code"]],
        table["reported"],
        table["before"],
        table["change"],
        table["closed"] / table["due"].where(table["due"] > 0),
    )
    empty = _("期内没有上报的事件。")
    return Table("classes", _("各类事件"), columns, body, "", BRIEF, empty)


def _by_month(view: View) -> Table:
    """Return the twelve months up to the period, each as it stood at the cut-off."""
    _ = view.say
    end = np.datetime64(view.now.period.start.isoformat(), "M")
    first = _first_month(view.now) or end
    months = [str(month) for month in np.arange(max(end - MONTHS + 1, min(first, end)), end + 1)]
    tally = _monthly(view, months)
    place = {month: number for number, month in enumerate(tally.codes)}

    def numbers(measure: str, lower: bool = False) -> list[float]:
        source = tally.denominators if lower else tally.numerators
        return [float(source[measure][place[month]]) if month in place else 0.0 for month in months]

    def share(measure: str) -> list[float | None]:
        pairs = zip(numbers(measure), numbers(measure, True), strict=True)
        return [above / below if below else None for above, below in pairs]

    columns = (
        Column(_("月份"), TEXT, 1.2),
        counts(_("上报"), 1),
        shares(_("结案率"), 1),
        shares(_("按期结案率"), 1),
        counts(_("未办结"), 1),
        counts(_("其中超期"), 1),
    )
    body = rows_of(
        months,
        numbers("reported"),
        share("closing_rate"),
        share("in_time_rate"),
        numbers("overdue_rate", True),
        numbers("overdue_rate"),
    )
    note = _("每月都按同一个截止时刻看，所以早先月份的结案率可能高于当月报告里的数字。")
    return Table("months", _("各月走势"), columns, body, note)


def _first_month(state: State) -> np.datetime64 | None:
    """Return the month of the county's first report, None without any."""
    reported = state.columns["reported_at"]
    return np.datetime64(int(reported.min()) + OFFSET, "s").astype("datetime64[M]") if len(reported) else None


def _monthly(view: View, months: list[str]) -> Tally:
    state = view.now
    first = np.datetime64(months[0], "D").item()
    asked = Selection(first, state.period.end, area_code=view.material.inside)
    rows = rates.select(state.columns, asked)
    return Counted(state.columns, rows, state.period.cut_off).by("month", ())
