"""Accounts and sessions on both databases: a change acts at the next request, what is closed stays closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert, select

from gis_app import clock
from gis_app.errors import BadInput, Conflict, NotFound
from gis_app.people import accounts, demonstration, sessions
from gis_app.people.limits import Limits
from gis_app.people.roles import Role
from gis_app.storage import audit, tables
from gis_app.storage import people as table
from gis_app.storage.layers import replace_layer
from gis_app.storage.revision import bump_revision
from tests.storage.samples import two_stations

START = datetime(2023, 5, 1, 8, 0, tzinfo=clock.ZONE)
GOOD = "correct horse battery"


@pytest.fixture
def account_id(store, quick_hash) -> int:
    """Return the id of an account."""
    accounts.create_account(store, "Wang.Wei", GOOD, "grid_worker", "410222001", "王伟")
    with store.read() as conn:
        return table.find_credentials(conn, "wang.wei").account_id


@pytest.fixture
def desk_id(store, quick_hash) -> int:
    """Return the id of an account that works at a desk."""
    accounts.create_account(store, "Li.Ling", GOOD, "leader", "", "李玲")
    with store.read() as conn:
        return table.find_credentials(conn, "li.ling").account_id


def open_session(store, account_id: int) -> str:
    with store.write() as conn:
        return sessions.open(conn, account_id)


def tags(store) -> list[str]:
    with store.read() as conn:
        return [row.tag for row in audit.read_rows(conn)]


def test_a_session_tells_who_asks_and_the_revision_in_one_statement(store, account_id):
    token = open_session(store, account_id)
    with store.write() as conn:
        bump_revision(conn)
    statements = []
    event.listen(store._reader, "before_cursor_execute", lambda *said: statements.append(said[2]))
    found = sessions.find(store, token)
    assert [said for said in statements if said != "BEGIN"] == [statements[-1]]
    assert (found.username, found.display_name, found.role) == ("wang.wei", "王伟", Role.GRID_WORKER)
    assert (found.scope_code, found.revision, found.account_id) == ("410222001", 1, account_id)
    assert found.may("map:page:read") and not found.may("audit:trail:read")
    assert found.covers("410222001002") and not found.covers("410222002001")


def test_the_store_holds_no_token(store, account_id):
    token = open_session(store, account_id)
    assert len(token) >= 43  # 256 bits
    with store.read() as conn:
        kept = conn.execute(select(tables.sessions.c.token_hash)).scalar_one()
    assert kept == sessions.hashed(token) and token not in kept
    assert sessions.find(store, kept) is None


@pytest.mark.parametrize("token", [None, "", "x", "令牌", "a" * 129, "\x00", "' OR 1=1 --"])
def test_a_token_that_nobody_gave_is_nobody(store, token):
    assert sessions.find(store, token) is None
    sessions.close(store, token)


def test_a_phone_in_the_field_may_be_silent_as_long_as_its_session_lasts(store, account_id):
    with clock.frozen(START):
        token = open_session(store, account_id)
    with clock.frozen(START + timedelta(hours=11)):
        assert sessions.find(store, token, outdoors=True) is not None
        assert sessions.find(store, token) is None
    with clock.frozen(START + timedelta(hours=12)):
        assert sessions.find(store, token, outdoors=True) is None


def test_a_desk_ends_when_idle_wherever_it_asks(store, desk_id):
    with clock.frozen(START):
        token = open_session(store, desk_id)
    with clock.frozen(START + timedelta(minutes=30)):
        assert sessions.find(store, token, outdoors=True) is None


def test_a_session_ends_when_idle_and_lives_on_when_used(store, desk_id):
    with clock.frozen(START):
        token = open_session(store, desk_id)
    for minutes in (29, 58, 87):
        with clock.frozen(START + timedelta(minutes=minutes)):
            assert sessions.find(store, token) is not None
    with clock.frozen(START + timedelta(minutes=117)):
        assert sessions.find(store, token) is None


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(store, account_id):
    with clock.frozen(START):
        token = open_session(store, account_id)
    for minutes in range(20, 12 * 60, 20):
        with clock.frozen(START + timedelta(minutes=minutes)):
            assert sessions.find(store, token) is not None
    with clock.frozen(START + timedelta(hours=12)):
        assert sessions.find(store, token) is None


def test_other_limits_may_be_set(store, desk_id):
    with clock.frozen(START):
        token = open_session(store, desk_id)
    with clock.frozen(START + timedelta(minutes=6)):
        assert sessions.find(store, token, Limits(idle=timedelta(minutes=5))) is None
        assert sessions.find(store, token) is not None


def test_being_seen_is_written_at_most_once_a_minute(store, account_id):
    with clock.frozen(START):
        token = open_session(store, account_id)
    seen = []
    for seconds in (59, 60, 100, 119, 121, 200):
        with clock.frozen(START + timedelta(seconds=seconds)):
            sessions.find(store, token)
            seen.append(int((sessions.find(store, token).seen_at - START).total_seconds()))
    assert seen == [0, 60, 60, 60, 121, 200]


def test_a_request_does_not_wait_for_a_writer(store, account_id):
    with clock.frozen(START):
        token = open_session(store, account_id)
    with clock.frozen(START + timedelta(minutes=10)), store.write() as conn:
        table.touch_session(conn, sessions.hashed(token), START, START + timedelta(seconds=1))
        found = sessions.find(store, token)
    assert found is not None and found.seen_at == START


def test_a_closed_session_is_closed(store, account_id):
    token, other = open_session(store, account_id), open_session(store, account_id)
    sessions.close(store, token)
    sessions.close(store, token)
    assert sessions.find(store, token) is None and sessions.find(store, other) is not None
    assert tags(store).count("people:session:closed") == 1


def test_a_new_role_and_scope_act_at_the_next_request(store, account_id):
    token = open_session(store, account_id)
    accounts.set_role(store, "wang.wei", "planner", "", actor="admin")
    found = sessions.find(store, token)
    assert (found.role, found.scope_code) == (Role.PLANNER, "")
    with store.read() as conn:
        row = audit.read_rows(conn)[0]
    assert (row.tag, row.actor, row.subject) == ("people:account:role_changed", "admin", "wang.wei")


def test_a_disabled_account_is_out_at_once_and_its_sessions_stay_closed(store, account_id):
    token = open_session(store, account_id)
    accounts.set_disabled(store, "wang.wei", True)
    assert sessions.find(store, token) is None
    accounts.set_disabled(store, "wang.wei", False)
    assert sessions.find(store, token) is None
    assert tags(store)[:2] == ["people:account:enabled", "people:account:disabled"]


def test_a_new_password_ends_every_session(store, account_id):
    token = open_session(store, account_id)
    accounts.set_password(store, "wang.wei", "another long password", actor="wang.wei")
    assert sessions.find(store, token) is None


def test_a_deleted_account_is_gone_with_its_sessions(store, account_id):
    token = open_session(store, account_id)
    accounts.delete_account(store, "wang.wei")
    assert sessions.find(store, token) is None and accounts.list_accounts(store) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"username": "{{7*7}}"}, "username"),
        ({"role": "root"}, "role"),
        ({"scope_code": "41022"}, "scope_code"),
        ({"scope_code": "４１０２２２"}, "scope_code"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_bad_account_is_refused_by_field(store, values, field):
    good = {"username": "li", "password": GOOD, "role": "leader", "scope_code": ""}
    with pytest.raises(BadInput) as refused:
        accounts.create_account(store, **good | values)
    assert list(refused.value.fields) == [field]
    assert accounts.list_accounts(store) == []


def test_a_user_name_is_taken_once_however_it_is_written(store, account_id):
    with pytest.raises(Conflict):
        accounts.create_account(store, "ＷＡＮＧ.wei ", GOOD, "leader")
    assert [account.username for account in accounts.list_accounts(store)] == ["wang.wei"]


def test_an_account_that_is_not_there_is_not_found(store):
    for change in (accounts.delete_account, lambda *a: accounts.set_disabled(*a, True)):
        with pytest.raises(NotFound):
            change(store, "nobody")
    assert tags(store) == []


def test_the_demonstration_accounts_are_made_once_and_noticed(store, account_id):
    assert not demonstration.demonstration_accounts_open(store)
    with store.write() as conn:
        conn.execute(insert(tables.organisations), [{"organisation_code": code} for code in ("O2", "O1")])
        named = {"category": "hazard", "location_public": True, "handling_organisation_code": "O2"}
        conn.execute(insert(tables.incident_classes), [{"class_code": "H1", **named}])
        replace_layer(conn, "stations", two_stations("410222002001001", "410222001001002"))
    made = demonstration.ensure_demo_accounts(store, ["410222002001", "410222001001"])
    again = demonstration.ensure_demo_accounts(store, ["410222002001", "410222001001"])
    assert made == again and {account.role for account in made} == set(Role)
    scopes = {account.username: account.scope_code for account in accounts.list_accounts(store)}
    assert scopes["worker"] == "410222001001" and scopes["leader"] == "" and len(scopes) == 9
    offices = {account.username: account.organisation_code for account in accounts.list_accounts(store)}
    assert scopes["duty"] == "410222001001002" and made[-2].station_code == "S3"
    assert offices["handler"] == "O2" and set(offices.values()) == {"O2", ""}
    assert demonstration.demonstration_accounts_open(store)
    for username in demonstration.USERNAMES:
        accounts.set_disabled(store, username, True)
    assert not demonstration.demonstration_accounts_open(store)


def test_without_organisations_and_stations_nobody_acts_for_them(store, quick_hash):
    made = demonstration.ensure_demo_accounts(store)
    assert {account.role for account in made} == set(Role) - {Role.HANDLER, Role.DUTY_STAFF}


@pytest.mark.parametrize(("role", "organisation"), [("handler", ""), ("leader", "O1"), ("handler", "O" * 33)])
def test_a_handler_acts_for_an_organisation_and_nobody_else_does(store, role, organisation):
    with pytest.raises(BadInput) as refused:
        accounts.create_account(store, "someone", GOOD, role, organisation_code=organisation)
    assert "organisation_code" in refused.value.fields


def test_a_session_knows_the_organisation_of_its_account(store, quick_hash):
    accounts.create_account(store, "chu", GOOD, "handler", organisation_code="O7")
    with store.write() as conn:
        token = sessions.open(conn, table.find_credentials(conn, "chu").account_id)
    assert sessions.find(store, token).organisation_code == "O7"
    accounts.set_role(store, "chu", "inspector")
    found = sessions.find(store, token)
    assert (found.role, found.organisation_code) == (Role.INSPECTOR, "")


@pytest.mark.parametrize(("role", "station"), [("duty_staff", ""), ("leader", "S2"), ("duty_staff", "S9")])
def test_duty_staff_look_after_a_station_that_there_is_and_nobody_else_does(store, role, station):
    with store.write() as conn:
        replace_layer(conn, "stations", two_stations("410222002001001", "410222001001002"))
    with pytest.raises(BadInput) as refused:
        accounts.create_account(store, "someone", GOOD, role, station_code=station)
    assert "station_code" in refused.value.fields


def test_a_session_knows_the_station_and_the_scope_is_its_grid(store, quick_hash):
    with store.write() as conn:
        replace_layer(conn, "stations", two_stations("410222002001001", "410222001001002"))
    accounts.create_account(store, "he", GOOD, "duty_staff", station_code="S3")
    with store.write() as conn:
        token = sessions.open(conn, table.find_credentials(conn, "he").account_id)
    found = sessions.find(store, token)
    assert (found.station_code, found.scope_code) == ("S3", "410222001001002")
    accounts.set_role(store, "he", "planner")
    found = sessions.find(store, token)
    assert (found.role, found.station_code, found.scope_code) == (Role.PLANNER, "", "")
