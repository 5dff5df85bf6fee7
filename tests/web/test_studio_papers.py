"""Decision papers over the wire: made of the version asked for, kept with it, for who may see the draft."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.storage import audit
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import GRIDS
from tests.unit.paper.monthly_samples import inked_shares, texts_of

MOVED = {"verb": "transfer", "blocks": ["B00002"], "to": GRIDS[1]}
JSON = FROM_OUR_PAGE | {"Accept": "application/json"}


@pytest.fixture
def app(own_app):
    """Return an application whose county may change."""
    return own_app()


@pytest.fixture
def draft(people) -> str:
    """Return the address of a draft of the planner's, at its second version."""
    planner = people("planner")
    address = planner.post("/plans/drafts", data={"name": "春季调整"}, headers=FROM_OUR_PAGE).location
    edited = planner.post(f"{address}/operations", json=MOVED, headers=JSON | {"If-Match": '"1"'})
    assert edited.status_code == 200, edited.text
    return address


def ask(client, draft: str, version: int = 2, headers: dict = FROM_OUR_PAGE):
    return client.post(f"{draft}/papers", data={"version": str(version)}, headers=headers)


def make(app, client, draft: str, version: int = 2) -> str:
    """Ask for a paper, let it be made, and return its address without the ending."""
    answer = ask(client, draft, version)
    assert answer.status_code == 303, answer.text
    number = int(answer.location.rpartition("-")[2])
    parts = app.extensions[KEY]
    Runner(parts.store, parts.settings.instance_dir).run(number)
    return f"{draft}/papers/{number}"


def test_a_paper_is_asked_for_made_and_handed_out_with_a_line_in_the_trail(app, people, draft):
    planner = people("planner")
    paper = make(app, planner, draft)
    told = planner.get(f"{paper}.json").json
    assert (told["state"], told["version"], told["ready"], told["mine"]) == ("done", 2, True, True), told
    answer = planner.get(f"{paper}.pdf")
    assert answer.content_type == "application/pdf" and "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    texts = texts_of(answer.data)
    assert "春季调整" in texts[0] and told["mark"] in texts[0] and "规划员 planner" in texts[0]
    assert [code for code in GRIDS[:2] if code not in "".join(texts)] == []
    assert min(inked_shares(answer.data)) > 0.005
    with app.extensions[KEY].store.read() as conn:
        rows = [(row.tag, row.actor, row.subject) for row in audit.read_rows(conn)]
    subject = f"draft:{draft.rpartition('/')[2]}"
    assert ("plans:paper:asked", "planner", subject) in rows
    assert ("plans:paper:taken", "planner", subject) in rows


def test_the_same_version_and_day_give_the_same_bytes_and_one_that_waits_is_not_made_twice(
    app, people, draft
):
    planner = people("planner")
    first, second = (make(app, planner, draft) for _ in range(2))
    assert first != second
    assert planner.get(f"{first}.pdf").data == planner.get(f"{second}.pdf").data
    waiting = {ask(planner, draft).location for _ in range(2)}
    assert len(waiting) == 1


def test_it_stays_with_its_version_when_the_draft_moves_on_and_when_jobs_are_forgotten(app, people, draft):
    planner = people("planner")
    paper = make(app, planner, draft)
    assert planner.post(f"{draft}/undo", headers=JSON | {"If-Match": '"2"'}).status_code == 200
    stale = ask(planner, draft)
    assert stale.status_code == 412
    parts = app.extensions[KEY]
    with clock.frozen(clock.now() + timedelta(days=400)):
        jobs.forget(parts.store, parts.settings.instance_dir, 30)
    page = planner.get(f"{draft}/papers").text
    assert "第 2 版" in page and "草案此后又有改动" in page and f"{paper}.pdf" in page
    assert planner.get(f"{paper}.pdf").data.startswith(b"%PDF")


def test_a_draft_that_moves_on_while_its_paper_waits_says_so(app, people, draft):
    planner = people("planner")
    number = int(ask(planner, draft).location.rpartition("-")[2])
    assert planner.post(f"{draft}/undo", headers=JSON | {"If-Match": '"2"'}).status_code == 200
    parts = app.extensions[KEY]
    Runner(parts.store, parts.settings.instance_dir).run(number)
    told = planner.get(f"{draft}/papers/{number}.json").json
    assert told["state"] == "failed" and "重新生成" in told["error"] and not told["ready"]
    assert planner.get(f"{draft}/papers/{number}.pdf").status_code == 404


def test_who_may_not_see_the_draft_sees_no_paper_and_who_decides_does(app, people, draft):
    planner, leader, other = people("planner"), people("leader"), people("administrator")
    paper = make(app, planner, draft)
    for address in (f"{draft}/papers", f"{paper}.json", f"{paper}.pdf"):
        assert other.get(address).status_code == 404
    assert ask(other, draft).status_code == 404
    planner.post(f"{draft}/submit", data={"version": "2"}, headers=FROM_OUR_PAGE)
    assert leader.get(f"{paper}.pdf").status_code == 200
    assert make(app, leader, draft, 3) != paper
    assert people("grid_worker").get(f"{paper}.pdf").status_code == 403


def test_a_paper_of_another_draft_or_another_kind_of_job_is_not_found(app, people, draft):
    planner = people("planner")
    paper = make(app, planner, draft)
    second = planner.post("/plans/drafts", data={"name": "另一份"}, headers=FROM_OUR_PAGE).location
    number = paper.rpartition("/")[2]
    for wrong in (f"{second}/papers/{number}", f"{draft}/papers/99999999", f"{draft}/papers/x"):
        assert planner.get(f"{wrong}.pdf").status_code == 404
        assert planner.get(f"{wrong}.json").status_code == 404
        assert planner.post(f"{wrong}/cancel", headers=FROM_OUR_PAGE).status_code == 404


def test_a_paper_that_waits_is_cancelled_by_who_asked(people, draft):
    planner = people("planner")
    address = ask(planner, draft).location.replace("#paper-", "/")
    assert planner.post(f"{address}/cancel", headers=FROM_OUR_PAGE).status_code == 303
    assert planner.get(f"{address}.json").json["state"] == "cancelled"


@pytest.mark.parametrize("version", ["", "x", "-1", "1", "999999999999"])
def test_a_version_that_is_not_the_drafts_is_refused_and_nothing_is_asked(app, people, draft, version):
    answer = people("planner").post(f"{draft}/papers", data={"version": version}, headers=JSON)
    assert answer.status_code in (412, 428)
    assert jobs.listed(app.extensions[KEY].store, kind="decision_paper") == []


def test_a_draft_that_is_over_has_no_new_paper(people, draft):
    planner = people("planner")
    planner.post(f"{draft}/withdraw", data={"version": "2"}, headers=FROM_OUR_PAGE)
    answer = ask(planner, draft, 3, JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "draft_is_over")
    assert 'id="ask-paper"' not in planner.get(f"{draft}/papers").text


@pytest.mark.parametrize("page", ["compare", "decide"])
def test_a_paper_is_asked_for_from_the_pages_of_the_draft(people, draft, page):
    text = people("planner").get(f"{draft}/{page}").text
    assert f'action="{draft}/papers"' in text and f'href="{draft}/papers"' in text


def test_the_comparison_tells_work_reach_and_last_year_counted_again(people, draft):
    text = people("planner").get(f"{draft}/compare").text
    for words in (
        "工作量的分布",
        "工作量有变化的网格员",
        "站点覆盖与近一年事件重算",
        "改属网格的站点",
        "责任岗位",
        "在办事件移交",
    ):
        assert words in text
    rows = people("planner").get(f"{draft}.json").get_json()["grids"]
    first = next(row for row in rows if row["key"] == GRIDS[0])
    assert f"{first['was']['households']:,} → {first['households']:,}" in text


def test_a_paper_is_made_in_the_language_of_who_asks(app, people, draft):
    planner = people("planner")
    planner.post("/language/en", headers=FROM_OUR_PAGE)
    assert "Decision papers" in planner.get(f"{draft}/papers").text
    paper = make(app, planner, draft)
    assert "Decision paper on grid boundaries" in " ".join(
        texts_of(planner.get(f"{paper}.pdf").data)[0].split()
    )
