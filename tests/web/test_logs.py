"""One line of JSON per request, with what an operator needs and nothing about people."""

from __future__ import annotations

import io
import json
import logging

import pytest

from gis_app.web.logs import JsonLine
from tests.web.conftest import FROM_OUR_PAGE, sign_in
from tests.web.county import PASSWORD


@pytest.fixture
def lines():
    """Return a function that gives the lines logged so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger("gis_app")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_a_request_is_one_line(own_app, lines):
    client = own_app().test_client()
    sign_in(client, "leader")
    answer = client.get("/layers/grids/table?q=第一")
    line = lines()[-1]
    assert set(line) == {"time", "level", "request", "method", "route", "status", "ms", "account"}
    assert line["route"] == "/layers/<name>/table" and line["status"] == 200 and line["method"] == "GET"
    assert line["request"] == answer.headers["X-Request-Id"] and line["account"] == 1
    assert line["time"].endswith("+08:00") and line["ms"] >= 0


def test_no_name_word_address_or_secret_is_logged(own_app, lines):
    client = own_app().test_client()
    _, token = sign_in(client, "leader")
    for address in (
        "/search.json?q=机密词",
        "/areas/410222001001001.json",
        "/layers/秘密/table",
        "/no/such/秘密",
        "/layers/grids/table?sort=秘密",
    ):
        client.get(address, headers={"User-Agent": "秘密", "X-Forwarded-For": "203.0.113.9"})
    client.post("/sign-in", data={"username": "某某", "password": "口令-x"}, headers=FROM_OUR_PAGE)
    text = json.dumps(lines(), ensure_ascii=False)
    for secret in (
        "机密词",
        "秘密",
        "410222001001001",
        token,
        "leader",
        "某某",
        "口令",
        PASSWORD,
        "203.0.113",
        "127.0.0.1",
    ):
        assert secret not in text


def test_a_line_break_in_a_message_stays_one_line():
    record = logging.LogRecord("gis_app", logging.INFO, "", 0, "a\nb %s", ("c\r\nd",), None)
    assert "\n" not in JsonLine().format(record)
    assert json.loads(JsonLine().format(record))["message"] == "a\nb c\r\nd"
