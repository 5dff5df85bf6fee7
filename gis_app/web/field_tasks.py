"""What waits for whoever asks, with what may be done; and how much of a grid was looked at on a day.

A patrol is counted, never followed: two numbers per grid and day reach the server, ticks stay on the phone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Forbidden, NotFound
from gis_app.incidents.incident import Incident
from gis_app.incidents.workflow import allowed_verbs
from gis_app.storage import incidents as stored
from gis_app.storage import patrols as stored_patrols
from gis_app.storage.incidents import InboxQuery
from gis_app.web import geojson
from gis_app.web import incident_words as words
from gis_app.web.access import requires
from gis_app.web.current import snapshot
from gis_app.web.field_pack import SERVER_TIME
from gis_app.web.i18n import language
from gis_app.web.incident_access import actor, catalogue
from gis_app.web.incident_inbox import TABS, visible
from gis_app.web.json_body import Body, fault
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("field_tasks", __name__)
MOST = 200
MOST_STOPS = 5000
LATE, EARLY = timedelta(days=7), timedelta(days=1)  # a phone sends what it counted while it had no network
LONGEST = timedelta(days=92)
PLAIN = ("class_code", "class_name", "category", "state", "state_label", "description", "address", "lon",
         "lat", "grid_code", "grid_name", "organisations", "version", "url")  # fmt: skip
# What a task is, by the state that its incident is in.
KINDS = {"dispatched": "handle", "handling": "handle", "resolved": "verify", "returned": "returned"}


@rooms.get("/field/tasks.json")
@requires("incidents:incident:read")
def tasks() -> Response:
    """Say what waits for the account, by due time, with the steps that it may take."""
    Params()
    account, now = g.account, clock.now()
    waiting = TABS["waiting"].narrow(visible(InboxQuery(order="due", limit=MOST)), account)
    returned = replace(
        TABS["mine"].narrow(InboxQuery(order="due", limit=MOST), account), states=("returned",)
    )
    with services().store.read() as conn:
        pages = [stored.inbox(conn, query) for query in (waiting, returned)]
        lines = {one.incident_code: one for page in pages for one in page.lines}
        whole = {code: stored.find(conn, code) for code in lines}
    told = [_task(one, whole[code]) for code, one in lines.items() if whole[code] is not None]
    told.sort(key=lambda task: (task["due_at"] is None, task["due_at"] or 0, task["incident_code"]))
    answer = {
        "server_time": round(now.timestamp(), 3),
        "tasks": told,
        "more": any(page.next for page in pages),
    }
    response = Response(geojson.dumps(answer), content_type="application/json")
    response.headers[SERVER_TIME] = f"{now.timestamp():.3f}"
    return response


def _task(line: Any, incident: Incident) -> dict[str, Any]:
    shown, lang = words.line(line), language()
    verbs = allowed_verbs(incident, actor(), catalogue().find(incident.class_code))
    return {
        "incident_code": incident.incident_code,
        "kind": KINDS.get(incident.state, "waiting"),
        **{name: shown[name] for name in PLAIN},
        "due_at": None if incident.due_at is None else int(incident.due_at.timestamp()),
        "deadline": shown["due"]["state"],
        "deadline_label": shown["due"]["label"],
        "left": shown["due"]["left"],
        "reported_at": None if incident.reported_at is None else int(incident.reported_at.timestamp()),
        "verbs": [
            {"verb": one.code, "label": one.label(lang), "needs": one.needs, "takes": one.takes,
             "override": one.override}
            for one in verbs
        ],
    }  # fmt: skip


@rooms.put("/field/patrols/<grid_code>/<day>")
@requires("field:patrol:count")
def count_patrol(grid_code: str, day: str) -> Response:
    """Set how many of a grid's places were looked at on a day."""
    if snapshot().atlas.area(grid_code) is None or len(grid_code) != 15:
        raise NotFound("unknown_grid", _("没有这个网格"), {"grid_code": grid_code[:40]})
    if not g.account.covers(grid_code):
        raise Forbidden("out_of_scope", _("该网格不在您的管辖范围内"), {"grid_code": grid_code})
    at = _day("day", day)
    today = clock.now().date()
    if not today - LATE <= at <= today + EARLY:
        raise fault("day", _("日期须在最近 7 天内"))
    body = Body("done", "total")
    total = body.whole("total", 0, MOST_STOPS)
    done = body.whole("done", 0, total)
    with services().store.write() as conn:
        stored_patrols.set_count(conn, grid_code, at, done, total)
    told = {"grid_code": grid_code, "day": at.isoformat(), "done": done, "total": total}
    return Response(geojson.dumps(told), content_type="application/json")


@rooms.get("/field/patrols.json")
@requires("field:page:read")
def patrol_counts() -> Response:
    """Say how many places of each grid of the account's area were looked at on each day."""
    params = Params("from", "to")
    first, last = params.period()
    last = last or clock.now().date()
    first = first or last
    if last - first > LONGEST:
        raise fault("from", _("一次最多查询 %(n)s 天", n=LONGEST.days))
    with services().store.read() as conn:
        rows = stored_patrols.read_counts(conn, first, last)
    told = [dict(row._mapping) for row in rows if g.account.covers(row.grid_code)]
    return Response(geojson.dumps({"counts": told}), content_type="application/json")


def _day(name: str, text: str) -> date:
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise fault(name, _("应为 YYYY-MM-DD 格式的日期，例如 2023-06-30")) from None
