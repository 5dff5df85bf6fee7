"""The security headers stand on every response: pages, data, static files, redirects, all errors."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import FROM_OUR_PAGE
from tests.web.test_access import SAMPLES

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ERRORS = [
    ("GET", "/no-such-page", 404),
    ("GET", "/layers/no-such-layer.geojson", 404),
    ("GET", "/static/no-such-file.js", 404),
    ("GET", "/static/../pyproject.toml", 404),
    ("GET", "/layers/grids/table?sort=nonsense", 400),
    ("DELETE", "/map", 405),
    ("OPTIONS", "/map", 405),
    ("GET", "/search.json?q=" + "x" * 5000, 414),
]


def policy_of(answer) -> dict[str, set[str]]:
    """Return the Content-Security-Policy as directive → sources."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {words[0]: set(words[1:]) for words in parts}


def check(answer) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], name
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "http" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("role", [None, "leader"])
@pytest.mark.parametrize("key", sorted(SAMPLES.keys() - {("POST", "/sign-out")}), ids=" ".join)
def test_headers_on_every_route(as_role, key, role):
    check(as_role(role).open(SAMPLES[key], method=key[0], headers=FROM_OUR_PAGE))


@pytest.mark.parametrize(("method", "address", "status"), ERRORS)
def test_headers_on_errors(as_role, method, address, status):
    answer = as_role("leader").open(address, method=method, headers=FROM_OUR_PAGE)
    assert answer.status_code == status
    check(answer)


def test_headers_on_refused_hosts_bodies_and_origins(own_app):
    app = own_app(trusted_hosts=("map.example",))
    refused = app.test_client().get("/healthz", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    check(refused)
    host = {"Host": "map.example"}
    assert app.test_client().get("/healthz", headers=host).status_code == 200
    large = app.test_client().post("/sign-in", data={"username": "x" * 2**21}, headers=host | FROM_OUR_PAGE)
    assert large.status_code == 413
    check(large)
    foreign = app.test_client().post("/sign-in", headers=host | {"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    check(foreign)


def test_a_page_has_a_fresh_nonce_on_its_inline_scripts_and_nowhere_else(as_role):
    client = as_role("leader")
    first, second = client.get("/map"), client.get("/map")
    nonces = []
    for answer in (first, second):
        (nonce,) = [s for s in policy_of(answer)["script-src"] if s.startswith("'nonce-")]
        nonces.append(nonce.removeprefix("'nonce-").rstrip("'"))
        page = answer.get_data(as_text=True)
        inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
        running = [tag for tag in inline if 'type="application/json"' not in tag]
        assert all(f'nonce="{nonces[-1]}"' in tag for tag in running)
        assert page.count(nonces[-1]) == len(running)
    assert nonces[0] != nonces[1]


def test_the_policy_of_a_page_allows_our_own_origin_only(as_role):
    policy = policy_of(as_role("leader").get("/map"))
    assert policy["default-src"] == {"'none'"}
    assert policy["connect-src"] == policy["worker-src"] == policy["font-src"] == {"'self'"}
    assert policy["img-src"] == {"'self'", "data:", "blob:"}
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
    assert policy["form-action"] == {"'self'"}


def test_the_policy_of_data_allows_nothing(as_role):
    for address in (
        "/figures.json",
        "/layers/grids.geojson",
        "/layers/grids.csv",
        "/map/shell.js",
        "/static/css/base.css",
    ):
        assert policy_of(as_role("leader").get(address))["default-src"] == {"'none'"}


def test_tile_hosts_are_allowed_where_a_base_map_is_set(own_app):
    client = own_app(tianditu_key="a" * 32).test_client()
    sources = policy_of(client.get("/sign-in"))["img-src"]
    assert "https://t0.tianditu.gov.cn" in sources and "*" not in sources


def test_hsts_only_where_the_server_is_reached_over_https(own_app, as_role):
    assert "Strict-Transport-Security" not in as_role(None).get("/sign-in").headers
    secure = own_app(secure_cookies=True).test_client().get("/healthz")
    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]


def test_pages_and_answers_about_people_are_not_stored(as_role):
    client = as_role("leader")
    for address in ("/map", "/layers/grids/table", "/sign-in", "/no-such-page"):
        assert client.get(address).headers["Cache-Control"] == "no-store"
