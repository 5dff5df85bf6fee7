"""Reports on paper: ask for one, watch it being made, cancel it, take its files, delete it.

The work is done in the background; a report is a job of kind "report" whose file is an archive of what was
asked for. Who may see a report is a matter of its area.
"""

from __future__ import annotations

import zipfile
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app.errors import Conflict, Forbidden, NotFound
from gis_app.jobs import jobs
from gis_app.paper.monthly_question import FORMATS
from gis_app.storage import audit
from gis_app.web import geojson
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.forms import submitted
from gis_app.web.i18n import LANGUAGES
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.reports_ask import areas, asked_of, usual
from gis_app.web.reports_rows import KIND, LANGUAGE_NAMES, find, may_delete, row, rows
from gis_app.web.services import services

rooms = Blueprint("reports", __name__)
ASKED, CANCELLED = "reports:report:asked", "reports:report:cancelled"
TAKEN, DELETED = "reports:report:taken", "reports:report:deleted"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@rooms.get("/reports")
@requires("reports:report:read")
def page() -> Response:
    """Show the reports and the form that asks for one."""
    Params()
    return Response(_page(None, usual()), content_type=CONTENT_TYPE)


@rooms.post("/reports")
@requires("reports:report:ask")
def ask() -> Response:
    """Give a report to the background and go back to the list."""

    def save() -> str:
        params, parts = asked_of(request.form, snapshot()), services()
        number = jobs.enqueue(parts.store, parts.settings.instance_dir, KIND, params, g.account.account_id)
        told = {name: params[name] for name in ("end", "area", "language", "formats")}
        _note(ASKED, number, told)
        return f"/reports#report-{number}"

    return submitted(save, lambda problem: _page(problem, _typed()))


@rooms.get("/reports/<number>.json")
@requires("reports:report:read")
def state(number: str) -> Response:
    """Say how far a report is, and which files it has."""
    Params()
    return Response(geojson.dumps(row(find(number))), content_type="application/json")


@rooms.get("/reports/<number>.<kind>")
@requires("reports:report:read")
def file(number: str, kind: str) -> Response:
    """Hand out one file of a report."""
    Params()
    job, parts = find(number), services()
    if kind not in FORMATS:
        raise NotFound("no_such_file", _("文件格式只有 PDF、DOCX、XLSX"), {"kind": " ".join(FORMATS)})
    missing = NotFound("no_such_file", _("这份报告没有该格式的文件，请重新生成"), {"kind": kind})
    try:
        with zipfile.ZipFile(jobs.file_of(parts.store, parts.settings.instance_dir, job.job_id)) as archive:
            body = archive.read(f"report.{kind}")
    except (KeyError, NotFound, OSError, zipfile.BadZipFile):
        raise missing from None
    _note(TAKEN, job.job_id, {"kind": kind})
    end = job.params["end"]
    headers = {"Content-Disposition": f'attachment; filename="report-{end}-{job.job_id}.{kind}"'}
    return Response(body, headers=headers, content_type=CONTENT_TYPES[kind])


@rooms.post("/reports/<number>/cancel")
@requires("reports:report:ask")
def cancel(number: str) -> Response:
    """Cancel a report that is not ready."""
    job = find(number)
    if not job.ended:
        jobs.cancel(services().store, job.job_id)
        _note(CANCELLED, job.job_id, {})
    return redirect(f"/reports#report-{job.job_id}", code=303)


@rooms.post("/reports/<number>/delete")
@requires("reports:report:delete")
def delete(number: str) -> Response:
    """Delete a report with its files; the confirmation stands beside the button."""
    job, parts = find(number), services()
    if not may_delete(job):
        raise Forbidden("not_own_report", _("只能删除自己生成的报告"))
    if not job.ended:
        raise Conflict("report_running", _("报告还在生成，请先取消"), {"number": str(job.job_id)})
    jobs.drop(parts.store, parts.settings.instance_dir, job.job_id)
    _note(DELETED, job.job_id, {"end": job.params["end"], "area": job.params["area"]})
    return redirect("/reports", code=303)


def _note(tag: str, number: int, detail: dict[str, Any]) -> None:
    with services().store.write() as conn:
        audit.append(conn, tag, g.account.username, f"report:{number}", detail)


def _typed() -> dict[str, Any]:
    return usual() | request.form.to_dict() | {"formats": request.form.getlist("formats")}


def _page(problem: dict[str, Any] | None, typed: dict[str, Any]) -> str:
    return render_template(
        "reports/index.html",
        reports=rows(),
        problem=problem,
        typed=typed,
        areas=areas(snapshot()),
        formats=FORMATS,
        languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        may_ask=may("reports:report:ask"),
        days=services().settings.job_days,
    )
