"""The description of /api/v1 is whole and true: every route is in it, every example is answered."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import jsonschema_rs
import pytest
from flask import Response

from gis_app import clock
from gis_app.incidents.transitions import VERBS
from gis_app.web.api.deprecation import DEPRECATED, SHORTEST, Deprecation, announce, mark
from gis_app.web.api.openapi import examples
from gis_app.webhooks import events
from tests.web.api_examples import CASES, answers, operations

JSON = "application/json"
CHINESE = re.compile("[\u4e00-\u9fff]")
TOO_LONG_TO_SHOW = {"describe"}


@pytest.fixture(scope="module")
def answered(tmp_path_factory) -> dict:
    """Return every example as the service answers it now."""
    return answers(tmp_path_factory.mktemp("examples") / "instance")


@pytest.fixture
def description(as_role) -> dict:
    return as_role("leader").get("/api/v1/openapi.json").json


def validator(schema: dict, description: dict) -> jsonschema_rs.Draft202012Validator:
    """Return what checks values against a schema of the description."""
    whole = {**schema, "components": description["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def test_every_route_is_described_and_nothing_else(toy_app, description):
    routes = set()
    for rule in toy_app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1"):
            path = re.sub("<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
            routes |= {(method.lower(), path) for method in rule.methods - {"HEAD", "OPTIONS"}}
    told = {(method, path) for path, methods in description["paths"].items() for method in methods}
    assert told == routes and len(told) >= 33


def test_every_operation_has_a_name_words_an_example_and_its_problems(description):
    found = operations(description)
    assert len(found) == sum(map(len, description["paths"].values())), "each name is given once"
    assert found.keys() == examples().keys() | TOO_LONG_TO_SHOW == CASES.keys() | TOO_LONG_TO_SHOW
    for name, (_method, _path, operation) in found.items():
        assert operation["summary"] and operation["tags"] and "4XX" in operation["responses"], name
        problem = operation["responses"]["4XX"]["content"]
        assert list(problem) == ["application/problem+json"]
        assert all(one.get("description") or one["in"] != "query" or "/incidents" in _path
                   for one in operation.get("parameters", ())), name  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_example_is_answered_as_the_description_says(answered, description, name):
    told = examples()[name]
    assert answered[name] == told, "write the examples anew: python -m tests.web.api_examples"
    _method, _path, operation = operations(description)[name]
    content = operation["responses"][str(told["status"])]["content"][JSON]
    assert content["example"] == told["answer"]
    validator(content["schema"], description).validate(told["answer"])
    shown = {one["name"]: one["example"] for one in operation.get("parameters", ()) if "example" in one}
    assert shown == {**told.get("path", {}), **told.get("query", {}), **told.get("headers", {})}
    for parameter in operation.get("parameters", ()):
        if "example" in parameter and parameter["schema"].get("type") == "string":
            validator(parameter["schema"], description).validate(parameter["example"])
    if "body" in told:
        body = operation["requestBody"]["content"][JSON]
        assert body["example"] == told["body"]
        validator(body["schema"], description).validate(told["body"])


def test_the_schemas_are_schemas_and_refuse_what_is_wrong(description):
    for name, schema in description["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": description["jsonSchemaDialect"], **schema})
        assert not validator(schema, description).is_valid("wrong"), name
    grid = validator(description["components"]["schemas"]["Grid"], description)
    row = {"grid_code": "1", "name": "一", "community_code": None, "households": 3}
    assert grid.is_valid(row) and not grid.is_valid(row | {"households": -1})
    assert not grid.is_valid(row | {"more": 1}) and not grid.is_valid({"grid_code": "1"})


def test_news_are_described_for_every_verb_and_match_what_is_sent(description):
    assert set(description["webhooks"]) == {*events.NAMES, events.TEST} and len(events.NAMES) == len(VERBS)
    schema = validator(description["components"]["schemas"]["News"], description)
    said = {"incident_code": "X", "class_code": "C", "category": "hazard", "grid_code": "1", "version": 2}
    said |= {"organisation_code": "", "state": "closed", "previous_state": "verified"}
    schema.validate(json.loads(events.body_of("incident.closed", clock.now(), said)))
    schema.validate(json.loads(events.body_of(events.TEST, clock.now(), {})))
    assert not schema.is_valid({"type": "incident.closed", "timestamp": "x", "data": {"description": "x"}})


def test_readers_of_english_read_no_chinese(as_role):
    client = as_role("leader")
    client.set_cookie("language", "en")
    told = client.get("/api/v1/openapi.json").json

    def words(value, key="") -> list[str]:
        if isinstance(value, dict):
            return [one for name, part in value.items() if name != "example" for one in words(part, name)]
        if isinstance(value, list):
            return [one for part in value for one in words(part, key)]
        return [value] if isinstance(value, str) and CHINESE.search(value) else []

    assert words(told) == []
    assert (
        "Deprecation" in told["info"]["description"] and told["info"]["title"] == "API of the county's grid"
    )


def test_what_will_go_is_announced_a_year_before_and_says_what_takes_its_place(toy_app, description):
    found = operations(description)
    for (method, path), entry in DEPRECATED.items():
        assert entry.sunset - entry.since >= SHORTEST >= timedelta(days=365), path
        assert description["paths"][path][method]["deprecated"] is True
    old = {("get", "/api/v1/grids/{code}"): Deprecation(date(2027, 1, 1), date(2028, 1, 2), "/api/v2/grids")}
    answer, other = Response(), Response()
    with toy_app.test_request_context("/api/v1/grids/1"):
        announce(answer, old)
    with toy_app.test_request_context("/api/v1/grids"):
        announce(other, old)
    assert "Deprecation" not in other.headers and "Sunset" not in other.headers
    since = datetime.fromtimestamp(int(answer.headers["Deprecation"].removeprefix("@")), UTC)
    assert since.date() == date(2027, 1, 1)
    assert parsedate_to_datetime(answer.headers["Sunset"]).date() == date(2028, 1, 2)
    kinds = {link.split('rel="')[1].split('"')[0] for link in answer.headers.getlist("Link")}
    assert kinds == {"deprecation", "successor-version"}
    mark(description["paths"], old)
    assert description["paths"]["/api/v1/grids/{code}"]["get"]["deprecated"] is True
    assert "deprecated" not in found["listGrids"][2]
    assert "Sunset" in description["info"]["description"]
