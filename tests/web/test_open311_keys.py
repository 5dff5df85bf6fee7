"""Keys: an administrator issues, limits and revokes them; each is shown once, kept as a hash, on record."""

from __future__ import annotations

import re

import pytest

from gis_app.people.roles import Role
from gis_app.storage import api_keys, audit
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE, sign_in

MADE = re.compile(r'id="made-key"[^>]*>([^<]+)<')


@pytest.fixture
def app(own_app):
    return own_app()


@pytest.fixture
def client(app):
    signed_in = app.test_client()
    sign_in(signed_in, "administrator")
    return signed_in


def issue(client, status: int = 200, **form):
    form = {"name": "城管", "contact": "12345", "limit_per_minute": "30"} | form
    answer = client.post("/api-keys", data=form, headers=FROM_OUR_PAGE)
    assert answer.status_code == status
    return answer


def rows(app):
    with app.extensions[KEY].store.read() as conn:
        return api_keys.read_api_keys(conn)


def test_a_key_is_shown_once_and_kept_as_a_hash(app, client):
    page = issue(client)
    key = MADE.search(page.text)[1]
    assert len(key) >= 43 and page.headers["Cache-Control"] == "no-store"
    assert key not in client.get("/api-keys").text
    (row,) = rows(app)
    assert row.key_hash == api_keys.hashed(key) and key not in str(tuple(row))
    assert (row.name, row.contact, row.limit_per_minute) == ("城管", "12345", 30)
    assert row.key_hash[:12] in client.get("/api-keys").text


def test_two_keys_are_never_alike(client):
    assert len({MADE.search(issue(client).text)[1] for _ in range(3)}) == 3


def test_a_limit_changes_and_a_revoked_key_is_revoked_for_good(app, client):
    key = MADE.search(issue(client).text)[1]
    place = f"/api-keys/{api_keys.hashed(key)}"
    assert (
        client.post(f"{place}/limit", data={"limit_per_minute": "5"}, headers=FROM_OUR_PAGE).status_code
        == 303
    )
    assert rows(app)[0].limit_per_minute == 5
    for _ in range(2):
        assert client.post(f"{place}/revoke", headers=FROM_OUR_PAGE).status_code == 303
    assert rows(app)[0].revoked_at is not None and "已吊销" in client.get("/api-keys").text
    with app.extensions[KEY].store.read() as conn:
        assert api_keys.find_api_key(conn, key) is None
        tags = [row.tag for row in audit.read_rows(conn, limit=4)]
        assert audit.verify(conn) is None
    assert tags[:3] == ["incidents:api_key:revoked", "incidents:api_key:limited", "incidents:api_key:issued"]


@pytest.mark.parametrize(
    "form",
    [{"name": ""}, {"name": "x" * 61}, {"limit_per_minute": "0"}, {"limit_per_minute": "6001"},
     {"limit_per_minute": "many"}, {"contact": "x" * 121}, {"name": "a\x00b"}],
)  # fmt: skip
def test_a_bad_form_says_what_is_wrong_and_issues_nothing(app, client, form):
    page = issue(client, 400, **form)
    assert 'aria-invalid="true"' in page.text and MADE.search(page.text) is None and rows(app) == []


def test_what_does_not_exist_is_not_changed(client):
    for path in ("/api-keys/nothing/revoke", f"/api-keys/{'0' * 64}/revoke"):
        assert client.post(path, headers=FROM_OUR_PAGE).status_code == 404
    assert (
        client.post(
            f"/api-keys/{'0' * 64}/limit", data={"limit_per_minute": "x"}, headers=FROM_OUR_PAGE
        ).status_code
        == 400
    )


def test_only_an_administrator_sees_keys(as_role):
    for role in Role:
        expected = 200 if role == Role.ADMINISTRATOR else 403
        assert as_role(role).get("/api-keys").status_code == expected
        if expected == 403:
            assert (
                as_role(role).post("/api-keys", data={"name": "x"}, headers=FROM_OUR_PAGE).status_code == 403
            )


def test_other_sites_cannot_issue_keys(client):
    assert (
        client.post("/api-keys", data={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )
