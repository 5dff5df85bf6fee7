"""What went wrong is said in one shape to programs, plainly to people, and never in detail to anyone."""

from __future__ import annotations

import json
import logging

import pytest

from gis_app import errors
from gis_app.web.problems import STATUSES, WORDS, status_of
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE, sign_in


def kinds(base=errors.GisError):
    """Yield every kind of error there is."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__))
def test_every_kind_of_error_has_a_status_with_words(kind):
    assert status_of(kind.__new__(kind)) in WORDS


def test_no_status_stands_in_the_table_without_words():
    assert set(STATUSES.values()) <= WORDS.keys()


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/nothing.json", {}),
        ("/nothing.geojson", {}),
        ("/nothing.csv", {}),
        ("/nothing", {"Accept": "application/json"}),
        ("/areas/1.json", {"Accept": "text/html"}),
    ],
)
def test_programs_get_one_shape(as_role, address, headers):
    answer = as_role("leader").get(address, headers=headers)
    assert answer.status_code == 404 and answer.mimetype == "application/json"
    error = answer.json["error"]
    assert set(error) == {"code", "message", "fields"} and error["code"] and error["message"]


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_people_get_a_page_with_a_way_on(as_role, accept):
    for role, way in (("leader", 'href="/map"'), (None, 'href="/sign-in"')):
        answer = as_role(role).get("/nothing", headers={"Accept": accept})
        assert answer.status_code == 404 and answer.mimetype == "text/html"
        assert "没有找到" in answer.text and way in answer.text


def test_the_page_speaks_english_to_english_readers(as_role):
    client = as_role("leader")
    client.set_cookie("language", "en")
    answer = client.get("/nothing")
    assert 'lang="en"' in answer.text and "没有找到" not in answer.text


def test_a_wrong_method_names_the_right_ones(as_role):
    answer = as_role("leader").delete("/sign-in", headers=FROM_OUR_PAGE)
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_fault_of_ours_tells_nothing_and_is_logged(own_app, caplog, suffix):
    from gis_app.web.access import open_to_all

    app = own_app()

    @open_to_all("a test")
    def broken():
        raise RuntimeError("the secret is in /srv/secret and SELECT * FROM accounts")

    app.add_url_rule(f"/broken{suffix}", endpoint="broken", view_func=broken)
    logger = logging.getLogger("gis_app")
    logger.addHandler(caplog.handler)
    try:
        answer = app.test_client().get(f"/broken{suffix}")
    finally:
        logger.removeHandler(caplog.handler)
    assert answer.status_code == 500
    for word in ("secret", "SELECT", "RuntimeError", "Traceback", ".py"):
        assert word not in answer.text
    assert any(record.exc_info and "secret" in str(record.exc_info[1]) for record in caplog.records)


def test_a_store_that_does_not_answer_is_503_with_a_time_to_come_back(own_app):
    app = own_app()
    client = app.test_client()
    sign_in(client, "leader")
    parts = app.extensions[KEY]
    parts.store.dispose()
    database = parts.settings.instance_dir / "gis.sqlite3"
    for file in parts.settings.instance_dir.glob("gis.sqlite3*"):
        file.unlink()
    database.mkdir()
    for address in ("/figures.json", "/map"):
        answer = client.get(address)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        assert "sqlite" not in answer.text.lower()
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503 and ready.json["checks"] == {
        "store": False,
        "schema": False,
        "layers": False,
    }
    assert client.get("/sign-in", headers={"Cookie": ""}).status_code in (200, 503)


def test_health_says_yes_and_nothing_more(as_role):
    assert as_role(None).get("/healthz").json == {"status": "ok"}
    ready = as_role(None).get("/readyz").json
    assert ready == {"status": "ready", "checks": {"store": True, "schema": True, "layers": True}}


def test_a_problem_is_json_even_when_its_message_is_strange(toy_app):
    from gis_app.web.problems import problem

    with toy_app.test_request_context("/x.json"):
        answer = problem(400, "code", '</script>"\u2028', {"a": "b"})
        assert json.loads(answer.get_data())["error"]["message"] == '</script>"\u2028'
