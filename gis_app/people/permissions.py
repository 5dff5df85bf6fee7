"""Who may do what: one table of permission × role, and the rule of where.

A permission is `room:resource:action`. What the table does not allow is refused; a permission that the
table does not hold is a mistake in the program, never a question to answer, so asking for it raises.
"""

from __future__ import annotations

from gis_app.people.roles import Role

EVERYONE = frozenset(Role)
OFFICE = frozenset({Role.LEADER, Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR, Role.INSPECTOR})
ANSWERABLE = frozenset({Role.GRID_WORKER, Role.DISPATCHER, Role.HANDLER})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "map:page:read": EVERYONE,
    "map:figures:read": EVERYONE,
    "map:search:read": EVERYONE,
    "layers:layer:read": EVERYONE,
    "layers:table:read": EVERYONE,
    "layers:table:export": OFFICE,
    "assignments:overlay:read": EVERYONE,
    "assignments:chain:read": EVERYONE,
    "assignments:desk:read": OFFICE,
    "assignments:desk:export": OFFICE,
    "assignments:post:change": frozenset({Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR}),
    "assignments:draft:prepare": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "assignments:draft:publish": frozenset({Role.LEADER, Role.PLANNER, Role.ADMINISTRATOR}),
    "stations:station:read": EVERYONE,
    "stations:coverage:read": EVERYONE,
    "stations:coverage:export": OFFICE,
    "stations:what_if:try": OFFICE,
    "stations:scenario:keep": frozenset({Role.LEADER, Role.PLANNER, Role.ADMINISTRATOR}),
    "stations:siting:read": OFFICE,
    "stations:siting:ask": frozenset({Role.LEADER, Role.PLANNER, Role.ADMINISTRATOR}),
    "stations:siting:export": OFFICE,
    "stations:status:read": EVERYONE,
    # duty staff for their own station, a grid worker for those in the area answered for
    "stations:status:change": frozenset(
        {Role.DUTY_STAFF, Role.GRID_WORKER, Role.DISPATCHER, Role.ADMINISTRATOR}
    ),
    "field:page:read": EVERYONE,  # each with what its own area needs
    "field:patrol:count": frozenset({Role.GRID_WORKER}),
    "incidents:overlay:read": EVERYONE,
    "incidents:counts:read": EVERYONE,
    "incidents:mediation:read": frozenset({Role.DISPATCHER}),
    "incidents:incident:read": EVERYONE,
    "incidents:incident:report": EVERYONE,
    "incidents:incident:act": EVERYONE,  # the table of transitions says who may do which step
    "incidents:incident:dispatch": frozenset({Role.DISPATCHER, Role.ADMINISTRATOR}),
    "incidents:incident:export": OFFICE,
    "incidents:board:read": frozenset(
        {Role.LEADER, Role.DISPATCHER, Role.ADMINISTRATOR, Role.INSPECTOR, Role.HANDLER}
    ),
    "incidents:statistics:read": EVERYONE,
    "incidents:photo:read": EVERYONE,  # of incidents that the account may see
    "incidents:contact:read": frozenset({Role.DISPATCHER, Role.HANDLER}),  # masked
    "incidents:contact:reveal": frozenset({Role.DISPATCHER, Role.HANDLER}),  # each time audited
    "incidents:class:read": EVERYONE,
    "incidents:class:manage": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "supervision:round:read": EVERYONE,
    "supervision:round:open": frozenset({Role.INSPECTOR}),
    "supervision:finding:answer": ANSWERABLE,
    "supervision:finding:judge": frozenset({Role.INSPECTOR}),
    "supervision:schedule:manage": frozenset({Role.INSPECTOR, Role.ADMINISTRATOR}),
    "supervision:ledger:export": OFFICE,
    "ratings:rating:read": EVERYONE,
    # a handler for the stars of whose task team his organisation is one
    "ratings:rating:enter": frozenset({Role.INSPECTOR, Role.DISPATCHER, Role.HANDLER}),
    "ratings:verdict:decide": frozenset({Role.LEADER, Role.INSPECTOR}),
    "ratings:rating:export": OFFICE,
    "programme:programme:read": EVERYONE,
    "programme:demand:enter": EVERYONE,
    "programme:project:manage": frozenset({Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR}),
    # a handler for his own organisation only
    "programme:project:adopt": frozenset({Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR, Role.HANDLER}),
    "programme:activity:enter": frozenset(
        {Role.GRID_WORKER, Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR}
    ),
    "programme:programme:export": OFFICE,
    "leader:page:read": OFFICE,
    "leader:view:keep": OFFICE,  # each his own
    "leader:alert:manage": frozenset({Role.LEADER, Role.ADMINISTRATOR}),
    "paper:map:draw": EVERYONE,  # each overlay under its own permission
    "paper:map:make": OFFICE,
    "reports:report:read": OFFICE,
    "reports:report:ask": frozenset({Role.LEADER, Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR}),
    # a leader and an administrator any, the others their own
    "reports:report:delete": frozenset({Role.LEADER, Role.PLANNER, Role.DISPATCHER, Role.ADMINISTRATOR}),
    "ogc:feature:read": OFFICE,  # also by a key for data, as the role it stands for
    "open311:key:manage": frozenset({Role.ADMINISTRATOR}),
    "webhooks:webhook:manage": frozenset({Role.ADMINISTRATOR}),
    "plans:plan:read": OFFICE,
    "plans:plan:export": OFFICE,
    "plans:draft:read": OFFICE,  # one's own, those shared with one, and for who decides those handed in
    "plans:draft:edit": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "plans:draft:remark": OFFICE,
    "plans:draft:decide": frozenset({Role.LEADER, Role.ADMINISTRATOR}),
    "plans:draft:publish": frozenset({Role.LEADER, Role.PLANNER, Role.ADMINISTRATOR}),
    "plans:proposal:ask": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "plans:community:move": frozenset({Role.ADMINISTRATOR}),
    "exchange:layer:export": OFFICE,  # each table under its own permission
    "exchange:layer:import": frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    "help:page:read": EVERYONE,  # the manual holds no data
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
