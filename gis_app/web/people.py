"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gis_app.errors import BadInput, GisError, LockedOut, SignInRefused
from gis_app.people import sessions, sign_in
from gis_app.people.roles import Role
from gis_app.web import session_cookie
from gis_app.web.access import open_to_all
from gis_app.web.local_path import local_path
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.problems import problem, status_of, wants_data
from gis_app.web.services import services

rooms = Blueprint("people", __name__)
MAX_NAME, MAX_PASSWORD = 64, 256
HOME = "/map"
# A leader begins with the figures, whoever works outside with the phone's page.
HOMES = {Role.LEADER: "/leader", Role.GRID_WORKER: "/field", Role.DUTY_STAFF: "/field"}


@rooms.get("/sign-in")
@open_to_all("here people sign in")
def sign_in_form() -> Response:
    """Show the form, or go on where somebody is signed in already."""
    back = local_path(request.args.get("next"))
    if g.account is not None:
        return redirect(back or home_of(g.account.role), code=303)
    return Response(_form(back), content_type=CONTENT_TYPE)


@rooms.post("/sign-in")
@open_to_all("here people sign in")
def sign_in_submit() -> Response:
    """Sign in with a user name and a password, and go on to the page that was asked for."""
    parts = services()
    back = local_path(request.form.get("next"))
    username = request.form.get("username", "")
    password = request.form.get("password", "")
    address = request.remote_addr or ""
    try:
        _check_form(username, password)
        opened = sign_in.sign_in(
            parts.store, username, password, address, parts.limits, replacing=session_cookie.token()
        )
    except (SignInRefused, BadInput, LockedOut) as error:
        return _refused(error, back, username)
    account = sessions.find(parts.store, opened, parts.limits)
    response = redirect(back or (home_of(account.role) if account else HOME), code=303)
    session_cookie.remember(response, opened, account.role if account else "")
    return response


@rooms.post("/sign-out")
@open_to_all("anybody may end the session that he holds")
def sign_out() -> Response:
    """End the session in the database and in the browser."""
    token = session_cookie.token()
    if token:
        sessions.close(services().store, token)
    response = redirect(url_for("people.sign_in_form"), code=303)
    session_cookie.forget(response)
    return response


def home_of(role: str) -> str:
    """Return the page that a role begins with."""
    return HOMES.get(Role.of(role), HOME)


def _check_form(username: str, password: str) -> None:
    if not username.strip() or not password:
        raise BadInput(
            "missing_value", _("请填写用户名和密码"), {"username": _("必填"), "password": _("必填")}
        )
    if len(username) > MAX_NAME or len(password) > MAX_PASSWORD or "\x00" in username + password:
        raise SignInRefused()


def _refused(error: GisError, back: str | None, username: str) -> Response:
    status = status_of(error)
    message = _(error.message)
    if wants_data():
        return problem(status, error.code, message, error.fields)
    shown = username[:MAX_NAME].replace("\x00", "")
    response = Response(_form(back, message, shown), status, content_type=CONTENT_TYPE)
    if status == 429:
        response.headers["Retry-After"] = str(60 * services().settings.lockout_minutes)
    return response


def _form(back: str | None, error: str | None = None, username: str = "") -> str:
    return render_template("people/sign_in.html", error=error, next=back or "", username=username)
