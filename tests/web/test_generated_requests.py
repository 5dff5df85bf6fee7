"""Requests generated from our own OpenAPI documents: whoever asks for whatever, the server answers."""

from __future__ import annotations

import math

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.conftest import FROM_OUR_PAGE, sign_in

DOCUMENTS = ("/api/v1/openapi.json", "/open311/v2/openapi.json", "/ogc/api?f=json")
# Every collection has the same operations; two are asked.
OF_A_COLLECTION, ASKED = "/collections/", ("/collections/grids", "/collections/incidents")
CASES = 2000
"""For each of the three who ask, over all operations of all documents."""

PEOPLE = {"anonymous": None, "grid worker": "grid_worker", "dispatcher": "dispatcher"}


def operations(app, reader) -> list:
    """Return every operation of all documents; those of one path for each collection are one."""
    found = []
    for document in DOCUMENTS:
        told = reader.get(document).json
        told.pop("security", None)  # who asks is decided below, not generated
        told.get("components", {}).pop("securitySchemes", None)
        schema = schemathesis.openapi.from_dict(told)
        schema.app = app
        found += [one.ok() for one in schema.get_all_operations()]
    return [one for one in found if not one.path.startswith(OF_A_COLLECTION) or one.path.startswith(ASKED)]


@pytest.mark.parametrize("who", PEOPLE)
def test_no_generated_request_breaks_the_server(own_app, who):
    app = own_app()
    reader = app.test_client()
    sign_in(reader, "dispatcher")
    headers = {"Accept-Encoding": "identity", **FROM_OUR_PAGE}
    cookies = dict([sign_in(app.test_client(), PEOPLE[who])]) if PEOPLE[who] else {}
    every = operations(app, reader)
    share = math.ceil(1.6 * CASES / len(every))  # an operation without parameters is asked once
    asked = []
    for operation in every:

        @settings(
            max_examples=share,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case):
            answer = case.call(headers=headers, cookies=cookies)
            asked.append(answer.status_code)
            assert answer.status_code < 500 or answer.status_code == 503, (
                f"{case.method} {case.path}: {answer.text}"
            )

        check()
    assert 503 not in asked, "the store was busy with one caller"
    assert (401 in asked) == (who == "anonymous") and 200 in asked
    assert len(asked) >= CASES * 0.9
