"""Plans and drafts as files: out as GeoPackage, GeoJSON, Shapefile or workbook, in from areas or a table.

A file that comes in is one operation of the draft ("adopt"), so it can be undone; what of it does not fit is
listed on the page.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from gis_app.errors import BadInput, Rejected, TooLarge
from gis_app.exchange.plan_exports import WRITERS, Exported, export_plan
from gis_app.exchange.plan_files import MISFITS, PlanFile, read_plan
from gis_app.studio import editing, past
from gis_app.studio.drawn import draft_layers, with_households
from gis_app.web.access import requires
from gis_app.web.forms import known_version, submitted
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.studio import plan_of
from gis_app.web.studio_find import draft_of
from gis_app.web.studio_talk import settings_page

rooms = Blueprint("studio_files", __name__)
MAX_BYTES = 32 * 2**20
SUFFIXES = (".gpkg", ".geojson", ".json", ".zip", ".csv", ".xlsx")
USUAL_CRS = "EPSG:4490"
MOST_FAULTS, MOST_MISFITS = 20, 200


@rooms.get("/plans/drafts/<number>/export")
@requires("plans:plan:export")
def export_draft(number: str) -> Response:
    """Hand out a draft as a file, with the codes it would be published under."""
    kind, crs = _wanted(Params("kind", "crs"))
    draft = draft_of(number)
    made = export_plan(kind, draft_layers(services().store, draft.draft_id), crs)
    return _file(made, f"draft-{draft.draft_id}")


@rooms.get("/plans/<number>/export/<kind>")
@requires("plans:plan:export")
def export_published(number: str, kind: str) -> Response:
    """Hand out a plan of any time as a file."""
    crs = Params("crs").text("crs", 40) or USUAL_CRS
    plan, store = plan_of(number), services().store
    layers = past.plan_layers(store, plan.plan_id)
    told = {
        "grids": with_households(layers["grids"], layers["blocks"]),
        "blocks": layers["blocks"],
        "lineage": past.plan_lineage(store, plan.plan_id),
    }
    return _file(export_plan(kind, told, crs), f"plan-{plan.plan_id}")


@rooms.post("/plans/drafts/<number>/import")
@requires("plans:draft:edit")
def take_in(number: str) -> Response:
    """Draw a layer of areas, or a table of blocks, into a draft; the page lists what does not fit."""
    request.max_content_length = MAX_BYTES
    draft = draft_of(number)
    found: list[PlanFile] = []

    def save() -> str:
        version = known_version()
        store, account = services().store, g.account
        told = _read(editing.draft_state(store, draft.draft_id))
        editing.edit(store, draft.draft_id, version, told.operation, account.username, account.scope_code)
        found.append(told)
        return ""

    answer = submitted(save, lambda problem: settings_page(draft, problem))
    if not found:
        return answer
    page = settings_page(draft_of(number), None, _imported(found[0]))
    return Response(page, content_type=CONTENT_TYPE)


def _wanted(params: Params) -> tuple[str, str]:
    kind = params.choice("kind", tuple(WRITERS), "gpkg")
    return str(kind), params.text("crs", 40) or USUAL_CRS


def _file(made: Exported, name: str) -> Response:
    answer = Response(made.content, content_type=made.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}{made.suffix}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _read(state: Any) -> PlanFile:
    """Return what the file of the request means; raises BadInput with every reason it was refused."""
    try:
        given = request.files.get("file")
    except RequestEntityTooLarge:
        raise TooLarge("file_too_large", _("文件超过 %(n)s MB", n=MAX_BYTES // 2**20)) from None
    suffix = Path(given.filename or "").suffix.lower() if given else ""
    if given is None or suffix not in SUFFIXES:
        remedy = _("可用的格式：%(list)s", list=" ".join(SUFFIXES))
        raise BadInput("bad_file", _("请选择一个文件"), {"file": remedy})
    with tempfile.TemporaryDirectory(prefix="gis-plan-") as folder:
        path = Path(folder) / f"plan{suffix}"
        given.save(path)
        try:
            return read_plan(path, state, settings=services().settings)
        except Rejected as error:
            faults = error.faults[:MOST_FAULTS]
            fields = {f"{at}": _reason(fault) for at, fault in enumerate(faults)}
            raise BadInput(error.code, _("文件未通过检查，草案没有改动"), fields) from None


def _reason(fault: Any) -> str:
    row = _("第 %(n)s 行：", n=fault.row) if fault.row else ""
    return f"{row}{fault.message} {fault.remedy}".strip()


def _imported(told: PlanFile) -> dict[str, Any]:
    lang = language()
    return {
        "grids": told.grids,
        "blocks": told.blocks,
        "misfits": [
            {
                "what": MISFITS[one.kind][lang],
                "block": one.block_code,
                "grid": one.grid,
                "share": f"{one.share * 100:.0f}",
                "place": one.place,
            }
            for one in told.misfits[:MOST_MISFITS]
        ],
        "more": max(0, len(told.misfits) - MOST_MISFITS),
        "warnings": [_reason(fault) for fault in told.warnings[:MOST_FAULTS]],
    }
