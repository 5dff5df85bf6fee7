"""The session token in its cookie, and the account it stands for.

The cookie holds nothing but a random token; everything else is a row in the database, so that a session
can be ended there. Where the server is reached over HTTPS the cookie has the `__Host-` prefix: it cannot
be set by another host or for a part of the site.
"""

from __future__ import annotations

from flask import Response, request

from gis_app.people import sessions
from gis_app.people.roles import FIELD_ROLES
from gis_app.web.services import services

NAME = "session"
MAX_TOKEN = 128
# What a phone in the field asks for by itself (static/js/field/), also after a long time without a network.
OUTDOORS = (
    "/field",
    "/api/v1/incidents",
    "/incidents/placing.json",
    "/incidents/duplicates.json",
    "/stations/status.json",
)


def cookie_name(name: str = NAME) -> str:
    """Return the cookie's name under the current settings."""
    return f"__Host-{name}" if services().settings.secure_cookies else name


def token() -> str | None:
    """Return the session token that this request carries, None for none or a senseless one."""
    value = request.cookies.get(cookie_name())
    return value if value and len(value) <= MAX_TOKEN and value.isascii() and value.isprintable() else None


def find_account() -> sessions.SignedIn | None:
    """Return the account signed in on this request, None where there is none or its session has ended."""
    value = token()
    parts = services()
    outdoors = request.path.startswith(OUTDOORS)
    return sessions.find(parts.store, value, parts.limits, outdoors) if value else None


def remember(response: Response, value: str, role: str = "") -> None:
    """Put a session token into the cookie; it lives as long as the browser, its row shorter.

    On a phone in the field it outlives the browser, for what waits there is to send itself after a restart.
    """
    hours = services().settings.absolute_hours if role in FIELD_ROLES else None
    set_cookie(response, cookie_name(), value, hours and hours * 3600)


def forget(response: Response) -> None:
    """Take the session token out of the browser, with what the browser has kept of our answers.

    The storage of the site is not cleared by this header: on a phone it holds reports that nobody else has
    yet. The page that follows wipes all else there (static/js/field/wipe.js).
    """
    secure = services().settings.secure_cookies
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'


def set_cookie(
    response: Response, name: str, value: str, max_age: int | None = None, http_only: bool = True
) -> None:
    """Set a cookie the one way that we set cookies."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=services().settings.secure_cookies,
        httponly=http_only,
        samesite="Lax",
    )
