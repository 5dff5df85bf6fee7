"""The ledger (台账) of supervision: every finding, filtered by the address, printed, taken as a workbook."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.incidents import supervision as rules
from gis_app.incidents.deadlines import DUE_SOON, OVERDUE
from gis_app.storage import audit
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_words import organisation_names, place_name
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.supervision_access import areas, findings
from gis_app.web.supervision_words import finding_words, responsible

rooms = Blueprint("supervision_ledger", __name__)
EXPORTED_TAG = "incidents:supervision:exported"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILTERS = ("state", "due", "kind", "post", "organisation", "area", "from", "to", "q")
PAGE_ROWS, WHOLE_ROWS = 50, 2000


@rooms.get("/supervision")
@requires("supervision:round:read")
def ledger() -> Response:
    """Show one page of the findings that the filters select, or the whole of them to be printed."""
    params = Params(*FILTERS, "page", "whole")
    with services().store.read() as conn:
        every = findings(conn)
    frame = selected(params, every)
    whole = params.choice("whole", ("1",)) is not None
    size = WHOLE_ROWS if whole else PAGE_ROWS
    pages = max(1, -(-len(frame) // size))
    page = min(params.whole("page", 1, 100_000, 1), pages)
    rows = frame.iloc[(page - 1) * size : page * size]
    shown = render_template(
        "supervision/ledger.html",
        rows=[
            finding_words(one)
            | {"title": one.title, "kind_label": rules.SUBJECTS[one.subject_kind][language()]}
            for one in rows.itertuples(index=False)
        ],
        total=len(frame),
        page=page,
        pages=pages,
        whole=whole,
        filters={name: request.args[name] for name in FILTERS if request.args.get(name)},
        counts=_counts(every),
        choices=_choices(),
        may_export=may("supervision:ledger:export"),
        today=clock.now().date().isoformat(),
    )
    return Response(shown, content_type=CONTENT_TYPE)


@rooms.get("/supervision/ledger.xlsx")
@requires("supervision:ledger:export")
def export() -> Response:
    """Say the findings that the filters select as a workbook, and note who took it."""
    params = Params(*FILTERS)
    with services().store.read() as conn:
        frame = selected(params, findings(conn))
    body = workbook([Sheet(_("督导台账"), _header(), _lines(frame), _WIDTHS), _notes(len(frame))])
    with services().store.write() as conn:
        detail = {"rows": len(frame), "filters": sorted(name for name in FILTERS if request.args.get(name))}
        audit.append(conn, EXPORTED_TAG, g.account.username, "ledger", detail)
    headers = {"Content-Disposition": 'attachment; filename="supervision.xlsx"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=XLSX)


def selected(params: Params, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the ledger that the filters of the address select."""
    state = params.choice("state", rules.FINDING_STATES)
    kind = params.choice("kind", rules.SUBJECTS)
    post = params.choice("post", rules.POSTS)
    organisation = params.choice("organisation", organisation_names(snapshot()))
    area = params.choice("area", areas())
    due = params.choice("due", (OVERDUE, DUE_SOON))
    first, last = params.period()
    text = params.text("q", 60).casefold()
    wanted = {
        "state": state,
        "subject_kind": kind,
        "responsible_role": post,
        "organisation_code": organisation,
    }
    keep = pd.Series(True, index=frame.index)
    for column, value in wanted.items():
        if value:
            keep &= frame[column] == value
    if area:
        keep &= frame["area_code"].str.startswith(area)
    days = frame["created_at"].str[:10]
    if first:
        keep &= days >= first.isoformat()
    if last:
        keep &= days <= last.isoformat()
    if due:
        keep &= standing(frame) == due
    if text:
        words = frame["description"] + "\n" + frame["title"] + "\n" + frame["subject_code"]
        keep &= words.str.casefold().str.contains(text, regex=False)
    return frame[keep]


def standing(frame: pd.DataFrame) -> pd.Series:
    """Return how findings stand with the clock: overdue, due_soon, in_time, "" where they wait no more."""
    now = clock.now()
    told = [
        rules.deadline(state, datetime.fromisoformat(due_at) if due_at else None, now)
        for state, due_at in zip(frame["state"], frame["due_at"], strict=True)
    ]
    return pd.Series(told, index=frame.index, dtype="str")


def _counts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number of findings in each state, and of those overdue, each with its filter."""
    lang, present = language(), frame["state"].value_counts()
    told = [
        {"name": "state", "value": state, "label": words[lang], "count": int(present.get(state, 0))}
        for state, words in rules.FINDING_STATES.items()
    ]
    late = int((standing(frame) == OVERDUE).sum())
    return [*told, {"name": "due", "value": OVERDUE, "label": _("已超期"), "count": late}]


def _choices() -> dict[str, list[tuple[str, str]]]:
    lang = language()

    def labels(table: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
        return [(code, words[lang]) for code, words in table.items()]

    return {
        "state": labels(rules.FINDING_STATES),
        "due": [(OVERDUE, _("已超期")), (DUE_SOON, _("即将超期"))],
        "kind": labels(rules.SUBJECTS),
        "post": labels(rules.POSTS),
        "area": sorted(areas().items()),
        "organisation": sorted(organisation_names(snapshot()).items(), key=lambda one: one[1]),
    }


_WIDTHS = (8, 24, 10, 22, 22, 48, 20, 12, 12, 20, 20, 20)


def _header() -> list[str]:
    return [
        _("问题编号"),
        _("督导"),
        _("对象"),
        _("对象编码"),
        _("区域"),
        _("问题"),
        _("由谁整改"),
        _("状态"),
        _("时限"),
        _("整改期限"),
        _("提出时间"),
        _("通过时间"),
    ]


def _lines(frame: pd.DataFrame) -> list[tuple]:
    lang = language()
    late = {OVERDUE: _("已超期"), DUE_SOON: _("即将超期")}
    rows = frame.assign(standing=standing(frame))
    return [
        (
            one.finding_id,
            one.title,
            rules.SUBJECTS[one.subject_kind][lang],
            one.subject_code,
            place_name(one.area_code),
            one.description,
            responsible(one.responsible_role, one.organisation_code),
            rules.FINDING_STATES[one.state][lang],
            late.get(one.standing, ""),
            one.due_at,
            one.created_at,
            one.accepted_at,
        )
        for one in rows.itertuples(index=False)
    ]


def _notes(rows: int) -> Sheet:
    """Return the sheet that says what was selected, when, and the rule of the due time."""
    asked = [(name, request.args[name]) for name in FILTERS if request.args.get(name)]
    lines = [
        (_("导出时间"), clock.now().isoformat(timespec="seconds")),
        (_("行数"), str(rows)),
        (
            _("规则"),
            _(
                "整改期限为当日下班时间 %(hour)s；待再督导和已通过的问题不计超期。",
                hour=_hour(rules.END_OF_WORK),
            ),
        ),
        *asked,
    ]
    return Sheet(_("说明"), [_("项目"), _("内容")], lines, (20, 80))


def _hour(at: time) -> str:
    return at.strftime("%H:%M")
