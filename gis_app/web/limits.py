"""How much a request may bring, in one table; uploads are commands, so no route needs more."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestURITooLarge

BODY_BYTES = 2**20
FORM_BYTES = 200_000
FORM_PARTS = 100
ADDRESS_CHARACTERS = 4000


def install(app: Flask) -> None:
    """Refuse an address that is longer than any of ours."""
    app.before_request(_check)


def _check() -> None:
    if len(request.environ.get("PATH_INFO", "")) + len(request.query_string) > ADDRESS_CHARACTERS:
        raise RequestURITooLarge()
