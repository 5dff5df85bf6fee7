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


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("open311") / "instance"
    county.make(folder, limit=6000)
    application = create_app(settings_of(folder))
    yield application
    application.extensions[SERVICES].store.dispose()


@pytest.fixture
def post(app):
    def send(form: dict, format_: str = "json", status: int = 200, **more):
        answer = app.test_client().post(f"{URL}.{format_}", data=form, **more)
        assert answer.status_code == status, answer.text
        return answer

    return send


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
def test_a_report_is_kept_and_read_back_in_both_formats(app, post, format_):
    form = county.report(
        description="井盖松动", first_name="三", last_name="张", phone="13812345678",
        email="a@b.example", device_id="d-1", account_id="7", address_string="西街 1 号",
        media_url="https://pictures.example/1.jpg?a=1&b=2",
    )  # fmt: skip
    answer = post(form, format_)
    if format_ == "json":
        (made,) = answer.json
    else:
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        (made,) = county.plain(ElementTree.fromstring(answer.data))
    assert set(made) == {"service_request_id", "service_notice", "account_id"} and "token" not in made
    code = made["service_request_id"]
    client = app.test_client()
    told = client.get(f"{URL}/{code}.json").json[0]
    xml = county.plain(ElementTree.fromstring(client.get(f"{URL}/{code}.xml").data))[0]
    assert xml == county.as_texts(told)
    assert told["status"] == "open" and told["service_code"] == "F2" and told["expected_datetime"] is None
    assert told["media_url"] == form["media_url"] and told["address"] == "西街 1 号"
    assert f"{told['lat']:.7f}" == form["lat"] and f"{told['long']:.7f}" == form["long"]
    assert abs(datetime.fromisoformat(told["requested_datetime"]) - clock.now()).total_seconds() < 60
    for secret in ("13812345678", "张三", "a@b.example", "d-1"):
        assert secret not in client.get(f"{URL}/{code}.json").text
    kept = stored(app, code)
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


def test_the_trail_tells_which_key_reported(app, post):
    code = post(county.report()).json[0]["service_request_id"]
    with app.extensions[SERVICES].store.read() as conn:
        row = audit.read_rows(conn, "incidents:incident:reported", limit=1)[0]
        steps = incidents.history(conn, code)
        assert audit.verify(conn) is None
    assert row.subject == code and row.actor == f"open311:{api_keys.hashed(county.KEY)[:12]}"
    assert [(one.verb, one.actor_role) for one in steps] == [("report", "public")]


def test_attributes_are_checked_and_kept(app, post):
    form = county.report(service_code="F1") | {
        "attribute[DEPTH]": "30",
        "attribute[CAUSE]": "rain",
        "attribute[SEEN][]": ["cars", "people"],
    }
    code = post(form).json[0]["service_request_id"]
    kept = json.loads(stored(app, code).extra)["attributes"]
    assert kept == {"DEPTH": "30", "CAUSE": "rain", "SEEN": ["cars", "people"]}


lon, lat = lonlat([100, 600])[0]
far_lon, far_lat = lonlat([90_000, 600])[0]
BAD = {
    "no key": (county.report(api_key=None), 403, "api_key_required"),
    "empty key": (county.report(api_key=""), 403, "api_key_required"),
    "wrong key": (county.report(api_key="wrong"), 403, "wrong_api_key"),
    "revoked key": (county.report(api_key=county.REVOKED), 403, "wrong_api_key"),
    "other jurisdiction": (county.report(jurisdiction_id="elsewhere"), 404, "unknown_jurisdiction"),
    "no service": (county.report(service_code=None), 400, "service_code_required"),
    "unknown service": (county.report(service_code="NO"), 404, "unknown_service"),
    "withdrawn service": (county.report(service_code="F3"), 404, "unknown_service"),
    "a group": (county.report(service_code="F"), 404, "unknown_service"),
    "place not public": (county.report(service_code="H2"), 404, "unknown_service"),
    "group not public": (county.report(service_code="H1"), 404, "unknown_service"),
    "mediation": (county.report(service_code="M1"), 404, "unknown_service"),
    "no place": (county.report(lat=None, long=None), 400, "location_required"),
    "empty place": (county.report(lat="", long=" "), 400, "location_required"),
    "half a place": (county.report(long=None), 400, "location_unreadable"),
    "no number": (county.report(lat="north"), 400, "location_unreadable"),
    "not finite": (county.report(lat="nan"), 400, "location_unreadable"),
    "out of range": (county.report(lat="91"), 400, "location_out_of_range"),
    "outside the county": (county.report(lat=f"{far_lat}", long=f"{far_lon}"), 400, "outside_county"),
    "swapped": (county.report(lat=f"{lon}", long=f"{lat}"), 400, "location_out_of_range"),
    "unknown address": (county.report(lat=None, long=None, address_string="月球"), 400, "address_not_found"),
    "unknown address id": (county.report(lat=None, long=None, address_id="NO"), 400, "address_not_found"),
    "long description": (county.report(description="字" * 4001), 400, "description_too_long"),
    "html": (county.report(description="<b>大</b>"), 400, "html_not_allowed"),
    "control character": (county.report(description="a\x07"), 400, "control_characters"),
    "link of another kind": (county.report(media_url="file:///etc/passwd"), 400, "bad_media_url"),
    "link without host": (county.report(media_url="http://"), 400, "bad_media_url"),
    "link too long": (county.report(media_url=f"http://a.example/{'x' * 2000}"), 400, "bad_media_url"),
    "bad phone": (county.report(phone="call me"), 400, "phone_format"),
    "bad mail": (county.report(email="nobody"), 400, "email_format"),
    "attribute missing": (county.report(service_code="F1"), 400, "attribute_required"),
    "attribute no number": (
        county.report(service_code="F1") | {"attribute[DEPTH]": "deep"}, 400, "attribute_value"),
    "attribute not listed": (
        county.report(service_code="F1") | {"attribute[DEPTH]": "1", "attribute[CAUSE]": "x"}, 400,
        "attribute_value"),
    "attribute unknown": (county.report() | {"attribute[NO]": "1"}, 400, "unknown_attribute"),
}  # fmt: skip


@pytest.mark.parametrize("format_", ["json", "xml"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_report_is_refused_and_changes_nothing(app, post, case, format_):
    form, status, code = BAD[case]
    before = change_number(app)
    answer = post(form, format_, status)
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert {str(one["code"]) for one in told} == {str(status)}
    assert [one["description"].partition(":")[0] for one in told] == [code]
    assert " / " in told[0]["description"]
    assert change_number(app) == before


def test_several_faults_are_said_at_once(post):
    form = county.report(lat=None, long=None, media_url="x", description="<i>")
    told = post(form, status=400).json
    codes = [one["description"].partition(":")[0] for one in told]
    assert codes == ["html_not_allowed", "bad_media_url", "location_required"]


def test_without_any_body_the_key_is_what_is_missing(post):
    assert post(None, status=403).json[0]["description"].startswith("api_key_required")


def test_json_is_not_a_form(app):
    answer = app.test_client().post(f"{URL}.json", json=county.report())
    assert answer.status_code == 400 and answer.json[0]["description"].startswith("unsupported_body")


def test_a_key_in_the_address_counts_for_nothing(app):
    form = county.report(api_key=None)
    assert app.test_client().post(f"{URL}.json?api_key={county.KEY}", data=form).status_code == 403


def test_other_sites_may_post_with_a_key_and_not_without(post):
    assert post(county.report(), headers=FOREIGN).json
    post(county.report(api_key=None), status=403, headers=FOREIGN)


def test_a_session_is_not_looked_at(app, post):
    answer = app.test_client().post(
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
def test_an_address_that_we_know_is_a_place(app, post, form, place):
    code = post(county.report(lat=None, long=None, **form)).json[0]["service_request_id"]
    kept = stored(app, code)
    assert (kept.lon, kept.lat) == pytest.approx(tuple(lonlat(place)[0]), abs=2e-7)


def test_an_empty_optional_parameter_is_an_absent_one(post):
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
    assert post(county.report(**dict.fromkeys(names, ""))).json


def test_the_jurisdiction_may_stand_in_the_address(app):
    client = app.test_client()
    assert client.post(f"{URL}.json?jurisdiction_id=410222", data=county.report()).status_code == 200
    assert client.post(f"{URL}.json?jurisdiction_id=no", data=county.report()).status_code == 404


def test_the_link_is_never_fetched(app, post, monkeypatch):
    def refuse(*_arguments, **_more):
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert post(county.report(media_url="http://127.0.0.1:9/a.jpg")).json


def test_a_file_becomes_a_photo_of_the_incident(app, post):
    form = county.report() | {"media": (io.BytesIO(picture()), "a.jpg")}
    code = post(form, content_type="multipart/form-data").json[0]["service_request_id"]
    with app.extensions[SERVICES].store.read() as conn:
        (photo,) = incidents.photos(conn, code)
    assert (photo.width, photo.height) == (64, 48)
    assert app.test_client().get(f"/photos/{photo.photo_hash}.jpg").status_code == 303


@pytest.mark.parametrize("body", [b"no picture", b"\xff\xd8\xff\xe0 broken", b""])
def test_a_file_that_is_no_photo_is_refused(app, post, body):
    before = change_number(app)
    form = county.report() | {"media": (io.BytesIO(body), "a.jpg")}
    told = post(form, status=400, content_type="multipart/form-data").json
    assert told[0]["code"] == 400 and change_number(app) == before


def test_too_large_a_body_is_refused_before_it_is_read(app, post):
    before = change_number(app)
    told = post(county.report(), status=400, environ_overrides={"CONTENT_LENGTH": str(12 * 2**20)}).json
    assert told[0]["description"].startswith("too_large") and change_number(app) == before


def test_the_same_report_with_one_idempotency_key_is_one_incident(app, post):
    headers = {"Idempotency-Key": "from-the-app-0001"}
    codes = {post(county.report(), headers=headers).json[0]["service_request_id"] for _ in range(3)}
    assert len(codes) == 1
    post(county.report(), status=400, headers={"Idempotency-Key": "no good"})


def test_the_test_address_checks_and_keeps_nothing(app):
    client, before = app.test_client(), change_number(app)
    address = "/open311/test/v2/requests.json"
    answer = client.post(address, data=county.report())
    assert answer.status_code == 200 and answer.json[0]["service_request_id"].startswith("TEST-")
    assert client.post(address, data=county.report(service_code="M1")).status_code == 404
    assert client.post(address, data=county.report(api_key="wrong")).status_code == 403
    assert change_number(app) == before


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
