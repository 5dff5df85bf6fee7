"""The monthly report as a document: which sections it has, in which order, and what stands on its cover.

It takes a `Material`, the county at two moments, and gives a `Document`; pictures are handed in, so that what
draws them may change. Nothing in it is about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from gis_app.paper import monthly_changes, monthly_people, monthly_places, monthly_rules, monthly_summary
from gis_app.paper import monthly_tasks as tasks
from gis_app.paper.document import Document, Picture
from gis_app.paper.monthly_question import Period
from gis_app.paper.monthly_state import Material
from gis_app.paper.monthly_tables import View
from gis_app.paper.monthly_words import day_said, moment_said, month_said

# where each picture stands
COVERAGE_MAP, INCIDENTS_MAP, ANSWERS_MAP = PICTURES = ("coverage", "incidents", "answers")


def build(material: Material, pictures: Mapping[str, Picture] | None = None) -> Document:
    """Return the report; `pictures` by the names of PICTURES, those that are missing are left out."""
    view, drawn = View(material), pictures or {}

    def at(name: str) -> tuple[Picture, ...]:
        return (drawn[name],) if name in drawn else ()

    sections = (
        monthly_summary.section(view),
        monthly_places.attention(view),
        monthly_places.coverage(view, at(COVERAGE_MAP)),
        tasks.section(view, at(INCIDENTS_MAP)),
        monthly_people.section(view, at(ANSWERS_MAP)),
        monthly_changes.section(view),
        monthly_rules.section(view),
    )
    _ = view.say
    made = Document(
        language=view.lang,
        title=_("城市网格运行月报"),
        county=_place(view),
        period=period_said(material.now.period, view.lang),
        facts=(),
        sections=sections,
        created=material.now.period.cut_off,
        words=_words(view),
    )
    mark = fingerprint(made)
    return replace(made, facts=_facts(view, mark), mark=mark)


def period_said(period: Period, language: str) -> str:
    """Return a period as a cover names it: the month, or its days where it is no whole one."""
    if period.whole_month:
        return month_said(period.end, language)
    return f"{day_said(period.start, language)} – {day_said(period.end, language)}"


def fingerprint(made: Document) -> str:
    """Return a digest of all that a report says, the same for the same content."""
    told = repr((made.language, made.title, made.county, made.period, made.created.isoformat()))
    digest = blake2b(told.encode(), digest_size=8)
    for section in made.sections:
        for block in section.blocks:
            digest.update(repr(block).encode())
    return digest.hexdigest()


def _place(view: View) -> str:
    _, material = view.say, view.material
    county = material.atlas.county
    top = str(county["name"].iloc[0]) if len(county) else _("全县")
    return f"{top} {view.name(material.inside)}" if len(material.inside) > 6 else top


def _facts(view: View, mark: str) -> tuple[tuple[str, str], ...]:
    _, now = view.say, view.material.now.period
    label, _colon, said = monthly_rules.boundaries(view).partition("：" if view.lang == "zh" else ": ")
    return (
        (_("统计时期"), f"{now.start} – {now.end}"),
        (_("数据截至"), moment_said(now.cut_off)),
        (label, said),
        (_("数据指纹"), mark),
    )


def _words(view: View) -> dict[str, str]:
    """Return the words that the formats need beside the content."""
    _ = view.say
    return {
        "contents": _("目录"),
        "rule": _("算法"),
        "target": _("目标"),
        "before": _("比上期"),
        "table": _("表"),
        "picture": _("图"),
        "nothing": _("（无）"),
        "page": _("第 %(page)s 页，共 %(pages)s 页", page="{page}", pages="{pages}"),
        "privacy": _("本报告只含地点、服务和任务的汇总数字，不含居民个人信息。"),
        "good": _("达到"),
        "bad": _("未达到"),
        "rules_sheet": _("算法与口径"),
        "cover_sheet": _("封面"),
    }
