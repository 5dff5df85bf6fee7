"""GeoReport v2, read: every address in both formats, every filter, what is never shown, and paging."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from gis_app import clock
from tests.web import open311_county as county

V2 = "/open311/v2"
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
IN_2023 = "start_date=2023-01-01T00:00:00%2B08:00"
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
    "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture
def rows(ask_311):
    def get(query: str) -> list[dict]:
        return ask_311(f"/requests.json?{query}").json

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
def test_both_formats_say_the_same_with_exact_content_types(ask_311, address):
    answers = {format_: ask_311(in_format(address, format_)) for format_ in TYPES}
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
def test_the_roots_of_xml(open311_app, address, root):
    answer = open311_app.test_client().get(V2 + in_format(address, "xml"))
    assert ElementTree.fromstring(answer.data).tag == root


def test_discovery_names_two_endpoints_that_answer_in_two_formats(open311_app, ask_311):
    told = ask_311("/discovery.json").json
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
        assert open311_app.test_client().get(f"{path}/services.xml").status_code == 200


def test_services_are_the_public_ones_that_can_be_reported(ask_311):
    told = ask_311("/services.json").json
    assert [one["service_code"] for one in told] == list(county.PUBLIC)
    first, second = told
    assert set(first) == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip
    assert first["metadata"] is True and second["metadata"] is False
    assert first["type"] == second["type"] == "realtime"
    assert first["keywords"] == "积水,水坑" and second["keywords"] == "" and first["group"] == "公用设施"
    xml = ElementTree.fromstring(ask_311("/services.xml").data)
    assert [one.findtext("metadata") for one in xml] == ["true", "false"]


def test_a_definition_has_its_attributes_in_order_with_their_values(ask_311):
    told = ask_311("/services/F1.json").json
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


def test_one_request_is_a_list_of_one(ask_311):
    told = ask_311("/requests/XX2023-000001.json").json
    assert isinstance(told, list) and len(told) == 1 and told[0]["service_request_id"] == "XX2023-000001"
    xml = ElementTree.fromstring(ask_311("/requests/XX2023-000001.xml").data)
    assert [child.tag for child in xml] == ["request"]


def test_what_is_not_public_never_appears(ask_311, rows):
    frame = county.reports()
    hidden = frame[frame["class_code"].isin(county.HIDDEN)]["incident_code"]
    shown = {one["service_request_id"] for one in everything(rows)}
    assert shown == set(frame["incident_code"]) - set(hidden) and len(hidden) > 10
    for code in hidden.iloc[:4]:
        for format_ in TYPES:
            ask_311(f"/requests/{code}.{format_}", 404)
            ask_311(f"/tokens/{code}.{format_}", 404)
        assert rows(f"service_request_id={code}") == []
    for code in county.HIDDEN:
        ask_311(f"/services/{code}.json", 404)
        ask_311(f"/requests.json?service_code={code}&{IN_2023}", 404)


def test_without_a_period_the_last_90_days_are_shown(open311_app, rows):
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


def test_an_empty_parameter_is_an_absent_one(ask_311, rows):
    empty = (
        "jurisdiction_id=&service_request_id=&service_code=&start_date=&end_date=&status=&page=&page_size="
    )
    assert rows(empty) == rows("")
    ask_311("/services.json?jurisdiction_id=")


def test_the_only_jurisdiction_need_not_be_named(ask_311):
    for address in ADDRESSES[1:]:
        mark = "&" if "?" in address else "?"
        assert ask_311(f"{in_format(address, 'json')}{mark}jurisdiction_id=410222")
        told = ask_311(f"{in_format(address, 'json')}{mark}jurisdiction_id=elsewhere", 404).json
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
