"""Every error under /api and /ogc is a problem as RFC 9457 tells it, with a way to mend it."""

from __future__ import annotations

import pytest

from tests.web.conftest import FROM_OUR_PAGE

PROBLEMS = [
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/api/nothing", 404),
    ("GET", f"/api/v1/grids/{'9' * 15}", 404),
    ("GET", "/api/v1/plans/x", 404),
    ("GET", "/api/v1/incidents/XX2023-999999", 404),
    ("DELETE", "/api/v1/grids", 405),
    ("GET", "/api/v1/grids?x=1", 400),
    ("POST", "/api/v1/incidents/XX2023-999999/accept", 428),
    ("POST", "/api/v1/incidents", 400),
    ("POST", "/api/v1/incidents?dry_run=true", 400),
    ("POST", "/api/v1/incidents/placing?lon=1&lat=2", 400),
    ("GET", "/ogc/collections/nothing", 404),
    ("GET", "/ogc/nothing", 404),
    ("GET", "/ogc/collections/grids/items?limit=x", 400),
    ("POST", "/ogc/collections", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), PROBLEMS)
def test_every_problem_is_told_as_rfc_9457_says(as_role, method, path, status):
    client = as_role("leader")
    more = {"json": {}} if method == "POST" else {}
    answer = client.open(path, method=method, headers={"Accept": "*/*", **FROM_OUR_PAGE}, **more)
    assert answer.status_code == status and answer.mimetype == "application/problem+json", answer.text
    told = answer.json
    assert told["status"] == status and told["title"] and told["detail"] and told["code"]
    assert told["error"] == {"code": told["code"], "message": told["detail"], "fields": told["fields"]}
    address, kind = told["type"].split("#")
    kinds = {one["code"]: one["status"] for one in client.get(address).json["items"]}
    assert kinds[kind] == status


def test_a_stranger_is_told_so_and_a_refusal_names_the_permission(as_role):
    for path in ("/api/v1/grids", "/ogc/collections", "/api/v1/openapi.json"):
        answer = as_role(None).get(path)
        assert answer.status_code == 401 and answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"]
    refused = as_role("grid_worker").get("/api/v1/plans")
    assert refused.status_code == 403 and refused.json["fields"] == {"permission": "plans:plan:read"}


def test_people_at_the_data_service_still_get_a_page(as_role):
    answer = as_role("leader").get("/ogc/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and answer.mimetype == "text/html"
