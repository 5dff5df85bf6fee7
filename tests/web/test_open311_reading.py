"""GeoReport v2, read: every address in both formats, every filter, what is never shown, and paging."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from gis_app import clock, create_app
from gis_app.web.services import KEY as SERVICES
from tests.web import open311_county as county
from tests.web.conftest import settings_of

V2 = "/open311/v2"
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
IN_2023 = "start_date=2023-01-01T00:00:00%2B08:00"
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
    "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("open311") / "instance"
    county.make(folder)
    application = create_app(settings_of(folder))
    yield application
    application.extensions[SERVICES].store.dispose()


@pytest.fixture
def ask(app):
    def get(address: str, status: int = 200):
        answer = app.test_client().get(V2 + address)
        assert answer.status_code == status, answer.text
        return answer

    return get


@pytest.fixture
def rows(ask):
    def get(query: str) -> list[dict]:
        return ask(f"/requests.json?{query}").json

    return get


def everything(rows) -> list[dict]:
    """Return every public request, in periods of at most 90 days."""
    first = datetime(2023, 1, 1, tzinfo=clock.ZONE)
    periods = [(first + timedelta(days=90 * n), first + timedelta(days=90 * n + 89.99)) for n in range(7)]
    found = [
        rows(f"start_date={a.isoformat()}&end_date={b.isoformat()}".replace("+", "%2B")) for a, b in periods
    ]
    return [one for part in found for one in part]


ADDRESSES = [
    "/discovery", "/services", "/services/F1", "/services/F2", f"/requests?{IN_2023}",
    "/requests/XX2023-000001", "/tokens/XX2023-000001",
]  # fmt: skip


def in_format(address: str, format_: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path}.{format_}{mark}{query}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_both_formats_say_the_same_with_exact_content_types(ask, address):
    answers = {format_: ask(in_format(address, format_)) for format_ in TYPES}
    for format_, answer in answers.items():
        assert answer.headers["Content-Type"] == TYPES[format_]
    xml = answers["xml"].data
    assert xml.startswith(b'<?xml version="1.0" encoding="utf-8"?>') and b"xmlns" not in xml
    assert county.plain(ElementTree.fromstring(xml)) == county.as_texts(answers["json"].json)


@pytest.mark.parametrize(
    ("address", "root"),
    [("/discovery", "discovery"), ("/services", "services"), ("/services/F1", "service_definition"),
     (f"/requests?{IN_2023}", "service_requests"), ("/requests/XX2023-000001", "service_requests"),
     ("/tokens/XX2023-000001", "service_requests"), ("/services/NO", "errors")],
)  # fmt: skip
def test_the_roots_of_xml(app, address, root):
    answer = app.test_client().get(V2 + in_format(address, "xml"))
    assert ElementTree.fromstring(answer.data).tag == root


def test_discovery_names_two_endpoints_that_answer_in_two_formats(app, ask):
    told = ask("/discovery.json").json
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    assert all(told[name] for name in told)
    assert [one["type"] for one in told["endpoints"]] == ["production", "test"]
    for one in told["endpoints"]:
        assert set(one) == {"specification", "url", "changeset", "type", "formats"}
        assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert one["formats"] == ["text/xml", "application/json"]
        assert W3C.fullmatch(one["changeset"])
        assert datetime.fromisoformat(one["changeset"]) < clock.now()
        path = one["url"].removeprefix("http://localhost")
        assert app.test_client().get(f"{path}/services.xml").status_code == 200


def test_services_are_the_public_ones_that_can_be_reported(ask):
    told = ask("/services.json").json
    assert [one["service_code"] for one in told] == list(county.PUBLIC)
    first, second = told
    assert set(first) == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip
    assert first["metadata"] is True and second["metadata"] is False
    assert first["type"] == second["type"] == "realtime"
    assert first["keywords"] == "积水,水坑" and second["keywords"] == "" and first["group"] == "公用设施"
    xml = ElementTree.fromstring(ask("/services.xml").data)
    assert [one.findtext("metadata") for one in xml] == ["true", "false"]


def test_a_definition_has_its_attributes_in_order_with_their_values(ask):
    told = ask("/services/F1.json").json
    assert told["service_code"] == "F1"
    assert [one["code"] for one in told["attributes"]] == ["DEPTH", "CAUSE", "SEEN", "HINT"]
    orders = [one["order"] for one in told["attributes"]]
    assert orders == sorted(set(orders)) and orders[0] > 0
    depth, cause, _seen, hint = told["attributes"]
    assert set(depth) == {
        "variable", "code", "datatype", "required", "datatype_description", "order", "description", "values",
    }  # fmt: skip
    assert depth["required"] is True and depth["datatype"] == "number" and depth["values"] == []
    assert cause["values"] == [{"key": "rain", "name": "下雨"}, {"key": "pipe", "name": "管道破裂"}]
    assert hint["variable"] is False


def test_a_request_has_every_field(rows):
    for one in rows(IN_2023):
        assert list(one) == FIELDS
        assert one["status"] in ("open", "closed") and one["status_notes"] and one["service_name"]
        assert isinstance(one["service_code"], str) and isinstance(one["lat"], float)
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            assert one[name] is None or W3C.fullmatch(one[name])
        assert one["agency_responsible"] == "县教育局" and "5" in one["service_notice"]


def test_a_closed_request_was_updated_when_it_was_closed(rows):
    closed = [one for one in everything(rows) if one["status_notes"].endswith(("已结案", "已评价"))]
    assert closed
    for one in closed:
        reported, updated = (datetime.fromisoformat(one[f"{n}_datetime"]) for n in ("requested", "updated"))
        assert one["status"] == "closed" and updated - reported == timedelta(days=4)
        assert datetime.fromisoformat(one["expected_datetime"]) - reported == timedelta(days=5)


def test_stages_stand_in_status_notes(rows):
    notes = {one["status_notes"] for one in everything(rows)}
    assert {"任务派遣：已派遣", "核实结案：已结案", "信息收集：已上报", "综合评价：已评价"} <= notes


def test_one_request_is_a_list_of_one(ask):
    told = ask("/requests/XX2023-000001.json").json
    assert isinstance(told, list) and len(told) == 1 and told[0]["service_request_id"] == "XX2023-000001"
    xml = ElementTree.fromstring(ask("/requests/XX2023-000001.xml").data)
    assert [child.tag for child in xml] == ["request"]


def test_what_is_not_public_never_appears(ask, rows):
    frame = county.reports()
    hidden = frame[frame["class_code"].isin(county.HIDDEN)]["incident_code"]
    shown = {one["service_request_id"] for one in everything(rows)}
    assert shown == set(frame["incident_code"]) - set(hidden) and len(hidden) > 10
    for code in hidden.iloc[:4]:
        for format_ in TYPES:
            ask(f"/requests/{code}.{format_}", 404)
            ask(f"/tokens/{code}.{format_}", 404)
        assert rows(f"service_request_id={code}") == []
    for code in county.HIDDEN:
        ask(f"/services/{code}.json", 404)
        ask(f"/requests.json?service_code={code}&{IN_2023}", 404)


def test_without_a_period_the_last_90_days_are_shown(app, rows):
    with clock.frozen(datetime(2023, 6, 1, 12, tzinfo=clock.ZONE)):
        told = rows("")
    days = [datetime.fromisoformat(one["requested_datetime"]).date().isoformat() for one in told]
    assert (
        days
        and min(days) >= "2023-03-03"
        and max(days) <= "2023-06-01"
        and days == sorted(days, reverse=True)
    )


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("start_date=2023-03-01T00:00:00Z&end_date=2023-04-01T00:00:00Z", "2023-03-01", "2023-04-01"),
        ("start_date=2023-03-01T00:00:00Z", "2023-03-01", "2023-05-30"),
        ("end_date=2023-05-30T00:00:00-06:00", "2023-03-01", "2023-05-30"),
        (
            "start_date=2023-03-01+00:00:00+08:00&end_date=2023-03-02T00:00%2B08:00",
            "2023-03-01",
            "2023-03-02",
        ),
    ],
)
def test_a_period_is_kept(rows, query, first, last):
    every = {one["service_request_id"]: one["requested_datetime"][:10] for one in everything(rows)}
    told = {one["service_request_id"] for one in rows(query)}
    inner = {code for code, day in every.items() if first < day < last}
    assert inner <= told <= {code for code, day in every.items() if first <= day <= last}


def test_both_ends_of_a_period_belong_to_it(rows):
    at = "2023-01-09T08:00:00%2B08:00"
    assert len(rows(f"start_date={at}&end_date={at}")) == 1


def test_filters_by_service_and_status(rows):
    every = everything(rows)
    some = rows(f"{IN_2023}&service_code=F1")
    assert some and {one["service_code"] for one in some} == {"F1"}
    both = rows(f"{IN_2023}&service_code=F1,F2")
    assert {one["service_code"] for one in both} == {"F1", "F2"}
    assert rows(f"{IN_2023}&service_code=F1&service_code=F2") == both
    for status in ("open", "closed"):
        chosen = rows(f"{IN_2023}&status={status}")
        assert chosen and {one["status"] for one in chosen} == {status}
    assert len(rows(f"{IN_2023}&status=open,closed")) == len(rows(IN_2023)) <= len(every)


def test_ids_set_aside_every_other_argument(rows):
    told = rows("service_request_id=XX2023-000002,XX2023-000001,NO-1&status=closed&start_date=nonsense")
    assert [one["service_request_id"] for one in told] == ["XX2023-000002", "XX2023-000001"]


def test_an_empty_parameter_is_an_absent_one(ask, rows):
    empty = (
        "jurisdiction_id=&service_request_id=&service_code=&start_date=&end_date=&status=&page=&page_size="
    )
    assert rows(empty) == rows("")
    ask("/services.json?jurisdiction_id=")


def test_the_only_jurisdiction_need_not_be_named(ask):
    for address in ADDRESSES[1:]:
        mark = "&" if "?" in address else "?"
        assert ask(f"{in_format(address, 'json')}{mark}jurisdiction_id=410222")
        told = ask(f"{in_format(address, 'json')}{mark}jurisdiction_id=elsewhere", 404).json
        assert told[0]["code"] == 404 and "jurisdiction_id" in told[0]["description"]


def test_pages_follow_each_other_without_gap_or_repetition(rows):
    whole = rows(IN_2023)
    pages = [rows(f"{IN_2023}&extensions=true&page={n}&page_size=5") for n in range(1, len(whole) // 5 + 3)]
    assert [one for page in pages for one in page] == whole and pages[-1] == []


def test_updates_since_a_moment(rows):
    every = everything(rows)
    moment = sorted(one["updated_datetime"] for one in every)[len(every) // 2]
    asked = moment.replace("+", "%2B")
    after = rows(f"updated_after={asked}")
    assert {one["service_request_id"] for one in after} == {
        one["service_request_id"] for one in every if one["updated_datetime"] >= moment
    }
    before = rows(f"updated_before={asked}")
    assert len(after) + len(before) > len(every) / 2
    assert rows(f"updated_after={asked}&updated_before={asked}")


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
def test_what_is_wrong_is_said_as_a_list_of_errors(ask, query, code, format_):
    answer = ask(f"/requests.{format_}?{query}", 400)
    assert answer.headers["Content-Type"] == TYPES[format_]
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert [set(one) for one in told] == [{"code", "description"}]
    assert str(told[0]["code"]) == "400" and told[0]["description"].startswith(f"{code}: ")


def test_several_faults_are_said_at_once(ask):
    told = ask("/requests.json?status=x&page=0&start_date=x", 400).json
    assert [one["description"].partition(":")[0] for one in told] == ["bad_status", "bad_date", "bad_page"]


def test_exactly_90_days_are_allowed(ask):
    ask("/requests.json?start_date=2023-01-01T00:00:00Z&end_date=2023-04-01T00:00:00Z")


STRAYS = [
    ("GET", "/nothing.json", 404), ("GET", "/nothing.xml", 404), ("GET", "/services.html", 404),
    ("GET", "/services", 404), ("GET", "/services/NO.json", 404), ("GET", "/requests/NO.xml", 404),
    ("GET", "/tokens/NO.json", 404), ("GET", "/requests/%00%01.json", 404),
    ("GET", "/../../etc/passwd.json", 404), ("POST", "/services.json", 400), ("PUT", "/requests.xml", 400),
    ("DELETE", "/requests/XX2023-000001.json", 400),
    ("PATCH", "/discovery.json", 400), ("OPTIONS", "/requests.json", 400), ("POST", "/discovery.xml", 400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), STRAYS)
def test_unknown_addresses_and_methods_are_answered_in_shape(app, method, path, status):
    answer = app.test_client().open(V2 + path, method=method)
    format_ = "json" if path.endswith(".json") else "xml"
    assert answer.status_code == status and answer.headers["Content-Type"] == TYPES[format_]
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert len(told) == 1 and str(told[0]["code"]) == str(status) and told[0]["description"]
    assert ("Allow" in answer.headers) == (status == 400)


@pytest.mark.parametrize(
    "path", ["/open311", "/open311/", "/open311/v1/services.json", "/open311/v2", "/open311/v2/"]
)
def test_nothing_under_open311_is_answered_otherwise(app, path):
    answer = app.test_client().get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 404 and answer.json[0]["code"] == 404


def test_too_long_an_address_is_answered_in_shape(app):
    answer = app.test_client().get(f"{V2}/requests.json?service_code={'x' * 5000}")
    assert answer.status_code == 400 and answer.json[0]["code"] == 400


def test_answers_are_kept_and_told_apart(app):
    client = app.test_client()
    first = client.get(f"{V2}/requests.json?{IN_2023}")
    again = client.get(f"{V2}/requests.json?{IN_2023}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert client.get(f"{V2}/requests.xml?{IN_2023}").headers["ETag"] != first.headers["ETag"]


def test_nobody_is_asked_who_he_is(app):
    answer = app.test_client().get(f"{V2}/services.json")
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
