"""Open311 described in OpenAPI: generated requests never break the server, and answers are as described."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.web import open311_county as county

DOCUMENT = "/open311/v2/openapi.json"
OPERATIONS = ("discovery", "services", "definition", "requests", "report", "request", "token")
ROUNDS = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def test_every_operation_is_described(open311_posted):
    paths = open311_posted.test_client().get(DOCUMENT).json["paths"]
    assert {one["operationId"] for path in paths.values() for one in path.values()} == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_generated_requests_are_answered_as_described(open311_posted, name):
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, open311_posted)
    operation = schema.find_operation_by_id(name)

    @ROUNDS
    @given(case=operation.as_strategy())
    def check(case):
        if isinstance(case.body, dict):
            case.body["api_key"] = county.KEY
        answer = case.call(headers={"Accept-Encoding": "identity"})
        assert answer.status_code in (200, 400, 403, 404, 429), answer.text
        case.validate_response(answer, checks=[response_schema_conformance])

    check()
