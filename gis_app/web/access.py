"""Who may call which route: every view declares it, and what declares nothing is refused.

A view is marked by `@requires("room:resource:action")` or, for the few that anybody may call, by
`@open_to_all("why")`. `check_declared` stops the application from starting with an unmarked view; the guard
refuses one all the same. Row-level rules (scope, mediation) belong to the rooms, not here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, g, request

from gis_app.errors import Forbidden, NotSignedIn
from gis_app.people.permissions import PERMISSIONS, allowed
from gis_app.people.sessions import SignedIn
from gis_app.web import current, data_keys, session_cookie

View = TypeVar("View", bound=Callable)
_MARK = "gis_access"


@dataclass(frozen=True)
class Access:
    """What a view asks of its caller: a permission, or none with the reason for that."""

    permission: str | None = None
    open_reason: str | None = None
    anonymous: bool = False
    keyed: bool = False
    data_key: bool = False


@dataclass(frozen=True)
class Route:
    """One line of the table of routes: rule, methods, and what it asks of the caller."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    permission: str | None
    open_reason: str | None


def requires(permission: str, data_key: bool = False) -> Callable[[View], View]:
    """Let only accounts whose role has this permission call the view.

    With `data_key` a key for data will do instead of a session; it stands for a role as well.
    """
    if permission not in PERMISSIONS:
        raise LookupError(f"no such permission: {permission}")
    return _marked(Access(permission=permission, data_key=data_key))


def open_to_all(reason: str, anonymous: bool = False, keyed: bool = False) -> Callable[[View], View]:
    """Let anybody call the view, for the stated reason; an `anonymous` one does not even look who asks.

    A `keyed` one asks for a key in the body instead, so it matters to nobody which site a request comes from.
    """
    return _marked(Access(open_reason=reason, anonymous=anonymous, keyed=keyed and anonymous))


def access_of(app: Flask, endpoint: str | None) -> Access | None:
    """Return what the endpoint's view declared, None where it declared nothing."""
    return getattr(app.view_functions.get(endpoint or ""), _MARK, None)


def check_declared(app: Flask) -> None:
    """Raise LookupError naming every endpoint that declares no access."""
    missing = sorted(rule.endpoint for rule in app.url_map.iter_rules() if not access_of(app, rule.endpoint))
    if missing:
        raise LookupError(f"these endpoints declare no permission: {', '.join(missing)}")


def documented_routes(app: Flask) -> list[Route]:
    """Return every route with its methods and its permission, ordered by rule, for documents and tests."""
    rows = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint) or Access()
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append(Route(rule.rule, methods, rule.endpoint, access.permission, access.open_reason))
    return sorted(rows, key=lambda row: (row.rule, row.methods))


def may(permission: str) -> bool:
    """Tell whether the account of this request has the permission."""
    account = g.get("account")
    return account is not None and allowed(account.role, permission)


def demand(permission: str) -> None:
    """Raise Forbidden unless the account of this request has the permission."""
    if not may(permission):
        raise Forbidden(fields={"permission": permission})


def install(app: Flask) -> None:
    """Put the guard before every request of the application."""
    app.before_request(_guard)


def _guard() -> None:
    g.account = None
    access = access_of(current_app, request.endpoint)
    if access is not None and access.anonymous:
        return
    g.account = _account(access)
    if current.settle(g.account):
        g.account = _account(access)
    if request.routing_exception is not None:
        return
    if access is None:
        raise Forbidden()
    if access.permission is None:
        return
    if g.account is None:
        raise NotSignedIn()
    demand(access.permission)


def _account(access: Access | None) -> SignedIn | None:
    """Return who asks: the reader of a data key where the view takes one, else who is signed in."""
    reader = data_keys.find_reader() if access is not None and access.data_key else None
    return reader or session_cookie.find_account()


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark
