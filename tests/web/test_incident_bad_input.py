"""Whatever is wrong with a report or a step has its code and its words, and changes nothing."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from gis_app import clock
from gis_app.storage import incidents as stored
from gis_app.web.services import KEY
from tests.factory import lonlat
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import INSIDE, OUTSIDE, clients, loop_app, report, step


@pytest.fixture
def app(own_app):
    return loop_app(own_app)


@pytest.fixture
def client(app) -> Callable:
    return clients(app)


def state_of(app) -> tuple:
    """Return what must not change: the number of the last change, the trail's length, the photos' files."""
    parts = app.extensions[KEY]
    with parts.store.read() as conn:
        number = stored.change_number(conn)
    return number, len(parts.photos.files())


def ask(client, language: str, **values):
    return report(client, headers={"Accept-Language": language}, **values)


def at(**delta) -> str:
    return (clock.now() + timedelta(**delta)).isoformat()


BAD_REPORTS = {
    "outside_county": OUTSIDE,
    "time_in_future": {"reported_at": at(hours=2)},
    "time_too_old": {"reported_at": at(days=-120)},
    "time_unreadable": {"reported_at": "yesterday"},
    "unknown_class": {"class_code": "NOSUCH"},
    "location_required": {"lon": None, "lat": None},
    "location_unreadable": {"lon": "east", "lat": 34.0},
    "location_out_of_range": {"lon": 1e300, "lat": 34.0},
    "accuracy_range": {"accuracy_m": -1},
    "attribute_required": {"class_code": "C3"},
    "attribute_value": {"class_code": "C3", "attributes": {"depth": "sea"}},
    "unknown_attribute": {"class_code": "C3", "attributes": {"depth": "low", "width": "1"}},
    "class_withdrawn": {"class_code": "C4"},
    "phone_format": {"contact_phone": "call me"},
    "control_characters": {"description": "a\x00b"},
    "text_too_long": {"description": "长" * 4001},
    "idempotency_key_format": {"idempotency_key": "short"},
}


@pytest.mark.parametrize("code", BAD_REPORTS)
def test_a_bad_report_says_what_is_wrong_in_both_languages_and_makes_nothing(app, client, code):
    before, worker = state_of(app), client("grid_worker")
    chinese, english = (ask(worker, language, **BAD_REPORTS[code]) for language in ("zh", "en"))
    for answer in (chinese, english):
        assert answer.status_code == 400
        assert answer.json["error"]["code"] == code
        assert answer.json["error"]["fields"]
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese.json["error"]["message"])
    assert english.json["error"]["message"].isascii()
    assert state_of(app) == before


def bomb() -> bytes:
    """Return a small PNG that unfolds into 400 megapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (2501 * 20_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(kind: str = "JPEG", size=(40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def photo_file(data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), "photo.jpg", "photos", "image/jpeg")


BAD_PHOTOS = {
    "photo_type": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400),
    "photo_unreadable": (picture(size=(600, 400))[:700], 400),
    "photo_too_many_pixels": (bomb(), 413),
    "photo_too_large": (b"\xff\xd8\xff" + b"\x00" * (10 * 2**20), 413),
}


@pytest.mark.parametrize("code", BAD_PHOTOS)
def test_a_bad_photo_is_refused_with_the_whole_report(app, client, code):
    data, status = BAD_PHOTOS[code]
    before, worker = state_of(app), client("grid_worker")
    for language in ("zh", "en"):
        fields = {"class_code": "C1", **{k: str(v) for k, v in INSIDE.items()}}
        boundary, body = encode_multipart({**fields, "photos": [photo_file(picture()), photo_file(data)]})
        answer = worker.post(
            "/api/v1/incidents",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=FROM_OUR_PAGE | {"Accept-Language": language},
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
        assert answer.json["error"]["message"].isascii() == (language == "en")
    assert state_of(app) == before


def test_a_photo_of_300_mb_is_refused_before_it_is_read(app, client):
    before = state_of(app)
    answer = client("grid_worker").post(
        "/api/v1/incidents",
        input_stream=io.BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
        headers=FROM_OUR_PAGE,
        environ_overrides={"CONTENT_LENGTH": str(300 * 2**20)},
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "photo_too_large")
    assert state_of(app) == before


def test_ten_photos_are_too_many(app, client):
    before = state_of(app)
    photos = [(io.BytesIO(picture(size=(8 + n, 8))), f"{n}.jpg") for n in range(10)]
    data = {"class_code": "C1", **{k: str(v) for k, v in INSIDE.items()}, "photos": photos}
    answer = client("grid_worker").post("/api/v1/incidents", data=data, headers=FROM_OUR_PAGE)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "too_many_photos")
    assert state_of(app) == before


def test_a_step_that_the_table_forbids_changes_nothing(app, client):
    code = report(client("grid_worker")).json["incident_code"]
    before, dispatcher = state_of(app), client()
    for language in ("zh", "en"):
        for verb in ("close", "verify", "nonsense"):
            answer = step(dispatcher, code, verb, 1, headers={"Accept-Language": language})
            assert (answer.status_code, answer.json["error"]["code"]) == (409, "transition_forbidden")
            assert answer.json["error"]["message"].isascii() == (language == "en")
    assert step(client("leader"), code, "accept", 1).json["error"]["code"] == "role_forbidden"
    assert state_of(app) == before


def test_a_step_needs_the_present_version(app, client):
    dispatcher = client()
    code = report(client("grid_worker")).json["incident_code"]
    before = state_of(app)
    missing = dispatcher.post(f"/api/v1/incidents/{code}/accept", json={}, headers=FROM_OUR_PAGE)
    assert (missing.status_code, missing.json["error"]["code"]) == (428, "version_required")
    for tag in ('"v7"', 'W/"v1"', '"1"', '"v99999999999999999999"'):
        answer = dispatcher.post(
            f"/api/v1/incidents/{code}/accept", json={}, headers=FROM_OUR_PAGE | {"If-Match": tag}
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (412, "stale_version")
    assert state_of(app) == before
    assert step(dispatcher, code, "accept", 1).status_code == 200
    assert step(dispatcher, code, "accept", 1).status_code == 412


def test_the_same_report_sent_twice_with_one_key_is_one_incident(app, client):
    worker, key = client("grid_worker"), {"Idempotency-Key": "key-of-this-report"}
    first = report(worker, headers=key)
    before = state_of(app)
    second = report(worker, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json["incident_code"] == second.json["incident_code"]
    other = report(worker, headers=key | {"Accept-Language": "en"}, description="another thing")
    assert (other.status_code, other.json["error"]["code"]) == (409, "idempotency_key_reused")
    assert other.json["error"]["message"].isascii()
    assert state_of(app) == before
    assert report(client("leader"), headers=key).status_code == 201  # a key is its account's own


BROKEN = ["", "{", "[]", "null", '"a"', "1e999", "[" * 100_000, '{"a":' * 5000, '{"class_code": "\\ud800"}']


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_is_no_report_is_no_accident(app, client, body):
    before, worker = state_of(app), client("grid_worker")
    for path in ("/api/v1/incidents", "/api/v1/incidents/410222-2023-000001/accept"):
        answer = worker.post(path, data=body, content_type="application/json", headers=FROM_OUR_PAGE)
        assert 400 <= answer.status_code < 500 and answer.json["error"]["code"]
    assert state_of(app) == before


def test_values_of_every_other_kind_are_no_accident(app, client):
    before, worker = state_of(app), client("grid_worker")
    odd = [
        [],
        {},
        True,
        2**63 - 1,
        -1,
        1e308,
        "\udcff".encode("utf-8", "replace").decode(),
        ["x"],
        {"a": [1]},
    ]
    names = [
        "class_code",
        "lon",
        "lat",
        "accuracy_m",
        "grid_code",
        "attributes",
        "reported_at",
        "idempotency_key",
    ]
    for name in names:
        for value in odd:
            answer = report(worker, **{name: value})
            if answer.status_code == 201:
                before = state_of(app)
            else:
                assert 400 <= answer.status_code < 500, (name, value, answer.text)
                assert state_of(app) == before
    for path in ("nonsense", "x' OR 1=1", "%00", "a" * 200, "..%2f..", "410222-2023-000001"):
        for verb in ("accept", "dispatch", "follow", "contact", "%00"):
            answer = worker.post(f"/incidents/{path}/{verb}", data={"version": "1"}, headers=FROM_OUR_PAGE)
            assert 400 <= answer.status_code < 500, (path, verb)


def test_a_border_within_the_accuracy_is_asked_about(app, client):
    worker = client("grid_worker")
    lon, lat = (float(v) for v in lonlat([(200, 403)])[0])
    asked = report(worker, lon=lon, lat=lat, accuracy_m=20)
    assert (asked.status_code, asked.json["error"]["code"]) == (409, "grid_choice_needed")
    where = {"lon": lon, "lat": lat, "accuracy_m": 20}
    placing = worker.post("/incidents/placing.json", json=where, headers=FROM_OUR_PAGE).json
    assert placing["ask"] and len(placing["candidates"]) == 2
    second = placing["candidates"][1]["grid_code"]
    chosen = report(worker, lon=lon, lat=lat, accuracy_m=20, grid_code=second)
    assert (chosen.status_code, chosen.json["grid_code"]) == (201, second)
    far = report(worker, lon=lon, lat=lat, accuracy_m=20, grid_code="410222001002002")
    assert (far.status_code, far.json["error"]["code"]) == (400, "grid_not_near")
