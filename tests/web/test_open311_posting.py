"""GeoReport v2, posted: keys, every fault, what becomes of a report, that nothing is kept of a bad one."""

from __future__ import annotations

import io
import json
import socket
from datetime import datetime
from xml.etree import ElementTree

import pytest
from PIL import Image

from gis_app import clock, create_app
from gis_app.storage import api_keys, audit, incidents
from gis_app.web.services import KEY as SERVICES
from tests.factory import GRIDS, lonlat
from tests.web import open311_county as county
from tests.web.conftest import settings_of

URL = "/open311/v2/requests"
FOREIGN = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}


def stored(app, code: str):
    with app.extensions[SERVICES].store.read() as conn:
        return incidents.find(conn, code)


def change_number(app) -> int:
    with app.extensions[SERVICES].store.read() as conn:
        return incidents.change_number(conn)


def picture(**exif) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("format_", ["json", "xml"])
def test_a_report_is_kept_and_read_back_in_both_formats(open311_posted, post_311, format_):
    form = county.report(
        description="井盖松动", first_name="三", last_name="张", phone="13812345678",
        email="a@b.example", device_id="d-1", account_id="7", address_string="西街 1 号",
        media_url="https://pictures.example/1.jpg?a=1&b=2",
    )  # fmt: skip
    answer = post_311(form, format_)
    if format_ == "json":
        (made,) = answer.json
    else:
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        (made,) = county.plain(ElementTree.fromstring(answer.data))
    assert set(made) == {"service_request_id", "service_notice", "account_id"} and "token" not in made
    code = made["service_request_id"]
    client = open311_posted.test_client()
    told = client.get(f"{URL}/{code}.json").json[0]
    xml = county.plain(ElementTree.fromstring(client.get(f"{URL}/{code}.xml").data))[0]
    assert xml == county.as_texts(told)
    assert told["status"] == "open" and told["service_code"] == "F2" and told["expected_datetime"] is None
    assert told["media_url"] == form["media_url"] and told["address"] == "西街 1 号"
    assert f"{told['lat']:.7f}" == form["lat"] and f"{told['long']:.7f}" == form["long"]
    assert abs(datetime.fromisoformat(told["requested_datetime"]) - clock.now()).total_seconds() < 60
    for secret in ("13812345678", "张三", "a@b.example", "d-1"):
        assert secret not in client.get(f"{URL}/{code}.json").text
    kept = stored(open311_posted, code)
    assert (kept.contact_name, kept.contact_phone, kept.contact_email) == (
        "张三",
        "13812345678",
        "a@b.example",
    )
    assert (kept.source, kept.reporter_kind, kept.reporter_id, kept.state) == (
        "open311",
        "public",
        None,
        "reported",
    )
    assert kept.grid_code == GRIDS[0] and code in {
        one["service_request_id"] for one in client.get(f"{URL}.json").json
    }


def test_the_trail_tells_which_key_reported(open311_posted, post_311):
    code = post_311(county.report()).json[0]["service_request_id"]
    with open311_posted.extensions[SERVICES].store.read() as conn:
        row = audit.read_rows(conn, "incidents:incident:reported", limit=1)[0]
        steps = incidents.history(conn, code)
        assert audit.verify(conn) is None
    assert row.subject == code and row.actor == f"open311:{api_keys.hashed(county.KEY)[:12]}"
    assert [(one.verb, one.actor_role) for one in steps] == [("report", "public")]


def test_attributes_are_checked_and_kept(open311_posted, post_311):
    form = county.report(service_code="F1") | {
        "attribute[DEPTH]": "30",
        "attribute[CAUSE]": "rain",
        "attribute[SEEN][]": ["cars", "people"],
    }
    code = post_311(form).json[0]["service_request_id"]
    kept = json.loads(stored(open311_posted, code).extra)["attributes"]
    assert kept == {"DEPTH": "30", "CAUSE": "rain", "SEEN": ["cars", "people"]}


def test_without_any_body_the_key_is_what_is_missing(post_311):
    assert post_311(None, status=403).json[0]["description"].startswith("api_key_required")


def test_json_is_not_a_form(open311_posted):
    answer = open311_posted.test_client().post(f"{URL}.json", json=county.report())
    assert answer.status_code == 400 and answer.json[0]["description"].startswith("unsupported_body")


def test_a_key_in_the_address_counts_for_nothing(open311_posted):
    form = county.report(api_key=None)
    assert open311_posted.test_client().post(f"{URL}.json?api_key={county.KEY}", data=form).status_code == 403


def test_other_sites_may_post_with_a_key_and_not_without(post_311):
    assert post_311(county.report(), headers=FOREIGN).json
    post_311(county.report(api_key=None), status=403, headers=FOREIGN)


def test_a_session_is_not_looked_at(open311_posted, post_311):
    answer = open311_posted.test_client().post(
        f"{URL}.json", data=county.report(api_key=None), headers={"Cookie": "session=x"}
    )
    assert answer.status_code == 403 and answer.json[0]["description"].startswith("api_key_required")


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"address_string": "请来西街暖心驿站门口"}, (100.0, 400.0)),
        ({"address_id": "Z002"}, (700.0, 410.0)),
        ({"address_id": "Z002", "address_string": "随便"}, (700.0, 410.0)),
    ],
)
def test_an_address_that_we_know_is_a_place(open311_posted, post_311, form, place):
    code = post_311(county.report(lat=None, long=None, **form)).json[0]["service_request_id"]
    kept = stored(open311_posted, code)
    assert (kept.lon, kept.lat) == pytest.approx(tuple(lonlat(place)[0]), abs=2e-7)


def test_an_empty_optional_parameter_is_an_absent_one(post_311):
    names = (
        "description",
        "media_url",
        "email",
        "phone",
        "first_name",
        "last_name",
        "address_string",
        "device_id",
    )
    assert post_311(county.report(**dict.fromkeys(names, ""))).json


def test_the_jurisdiction_may_stand_in_the_address(open311_posted):
    client = open311_posted.test_client()
    assert client.post(f"{URL}.json?jurisdiction_id=410222", data=county.report()).status_code == 200
    assert client.post(f"{URL}.json?jurisdiction_id=no", data=county.report()).status_code == 404


def test_the_link_is_never_fetched(open311_posted, post_311, monkeypatch):
    def refuse(*_arguments, **_more):
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert post_311(county.report(media_url="http://127.0.0.1:9/a.jpg")).json


def test_a_file_becomes_a_photo_of_the_incident(open311_posted, post_311):
    form = county.report() | {"media": (io.BytesIO(picture()), "a.jpg")}
    code = post_311(form, content_type="multipart/form-data").json[0]["service_request_id"]
    with open311_posted.extensions[SERVICES].store.read() as conn:
        (photo,) = incidents.photos(conn, code)
    assert (photo.width, photo.height) == (64, 48)
    assert open311_posted.test_client().get(f"/photos/{photo.photo_hash}.jpg").status_code == 303


@pytest.mark.parametrize("body", [b"no picture", b"\xff\xd8\xff\xe0 broken", b""])
def test_a_file_that_is_no_photo_is_refused(open311_posted, post_311, body):
    before = change_number(open311_posted)
    form = county.report() | {"media": (io.BytesIO(body), "a.jpg")}
    told = post_311(form, status=400, content_type="multipart/form-data").json
    assert told[0]["code"] == 400 and change_number(open311_posted) == before


def test_too_large_a_body_is_refused_before_it_is_read(open311_posted, post_311):
    before = change_number(open311_posted)
    told = post_311(county.report(), status=400, environ_overrides={"CONTENT_LENGTH": str(12 * 2**20)}).json
    assert told[0]["description"].startswith("too_large") and change_number(open311_posted) == before


def test_the_same_report_with_one_idempotency_key_is_one_incident(open311_posted, post_311):
    headers = {"Idempotency-Key": "from-the-app-0001"}
    codes = {post_311(county.report(), headers=headers).json[0]["service_request_id"] for _ in range(3)}
    assert len(codes) == 1
    post_311(county.report(), status=400, headers={"Idempotency-Key": "no good"})


def test_the_test_address_checks_and_keeps_nothing(open311_posted):
    client, before = open311_posted.test_client(), change_number(open311_posted)
    address = "/open311/test/v2/requests.json"
    answer = client.post(address, data=county.report())
    assert answer.status_code == 200 and answer.json[0]["service_request_id"].startswith("TEST-")
    assert client.post(address, data=county.report(service_code="M1")).status_code == 404
    assert client.post(address, data=county.report(api_key="wrong")).status_code == 403
    assert change_number(open311_posted) == before


def test_a_key_has_its_limit_each_minute(tmp_path):
    folder = tmp_path / "instance"
    county.make(folder, limit=3)
    application = create_app(settings_of(folder))
    client = application.test_client()
    with clock.frozen(datetime(2026, 5, 1, 9, 0, 30)):
        statuses = [client.post(f"{URL}.json", data=county.report()).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = client.post(f"{URL}.xml", data=county.report())
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert ElementTree.fromstring(refused.data)[0].findtext("code") == "429"
    with clock.frozen(datetime(2026, 5, 1, 9, 1, 0)):
        assert client.post(f"{URL}.json", data=county.report()).status_code == 200
    assert client.get("/open311/v2/services.json").status_code == 200
    application.extensions[SERVICES].store.dispose()
