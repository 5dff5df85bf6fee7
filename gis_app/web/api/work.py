"""Long work and exports of whoever asks: how far each is, and where its file is fetched."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.errors import NotFound
from gis_app.jobs import jobs
from gis_app.jobs.jobs import Job
from gis_app.jobs.kinds import KINDS
from gis_app.storage.jobs import ENDED
from gis_app.web import exports_list, geojson
from gis_app.web.api import schemas
from gis_app.web.api.paging import PAGING, page, span_of
from gis_app.web.api.room import JSON, reads
from gis_app.web.bytes import digest, respond
from gis_app.web.exports_files import KIND
from gis_app.web.forms import number_of
from gis_app.web.i18n import language
from gis_app.web.params import Params
from gis_app.web.services import services

MOST = 1000
STATES = ("queued", "running", *ENDED)
_RUN = {
    "state": {"type": "string", "enum": list(STATES)},
    "progress": schemas.SHARE,
    "error": schemas.TEXT,
    "created_at": schemas.MOMENT,
    "started_at": schemas.MOMENT,
    "ended_at": schemas.MOMENT,
}
JOB = schemas.record({"job_id": schemas.WHOLE, "kind": schemas.TEXT, "kind_label": schemas.TEXT, **_RUN})
EXPORT = schemas.record(
    {
        "job_id": schemas.WHOLE,
        "name": schemas.TEXT,
        "format": schemas.TEXT,
        "crs": schemas.TEXT,
        "rows": schemas.COUNT,
        **_RUN,
        "file": schemas.MAYBE,
    }
)


@reads(
    "/jobs",
    "map:page:read",
    "listJobs",
    _l("本账户的后台任务，最新的在前"),
    schemas.page_of("Job"),
    PAGING,
    "work",
)
def job_list() -> Response:
    """Say the long work of this account, the newest first."""
    return _listed(None, _job)


@reads("/jobs/<number>", "map:page:read", "getJob", _l("一项后台任务"), schemas.ref("Job"), (), "work")
def job(number: str) -> Response:
    """Say how far one piece of work of this account is."""
    missing = _("没有这项后台任务，或不是本账户的")
    try:
        found = jobs.find(services().store, number_of(number, "unknown_job", missing))
    except NotFound:
        raise NotFound("unknown_job", missing, {"number": number[:20]}) from None
    if found.account_id != g.account.account_id:
        raise NotFound("unknown_job", missing, {"number": number[:20]})
    return _one(found, _job)


@reads(
    "/exports",
    "exchange:layer:export",
    "listExports",
    _l("本账户在后台生成的导出文件，最新的在前"),
    schemas.page_of("Export"),
    PAGING,
    "work",
)
def export_list() -> Response:
    """Say the exports that were made for this account."""
    return _listed(KIND, _export)


@reads(
    "/exports/<number>",
    "exchange:layer:export",
    "getExport",
    _l("一份导出"),
    schemas.ref("Export"),
    (),
    "work",
)
def export(number: str) -> Response:
    """Say how far one export of this account is, and where its file is."""
    return _one(exports_list.find(number), _export)


def _listed(kind: str | None, told: Any) -> Response:
    span = span_of(Params(*PAGING))
    found = jobs.listed(services().store, g.account.account_id, kind, MOST)
    parts = (kind, g.account.account_id, digest(*map(_marks, found)))
    return page(parts, len(found), span, lambda part: [told(one) for one in found[part]])


def _one(found: Job, told: Any) -> Response:
    return respond((_marks(found), language()), lambda: geojson.dumps(told(found)), JSON)


def _marks(one: Job) -> tuple:
    return (one.job_id, one.state, one.progress, one.error, one.file, one.started_at, one.ended_at)


def _run(one: Job) -> dict[str, Any]:
    times = {
        name: at.isoformat(timespec="seconds") if at else None
        for name, at in (
            ("created_at", one.created_at),
            ("started_at", one.started_at),
            ("ended_at", one.ended_at),
        )
    }
    return {"state": one.state, "progress": one.progress, "error": _(one.error) if one.error else "", **times}


def _job(one: Job) -> dict[str, Any]:
    kind = KINDS.get(one.kind)
    label = getattr(kind, language()) if kind else one.kind
    return {"job_id": one.job_id, "kind": one.kind, "kind_label": label, **_run(one)}


def _export(one: Job) -> dict[str, Any]:
    params = one.params
    ready = bool(one.file) and one.state == "done"
    return {
        "job_id": one.job_id,
        "name": params["title"],
        "format": params["format"],
        "crs": params["system"],
        "rows": params["rows"],
        **_run(one),
        "file": f"/exports/{one.job_id}/file" if ready else None,
    }
