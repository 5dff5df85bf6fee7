"""The dispatcher's board: every open incident in the column of its state, kept up to date by itself.

The page asks every ten seconds with the tag of what it shows; while nothing has changed the answer is empty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app import clock
from gis_app.incidents.model import label
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Connection
from gis_app.storage.incidents import InboxQuery
from gis_app.web import geojson
from gis_app.web.access import may, requires
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_inbox import visible
from gis_app.web.incident_words import line
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("incident_board", __name__)
CARDS, COUNTED = 30, 1000
# state -> the column's word; what has a clock is ordered by it, the rest by age
COLUMNS: dict[str, Any] = {
    "reported": _l("待受理"),
    "accepted": _l("待派遣"),
    "dispatched": _l("待处置"),
    "handling": _l("处置中"),
    "paused": _l("已挂起"),
    "resolved": _l("待核查"),
    "verified": _l("待结案"),
}


@rooms.get("/incidents/board")
@requires("incidents:board:read")
def board() -> Response:
    """Show the board."""
    with services().store.read() as conn:
        columns = _columns(conn)
    page = render_template(
        "incidents/board.html", columns=columns, may_dispatch=may("incidents:incident:dispatch")
    )
    return Response(page, content_type=CONTENT_TYPE)


@rooms.get("/incidents/board.json")
@requires("incidents:board:read")
def board_data() -> Response:
    """Say what the board shows now; the tag is the number of the latest change and the minute."""
    Params()
    account = g.account
    with services().store.read() as conn:
        number = stored.change_number(conn)
        who = (str(account.role), account.scope_code, account.organisation_code)
        minute = clock.now().strftime("%Y-%m-%d %H:%M")
        parts = (snapshot().tag, number, who, minute, language())
        return respond(parts, lambda: _data(conn, number), "application/json")


def _data(conn: Connection, number: int) -> bytes:
    at = clock.now().strftime("%H:%M")
    return geojson.dumps({"change_number": number, "at": at, "columns": _columns(conn)})


def _columns(conn: Connection) -> list[dict[str, Any]]:
    return [_column(conn, state, str(title)) for state, title in COLUMNS.items()]


def _column(conn: Connection, state: str, title: str) -> dict[str, Any]:
    query = visible(InboxQuery(states=(state,), order="due", limit=CARDS))
    page = stored.inbox(conn, query)
    count = stored.count_inbox(conn, replace(query, after=""), COUNTED)
    return {
        "state": state,
        "title": title,
        "state_label": label(state, language()),
        "count": f"{count:,}" if count < COUNTED else f"{COUNTED - 1}+",
        "cards": [_card(one) for one in page.lines],
        "more": count > len(page.lines),
        "url": f"/incidents?tab=all&state={state}",
        "empty": _("没有"),
    }


def _card(one: Any) -> dict[str, Any]:
    told = line(one)
    kept = ("code", "url", "class_name", "category", "state_label", "grid_name", "due", "reported", "version")
    first = told["organisations"][0]["name"] if told["organisations"] else ""
    return {name: told[name] for name in kept} | {"organisation": first, "followers": told["follower_count"]}
