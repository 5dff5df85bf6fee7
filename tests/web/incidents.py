"""Reports and steps through the API, for the tests of the incident loop on the toy county."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from gis_app.storage import classes
from gis_app.web.services import KEY
from tests.factory import lonlat
from tests.web.conftest import FROM_OUR_PAGE, sign_in

_IN, _OUT = lonlat([(100, 600), (90_000, 0)])
INSIDE = {"lon": float(_IN[0]), "lat": float(_IN[1])}
OUTSIDE = {"lon": float(_OUT[0]), "lat": float(_OUT[1])}
DEPTH = {
    "code": "depth",
    "description": "多深？",
    "datatype": "singlevaluelist",
    "required": True,
    "values": [{"key": "low", "name": "浅"}, {"key": "high", "name": "深"}],
}
# A class that asks, one that is withdrawn, one with two staged limits; C1 is public, C2 is not.
CLASSES = (
    {"class_code": "C3", "name": "积水深度", "attributes": json.dumps([DEPTH])},
    {"class_code": "C4", "name": "已停用的", "active": False},
    {"class_code": "C5", "name": "违建", "time_limit": "20d", "stages": "stop:4h;demolish:20d"},
)


def loop_app(own_app: Callable[..., Flask]) -> Flask:
    """Return an application on its own toy county, with the classes that the tests of the loop need."""
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        for values in CLASSES:
            shared = {"category": "facilities", "location_public": True, "time_limit": "5d"}
            classes.insert_class(conn, shared | values, "tests")
    return app


def clients(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a function that gives a client signed in with a role, each role signed in once."""
    cookies: dict[str, tuple[str, str]] = {}

    def made(role: str = "dispatcher") -> FlaskClient:
        if role not in cookies:
            cookies[role] = sign_in(app.test_client(), role)
        found = app.test_client()
        found.set_cookie(*cookies[role])
        return found

    return made


def report(client, headers: dict | None = None, **values: Any):
    """Report an incident inside the first grid, with some values changed, as a program would."""
    body = {"class_code": "C1", "description": "路面积水", **INSIDE, **values}
    return client.post("/api/v1/incidents", json=body, headers=FROM_OUR_PAGE | (headers or {}))


def step(client, code: str, verb: str, version: int, headers: dict | None = None, **data: Any):
    """Take an incident at a version a step further, as a program would."""
    tags = FROM_OUR_PAGE | {"If-Match": f'"v{version}"'} | (headers or {})
    return client.post(f"/api/v1/incidents/{code}/{verb}", json=data, headers=tags)
