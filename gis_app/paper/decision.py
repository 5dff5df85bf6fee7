"""The decision paper of a draft as a document: its cover, and which sections follow in which order.

It takes a `Decision`, what a draft changes as of a day, and says it; the same decision gives the same bytes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from gis_app import clock
from gis_app.paper import decision_effects, decision_maps, decision_summary, decision_tables
from gis_app.paper.decision_view import View
from gis_app.paper.document import NOTHING, Document, Section, Signatures
from gis_app.paper.monthly import fingerprint
from gis_app.people.roles import Role
from gis_app.studio.decision import Decision
from gis_app.studio.model import STATES


def build(decision: Decision, language: str, review_number: str = "", attribution: str = "") -> Document:
    """Return the decision paper in a language; the other two texts stand on its maps."""
    view = View(decision, language)
    _ = view.say
    sections = (
        decision_summary.section(view),
        *decision_maps.sections(view, review_number, attribution),
        decision_tables.rules(view),
        decision_tables.differences(view),
        decision_tables.crosswalk(view),
        decision_effects.section(view),
        decision_tables.remarks(view),
        _signatures(view),
    )
    county = decision.atlas.county
    made = Document(
        language=language,
        title=_("网格边界调整决策书"),
        county=str(county["name"].iloc[0]) if len(county) else _("全县"),
        period=decision.draft.name,
        facts=_facts(view),
        sections=sections,
        created=datetime.combine(decision.day, time(), clock.ZONE),
        words=_words(view),
    )
    mark = fingerprint(made)
    return replace(made, facts=(*made.facts, (_("数据指纹"), mark)), mark=mark)


def _facts(view: View) -> tuple[tuple[str, str], ...]:
    _, one = view.say, view.decision
    draft, plan = one.draft, one.plan
    role = Role.of(one.role).label(view.lang) if one.role else _("账户")
    return (
        (_("方案名称"), draft.name),
        (_("基础方案"), plan.name or _("第 %(n)s 号方案", n=plan.plan_id)),
        (_("绘制"), f"{role} {draft.owner}"),
        (_("草案"), _("第 %(n)s 号，第 %(version)s 版", n=draft.draft_id, version=draft.version)),
        (_("状态"), STATES[draft.state][view.lang]),
        (_("生效日期"), draft.effective_from or _("待定")),
        (_("日期"), one.day.isoformat()),
    )


def _signatures(view: View) -> Section:
    _ = view.say
    fields = (_("提请"), _("审核"), _("批准"))
    return Section(_("提请、审核、批准"), (Signatures(fields, (_("意见"), _("签字"), _("日期"))),))


def _words(view: View) -> dict[str, str]:
    """Return the words that the layout needs beside the content."""
    _ = view.say
    return {
        "contents": _("目录"),
        "target": _("目标"),
        "before": f"{_('现行')} ",
        "table": _("表"),
        "picture": _("图"),
        "nothing": NOTHING,
        "page": _("第 %(page)s 页，共 %(pages)s 页", page="{page}", pages="{pages}"),
        "privacy": _("本文件只含地点、岗位和汇总数字，不含居民个人信息。"),
    }
