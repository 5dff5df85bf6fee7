"""The page and its program, the day's tasks, and patrols that are counted without following anybody."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import inspect

from gis_app import clock
from gis_app.storage import audit
from gis_app.web.services import KEY
from tests.factory import COMMUNITIES, GRIDS
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import clients, loop_app, report, step


@pytest.fixture
def app(own_app):
    """Return an application on its own county with the classes of the loop."""
    return loop_app(own_app)


@pytest.fixture
def client(app):
    """Return a function that gives a client signed in with a role."""
    return clients(app)


def test_the_page_is_everybody_s_who_is_signed_in(as_role):
    for role in ("grid_worker", "handler", "leader", "duty_staff"):
        page = as_role(role).get("/field")
        assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
        assert '<link rel="manifest" href="/field/manifest.webmanifest">' in page.text
        assert "media-src 'self' blob:" in page.headers["Content-Security-Policy"]
    assert 'href="/field"' in as_role("leader").get("/map").text


def test_the_manifest_meets_what_installing_asks_for(as_role):
    answer = as_role(None).get("/field/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.data)
    assert (told["start_url"], told["scope"], told["display"]) == ("/field", "/field", "standalone")
    assert told["name"].endswith("示例县") and told["short_name"]
    for icon in told["icons"]:
        picture = as_role(None).get(icon["src"])
        width = int.from_bytes(picture.data[16:20], "big")
        assert picture.mimetype == "image/png" and icon["sizes"] == f"{width}x{width}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    assert "maskable" in {icon["purpose"] for icon in told["icons"]}


def listed(text: str, name: str):
    """Return what the service worker is told under a name."""
    return json.loads(re.search(rf"^self\.{name} = (.+);$", text, re.MULTILINE).group(1))


def test_the_service_worker_knows_every_file_of_the_page(as_role):
    answer = as_role("grid_worker").get("/field/service-worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/field"
    assert (
        answer.headers["Cache-Control"] == "no-cache"
        and "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    )
    files, page = listed(answer.text, "FILES"), as_role("grid_worker").get("/field").text
    assert {"/field", "/field/manifest.webmanifest"} <= set(files) and len(files) == len(set(files))
    for address in re.findall(r'(?:src|href)="((?:/static/|/map/shell)[^"#]+)', page):
        assert address in files, address
    for address in (*files, *listed(answer.text, "LATER_FILES")):
        assert as_role("grid_worker").get(address).status_code == 200, address
    assert any(address.startswith("/static/js/field/walk.js?v=") for address in files)
    assert not any("service_worker.js" in address for address in files)


def test_the_version_changes_with_any_file_and_not_otherwise(as_role, toy_app, tmp_path, monkeypatch):
    client, assets = as_role("grid_worker"), toy_app.extensions[KEY].assets
    first = listed(client.get("/field/service-worker.js").text, "VERSION")
    assert listed(client.get("/field/service-worker.js").text, "VERSION") == first
    real = assets.url
    monkeypatch.setattr(assets, "url", lambda path: real(path) + ("0" if "field.js" in path else ""))
    assert listed(client.get("/field/service-worker.js").text, "VERSION") != first


def test_a_handler_s_tasks_stand_by_due_time_with_what_may_be_done(app, client):
    codes = []
    for _ in range(2):
        told = report(client("leader"), description="井盖缺失").json
        code = told["incident_code"]
        step(client("dispatcher"), code, "accept", 1)
        step(client("dispatcher"), code, "dispatch", 2, organisation_code="ORG001")
        codes.append(code)
    answer = client("handler").get("/field/tasks.json")
    tasks = {task["incident_code"]: task for task in answer.json["tasks"]}
    assert abs(float(answer.headers["X-Server-Time"]) - clock.now().timestamp()) < 60
    task = tasks[codes[0]]
    assert (task["kind"], task["state"], task["version"]) == ("handle", "dispatched", 3)
    assert {verb["verb"] for verb in task["verbs"]} == {"handle", "return"} and task["due_at"] > 0
    dues = [task["due_at"] for task in answer.json["tasks"] if task["due_at"]]
    assert dues == sorted(dues)


def test_a_worker_verifies_and_hears_of_what_was_returned(app, client):
    code = report(client("grid_worker")).json["incident_code"]
    step(client("dispatcher"), code, "return", 1, note="请补充位置")
    tasks = {
        task["incident_code"]: task for task in client("grid_worker").get("/field/tasks.json").json["tasks"]
    }
    assert tasks[code]["kind"] == "returned" and "report_again" in {v["verb"] for v in tasks[code]["verbs"]}
    assert all(task["grid_code"].startswith(COMMUNITIES[0]) for task in tasks.values())
    assert {task["kind"] for task in tasks.values()} <= {"verify", "returned"}
    assert code not in client("duty_staff").get("/field/tasks.json").text


def put(client, grid: str, day: str, **counts):
    """Tell how much of a grid was looked at on a day."""
    return client.put(f"/field/patrols/{grid}/{day}", json=counts, headers=FROM_OUR_PAGE)


def test_a_patrol_is_two_numbers_per_grid_and_day(app, client):
    worker, today = client("grid_worker"), clock.now().date()
    assert put(worker, GRIDS[0], today.isoformat(), done=3, total=9).status_code == 200
    assert put(worker, GRIDS[0], today.isoformat(), done=5, total=9).status_code == 200
    assert put(worker, GRIDS[1], (today - timedelta(days=6)).isoformat(), done=1, total=4).status_code == 200
    told = client("leader").get("/field/patrols.json").json["counts"]
    assert told == [{"grid_code": GRIDS[0], "day": today.isoformat(), "done": 5, "total": 9}]
    store = app.extensions[KEY].store
    with store.read() as conn:
        columns = {column["name"] for column in inspect(conn).get_columns("patrol_counts")}
        trail = audit.read_rows(conn)
    assert columns == {"grid_code", "day", "done", "total"}  # nobody, no time, no order
    assert "patrol" not in str(trail)


@pytest.mark.parametrize(
    ("grid", "day", "counts", "status"),
    [
        (GRIDS[2], None, {"done": 1, "total": 1}, 403),
        ("410222999999999", None, {"done": 1, "total": 1}, 404),
        (COMMUNITIES[0], None, {"done": 1, "total": 1}, 404),
        (GRIDS[0], "2020-01-01", {"done": 1, "total": 1}, 400),
        (GRIDS[0], "2999-01-01", {"done": 1, "total": 1}, 400),
        (GRIDS[0], "20240101", {"done": 1, "total": 1}, 400),
        (GRIDS[0], "x" * 10, {"done": 1, "total": 1}, 400),
        (GRIDS[0], None, {"done": 2, "total": 1}, 400),
        (GRIDS[0], None, {"done": -1, "total": 1}, 400),
        (GRIDS[0], None, {"done": 1.5, "total": 2}, 400),
        (GRIDS[0], None, {"done": "1", "total": 2}, 400),
        (GRIDS[0], None, {"total": 10**9}, 400),
        (GRIDS[0], None, {"done": 1, "total": 1, "who": "me"}, 400),
    ],
)
def test_a_count_that_cannot_be_is_refused(client, grid, day, counts, status):
    answer = put(client("grid_worker"), grid, day or clock.now().date().isoformat(), **counts)
    assert answer.status_code == status, answer.text


def test_only_who_patrols_counts_and_a_long_time_is_not_told_at_once(client):
    today = clock.now().date().isoformat()
    assert put(client("leader"), GRIDS[0], today, done=1, total=1).status_code == 403
    assert client("leader").get("/field/patrols.json?from=2020-01-01&to=2024-01-01").status_code == 400
