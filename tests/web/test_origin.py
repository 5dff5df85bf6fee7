"""What changes something must come from our own pages."""

from __future__ import annotations

import pytest

HOST = {"Host": "map.example:8000"}
REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://map.example:8000"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://map.example"},
    {"Origin": "http://map.example:8000.evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[bad"},
    {"Referer": "http://evil.example/map"},
    {"Referer": "http://map.example:8000@evil.example/"},
]
ALLOWED = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://map.example:8000"},
    {"Origin": "https://map.example:8000"},
    {"Referer": "http://map.example:8000/map"},
    {},
]
CHANGES = ["/sign-out", "/language/en", "/sign-in"]


@pytest.mark.parametrize("headers", REFUSED, ids=str)
@pytest.mark.parametrize("address", CHANGES)
def test_a_request_from_elsewhere_is_refused_and_does_nothing(toy_app, address, headers):
    answer = toy_app.test_client().post(address, headers=HOST | headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers and "Clear-Site-Data" not in answer.headers


@pytest.mark.parametrize("headers", ALLOWED, ids=str)
def test_a_request_from_our_pages_or_from_a_program_is_taken(toy_app, headers):
    answer = toy_app.test_client().post("/language/en", headers=HOST | headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_no_other_method_slips_through(toy_app, method):
    answer = toy_app.test_client().open("/map", method=method, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (403, 405)


def test_reading_needs_no_origin(toy_app):
    assert toy_app.test_client().get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
