"""Signing in and out as a browser does it: cookies, where one goes next, limits of a session, the lock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.people.accounts import set_disabled, set_role
from gis_app.web.local_path import local_path
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE, sign_in
from tests.web.county import PASSWORD


def post(client, address="/sign-in", **form):
    return client.post(address, data=form, headers=FROM_OUR_PAGE)


def test_the_form_leads_to_the_page_that_was_asked_for(own_app):
    client = own_app().test_client()
    sent = client.get("/layers/grids/table?q=1&sort=name")
    assert sent.status_code == 303
    page = client.get(sent.location)
    assert 'value="/layers/grids/table?q=1&amp;sort=name"' in page.text
    done = post(client, username="leader", password=PASSWORD, next="/layers/grids/table?q=1&sort=name")
    assert done.status_code == 303 and done.location == "/layers/grids/table?q=1&sort=name"
    assert client.get("/sign-in").location == "/leader"
    assert client.get("/").location == "/leader"


@pytest.mark.parametrize(
    ("role", "page"), [("grid_worker", "/field"), ("duty_staff", "/field"), ("dispatcher", "/map")]
)
def test_whoever_works_outside_begins_with_the_phone_s_page(own_app, role, page):
    client = own_app().test_client()
    assert post(client, username=role, password=PASSWORD).location == page
    assert client.get("/").location == page and client.get("/sign-in").location == page
    assert post(own_app().test_client(), username=role, password=PASSWORD, next="/map").location == "/map"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/ /evil", "/\t/evil.example", "evil.example", "",
        "/" + "x" * 3000, "///evil.example", "/\x00", "http:/map",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(own_app, address):
    assert local_path(address) is None
    client = own_app().test_client()
    done = post(client, username="leader", password=PASSWORD, next=address)
    assert done.status_code == 303 and done.location == "/leader"


def test_local_addresses_are_kept():
    for address in ("/map", "/layers/grids/table?q=%E4%B8%AD", "/map#area=410222", "/"):
        assert local_path(address) == address


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_others(own_app):
    answer = post(own_app().test_client(), username="leader", password=PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie and "Secure" not in cookie


def test_over_https_the_cookie_is_of_this_host_only(own_app):
    app = own_app(secure_cookies=True)
    cookie = post(app.test_client(), username="leader", password=PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_every_sign_in_opens_a_new_session_and_closes_the_one_before(own_app):
    client = own_app().test_client()
    first = sign_in(client, "leader")
    second = sign_in(client, "leader")
    assert first[1] != second[1]
    client.set_cookie(*first)
    assert client.get("/figures.json").status_code == 401


def test_signing_out_ends_the_session_in_the_store(own_app):
    client = own_app().test_client()
    cookie = sign_in(client, "leader")
    out = post(client, "/sign-out")
    assert out.status_code == 303 and out.location == "/sign-in"
    assert '"cache"' in out.headers["Clear-Site-Data"]
    assert "Expires=Thu, 01 Jan 1970" in out.headers["Set-Cookie"] or "Max-Age=0" in out.headers["Set-Cookie"]
    client.set_cookie(*cookie)
    assert client.get("/figures.json").status_code == 401


def test_wrong_name_and_wrong_password_are_told_alike(own_app):
    client = own_app().test_client()
    unknown = post(client, username="nobody", password="x" * 12)
    wrong = post(client, username="leader", password="x" * 12)
    assert unknown.status_code == wrong.status_code == 401
    assert "用户名或密码不正确" in unknown.text
    assert unknown.text.replace("nobody", "leader") == wrong.text or len(unknown.text) == len(wrong.text)
    assert "Set-Cookie" not in wrong.headers


def test_five_failures_lock_the_account_and_the_right_password_with_it(own_app):
    client = own_app().test_client()
    for _ in range(5):
        assert post(client, username="leader", password="wrong").status_code == 401
    locked = post(client, username="leader", password=PASSWORD)
    assert locked.status_code == 429 and int(locked.headers["Retry-After"]) > 0
    assert "稍后" in locked.text
    assert post(client, username="planner", password=PASSWORD).status_code == 303
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert post(client, username="leader", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "leader"},
        {"password": "x"},
        {"username": " ", "password": "x"},
        {"username": "a", "password": ""},
    ],
)
def test_an_empty_field_is_named(own_app, form):
    answer = own_app().test_client().post("/sign-in", data=form, headers=FROM_OUR_PAGE)
    assert answer.status_code == 400 and "请填写" in answer.text


@pytest.mark.parametrize(
    "name", ["\x00", "a\x00b", "x" * 70, "<script>", "'; DROP TABLE accounts; --", "\ud7ff", "😀"]
)
def test_a_strange_name_is_a_wrong_name(own_app, name):
    answer = post(own_app().test_client(), username=name, password="x" * 12)
    assert answer.status_code == 401 and "<script>" not in answer.text.split("<main")[1].split("</main")[0]


def test_a_very_long_password_is_refused_without_work(own_app):
    assert post(own_app().test_client(), username="leader", password="x" * 10_000).status_code == 401


def test_programs_get_json(own_app):
    client = own_app().test_client()
    answer = client.post(
        "/sign-in",
        data={"username": "leader", "password": "wrong"},
        headers=FROM_OUR_PAGE | {"Accept": "application/json"},
    )
    assert answer.status_code == 401 and answer.json["error"]["code"] == "sign_in_refused"


def test_a_session_ends_when_idle_and_in_any_case(own_app):
    client = own_app().test_client()
    sign_in(client, "leader")
    start = clock.now()
    with clock.frozen(start + timedelta(minutes=29)):
        assert client.get("/figures.json").status_code == 200
    with clock.frozen(start + timedelta(minutes=58)):
        assert client.get("/figures.json").status_code == 200
    with clock.frozen(start + timedelta(minutes=90)):
        assert client.get("/figures.json").status_code == 401
        assert client.get("/map").location == "/sign-in?next=/map"
    sign_in(client, "leader")
    for quarter in range(1, 49):
        with clock.frozen(clock.now() + timedelta(minutes=15 * quarter)):
            alive = client.get("/figures.json").status_code
            assert alive == (200 if quarter < 48 else 401)


def test_a_change_of_role_or_a_closed_account_acts_at_the_next_request(own_app):
    app = own_app()
    client = app.test_client()
    sign_in(client, "planner")
    assert client.get("/layers/grids.csv").status_code == 200
    store = app.extensions[KEY].store
    set_role(store, "planner", "grid_worker")
    assert client.get("/layers/grids.csv").status_code == 403
    set_disabled(store, "planner", True)
    assert client.get("/layers/grids/table").status_code == 303


@pytest.mark.parametrize("value", ["", "x", "é", "a" * 3000, "..", "null", "0", "'", "\\x00"])
def test_a_made_up_token_is_nobody(own_app, value):
    client = own_app().test_client()
    client.set_cookie("session", value)
    assert client.get("/figures.json").status_code == 401
