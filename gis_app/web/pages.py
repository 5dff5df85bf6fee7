"""What every template may use, and pages that are rendered once per revision, language and account.

A kept page holds a placeholder where its nonce goes; `headers` puts a fresh one in for every answer, and
the page is encoded after that, fast. Pages are never stored by the browser: they are of one person and
one moment.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g, request
from flask_babel import get_locale
from markupsafe import Markup

from gis_app.errors import GisError
from gis_app.people.roles import Role
from gis_app.web.access import may
from gis_app.web.bytes import FAST_ENCODINGS, digest, negotiated
from gis_app.web.current import Snapshot
from gis_app.web.headers import csp_nonce
from gis_app.web.i18n import language
from gis_app.web.services import services
from gis_app.web.theme import theme

CONTENT_TYPE = "text/html; charset=utf-8"
MIN_ENCODED = 1000


def install(app: Flask) -> None:
    """Give the templates their words and encode pages when they are ready."""
    app.context_processor(_context)
    app.after_request(_encode)


def kept_page(parts: tuple, render: Callable[[], str]) -> Response:
    """Answer with a page that is rendered once for what `parts` says it depends on."""
    account = g.account
    who = (account.username, account.display_name, account.role, account.scope_code) if account else ()
    tag = digest("page", request.endpoint, request.path, language(), theme(), who, *parts)
    body = services().cache.get(tag, "", lambda: render().encode())
    return Response(body, content_type=CONTENT_TYPE)


def _context() -> dict:
    parts = services()
    words = {
        "asset": parts.assets.url,
        "asset_text": lambda path: Markup(parts.assets.find(path).body.decode()),
        "import_map": parts.assets.import_map,
        "csp_nonce": csp_nonce,
        "settings": parts.settings,
        "get_locale": get_locale,
        "theme": theme,
        "county_name": county_name(_snapshot()),
        "may": may,
    }
    account = g.get("account")
    if account is not None:
        words["role_label"] = Role(account.role).label(language())
        words["scope_name"] = area_name(_snapshot(), account.scope_code)
    return words


def _snapshot() -> Snapshot | None:
    """Return a snapshot for the frame of a page, which must also appear when there is none."""
    found = g.get("snapshot") or services().snapshots.latest
    if found is None:
        try:
            found = services().snapshots.newest()
        except GisError:
            return None
    return found


def county_name(found: Snapshot | None) -> str:
    """Return the county's name, "" where no county layer was loaded."""
    if found is None or not len(found.atlas.county):
        return ""
    return str(found.atlas.county["name"].iloc[0])


def area_name(found: Snapshot | None, code: str) -> str:
    """Return the name of an area, "" for the whole county or an unknown code."""
    row = found.atlas.area(code) if found is not None and code else None
    return "" if row is None else str(row["name"])


def _encode(response: Response) -> Response:
    """Compress a page on its way out; runs after the nonce has been put in."""
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.headers.add("Vary", "Accept-Encoding, Cookie")
    encoding = negotiated(request.headers.get("Accept-Encoding", ""))
    body = response.get_data()
    if encoding and len(body) >= MIN_ENCODED:
        response.set_data(FAST_ENCODINGS[encoding](body))
        response.headers["Content-Encoding"] = encoding
    return response
