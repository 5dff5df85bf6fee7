"""The administrator's page of webhooks: who is told of incidents, how it went, and what can be done about it.

A secret is shown once, when it is made. Nothing is ever sent from here; what is to be sent, a test too, goes
into the outbox.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput, NotFound
from gis_app.storage import webhook_outbox as outbox
from gis_app.storage import webhooks as stored
from gis_app.storage.engine import Connection
from gis_app.web.access import requires
from gis_app.web.forms import number_of
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.webhook_words import event_words, fault_words, problem_words, state_words
from gis_app.webhooks import signing
from gis_app.webhooks.events import NAMES
from gis_app.webhooks.register import MAX_NAME, new_secret, new_webhook

rooms = Blueprint("webhooks", __name__)
PERMISSION = "webhooks:webhook:manage"
BLANK: dict[str, Any] = {"name": "", "url": "", "events": []}
MOST = 100


@rooms.get("/webhooks")
@requires(PERMISSION)
def page() -> Response:
    """Show every webhook and the form for a new one."""
    Params()
    return Response(_page(), content_type=CONTENT_TYPE)


@rooms.post("/webhooks")
@requires(PERMISSION)
def add() -> Response:
    """Add a webhook and show its secret, this once."""
    settings, form = services().settings, request.form
    typed = {"name": form.get("name", ""), "url": form.get("url", ""), "events": form.getlist("events")}
    try:
        made = new_webhook(
            **typed,
            server_key=settings.secret_key,
            networks=settings.webhook_networks,
            ports=settings.webhook_ports,
        )
    except BadInput as error:
        problem = problem_words(error, settings)
        return Response(_page(problem=problem, typed=typed), 400, content_type=CONTENT_TYPE)
    with services().store.write() as conn:
        stored.insert_webhook(conn, made.values, clock.now(), g.account.username)
    return Response(_page(made=(made.values["name"], made.secret)), content_type=CONTENT_TYPE)


@rooms.get("/webhooks/<number>")
@requires(PERMISSION)
def one(number: str) -> Response:
    """Show a webhook with its last deliveries and how they were answered."""
    Params()
    with services().store.read() as conn:
        row = stored.find_webhook(conn, _number(number))
    return Response(_one(row.webhook_id), content_type=CONTENT_TYPE)


@rooms.post("/webhooks/<number>/secret")
@requires(PERMISSION)
def change_secret(number: str) -> Response:
    """Give a webhook another secret and show it, this once."""
    salt, secret = new_secret(services().settings.secret_key)
    with services().store.write() as conn:
        row = stored.find_webhook(conn, _number(number))
        stored.change_secret(conn, row.webhook_id, salt, signing.mark_of(secret), g.account.username)
    return Response(_one(row.webhook_id, (row.name, secret)), content_type=CONTENT_TYPE)


@rooms.post("/webhooks/<number>/<verb>")
@requires(PERMISSION)
def act(number: str, verb: str) -> Response:
    """Test, pause, resume or delete a webhook."""
    found, actor = _number(number), g.account.username
    if verb not in ACTS:
        raise NotFound("unknown_verb", _("没有这项操作"), {"verb": " ".join(ACTS)})
    with services().store.write() as conn:
        ACTS[verb](conn, found, actor)
    return redirect("/webhooks" if verb == "delete" else f"/webhooks/{found}", code=303)


def _test(conn: Connection, webhook_id: int, actor: str) -> None:
    stored.note_test(conn, webhook_id, actor)
    outbox.tell_test(conn, webhook_id, clock.now())


ACTS = {
    "test": _test,
    "pause": stored.pause_webhook,
    "resume": lambda conn, found, actor: stored.resume_webhook(conn, found, actor, clock.now()),
    "delete": stored.delete_webhook,
}


def _number(number: str) -> int:
    return number_of(number, "unknown_webhook", _("没有这个推送地址"))


def _shown(row: Any) -> dict[str, Any]:
    """Return a webhook as the pages show it; of what its secret is made nothing."""
    told = {name: value for name, value in row._mapping.items() if name not in ("salt", "secret_mark")}
    why = fault_words(row.paused_why, services().settings) if row.paused_why else ""
    return told | {"why": why, "events": [name for name in row.events.split(";") if name]}


def _page(
    made: tuple[str, str] | None = None,
    problem: dict[str, Any] | None = None,
    typed: dict[str, Any] | None = None,
) -> str:
    settings = services().settings
    with services().store.read() as conn:
        rows = [_shown(row) for row in stored.read_webhooks(conn)]
    return render_template(
        "webhooks/index.html",
        rows=rows,
        made=made,
        problem=problem,
        typed=typed or BLANK,
        names=[(name, event_words()[name]) for name in NAMES],
        states=state_words(),
        networks="、".join(settings.webhook_networks),
        ports=settings.webhook_ports,
        most=MAX_NAME,
        sends=settings.job_workers > 0,
    )


def _one(webhook_id: int, made: tuple[str, str] | None = None) -> str:
    settings = services().settings
    with services().store.read() as conn:
        row = stored.find_webhook(conn, webhook_id)
        deliveries = stored.read_deliveries(conn, webhook_id, MOST)
    return render_template(
        "webhooks/one.html",
        hook=_shown(row),
        made=made,
        deliveries=[dict(one._mapping) | {"why": fault_words(one.fault, settings)} for one in deliveries],
        events=event_words(),
        states=state_words(),
        attempts=settings.webhook_attempts,
        days=settings.webhook_days,
    )
