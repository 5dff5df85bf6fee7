"""Statistics in words: figures as they are read, as JSON tells them, and as lines of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from gis_app.incidents.model import CATEGORIES, label
from gis_app.incidents.rates import BYS, MEDIANS, Selection, Tally
from gis_app.incidents.statistics_columns import STAGES
from gis_app.incidents.statistics_measures import COUNT, HOURS, MEASURES, RATE, UNITS, Figure, stage_label
from gis_app.web import statistics_plans
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_words import organisation_names

if TYPE_CHECKING:
    from gis_app.web.incident_statistics import Answer

TILES = (
    "reported", "closing_rate", "in_time_rate", "open", "overdue_rate", "whole_work", "rework_rate",
    "repeat_rate", "extension_rate", "satisfaction",
)  # fmt: skip
COLUMNS = (
    "reported", "closed", "closing_rate", "in_time_rate", "open", "overdue_rate", "rework_rate",
    "repeat_rate", "extension_rate", "satisfaction", "accept_work", "dispatch_work", "handle_work",
    "verify_work", "whole_work", "whole_wall",
)  # fmt: skip
TILE_MEDIANS = tuple(measure for measure in TILES if measure in MEDIANS)
COLUMN_MEDIANS = tuple(measure for measure in COLUMNS if measure in MEDIANS)
MOST_GROUPS = 500


def page_words(found: Answer, lang: str) -> dict[str, Any]:
    """Return what the page shows."""
    question = found.question
    names = group_names(question.by, found.recount.names)
    order = _order(found.groups, question.by)
    known = catalogue()
    return {
        "cut_off": question.cut_off.strftime("%Y-%m-%d %H:%M"),
        "tiles": [_tile(found, measure, lang) for measure in TILES],
        "stages": [_stage(found.whole, stage, lang) for stage in STAGES],
        "columns": [_column(measure, lang) for measure in COLUMNS],
        "rules": {code: [one.label[lang], one.rule[lang]] for code, one in MEASURES.items()},
        "groups": [_row(found.groups, group, names, lang) for group in order[:MOST_GROUPS]],
        "groups_total": len(order),
        "months": [_month(found.months, group) for group in range(len(found.months.codes))],
        "by_words": by_words(),
        "categories": [(code, words[lang]) for code, words in CATEGORIES.items()],
        "classes": [(kind.class_code, kind.name) for kind in known.classes.values()],
        "organisations": sorted(organisation_names(snapshot()).items()),
        "areas": sorted(found.recount.names.items()),
        "plans": statistics_plans.options(),
        "plan_label": statistics_plans.label_of(question.under),
        "plan_note": statistics_plans.note(question.under, found.counts),
        "period_before": _period(found.period_before),
        "period": _period(question.wanted),
    }


def told(found: Answer, lang: str) -> dict[str, Any]:
    """Return everything as JSON says it."""
    names = group_names(found.question.by, found.recount.names)
    return {
        "cut_off": found.question.cut_off.isoformat(),
        "period": _period(found.question.wanted),
        "period_before": _period(found.period_before),
        "by": found.question.by,
        "plan": _plan(found),
        "figures": figures(found.whole, 0, lang),
        "before": figures(found.before, 0, lang) if found.before else None,
        "groups": [
            {"code": code, "name": names.get(code, code), "figures": figures(found.groups, group, lang)}
            for group, code in enumerate(found.groups.codes)
        ],
        "months": [
            {"month": code, "figures": figures(found.months, group, lang)}
            for group, code in enumerate(found.months.codes)
        ],
        "rules": {code: {"label": one.label[lang], "rule": one.rule[lang]} for code, one in MEASURES.items()},
    }


def figures(tally: Tally, group: int, lang: str) -> dict[str, dict[str, Any]]:
    """Return the figures of a group by measure; rates from 0 to 1, medians in hours."""
    return {
        code: {
            "value": one.value,
            "unit": one.unit,
            "numerator": one.numerator,
            "denominator": one.denominator,
        }
        for code, one in tally.figures(group).items()
    }


def lines(found: Answer, lang: str) -> Iterator[tuple]:
    """Yield a line for each figure: of all, of the period before, of each group and of each month."""
    plan = _plan(found)
    told_under = f"{plan['label']} · {plan['rule']}"
    parts = [(_("合计"), found.whole, {"": _("全部")})]
    if found.before:
        parts.append((_("对比期"), found.before, {"": _period(found.period_before)}))
    by = found.question.by
    parts.append((by_words()[by], found.groups, group_names(by, found.recount.names)))
    if by != "month":
        parts.append((by_words()["month"], found.months, {}))
    for title, tally, names in parts:
        for group, code in enumerate(tally.codes):
            for figure in tally.figures(group).values():
                yield (title, code, names.get(code, code), *_line(figure, lang), told_under)


def notes(found: Answer, lang: str) -> list[tuple[str, str]]:
    """Return what was selected, and the rule of every measure."""
    wanted = found.question.wanted
    area = found.recount.names.get(wanted.area_code, wanted.area_code)
    plan = _plan(found)
    selected = [
        (_("边界方案"), plan["label"]),
        (_("划入网格的规则"), plan["rule"]),
        (_("上报时间"), _period(wanted)),
        (_("对比期"), _period(found.period_before)),
        (_("截止时点"), found.question.cut_off.isoformat()),
        (_("区域"), area or _("全部")),
        (_("类别"), label(wanted.category, lang) if wanted.category else _("全部")),
        (_("小类"), wanted.class_code or _("全部")),
        (_("单位"), wanted.organisation_code or _("全部")),
    ]
    return selected + [(one.label[lang], one.rule[lang]) for one in MEASURES.values()]


def by_words() -> dict[str, str]:
    """Return what the groupings are called."""
    words = (_("网格"), _("社区"), _("类别"), _("小类"), _("单位"), _("月份"))
    return dict(zip(BYS, words, strict=True))


def group_names(by: str, places: Mapping[str, str]) -> Mapping[str, str]:
    """Return the names of groups by code; `places` are those of communities and grids."""
    nowhere = {"": _("（未划入网格）")}
    if by in ("grid", "community"):
        return {**places, **nowhere}
    if by == "class":
        return {code: kind.name for code, kind in catalogue().classes.items()}
    if by == "category":
        return {code: words[language()] for code, words in CATEGORIES.items()}
    return organisation_names(snapshot()) | {"": _("（未派遣）")} if by == "organisation" else {}


def said(figure: Figure) -> str:
    """Return a figure's value as people read it, "—" where there is none."""
    if figure.value is None:
        return "—"
    if figure.unit == RATE:
        return f"{figure.value * 100:.1f} %"
    if figure.unit == COUNT:
        return f"{figure.value:,.0f}"
    return f"{figure.value:,.1f}"


def _plan(found: Answer) -> dict[str, Any]:
    """Return under which plan the figures are told, by which rule, and how many incidents by what."""
    under, counts = found.question.under, found.counts
    return {
        "plan": under.code,
        "label": statistics_plans.label_of(under),
        "rule": statistics_plans.note(under, counts),
        "counts": counts and {(by or "none"): count for by, count in counts.items()},
    }


def _line(figure: Figure, lang: str) -> tuple:
    measure = MEASURES[figure.measure]
    value = None if figure.value is None else round(figure.value, 6)
    unit = _("比率（0–1）") if measure.unit == RATE else UNITS[measure.unit][lang]
    cut_off = figure.cut_off.isoformat()
    return (
        measure.label[lang], value, unit, figure.numerator, figure.denominator, measure.rule[lang], cut_off
    )  # fmt: skip


def _tile(found: Answer, measure: str, lang: str) -> dict[str, Any]:
    figure = found.whole.figure(measure)
    return _shown(figure, lang) | {"change": _change(found, figure)}


def _shown(figure: Figure, lang: str) -> dict[str, Any]:
    measure = MEASURES[figure.measure]
    return {
        "measure": figure.measure,
        "label": measure.label[lang],
        "value": said(figure),
        "unit": UNITS[HOURS][lang] if measure.unit == HOURS and figure.value is not None else "",
        "numerator": f"{figure.numerator:,}",
        "denominator": f"{figure.denominator:,}",
        "is_count": measure.code == "reported",
    }


def _change(found: Answer, figure: Figure) -> dict[str, Any] | None:
    """Return how a figure stands beside the period before, None where nothing can be compared."""
    if found.before is None:
        return None
    earlier = found.before.figure(figure.measure)
    if earlier.value is None or figure.value is None:
        return None
    difference = figure.value - earlier.value
    if figure.unit == RATE:
        text = _("%(points)s 个百分点", points=f"{difference * 100:+.1f}")
    elif figure.unit == COUNT:
        text = f"{difference:+,.0f}" + (f" ({difference / earlier.value:+.1%})" if earlier.value else "")
    else:
        text = f"{difference:+,.1f}"
    better = MEASURES[figure.measure].better * difference
    return {
        "text": text,
        "earlier": said(earlier),
        "kind": "better" if better > 0 else "worse" if better < 0 else "",
    }


def _stage(tally: Tally, stage: str, lang: str) -> dict[str, Any]:
    work, wall = tally.figure(f"{stage}_work"), tally.figure(f"{stage}_wall")
    return {"name": stage_label(stage, lang), "work": _shown(work, lang), "wall": _shown(wall, lang)}


def _column(measure: str, lang: str) -> dict[str, str]:
    one = MEASURES[measure]
    return {"code": measure, "label": one.label[lang], "rule": one.rule[lang], "unit": UNITS[one.unit][lang]}


def _row(tally: Tally, group: int, names: Mapping[str, str], lang: str) -> dict[str, Any]:
    code = tally.codes[group]
    shown = [tally.figure(measure, group) for measure in COLUMNS]
    return {
        "code": code,
        "name": names.get(code, code),
        "cells": [(one.measure, said(one), one.numerator, one.denominator) for one in shown],
    }


def _order(tally: Tally, by: str) -> list[int]:
    """Return the groups in the order shown: months as they come, others with most reports first."""
    every = list(range(len(tally.codes)))
    return (
        every if by == "month" else sorted(every, key=lambda group: -int(tally.numerators["reported"][group]))
    )


def _month(tally: Tally, group: int) -> dict[str, Any]:
    return {
        "month": tally.codes[group],
        "reported": tally.figure("reported", group).numerator,
        "closed": tally.figure("closed", group).numerator,
        "in_time": tally.figure("in_time_rate", group).value,
    }


def _period(wanted: Selection | None) -> str:
    if wanted is None or wanted.start is None or wanted.end is None:
        return ""
    return f"{wanted.start.isoformat()} – {wanted.end.isoformat()}"
