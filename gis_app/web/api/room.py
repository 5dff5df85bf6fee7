"""The blueprint of what can be read, and the one table of its operations: routes and description in one.

A parameter that an operation does not declare is refused before its view is asked, so what is described and
what is understood cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, g, request

from gis_app.web.access import requires
from gis_app.web.api import deprecation
from gis_app.web.params import Params

PREFIX = "/api/v1"
JSON = "application/json"
VARY = "Accept-Encoding, Accept-Language, Authorization, Cookie, X-API-Key"
rooms = Blueprint("api", __name__, url_prefix=PREFIX)


@dataclass(frozen=True)
class Operation:
    """One thing that can be read: its path as OpenAPI writes it, its words, what it takes and answers."""

    path: str
    name: str
    summary: Any
    answer: Mapping[str, Any]
    parameters: tuple[str, ...] = ()
    tag: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


OPERATIONS: dict[str, Operation] = {}
View = Callable[..., Response]


def reads(
    rule: str,
    permission: str,
    name: str,
    summary: Any,
    answer: Mapping[str, Any],
    parameters: tuple[str, ...] = (),
    tag: str = "",
) -> Callable[[View], View]:
    """Answer GET of a rule for whoever has the permission, by session or by a key for data."""

    def add(view: View) -> View:
        marked = requires(permission, data_key=True)(view)
        rooms.add_url_rule(rule, name, marked, methods=["GET"])
        path = PREFIX + rule.replace("<", "{").replace(">", "}")
        OPERATIONS[f"{rooms.name}.{name}"] = Operation(path, name, summary, answer, parameters, tag)
        return marked

    return add


@rooms.before_request
def _refuse_unknown() -> None:
    operation = OPERATIONS.get(request.endpoint or "")
    if operation is not None:
        Params(*operation.parameters)


@rooms.before_app_request
def _refuse_questions() -> None:
    """Refuse any parameter in the address of a change: what is meant stands in its body."""
    if request.method == "POST" and request.path.startswith(f"{PREFIX}/") and g.get("account") is not None:
        Params()


@rooms.after_app_request
def _finish(response: Response) -> Response:
    if request.path.startswith(f"{PREFIX}/"):
        if response.status_code < 400:
            response.headers["Vary"] = VARY
        deprecation.announce(response)
    return response
