"""Who may do what: one table of permission × role, and the rule of where.

A permission is `room:resource:action`. What the table does not allow is refused; a permission that the
table does not hold is a mistake in the program, never a question to answer, so asking for it raises.
"""

from __future__ import annotations

from gis_app.people.roles import Role

EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.LEADER, Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "map:page:read": EVERYONE,
    "map:figures:read": EVERYONE,
    "map:search:read": EVERYONE,
    "layers:layer:read": EVERYONE,
    "layers:table:read": EVERYONE,
    "layers:table:export": OFFICE,
    "assignments:overlay:read": EVERYONE,
    "assignments:chain:read": EVERYONE,
    "stations:station:read": EVERYONE,
    "stations:coverage:read": EVERYONE,
    "incidents:overlay:read": EVERYONE,
    "incidents:counts:read": EVERYONE,
    "incidents:mediation:read": frozenset({Role.DISPATCHER}),
    "exchange:layer:import": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "people:account:manage": frozenset({Role.ADMINISTRATOR}),
    "audit:trail:read": frozenset({Role.ADMINISTRATOR}),
}


class UnknownPermission(KeyError):
    """A permission that the table does not hold was asked for: a mistake in the program."""


def allowed(role: Role | str | None, permission: str) -> bool:
    """Tell whether `role` may do `permission`; nobody (None) and an unknown role may do nothing.

    Raises UnknownPermission for a permission that is not in the table.
    """
    try:
        roles = PERMISSIONS[permission]
    except KeyError:
        raise UnknownPermission(permission) from None
    return role in roles


def permissions_of(role: Role | str | None) -> frozenset[str]:
    """Return every permission that `role` has."""
    return frozenset(permission for permission, roles in PERMISSIONS.items() if role in roles)


def in_scope(scope_code: str, area_code: str | None) -> bool:
    """Tell whether an area lies in a scope: area codes nest, so the scope's code must begin the area's.

    An empty scope is the whole county. A place without any area (None or "") is in no narrower scope.
    """
    return (area_code or "").startswith(scope_code)
