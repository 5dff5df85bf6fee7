"""Refuses state-changing requests that another site made the browser send.

Browsers tell where a request comes from in Sec-Fetch-Site and, where that is missing (plain http on an
intranet), in Origin or Referer. A request with none of the three is not a browser's and carries no cookie
it did not earn. A view that takes a key in the body and no cookie is nobody's to misuse.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import gettext as _

from gis_app.errors import Forbidden
from gis_app.web.access import access_of

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}


def install(app: Flask) -> None:
    """Check the origin before every request of the application."""
    app.before_request(_check)


def _check() -> None:
    if request.method in SAFE_METHODS:
        return
    access = access_of(current_app, request.endpoint)
    if access is not None and access.keyed:
        return  # no cookie is looked at there
    site = request.headers.get("Sec-Fetch-Site")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    foreign = source is not None and _host_of(source) != request.host
    if (site is None and foreign) or (site is not None and site not in OWN_SITES):
        raise Forbidden("cross_site", _("请求来自其他网站，已拒绝。请在本系统页面中操作"))


def _host_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.netloc.rpartition("@")[2] or None
