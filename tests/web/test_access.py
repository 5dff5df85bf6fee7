"""Default deny: every route declares what it asks, and the table of roles is kept on every one."""

from __future__ import annotations

import pytest

from gis_app.people.permissions import PERMISSIONS, allowed
from gis_app.people.roles import Role
from gis_app.web.access import check_declared, documented_routes
from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.route_samples import DESK, LEADER, OGC, OPEN311, PROGRAMME

# One address for every route of the application; a new route without one fails the first test.
SAMPLES = {
    ("GET", "/"): "/",
    ("GET", "/map"): "/map",
    ("GET", "/map/shell.js"): "/map/shell.js",
    ("GET", "/layers/<name>.geojson"): "/layers/grids.geojson",
    ("GET", "/layers/<name>.csv"): "/layers/grids.csv",
    ("GET", "/layers/<name>/table"): "/layers/grids/table",
    ("GET", "/overlays/assignment.geojson"): "/overlays/assignment.geojson",
    ("GET", "/overlays/coverage.geojson"): "/overlays/coverage.geojson",
    ("GET", "/overlays/incidents.geojson"): "/overlays/incidents.geojson",
    ("GET", "/overlays/incident-counts.geojson"): "/overlays/incident-counts.geojson",
    ("GET", "/areas/<code>.json"): f"/areas/{GRIDS[0]}.json",
    ("GET", "/coverage"): "/coverage",
    ("GET", "/coverage.json"): "/coverage.json",
    ("GET", "/coverage/isochrones.geojson"): "/coverage/isochrones.geojson",
    ("GET", "/coverage/catchments.json"): "/coverage/catchments.json",
    ("GET", "/coverage/change.json"): "/coverage/change.json",
    ("GET", "/coverage/uncovered"): "/coverage/uncovered",
    ("GET", "/coverage/uncovered.json"): "/coverage/uncovered.json",
    ("GET", "/coverage/uncovered.csv"): "/coverage/uncovered.csv",
    ("GET", "/coverage/scenarios.json"): "/coverage/scenarios.json",
    ("POST", "/coverage/what-if"): "/coverage/what-if",
    ("POST", "/coverage/scenarios"): "/coverage/scenarios",
    ("DELETE", "/coverage/scenarios/<int:number>"): "/coverage/scenarios/999",
    ("GET", "/exports"): "/exports",
    ("POST", "/exports"): "/exports",
    ("GET", "/exports/<number>.json"): "/exports/999.json",
    ("GET", "/exports/<number>/file"): "/exports/999/file",
    ("POST", "/exports/<number>/cancel"): "/exports/999/cancel",
    ("POST", "/exports/<number>/delete"): "/exports/999/delete",
    ("GET", "/siting"): "/siting",
    ("POST", "/siting"): "/siting",
    ("GET", "/siting/candidates.json"): "/siting/candidates.json",
    ("GET", "/siting/compare"): "/siting/compare",
    ("GET", "/siting/<number>"): "/siting/999",
    ("GET", "/siting/<number>.json"): "/siting/999.json",
    ("GET", "/siting/<number>.<kind>"): "/siting/999.csv",
    ("POST", "/siting/<number>/cancel"): "/siting/999/cancel",
    ("POST", "/siting/<number>/gain"): "/siting/999/gain",
    ("GET", "/reports"): "/reports",
    ("POST", "/reports"): "/reports",
    ("GET", "/reports/<number>.json"): "/reports/999.json",
    ("GET", "/reports/<number>.<kind>"): "/reports/999.pdf",
    ("POST", "/reports/<number>/cancel"): "/reports/999/cancel",
    ("POST", "/reports/<number>/delete"): "/reports/999/delete",
    ("GET", "/stations/<code>.json"): "/stations/Z001.json",
    ("GET", "/stations/<code>"): "/stations/Z001",
    ("GET", "/stations/<code>/sheet"): "/stations/Z001/sheet",
    ("GET", "/stations/status.json"): "/stations/status.json",
    ("PUT", "/stations/<code>/status"): "/stations/Z999/status",
    ("POST", "/stations/<code>/status"): "/stations/Z999/status",
    ("GET", "/grids/<code>/sheet"): f"/grids/{GRIDS[0]}/sheet",
    ("GET", "/q/<county_code>/<kind>/<code>"): f"/q/{GRIDS[0][:6]}/station/Z001",
    ("GET", "/search.json"): "/search.json?q=1",
    ("GET", "/figures.json"): "/figures.json",
    ("GET", "/i18n/<lang>.json"): "/i18n/en.json",
    ("GET", "/incidents"): "/incidents",
    ("GET", "/incidents/board"): "/incidents/board",
    ("GET", "/incidents/board.json"): "/incidents/board.json",
    ("GET", "/incidents/report"): "/incidents/report",
    ("POST", "/incidents/report"): "/incidents/report",
    ("POST", "/incidents"): "/incidents",
    ("POST", "/incidents/placing.json"): "/incidents/placing.json",
    ("POST", "/incidents/duplicates.json"): "/incidents/duplicates.json",
    ("POST", "/incidents/bulk-dispatch"): "/incidents/bulk-dispatch",
    ("GET", "/incidents/<code>"): "/incidents/XX2023-999999",
    ("POST", "/incidents/<code>/<verb>"): "/incidents/XX2023-999999/accept",
    ("POST", "/incidents/<code>/contact"): "/incidents/XX2023-999999/contact",
    ("POST", "/incidents/<code>/follow"): "/incidents/XX2023-999999/follow",
    ("GET", "/photos/<photo_hash>.jpg"): f"/photos/{'0' * 64}.jpg",
    ("GET", "/voices/<voice_hash>"): f"/voices/{'0' * 64}",
    ("GET", "/field"): "/field",
    ("GET", "/field/manifest.webmanifest"): "/field/manifest.webmanifest",
    ("GET", "/field/service-worker.js"): "/field/service-worker.js",
    ("GET", "/field/pack.json"): "/field/pack.json",
    ("GET", "/field/tasks.json"): "/field/tasks.json",
    ("GET", "/field/patrols.json"): "/field/patrols.json",
    ("PUT", "/field/patrols/<grid_code>/<day>"): f"/field/patrols/{GRIDS[0]}/2024-05-01",
    ("POST", "/field/here"): "/field/here",
    ("POST", "/field/nearest"): "/field/nearest",
    ("GET", "/incident-classes"): "/incident-classes",
    ("GET", "/incident-classes/<class_code>"): "/incident-classes/C1",
    ("POST", "/incident-classes/<class_code>"): "/incident-classes/C1",
    ("GET", "/api/v1/incidents"): "/api/v1/incidents",
    ("POST", "/api/v1/incidents"): "/api/v1/incidents",
    ("GET", "/api/v1/incidents/<code>"): "/api/v1/incidents/XX2023-999999",
    ("POST", "/api/v1/incidents/<code>/<verb>"): "/api/v1/incidents/XX2023-999999/accept",
    ("POST", "/api/v1/incidents/<code>/followers"): "/api/v1/incidents/XX2023-999999/followers",
    ("GET", "/api/v1/incidents/duplicates"): "/api/v1/incidents/duplicates",
    ("GET", "/api/v1/incidents/placing"): "/api/v1/incidents/placing",
    ("POST", "/api/v1/incidents/duplicates"): "/api/v1/incidents/duplicates",
    ("POST", "/api/v1/incidents/placing"): "/api/v1/incidents/placing",
    ("POST", "/api/v1/incidents/bulk-dispatch"): "/api/v1/incidents/bulk-dispatch",
    ("GET", "/api/v1/incident-classes"): "/api/v1/incident-classes",
    ("GET", "/api/v1/openapi.json"): "/api/v1/openapi.json",
    ("GET", "/incidents/statistics"): "/incidents/statistics",
    ("GET", "/incidents/statistics.json"): "/incidents/statistics.json",
    ("GET", "/incidents/statistics.<kind>"): "/incidents/statistics.csv",
    ("GET", "/incidents/statistics/hotspots.geojson"): "/incidents/statistics/hotspots.geojson",
    **LEADER,
    ("GET", "/paper/maps"): "/paper/maps",
    ("POST", "/paper/maps"): "/paper/maps",
    ("GET", "/paper/maps/drawing.svg"): "/paper/maps/drawing.svg",
    ("GET", "/paper/maps/<number>"): "/paper/maps/999",
    ("GET", "/paper/maps/<number>.json"): "/paper/maps/999.json",
    ("GET", "/paper/maps/<number>/file"): "/paper/maps/999/file",
    ("POST", "/paper/maps/<number>/cancel"): "/paper/maps/999/cancel",
    ("GET", "/api-keys"): "/api-keys",
    ("POST", "/api-keys"): "/api-keys",
    ("POST", "/api-keys/<key_hash>/limit"): f"/api-keys/{'0' * 64}/limit",
    ("POST", "/api-keys/<key_hash>/revoke"): f"/api-keys/{'0' * 64}/revoke",
    **PROGRAMME,
    **DESK,
    **OGC,
    **OPEN311,
    ("GET", "/healthz"): "/healthz",
    ("GET", "/readyz"): "/readyz",
    ("GET", "/static/<path:filename>"): "/static/css/base.css",
    ("GET", "/sign-in"): "/sign-in",
    ("POST", "/sign-in"): "/sign-in",
    ("POST", "/sign-out"): "/sign-out",
    ("POST", "/language/<lang>"): "/language/en",
}
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
        assert answer.status_code in {200, 303, 400, 404, 412, 428} | without_key


def test_a_grid_worker_may_see_tables_and_take_none_away(as_role):
    client = as_role("grid_worker")
    assert client.get("/layers/stations/table").status_code == 200
    assert client.get("/layers/stations.geojson").status_code == 200
    assert client.get("/layers/stations.csv").status_code == 403
    assert client.get("/layers/stations.geojson?q=a").status_code == 403
    assert client.get("/layers/incidents.geojson").status_code == 403
