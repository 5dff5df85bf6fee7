"""The leader's first page, its one request for data, the wall, and the views that somebody keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _

from gis_app import clock
from gis_app.storage import leader as stored
from gis_app.web import geojson
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.i18n import language
from gis_app.web.incident_frame import incident_frame
from gis_app.web.json_body import Body, fault
from gis_app.web.leader_alerts import kept_rules, seen_by_account, standing
from gis_app.web.leader_data import told
from gis_app.web.leader_question import FIELDS, question
from gis_app.web.maps import shell_parts
from gis_app.web.pages import kept_page
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("leader", __name__)
MOST_NAME, MOST_QUERY = 40, 400
STATE = (*FIELDS, "open")
OPENED = "alerts"  # the page opens with its alerts shown
CHART = "/static/vendor/echarts/echarts.simple.min.js"
FASTEST, SLOWEST, USUAL_SECONDS = 1, 600, 15


@rooms.get("/leader")
@requires("leader:page:read")
def page() -> Response:
    """Show the leader's first page; what it shows of the county comes with one request."""
    Params(*STATE, OPENED)
    found = snapshot()
    return kept_page((found.tag, today()), lambda: _render(found))


@rooms.get("/leader.json")
@requires("leader:page:read")
def data() -> Response:
    """Say everything the first page shows: figures, areas, attention, trend, alerts and kept views."""
    asked = question()
    found, frame, lang = snapshot(), incident_frame(), language()
    rules, seen, views = kept_rules(), seen_by_account(), _views()
    who = (g.account.account_id, g.account.role, g.account.scope_code)
    mine = (repr(rules), repr(sorted(seen)), repr(views))
    parts = (found.tag, frame.tag, asked, today(), lang, who, *mine)

    def body() -> bytes:
        return geojson.dumps(told(found, frame, asked, lang) | {"alerts": standing(), "views": views})

    return respond(parts, body, "application/json")


@rooms.get("/wall")
@requires("leader:page:read")
def wall() -> Response:
    """Show the wall: the same figures and map, large, one measure after another, without a hand."""
    params = Params("seconds", "refresh", "period", "compare", "area")
    seconds = params.whole("seconds", FASTEST, SLOWEST, USUAL_SECONDS)
    refresh = params.whole("refresh", FASTEST, 86_400, 60)
    asked = params.rest(("period", "compare", "area"), 15)
    found = snapshot()
    config = {"seconds": seconds, "refresh": refresh, "query": urlencode(asked), "chart": _chart()}
    return kept_page(
        (found.tag, today(), seconds, refresh, asked),
        lambda: render_template("leader/wall.html", wall_config=config),
    )


@rooms.post("/leader/views")
@requires("leader:view:keep")
def keep_view() -> Response:
    """Keep what the page shows now under a name; the same name is replaced."""
    body = Body("name", "query")
    name = body.text("name", MOST_NAME)
    if not name:
        raise fault("name", _("请给视图起个名字"))
    query = _sound(body.text("query", MOST_QUERY))
    with services().store.write() as conn:
        stored.keep_view(conn, g.account.account_id, name, query, clock.now())
    return _answer({"views": _views()}, 201)


@rooms.delete("/leader/views/<int:number>")
@requires("leader:view:keep")
def drop_view(number: int) -> Response:
    """Delete a view of this account."""
    with services().store.write() as conn:
        stored.drop_view(conn, g.account.account_id, number)
    return _answer({"views": _views()})


def _views() -> list[dict[str, Any]]:
    with services().store.read() as conn:
        rows = stored.read_views(conn, g.account.account_id)
    return [{"view_id": row.view_id, "name": row.name, "query": row.query} for row in rows]


def _sound(query: str) -> str:
    """Return the state of the page as an address holds it; raises BadInput for what is no part of it."""
    fields = parse_qsl(query.removeprefix("?"))
    if any(name not in STATE for name, _value in fields):
        raise fault("query", _("视图只能保存本页的状态"))
    return urlencode(fields)


def _render(found: Snapshot) -> str:
    shell = shell_parts(found)
    shell["page_config"] |= {"chart": _chart(), "mayKeep": may("leader:view:keep")}
    return render_template("leader/page.html", **shell)


def _chart() -> str:
    return services().assets.url(CHART.removeprefix("/static/"))


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(geojson.dumps(value), status, content_type="application/json")
