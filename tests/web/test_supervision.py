"""Supervision over the wire: found, answered, sent back, answered again, accepted; and what is refused."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from PIL import Image

from gis_app import clock
from gis_app.storage import audit
from gis_app.storage import supervision as stored
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import COMMUNITIES, GRIDS

ROUND = {"title": "四月督导", "subject_kind": "community", "subject_code": COMMUNITIES[0]}
FINDING = {"description": "=1+1 楼道堆物", "responsible_role": "grid_worker", "area_code": GRIDS[0]}
JSON = FROM_OUR_PAGE | {"Accept": "application/json"}


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app()


def post(client, address: str, data=None, headers=FROM_OUR_PAGE, **version):
    return client.post(address, data={**(data or {}), **version}, headers=headers)


def opened(people, **finding) -> tuple[str, str]:
    """Open a round with a finding and return their addresses."""
    answer = post(people("inspector"), "/supervision/rounds", ROUND)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address = answer.headers["Location"]
    answer = post(people("inspector"), f"{address}/findings", FINDING | finding)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return address, "/supervision/findings/" + answer.headers["Location"].rpartition("-")[2]


def states(app) -> list[str]:
    with app.extensions[KEY].store.read() as conn:
        return stored.read_findings(conn)["state"].tolist()


def test_a_round_goes_all_the_way_and_the_trail_verifies(app, people):
    address, finding = opened(people)
    worker, inspector = people("grid_worker"), people("inspector")
    assert post(inspector, f"{address}/close", version=1).status_code == 409
    assert post(worker, f"{finding}/answer", {"note": "已清理"}, version=1).status_code == 303
    assert post(inspector, f"{finding}/send_back", {"note": "仍有杂物"}, version=2).status_code == 303
    assert states(app) == ["sent_back"]
    assert post(worker, f"{finding}/answer", {"note": "已全部清理"}, version=3).status_code == 303
    assert post(inspector, f"{finding}/accept", version=4).status_code == 303
    assert states(app) == ["accepted"]
    assert post(inspector, f"{address}/close", version=1).status_code == 303
    page = worker.get(address).get_data(as_text=True)
    assert page.count('<li><p class="step-head">') == 4 and "仍有杂物" in page
    with app.extensions[KEY].store.read() as conn:
        assert audit.verify(conn) is None
        tags = [row.tag for row in reversed(audit.read_rows(conn)) if "supervision" in row.tag]
    assert [tag.rpartition(":")[2] for tag in tags] == [
        "round_opened",
        "finding_added",
        "finding_answered",
        "finding_sent_back",
        "finding_answered",
        "finding_accepted",
        "round_closed",
    ]


@pytest.mark.parametrize(
    ("role", "verb", "status"),
    [
        ("inspector", "answer", 403),
        ("leader", "answer", 403),
        ("handler", "answer", 404),
        ("grid_worker", "accept", 409),
        ("inspector", "accept", 409),
        ("administrator", "answer", 403),
        ("grid_worker", "destroy", 404),
    ],
)
def test_whoever_may_not_changes_nothing(app, people, role, verb, status):
    _address, finding = opened(people)
    answer = post(people(role), f"{finding}/{verb}", {"note": "x"}, JSON, version=1)
    assert answer.status_code == status and answer.get_json()["error"]["code"]
    assert states(app) == ["open"]


def test_an_organisation_sees_and_answers_only_what_names_it(app, people):
    own = {"responsible_role": "handler", "organisation_code": "ORG001"}
    address, finding = opened(people, **own)
    _other, foreign = opened(people)
    handler = people("handler")
    ledger = handler.get("/supervision").get_data(as_text=True)
    assert len(set(re.findall(r'id="finding-(\d+)"', ledger))) == 1
    assert handler.get(address).status_code == 200
    assert post(handler, f"{foreign}/answer", {"note": "x"}, version=1).status_code == 404
    assert post(people("grid_worker"), f"{finding}/answer", {"note": "x"}, version=1).status_code == 403
    assert post(handler, f"{finding}/answer", {"note": "已修复"}, version=1).status_code == 303


def test_versions_are_asked_for_and_checked(app, people):
    _address, finding = opened(people)
    worker, data = people("grid_worker"), {"note": "已清理"}
    assert post(worker, f"{finding}/answer", data, JSON).status_code == 428
    assert post(worker, f"{finding}/answer", data, JSON, version=7).status_code == 412
    assert post(worker, f"{finding}/answer", data, JSON, version="x").status_code == 412
    assert states(app) == ["open"]
    assert post(worker, f"{finding}/answer", data, JSON | {"If-Match": '"1"'}).status_code == 303
    assert states(app) == ["answered"]


def test_a_request_from_elsewhere_is_refused(people):
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert post(people("inspector"), "/supervision/rounds", ROUND, foreign).status_code == 403


def test_faults_are_said_beside_their_fields_and_keep_what_was_typed(people):
    answer = post(
        people("inspector"), "/supervision/rounds", ROUND | {"title": "找张三先生", "subject_code": "9"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "没有这个督导对象" in page and "找张三先生" in page
    assert post(people("inspector"), "/supervision/rounds", {}, JSON).get_json()["error"]["fields"]


def test_evidence_is_a_photo_made_harmless_and_seen_by_who_sees_the_finding(app, people):
    address, finding = opened(people)
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(file, "PNG")
    photo = (io.BytesIO(file.getvalue()), "evidence.png")
    worker = people("grid_worker")
    assert (
        post(worker, f"{finding}/answer", {"note": "已清理", "photos": photo}, version=1).status_code == 303
    )
    shown = re.search(r"/supervision/photos/[0-9a-f]{64}\.jpg", worker.get(address).get_data(as_text=True))[0]
    answer = people("leader").get(shown)
    assert answer.status_code == 200 and answer.content_type == "image/jpeg"
    assert people("leader").get(shown, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert people("handler").get(shown).status_code == 404
    bad = (io.BytesIO(b"no picture"), "x.png")
    assert post(people("inspector"), f"{finding}/accept", {"photos": bad}, version=2).status_code == 400
    assert states(app) == ["answered"]


def test_the_ledger_filters_by_its_address(people):
    opened(people)
    opened(
        people, description="公示牌未更新", responsible_role="community_secretary", area_code=COMMUNITIES[0]
    )
    worker = people("grid_worker")

    def rows(query: str) -> int:
        answer = worker.get(f"/supervision?{query}")
        assert answer.status_code == 200
        return len(set(re.findall(r'<tr id="finding-(\d+)"', answer.get_data(as_text=True))))

    found = {
        q: rows(q)
        for q in ("", "post=grid_worker", "q=公示牌", "state=accepted", "due=overdue", f"area={GRIDS[0]}")
    }
    assert found == {
        "": 2,
        "post=grid_worker": 1,
        "q=公示牌": 1,
        "state=accepted": 0,
        "due=overdue": 0,
        f"area={GRIDS[0]}": 1,
    }
    assert rows("from=2020-01-01&to=2020-12-31") == 0
    for bad in ("state=x", "from=2024-13-01", "colour=red", "state=open&state=open", "page=0"):
        assert worker.get(f"/supervision?{bad}").status_code == 400


def test_the_ledger_is_taken_as_a_workbook_without_formulas(people):
    opened(people)
    answer = people("leader").get("/supervision/ledger.xlsx?state=open")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert sheet.max_row == 2 and "'=1+1 楼道堆物" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert people("grid_worker").get("/supervision/ledger.xlsx").status_code == 403


def test_a_schedule_opens_its_round_and_moves_on(app, people):
    inspector = people("inspector")
    data = {
        "name": "月检",
        "kind": "monthly",
        "area_code": COMMUNITIES[0],
        "next_on": "2999-01-01",
        "active": "1",
    }
    assert post(inspector, "/supervision/schedules", data).status_code == 400
    with app.extensions[KEY].store.write() as conn:
        values = data | {"next_on": "2024-01-31", "active": True, "created_at": clock.now()}
        number = stored.save_schedule(conn, values, "test")
    asked = ROUND | {"schedule_id": number}
    assert post(inspector, "/supervision/rounds", asked, JSON, version=9).status_code == 412
    assert post(inspector, "/supervision/rounds", asked, version=1).status_code == 303
    with app.extensions[KEY].store.read() as conn:
        row = stored.read_schedules(conn)[0]
        assert row.next_on > "2026" and row.version == 2
        assert len(stored.read_rounds(conn)) == 1
