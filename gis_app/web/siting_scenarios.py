"""Finished runs side by side, and a run handed over as a list with its question and worth (CSV, XLSX)."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.jobs.jobs import Job
from gis_app.storage import audit
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.maps import shell_parts
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.siting import MOST_COMPARED
from gis_app.web.siting_runs import answered, find, told
from gis_app.web.table_files import BOM, safe_cell

rooms = Blueprint("siting_scenarios", __name__)
EXPORTED = "stations:siting:exported"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (8, 14, 26, 20, 14, 12, 12, 14)


@rooms.get("/siting/compare")
@requires("stations:siting:read")
def compare() -> Response:
    """Show two to four finished runs side by side: what they ask, what they come to, and where."""
    runs = [_finished(find(number)) for number in _numbers()]
    scenarios, found = [told(job) for job in runs], snapshot()
    parts = shell_parts(found)
    parts["page_config"] = parts["page_config"] | {
        "siting": [{"id": one["id"], "name": one["name"], "places": one["places"]} for one in scenarios]
    }
    body = render_template(
        "siting/compare.html",
        scenarios=scenarios,
        asked=_side_by_side([dict(one["question"]) for one in scenarios]),
        figures=_figures(scenarios),
        shared=_shared(scenarios),
        **parts,
    )
    return Response(body, content_type=CONTENT_TYPE)


@rooms.get("/siting/<number>.<kind>")
@requires("stations:siting:export")
def file(number: str, kind: str) -> Response:
    """Hand over the chosen places as a list, and note who took it."""
    Params()
    makers = {"csv": (_csv, "text/csv; charset=utf-8"), "xlsx": (_xlsx, XLSX)}
    if kind not in makers:
        raise BadInput("bad_parameter", _("文件格式只有 csv 和 xlsx"), {"kind": "csv、xlsx"})
    whole = told(_finished(find(number)))
    make, content_type = makers[kind]
    body = make(whole)
    with services().store.write() as conn:
        detail = {"rows": len(whole["places"]), "kind": kind}
        audit.append(conn, EXPORTED, g.account.username, f"siting:{whole['id']}", detail)
    headers = {"Content-Disposition": f'attachment; filename="siting-{whole["id"]}.{kind}"'}
    return Response(body, headers=headers, content_type=content_type)


def _numbers() -> list[str]:
    """Return the runs to compare, from `run` repeated; raises BadInput."""
    for name in request.args:
        if name != "run":
            raise BadInput("bad_parameter", _("只能用 run 列出要对比的选址"), {name[:40]: "run"})
    numbers = list(dict.fromkeys(request.args.getlist("run")))
    if not 2 <= len(numbers) <= MOST_COMPARED:
        reason = _("请选择 2 到 %(most)s 个已完成的选址来对比", most=MOST_COMPARED)
        raise BadInput("bad_comparison", reason, {"run": reason})
    return numbers


def _finished(job: Job) -> Job:
    if not answered(job):
        reason = _("第 %(n)s 号选址还没有结果", n=job.job_id)
        raise BadInput("siting_not_finished", reason, {"run": reason})
    return job


def _side_by_side(questions: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return every title of the questions with the words of each, and whether they differ."""
    titles = list(dict.fromkeys(title for one in questions for title in one))
    rows = [{"title": title, "words": [one.get(title, "—") for one in questions]} for title in titles]
    return [row | {"differs": len(set(row["words"])) > 1} for row in rows]


def _figures(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every figure with the value of each scenario that has it."""
    known = [{one["label"]: one for one in each["figures"]} for each in scenarios]
    labels = list(dict.fromkeys(label for one in known for label in one))
    return [
        {
            "label": label,
            "rule": next(one[label]["rule"] for one in known if label in one),
            "values": [
                " ".join((one[label]["value"], one[label]["unit"])).strip() if label in one else "—"
                for one in known
            ],
        }
        for label in labels
    ]


def _shared(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every chosen place with which scenarios choose it, those chosen by most first."""
    rows: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(scenarios):
        for place in one["places"]:
            row = rows.setdefault(place["code"], place | {"in": [False] * len(scenarios)})
            row["in"][number] = True
    return sorted(rows.values(), key=lambda row: (-sum(row["in"]), row["community"], row["code"]))


def _header() -> list[str]:
    return [
        _("序号"),
        _("编码"),
        _("名称"),
        _("社区"),
        _("经度"),
        _("纬度"),
        _("就近服务户数"),
        _("说明"),
    ]


def _rows(whole: dict[str, Any]) -> list[list[Any]]:
    return [
        [
            place["number"],
            place["code"],
            place["name"],
            place["community"],
            round(place["lon"], 6),
            round(place["lat"], 6),
            round(place.get("households", 0)),
            note_of(place),
        ]
        for place in whole["places"]
    ]


def note_of(place: dict[str, Any]) -> str:
    """Say what a chosen place is beside new."""
    if place["existing"]:
        return _("现有站点")
    return _("必须设站") if place["kept"] else _("新址")


def _notes(whole: dict[str, Any]) -> list[tuple[str, str]]:
    verdict = whole["verdict"]
    figures = [(one["label"], f"{one['value']} {one['unit']}".strip()) for one in whole["figures"]]
    worth = (_("结论"), f"{verdict['title']}。{verdict['words']}")
    asked = (_("提交"), f"{whole['by']} {whole['at']['exact']}")
    return [(_("选址"), whole["name"]), asked, worth, *whole["question"], *figures]


def _csv(whole: dict[str, Any]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header())
    for row in _rows(whole):
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return BOM + out.getvalue().encode("utf-8", "replace")


def _xlsx(whole: dict[str, Any]) -> bytes:
    return workbook(
        [
            Sheet(_("选址清单"), _header(), _rows(whole), WIDTHS),
            Sheet(_("说明"), [_("项目"), _("内容")], _notes(whole), (22, 90)),
        ]
    )
