"""What changed while a report waited on a phone is asked about and settled under the same key."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from gis_app import clock
from gis_app.people.retention import retain
from gis_app.storage import layers
from gis_app.voices import limits
from gis_app.voices.processing import process
from gis_app.web.services import KEY
from tests.factory import GRIDS, lonlat, toy_layers
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import INSIDE, clients, loop_app, report, step
from tests.web.recordings import SECRETS, recording


@pytest.fixture
def app(own_app):
    """Return an application on its own county with the classes of the loop."""
    return loop_app(own_app)


@pytest.fixture
def client(app):
    """Return a function that gives a client signed in with a role."""
    return clients(app)


def from_phone(client, key: str | None = None, **values):
    """Report as a phone does, made just now unless the values say otherwise."""
    values = {"made_at": clock.now().isoformat(), **values}
    return report(client, {"Idempotency-Key": key} if key else None, **values)


def count(app) -> int:
    """Return how many incidents there are."""
    with app.extensions[KEY].store.read() as conn:
        return conn.execute(text("SELECT count(*) FROM incidents")).scalar_one()


def redraw(app) -> None:
    """Give the first two grids each other's ground, as a new plan."""
    grids = toy_layers()["grids"]
    first, second = (grids.index[grids["grid_code"] == code][0] for code in GRIDS[:2])
    shapes = grids.geometry.copy()
    shapes[first], shapes[second] = grids.geometry[second], grids.geometry[first]
    with app.extensions[KEY].store.write() as conn:
        layers.replace_layer(conn, "grids", grids.set_geometry(shapes))


def test_a_grid_that_was_redrawn_meanwhile_is_asked_about(app, client):
    worker = client("dispatcher")
    before = worker.get("/field/pack.json").json["plan_id"]
    knew = {"known_grid_code": GRIDS[0], "known_plan_id": before}
    assert from_phone(worker, **knew).json["grid_code"] == GRIDS[0]
    redraw(app)
    rows = count(app)
    asked = from_phone(worker, "a-phone-s-key-1", **knew)
    error = asked.json["error"]
    assert (asked.status_code, error["code"]) == (409, "grid_redrawn") and count(app) == rows
    assert error["known"]["grid_code"] == GRIDS[0] and error["now"]["grid_code"] == GRIDS[1]
    settled = {"known_grid_code": error["now"]["grid_code"], "known_plan_id": error["plan_id"]}
    made = from_phone(worker, "a-phone-s-key-1", **settled)
    assert (made.status_code, made.json["grid_code"]) == (201, GRIDS[1]) and count(app) == rows + 1
    again = from_phone(worker, "a-phone-s-key-1", **knew)  # sent twice: the same incident, no question
    assert (again.status_code, again.json["incident_code"]) == (200, made.json["incident_code"])


def test_the_grid_that_the_phone_showed_settles_a_border(client):
    worker = client("grid_worker")
    lon, lat = (float(value) for value in lonlat([(200, 403)])[0])
    where = {"lon": lon, "lat": lat, "accuracy_m": 20}
    asked = from_phone(worker, **where)
    assert asked.json["error"]["code"] == "grid_choice_needed"
    assert {one["grid_code"] for one in asked.json["error"]["grids"]} == set(GRIDS[:2])
    plan = worker.get("/field/pack.json").json["plan_id"]
    for shown in GRIDS[:2]:
        made = from_phone(worker, **where, known_grid_code=shown, known_plan_id=plan)
        assert (made.status_code, made.json["grid_code"]) == (201, shown)


@pytest.mark.parametrize("gone", ["C4", "GONE1"])
def test_a_class_that_was_withdrawn_meanwhile_is_asked_about(app, client, gone):
    rows = count(app)
    asked = from_phone(client("grid_worker"), "a-phone-s-key-2", class_code=gone)
    error = asked.json["error"]
    assert (asked.status_code, error["code"]) == (409, "class_withdrawn") and count(app) == rows
    offered = {one["class_code"] for one in error["classes"]}
    assert offered == {"C1", "C2", "C3", "C5"}
    made = from_phone(client("grid_worker"), "a-phone-s-key-2", class_code="C1")
    assert made.status_code == 201


def test_another_s_report_nearby_is_offered_and_one_s_own_is_not(app, client):
    first = from_phone(client("leader")).json["incident_code"]
    asked = from_phone(client("grid_worker"), "a-phone-s-key-3")
    error = asked.json["error"]
    assert (asked.status_code, error["code"]) == (409, "duplicates_nearby")
    assert [one["code"] for one in error["duplicates"]] == [first]
    for number in range(3):  # three at one place are three
        made = from_phone(client("grid_worker"), f"a-phone-s-key-3{number}", confirm_new=number == 0 or None)
        if number == 0:
            assert made.status_code == 201
    assert from_phone(client("leader")).json["error"]["code"] == "duplicates_nearby"
    assert from_phone(client("leader"), confirm_new="1").status_code == 201
    assert from_phone(client("handler"), class_code="C2").status_code == 201


def test_three_reports_of_one_worker_at_one_place_are_three_incidents(app, client):
    rows = count(app)
    for number in range(3):
        for _twice in range(2):
            sent = from_phone(client("grid_worker"), f"queued-{number}-queued", description=f"第{number}件")
            assert sent.status_code in (200, 201)
    assert count(app) == rows + 3


def test_who_follows_what_is_over_hears_so(client):
    code = report(client("leader")).json["incident_code"]
    step(client("dispatcher"), code, "reject", 1, note="不属于城管范围")
    asked = client("grid_worker").post(f"/api/v1/incidents/{code}/followers", headers=FROM_OUR_PAGE)
    error = asked.json["error"]
    assert (asked.status_code, error["code"], error["state"]) == (409, "duplicate_closed", "rejected")
    assert "另行上报" in error["message"] and error["incident_code"] == code


@pytest.mark.parametrize(
    ("away", "believed"),
    [
        (timedelta(0), True),
        (timedelta(days=-6), True),
        (timedelta(days=-8), False),
        (timedelta(days=1), False),
    ],
)
def test_when_it_was_made_is_believed_for_a_week(client, away, believed):
    at = clock.now() + away
    told = from_phone(client("grid_worker"), made_at=at.isoformat())
    assert told.status_code == 201
    reported = told.json["reported_at"]
    taken = at if believed else clock.now()
    assert reported[:16] in {(taken + timedelta(minutes=shift)).isoformat()[:16] for shift in (-1, 0)}
    assert ("clock" in told.json) is not believed
    if not believed:
        assert "手机时间" in told.json["clock"]["message"]


def test_a_time_that_cannot_be_read_is_refused_by_name(client):
    for wrong in ("yesterday", "2026-01-01T00:00:00", 5, ["2026"]):
        error = from_phone(client("grid_worker"), made_at=wrong).json["error"]
        assert error["code"] == "time_unreadable" and "made_at" in error["fields"]


def test_a_report_about_a_station_is_at_the_station(app, client):
    body = {"class_code": "C1", "station_code": "Z002", "made_at": clock.now().isoformat()}
    told = client("grid_worker").post("/api/v1/incidents", json=body, headers=FROM_OUR_PAGE).json
    assert told["station_code"] == "Z002" and told["grid_code"] == GRIDS[2]
    assert "东街暖心驿站" in client("dispatcher").get(f"/incidents/{told['incident_code']}").text
    error = from_phone(client("grid_worker"), station_code="Z999").json["error"]
    assert error["code"] == "unknown_station" and "station_code" in error["fields"]


def test_nobody_sends_what_another_account_made(app, client):
    rows, key = count(app), client("leader").get("/field/pack.json").json["account"]["key"]
    refused = report(client("grid_worker"), {"Field-Account": key})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "other_account")
    assert count(app) == rows
    assert report(client("leader"), {"Field-Account": key}).status_code == 201


def form(**values) -> dict:
    """Return a report as a phone's form, with a photo."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    out.seek(0)
    place = {name: str(value) for name, value in INSIDE.items()}
    return {"class_code": "C1", **place, "photos": [(out, "photo-1.jpg")], **values}


def test_a_voice_note_goes_with_its_incident_and_to_nobody_else(client):
    sound = (io.BytesIO(recording()), "voice.webm")
    body = form(class_code="C2", voice=sound)
    told = client("dispatcher").post("/api/v1/incidents", data=body, headers=FROM_OUR_PAGE).json
    (voice,) = told["voices"]
    assert voice["seconds"] == pytest.approx(1, abs=0.1) and len(told["photos"]) == 1
    heard = client("dispatcher").get(voice["url"])
    assert heard.mimetype == "audio/webm" and heard.headers["Cache-Control"] == "private, no-cache"
    assert not any(secret.encode() in heard.data for secret in SECRETS.values())
    part = client("dispatcher").get(voice["url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, heard.data[:10])
    for role in ("leader", "grid_worker"):
        assert client(role).get(voice["url"]).status_code == 404
    page = client("dispatcher").get(f"/incidents/{told['incident_code']}").text
    assert f'<audio controls preload="none" src="{voice["url"]}"' in page


def test_a_report_whose_voice_is_refused_keeps_nothing(app, client, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 20_000)
    rows = count(app)
    for sound, code, status in (
        (b"no sound at all", "voice_type", 400),
        (b"\x1a\x45\xdf\xa3".ljust(20_001, b"\0"), "voice_too_large", 413),
    ):
        body = form(voice=(io.BytesIO(sound), "voice.webm"))
        answer = client("dispatcher").post("/api/v1/incidents", data=body, headers=FROM_OUR_PAGE)
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    two = [(io.BytesIO(recording()), f"{number}.webm") for number in range(2)]
    answer = client("dispatcher").post("/api/v1/incidents", data=form(voice=two), headers=FROM_OUR_PAGE)
    assert answer.json["error"]["code"] == "too_many_voices"
    assert count(app) == rows and not list((tmp_path / "instance").glob("voices/??/*"))


def test_a_voice_note_that_no_incident_has_is_erased_when_it_is_old(app, client):
    body = form(voice=(io.BytesIO(recording()), "voice.webm"))
    kept = client("dispatcher").post("/api/v1/incidents", data=body, headers=FROM_OUR_PAGE).json
    parts = app.extensions[KEY]
    (forgotten,) = parts.voices.keep(process(recording(seconds=0.5)))
    for path in parts.voices.files():
        os.utime(path, (0, 0))
    assert retain(parts.store, parts.photos, 180, voices=parts.voices).files == 1
    assert retain(parts.store, parts.photos, 180, commit=True, voices=parts.voices).files == 1
    assert not forgotten.exists() and client("dispatcher").get(kept["voices"][0]["url"]).status_code == 200


def test_photos_of_handling_say_before_and_after(client):
    code = report(client("leader")).json["incident_code"]
    step(client("dispatcher"), code, "accept", 1)
    step(client("dispatcher"), code, "dispatch", 2, organisation_code="ORG001")
    handler = client("handler")

    def with_photo(verb: str, version: int, **fields):
        data = {"photos": form()["photos"], **fields}
        tags = FROM_OUR_PAGE | {"If-Match": f'"v{version}"'}
        return handler.post(f"/api/v1/incidents/{code}/{verb}", data=data, headers=tags)

    assert with_photo("handle", 3).status_code == 200
    wrong = with_photo("resolve", 4, note="已清理", photo_kind="sideways")
    assert (wrong.status_code, "photo_kind" in wrong.json["error"]["fields"]) == (400, True)
    told = with_photo("resolve", 4, note="已清理", photo_kind="after").json
    kinds = {row["verb"]: row["photo_kind"] for row in told["history"]}
    assert (kinds["handle"], kinds["resolve"], kinds["accept"]) == ("before", "after", None)
    page = handler.get(f"/incidents/{code}").text
    assert "处置前" in page and "处置后" in page
