"""Who may do what, and where: the whole table, said a second time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.people.permissions import PERMISSIONS, UnknownPermission, allowed, in_scope, permissions_of
from gis_app.people.roles import ROLE_LABELS, Role

FIELD = {"grid_worker", "handler", "duty_staff"}
ALL = FIELD | {"leader", "planner", "dispatcher", "administrator", "inspector"}
OFFICE = ALL - FIELD
EXPECTED = {
    "map:page:read": ALL,
    "map:figures:read": ALL,
    "map:search:read": ALL,
    "layers:layer:read": ALL,
    "layers:table:read": ALL,
    "layers:table:export": OFFICE,
    "assignments:overlay:read": ALL,
    "assignments:chain:read": ALL,
    "assignments:desk:read": OFFICE,
    "assignments:desk:export": OFFICE,
    "assignments:post:change": {"planner", "dispatcher", "administrator"},
    "assignments:draft:prepare": {"planner", "administrator"},
    "assignments:draft:publish": {"planner", "leader", "administrator"},
    "leader:page:read": OFFICE,
    "leader:view:keep": OFFICE,
    "leader:alert:manage": {"leader", "administrator"},
    "stations:station:read": ALL,
    "stations:coverage:read": ALL,
    "stations:coverage:export": OFFICE,
    "stations:what_if:try": OFFICE,
    "stations:scenario:keep": {"planner", "leader", "administrator"},
    "stations:siting:read": OFFICE,
    "stations:siting:ask": {"planner", "leader", "administrator"},
    "stations:siting:export": OFFICE,
    "stations:status:read": ALL,
    "stations:status:change": {"duty_staff", "grid_worker", "dispatcher", "administrator"},
    "field:page:read": ALL,
    "field:patrol:count": {"grid_worker"},
    "incidents:overlay:read": ALL,
    "incidents:counts:read": ALL,
    "incidents:mediation:read": {"dispatcher"},
    "incidents:incident:read": ALL,
    "incidents:incident:report": ALL,
    "incidents:incident:act": ALL,
    "incidents:incident:dispatch": {"dispatcher", "administrator"},
    "incidents:incident:export": OFFICE,
    "incidents:board:read": {"leader", "dispatcher", "administrator", "inspector", "handler"},
    "incidents:statistics:read": ALL,
    "incidents:photo:read": ALL,
    "incidents:contact:read": {"dispatcher", "handler"},
    "incidents:contact:reveal": {"dispatcher", "handler"},
    "incidents:class:read": ALL,
    "incidents:class:manage": {"planner", "administrator"},
    "supervision:round:read": ALL,
    "supervision:round:open": {"inspector"},
    "supervision:finding:answer": {"grid_worker", "dispatcher", "handler"},
    "supervision:finding:judge": {"inspector"},
    "supervision:schedule:manage": {"inspector", "administrator"},
    "supervision:ledger:export": OFFICE,
    "ratings:rating:read": ALL,
    "ratings:rating:enter": {"inspector", "dispatcher", "handler"},
    "ratings:verdict:decide": {"leader", "inspector"},
    "ratings:rating:export": OFFICE,
    "programme:programme:read": ALL,
    "programme:demand:enter": ALL,
    "programme:project:manage": {"planner", "dispatcher", "administrator"},
    "programme:project:adopt": {"planner", "dispatcher", "administrator", "handler"},
    "programme:activity:enter": {"grid_worker", "planner", "dispatcher", "administrator"},
    "programme:programme:export": OFFICE,
    "paper:map:draw": ALL,
    "paper:map:make": OFFICE,
    "reports:report:read": OFFICE,
    "reports:report:ask": {"leader", "planner", "dispatcher", "administrator"},
    "reports:report:delete": {"leader", "planner", "dispatcher", "administrator"},
    "ogc:feature:read": OFFICE,
    "open311:key:manage": {"administrator"},
    "webhooks:webhook:manage": {"administrator"},
    "plans:plan:read": OFFICE,
    "plans:plan:export": OFFICE,
    "plans:draft:read": OFFICE,
    "plans:draft:edit": {"planner", "administrator"},
    "plans:draft:remark": OFFICE,
    "plans:draft:decide": {"leader", "administrator"},
    "plans:draft:publish": {"leader", "planner", "administrator"},
    "plans:proposal:ask": {"planner", "administrator"},
    "plans:community:move": {"administrator"},
    "exchange:layer:export": OFFICE,
    "exchange:layer:import": {"planner", "administrator"},
    "help:page:read": ALL,
    "people:account:manage": {"administrator"},
    "audit:trail:read": {"administrator"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_role_has_the_permissions_written_here_and_no_other(role, permission):
    assert allowed(role, permission) == (role in EXPECTED[permission])
    assert allowed(str(role), permission) == allowed(role, permission)
    assert (permission in permissions_of(role)) == allowed(role, permission)


def test_a_permission_is_room_resource_action():
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(:[a-z_]+){2}", permission) for permission in PERMISSIONS)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("nobody", [None, "", "root", "LEADER"])
def test_nobody_and_an_unknown_role_may_do_nothing(nobody, permission):
    assert not allowed(nobody, permission)
    assert permissions_of(nobody) == frozenset()


@pytest.mark.parametrize("permission", ["", "map", "map:page:write", "*"])
def test_an_unknown_permission_is_a_mistake_in_the_program(permission):
    with pytest.raises(UnknownPermission):
        allowed(Role.ADMINISTRATOR, permission)


@pytest.mark.parametrize(
    ("scope", "area", "inside"),
    [
        ("", "410222001001001", True),
        ("", None, True),
        ("410222", "410222001", True),
        ("410222001001", "410222001001007", True),
        ("410222001001", "410222001001", True),
        ("410222001001", "410222001002007", False),
        ("410222001001", "410222001", False),
        ("410222001001", None, False),
        ("410222001001", "", False),
    ],
)
def test_a_scope_holds_what_its_code_begins(scope, area, inside):
    assert in_scope(scope, area) is inside


@settings(deadline=None)
@given(st.text("0123456789", max_size=12), st.text("0123456789", max_size=12))
def test_a_narrower_scope_never_sees_more(scope, area):
    if in_scope(scope, area):
        assert all(in_scope(scope[:length], area) for length in range(len(scope)))


def test_every_role_has_its_name_in_both_languages():
    labels = {"领导", "网格员", "规划员", "调度员", "管理员", "处置人员", "督导员", "值守人员"}
    assert {role.label("zh") for role in Role} == labels
    assert set(ROLE_LABELS) == set(Role) and all(role.label("en") for role in Role)
    assert Role.of("planner") is Role.PLANNER
    with pytest.raises(ValueError, match="root"):
        Role.of("root")
