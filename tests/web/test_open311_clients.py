"""Clients that others wrote read our server unchanged; a report goes in by one and comes out by the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import chicagorequests
import georeport
import pytest
import requests

from gis_app import clock
from tests.serving import serve
from tests.web import open311_county as county


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients") / "instance"
    county.make(folder)
    with serve(folder) as server:
        yield f"{server.url}/open311/v2"


@pytest.fixture(params=["json", "xml"])
def client(request, url):
    return georeport.GeoReport(url, output_format=request.param)


def test_georeport_reads_services_and_definitions(client):
    assert [one["service_code"] for one in client.get_service_list()] == list(county.PUBLIC)
    definition = client.get_service_definition("F1")
    assert definition["service_code"] == "F1" and definition["attributes"]


def test_georeport_reads_requests_with_every_filter(client):
    start, end = "2023-01-01T00:00:00+08:00", "2023-03-31T00:00:00+08:00"
    every = client.get_service_requests(start_date=start, end_date=end)
    assert len(every) > 3
    closed = client.get_service_requests(start_date=start, end_date=end, status="closed")
    some = client.get_service_requests(start_date=start, end_date=end, service_code="F1")
    assert 0 < len(closed) < len(every) and {one["service_code"] for one in some} == {"F1"}
    ids = [one["service_request_id"] for one in every[:2]]
    named = client.get_service_requests(service_request_id=",".join(ids))
    assert [one["service_request_id"] for one in named] == ids
    assert client.get_service_request(ids[0]) == every[0]


def test_georeport_is_told_what_does_not_exist(client):
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_request("NO-1")
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_definition("M1")


def test_chicagorequests_reads_every_page_of_every_day(url, monkeypatch):
    monkeypatch.setattr(chicagorequests.Downloader, "BASE_URL", f"{url}/requests.json")
    start = datetime(2023, 1, 1, tzinfo=clock.ZONE)
    download = chicagorequests.Downloader(request_type=["F1", "F2"])
    days = list(chicagorequests.day_intervals(start, start + timedelta(days=120)))
    found = [one["service_request_id"] for day in days for one in download(day)]
    frame = county.reports()
    expected = frame[frame["class_code"].isin(("F1", "F2")) & (frame["reported_at"] < "2023-05-01")]
    assert sorted(found) == sorted(expected["incident_code"]) and len(found) > 3


def test_chicagorequests_reads_updates_by_page(url, monkeypatch):
    monkeypatch.setattr(chicagorequests.Downloader, "BASE_URL", f"{url}/requests.json")
    for _ in range(3):
        assert requests.post(f"{url}/requests.json", data=county.report(), timeout=30).status_code == 200
    now = clock.now()
    download = chicagorequests.Downloader(
        updated_start_date=now - timedelta(hours=1), updated_end_date=now + timedelta(hours=1)
    )
    assert len(download((now - timedelta(days=1), now + timedelta(hours=1)))) >= 3


def test_a_report_by_requests_is_read_back_in_xml_and_json(url):
    form = county.report(description="路灯不亮 & <暗>", media_url="https://pictures.example/1.jpg")
    made = requests.post(f"{url}/requests.xml", data=form, timeout=30)
    assert made.status_code == 200 and made.headers["Content-Type"] == "text/xml; charset=utf-8"
    code = ElementTree.fromstring(made.content).findtext("request/service_request_id")
    told = requests.get(f"{url}/requests/{code}.json", timeout=30)
    assert told.headers["Content-Type"] == "application/json; charset=utf-8"
    xml = ElementTree.fromstring(requests.get(f"{url}/requests/{code}.xml", timeout=30).content)
    assert county.plain(xml) == county.as_texts(told.json())
    assert told.json()[0]["description"] == form["description"]
    client = georeport.GeoReport(url)
    assert client.get_service_request(code)["media_url"] == form["media_url"]
