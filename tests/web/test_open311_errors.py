"""GeoReport v2 refuses in its own shape: filters, unknown addresses and methods; what breaks XML; limits."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from gis_app import create_app
from gis_app.web.services import KEY as SERVICES
from tests.web import open311_county as county
from tests.web.conftest import settings_of

V2 = "/open311/v2"
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
IN_2023 = "start_date=2023-01-01T00:00:00%2B08:00"

BAD = [
    ("start_date=2023-01-01", "bad_date"),
    ("start_date=2023-01-01T00:00:00", "bad_date"),
    ("end_date=2023-13-01T00:00:00Z", "bad_date"),
    ("updated_after=yesterday", "bad_date"),
    ("start_date=2023-02-01T00:00:00Z&end_date=2023-01-01T00:00:00Z", "bad_period"),
    ("updated_after=2023-02-01T00:00:00Z&updated_before=2023-01-01T00:00:00Z", "bad_period"),
    ("start_date=2023-01-01T00:00:00Z&end_date=2023-04-01T00:00:01Z", "period_too_long"),
    ("status=resolved", "bad_status"),
    ("page=0", "bad_page"),
    ("page=x", "bad_page"),
    ("page_size=1001", "bad_page_size"),
    ("start_date=2023-01-01T00:00:00Z&start_date=2023-01-02T00:00:00Z", "repeated"),
]


@pytest.mark.parametrize("format_", TYPES)
@pytest.mark.parametrize(("query", "code"), BAD)
def test_what_is_wrong_is_said_as_a_list_of_errors(ask_311, query, code, format_):
    answer = ask_311(f"/requests.{format_}?{query}", 400)
    assert answer.headers["Content-Type"] == TYPES[format_]
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert [set(one) for one in told] == [{"code", "description"}]
    assert str(told[0]["code"]) == "400" and told[0]["description"].startswith(f"{code}: ")


def test_several_faults_are_said_at_once(ask_311):
    told = ask_311("/requests.json?status=x&page=0&start_date=x", 400).json
    assert [one["description"].partition(":")[0] for one in told] == ["bad_status", "bad_date", "bad_page"]


def test_exactly_90_days_are_allowed(ask_311):
    ask_311("/requests.json?start_date=2023-01-01T00:00:00Z&end_date=2023-04-01T00:00:00Z")


STRAYS = [
    ("GET", "/nothing.json", 404), ("GET", "/nothing.xml", 404), ("GET", "/services.html", 404),
    ("GET", "/services", 404), ("GET", "/services/NO.json", 404), ("GET", "/requests/NO.xml", 404),
    ("GET", "/tokens/NO.json", 404), ("GET", "/requests/%00%01.json", 404),
    ("GET", "/../../etc/passwd.json", 404), ("POST", "/services.json", 400), ("PUT", "/requests.xml", 400),
    ("DELETE", "/requests/XX2023-000001.json", 400),
    ("PATCH", "/discovery.json", 400), ("OPTIONS", "/requests.json", 400), ("POST", "/discovery.xml", 400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), STRAYS)
def test_unknown_addresses_and_methods_are_answered_in_shape(open311_app, method, path, status):
    answer = open311_app.test_client().open(V2 + path, method=method)
    format_ = "json" if path.endswith(".json") else "xml"
    assert answer.status_code == status and answer.headers["Content-Type"] == TYPES[format_]
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert len(told) == 1 and str(told[0]["code"]) == str(status) and told[0]["description"]
    assert ("Allow" in answer.headers) == (status == 400)


@pytest.mark.parametrize(
    "path", ["/open311", "/open311/", "/open311/v1/services.json", "/open311/v2", "/open311/v2/"]
)
def test_nothing_under_open311_is_answered_otherwise(open311_app, path):
    answer = open311_app.test_client().get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 404 and answer.json[0]["code"] == 404


def test_too_long_an_address_is_answered_in_shape(open311_app):
    answer = open311_app.test_client().get(f"{V2}/requests.json?service_code={'x' * 5000}")
    assert answer.status_code == 400 and answer.json[0]["code"] == 400


def test_answers_are_kept_and_told_apart(open311_app):
    client = open311_app.test_client()
    first = client.get(f"{V2}/requests.json?{IN_2023}")
    again = client.get(f"{V2}/requests.json?{IN_2023}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert client.get(f"{V2}/requests.xml?{IN_2023}").headers["ETag"] != first.headers["ETag"]


def test_nobody_is_asked_who_he_is(open311_app):
    answer = open311_app.test_client().get(f"{V2}/services.json")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers


def test_control_characters_do_not_break_xml(tmp_path):
    frame = county.reports()
    frame["description"] = (
        "a\x00b\x08c\x0b<d>&\ufffe\"'".replace("\x00", "") + "电话13812345678，身份证41022219900101123X"
    )
    folder = tmp_path / "instance"
    county.make(folder, reports=frame)
    application = create_app(settings_of(folder))
    answers = [application.test_client().get(f"{V2}/requests/XX2023-000001.{f}") for f in TYPES]
    xml = ElementTree.fromstring(answers[1].data)
    assert xml[0].findtext("description") == answers[0].json[0]["description"]
    told = answers[0].json[0]["description"]
    assert told.startswith("abc<d>&\"'") and "13812345678" not in told and "41022219900101123X" not in told
    application.extensions[SERVICES].store.dispose()


def test_never_more_than_a_thousand(tmp_path):
    frame = county.reports(1100)
    frame["class_code"], frame["category"] = "F2", "facilities"
    frame["reported_at"] = "2023-02-01T08:00:00+08:00"
    folder = tmp_path / "instance"
    county.make(folder, reports=frame)
    application = create_app(settings_of(folder))
    client = application.test_client()
    assert len(client.get(f"{V2}/requests.json?{IN_2023}").json) == 1000
    assert len(client.get(f"{V2}/requests.json?{IN_2023}&page=2&page_size=1000").json) == 100
    application.extensions[SERVICES].store.dispose()
