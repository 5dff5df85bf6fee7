"""Default deny: every route declares what it asks, and the table of roles is kept on every one."""

from __future__ import annotations

import re

import pytest

from gis_app.people.permissions import PERMISSIONS, allowed
from gis_app.people.roles import Role
from gis_app.web.access import check_declared, documented_routes
from tests.factory import GRIDS
from tests.house.tables import README, read
from tests.web.conftest import FROM_OUR_PAGE

# One value for each part of an address; (part, beginning of the rule) where another fits better.
SAMPLE_OF = {
    "class_code": "C1",
    "code": "XX",
    ("code", "/areas/"): GRIDS[0],
    ("code", "/grids/"): GRIDS[0],
    ("code", "/incidents/"): "XX2023-999999",
    ("code", "/api/v1/incidents/"): "XX2023-999999",
    ("code", "/stations/"): "Z001",
    ("code", "/stations/<code>/status"): "Z999",
    ("code", "/q/"): "Z001",
    ("code", "/ogc/"): GRIDS[0],
    "column": "13355",
    "community_code": GRIDS[0][:12],
    "county_code": GRIDS[0][:6],
    "day": "2024-05-01",
    "filename": "css/base.css",
    "format_": "json",
    "grid_code": GRIDS[0],
    "item": "999",
    "import_id": "0" * 16,
    "job": "999",
    "key_hash": "0" * 64,
    "kind": "csv",
    ("kind", "/desk/"): "stations",
    ("kind", "/plans/"): "gpkg",
    ("kind", "/q/"): "station",
    ("kind", "/reports/"): "pdf",
    "lang": "en",
    "matrix": "14",
    "matrix_set": "WebMercatorQuad",
    "name": "grids",
    ("name", "/programme/"): "demands",
    "number": "999",
    "paper": "999",
    "photo_hash": "0" * 64,
    "remark": "999",
    "request_id": "XX2023-000001",
    "rest": "nothing.json",
    "row": "6534",
    "service_code": "C1",
    "slug": "leader",
    "token": "XX2023-000001",
    "verb": "accept",
    ("verb", "/programme/demands/"): "list",
    ("verb", "/programme/projects/"): "adopt",
    ("verb", "/supervision/"): "answer",
    ("verb", "/webhooks/"): "pause",
    "voice_hash": "0" * 64,
}
ASKED = {"/search.json": "?q=1"}
"""What some addresses cannot do without."""


def sample(rule: str) -> str:
    """Return an address of the rule, each part from the table's longest line that fits."""

    def value(part: re.Match) -> str:
        name = part[1].split(":")[-1]
        special = [key for key in SAMPLE_OF if key[0] == name and rule.startswith(key[1])]
        return SAMPLE_OF[max(special, key=lambda key: len(key[1]), default=name)]

    return re.sub(r"<([^>]+)>", value, rule) + ASKED.get(rule, "")


# The table of routes in the README, which a test of its own compares with the application.
SAMPLES = {
    (method, rule.strip("`")): sample(rule.strip("`"))
    for rule, methods, _ in read(README, "routes")
    for method in methods.split()
}
OPEN311 = {key for key in SAMPLES if key[1].startswith("/open311")}
ENDS_SESSIONS = {("POST", "/sign-out"), ("POST", "/sign-in")}
WITHOUT_SESSION = {
    "/sign-in",
    "/sign-out",
    "/healthz",
    "/readyz",
    "/",
    "/static/<path:filename>",
    "/language/<lang>",
    "/i18n/<lang>.json",
    "/q/<county_code>/<kind>/<code>",
    "/field/manifest.webmanifest",
    "/field/service-worker.js",
} | {rule for _method, rule in OPEN311}


def routes(app) -> list[tuple[str, object]]:
    """Return (method, route) of everything the application answers."""
    return [(method, route) for route in documented_routes(app) for method in route.methods]


def ask(client, method: str, address: str):
    """Send a request as our own page would."""
    return client.open(address, method=method, headers=FROM_OUR_PAGE)


def test_every_route_has_a_sample_here(toy_app):
    assert {(method, route.rule) for method, route in routes(toy_app)} == SAMPLES.keys()


def test_every_route_declares_a_permission_or_a_reason(toy_app):
    for _, route in routes(toy_app):
        assert (route.permission in PERMISSIONS) != bool(route.open_reason), route


def test_a_route_that_declares_nothing_stops_the_start(own_app):
    app = own_app()
    app._got_first_request = False
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")
    with pytest.raises(LookupError, match="forgotten"):
        check_declared(app)
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403 and b"secret" not in answer.data


def test_only_the_named_routes_are_open(toy_app):
    assert {route.rule for _, route in routes(toy_app) if route.open_reason} == WITHOUT_SESSION


@pytest.mark.parametrize("key", SAMPLES, ids=lambda key: " ".join(key))
def test_a_stranger_is_sent_to_sign_in(toy_app, as_role, key):
    route = next(route for method, route in routes(toy_app) if (method, route.rule) == key)
    answer = ask(as_role(None), key[0], SAMPLES[key])
    if route.open_reason:
        assert answer.status_code in ((200, 400, 403, 404) if key in OPEN311 else (200, 303, 400))
    elif (
        key[0] == "PUT"
        or key[1].startswith(("/api/", "/field/", "/ogc"))
        or SAMPLES[key].split("?")[0].endswith((".json", ".geojson", ".csv", ".js"))
    ):
        assert answer.status_code == 401 and answer.json["error"]["code"] == "not_signed_in"
    else:
        assert answer.status_code == 303 and answer.location.startswith(
            "/sign-in?next=" if key[0] == "GET" else "/sign-in"
        )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("key", sorted(SAMPLES.keys() - ENDS_SESSIONS), ids=lambda key: " ".join(key))
def test_each_role_may_do_what_the_table_says_and_no_more(toy_app, as_role, key, role):
    route = next(route for method, route in routes(toy_app) if (method, route.rule) == key)
    answer = ask(as_role(role), key[0], SAMPLES[key])
    if route.permission and not allowed(role, route.permission):
        assert answer.status_code == 403
    else:
        # What is asked for may be missing; what may not be done is said as such.
        without_key = {403} if key in OPEN311 else set()
        assert answer.status_code in {200, 204, 303, 400, 404, 412, 428} | without_key


def test_a_grid_worker_may_see_tables_and_take_none_away(as_role):
    client = as_role("grid_worker")
    assert client.get("/layers/stations/table").status_code == 200
    assert client.get("/layers/stations.geojson").status_code == 200
    assert client.get("/layers/stations.csv").status_code == 403
    assert client.get("/layers/stations.geojson?q=a").status_code == 403
    assert client.get("/layers/incidents.geojson").status_code == 403
