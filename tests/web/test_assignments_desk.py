"""The desk of assignment over the wire: who may see it, what it counts, and from a proposal to its day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pandas as pd
import pytest

from gis_app import clock
from gis_app.storage import assignment_drafts, assignments, audit, member_history
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import COMMUNITIES, GRIDS
from tests.web.conftest import sign_in

JSON = FROM_OUR_PAGE | {"Accept": "application/json"}
NOW = datetime(2024, 4, 29, 10, tzinfo=clock.ZONE)
TODAY, TOMORROW = "2024-04-29", "2024-04-30"
PROPOSALS = "/assignments/proposals"
PAGES = ("/assignments/load", "/assignments/gaps", "/assignments/posts", PROPOSALS)


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county, in April 2024."""
    with clock.frozen(NOW):
        yield own_app()


def post(client, address: str, headers=JSON, **data):
    return client.post(address, data=data, headers=headers)


def in_store(app, read):
    with app.extensions[KEY].store.read() as conn:
        return read(conn)


def counts(app) -> dict:
    return in_store(app, member_history.counts).to_dict()


def made(client, **asked) -> str:
    answer = post(client, PROPOSALS, **({"households_per_member": "20", "least": "2"} | asked))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.mark.parametrize("page", PAGES)
def test_the_office_sees_the_desk_and_those_outside_do_not(people, page):
    for role in ("leader", "planner", "dispatcher", "administrator", "inspector"):
        assert people(role).get(page).status_code == 200
    for role in ("grid_worker", "handler", "duty_staff"):
        assert people(role).get(page, headers=JSON).status_code == 403


@pytest.mark.parametrize("by", ["worker", "organisation", "member"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_of_load_is_told_in_both_languages(people, by, language):
    client = people("leader")
    client.post(f"/language/{language}", headers=FROM_OUR_PAGE)
    text = client.get(f"/assignments/load?by={by}").get_data(as_text=True)
    assert ("县教育局" in text) == (by == "organisation")
    assert ("孙一" in text) == (by == "worker")
    assert len(re.findall(r"<meter ", text)) == {"worker": 3, "organisation": 2, "member": 2}[by]
    nobody = {"zh": "无人报到", "en": "Nobody reported in"}[language]
    assert text.count(f">{nobody}<") == (2 if by == "member" else 0)


@pytest.mark.parametrize(
    "address",
    [
        "/assignments/load?by=person", "/assignments/load?sort=name", "/assignments/load?page=0",
        "/assignments/load?area=999", "/assignments/load?colour=1",
        "/assignments/load?by=worker&sort=members",
        "/assignments/gaps?households_per_member=0", "/assignments/gaps?least=-1", "/assignments/gaps?most=x",
        "/assignments/gaps?least=5&most=3", "/assignments/gaps?level=block", "/assignments/gaps?all=maybe",
        "/assignments/posts?role=king", "/assignments/posts?state=lost", "/assignments/posts?area=1",
        "/assignments/proposals?x=1", "/assignments/proposals/new?colour=1",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(people, address):
    answer = people("planner").get(address, headers=JSON)
    assert answer.status_code == 400 and answer.get_json()["error"]["fields"]


def test_gaps_follow_the_rule_that_is_asked_for(people):
    client = people("leader")
    # 80, 80, 80 and 40 households; 12 members in the first grid, 5 in the third
    text = client.get("/assignments/gaps?households_per_member=20&least=2").get_data(as_text=True)
    assert re.search(r"缺人网格 <strong>2</strong> 个 <span class=\"quiet\">/ 4", text)
    assert re.search(r"共缺 <strong>6</strong>", text) and re.search(r"富余 <strong>9</strong>", text)
    text = client.get("/assignments/gaps?households_per_member=10&least=2").get_data(as_text=True)
    assert re.search(r"共缺 <strong>15</strong>", text)
    by_community = client.get("/assignments/gaps?households_per_member=20&least=2&level=community")
    assert by_community.get_data(as_text=True).count('href="/map#area=410222001') >= 2


def test_a_vacant_post_is_listed_and_a_substitute_is_seen_everywhere(people):
    client = people("dispatcher")
    post_of = f"grid_worker:{GRIDS[1]}"
    assert "安排代理" in client.get(f"/assignments/posts?post={post_of}").get_data(as_text=True)
    asked = {"role": "grid_worker", "area_code": GRIDS[1], "by": f"grid_worker:{GRIDS[0]}"}
    dates = {"term_from": TODAY, "term_to": "2024-12-31"}
    address = "/assignments/posts/substitutes"
    assert post(client, address, **asked).status_code == 400
    assert post(client, address, **asked, term_from="2024-05-02", term_to=TODAY).status_code == 400
    for wrong in ("", "grid_worker:1", f"grid_worker:{GRIDS[1]}", "x"):
        assert post(client, address, **(asked | {"by": wrong}), **dates).status_code == 400
    held = asked | {"area_code": GRIDS[0], "by": f"grid_worker:{GRIDS[2]}"}
    assert post(client, address, **held, **dates).status_code == 400
    assert post(client, address, **asked, **dates).status_code == 303
    assert post(client, address, **asked, **dates).status_code == 409
    page = client.get("/assignments/gaps").get_data(as_text=True)
    assert "代理：" in page
    assert "代理 1 个" in client.get("/assignments/load").get_data(as_text=True)
    links = client.get(f"/areas/{GRIDS[1]}.json").get_json()["chain"]
    worker = next(link for link in links if link["role"] == "grid_worker")
    assert worker["vacant"] and worker["substitute_area_code"] == GRIDS[0]
    ended = {"role": "grid_worker", "area_code": GRIDS[1], "term_from": TODAY, "term_to": "2024-04-28"}
    assert post(client, f"{address}/end", **ended).status_code == 303
    assert post(client, f"{address}/end", **(ended | {"term_from": "2020-01-01"})).status_code == 404
    assert "代理 1 个" not in client.get("/assignments/load").get_data(as_text=True)


def test_terms_are_set_for_one_post_or_for_all_of_a_role(app, people):
    client = people("planner")
    address = "/assignments/posts/terms"
    assert post(client, address, role="grid_worker", area_code=GRIDS[0]).status_code == 400
    assert post(client, address, role="king", area_code="", term_to=TOMORROW).status_code == 400
    assert post(client, address, role="grid_worker", area_code=GRIDS[1], term_to=TOMORROW).status_code == 400
    wrong = {"role": "grid_worker", "area_code": GRIDS[0], "term_from": TOMORROW, "term_to": "2025-01-01"}
    assert post(client, address, **wrong).status_code == 400
    assert post(client, address, role="grid_worker", area_code="", term_to="2024-05-20").status_code == 303
    assert post(client, address, role="zone", area_code="", term_to="2026-12-31").status_code == 303
    text = client.get("/assignments/posts?state=ending").get_data(as_text=True)
    assert text.count('<tr><th scope="row">') == 3 and "2024-05-20" in text
    assert (
        client.get("/assignments/posts?role=zone&state=held").get_data(as_text=True).count("2026-12-31") == 2
    )
    with clock.frozen(NOW + timedelta(days=30)):
        fresh = app.test_client()
        sign_in(fresh, "planner")
        gone = fresh.get("/assignments/posts?role=grid_worker&state=vacant").get_data(as_text=True)
    assert gone.count('<tr><th scope="row">') == 4 and "2024-05-20 届满" in gone


def test_a_proposal_is_reviewed_accepted_in_part_and_published(app, people):
    planner, leader = people("planner"), people("leader")
    address = made(planner)
    assert counts(app) == {("ORG001", GRIDS[0]): 12, ("ORG002", GRIDS[2]): 5}
    moves = in_store(app, lambda conn: assignment_drafts.read_moves(conn, 1))
    assert dict(zip(moves["to_grid"], moves["members"], strict=True)) == {GRIDS[1]: 4, GRIDS[3]: 2}
    page = planner.get(address).get_data(as_text=True)
    assert "6 → 0" in page and "补足缺员" in page
    line = int(moves.set_index("to_grid").at[GRIDS[1], "line"])
    decided = {f"decision-{line}": "accepted"}
    assert post(planner, f"{address}/decisions", **decided).status_code == 428
    assert post(planner, f"{address}/decisions", version=1, **{"decision-99": "accepted"}).status_code == 400
    assert post(planner, f"{address}/decisions", version=1, **{f"decision-{line}": "x"}).status_code == 400
    assert post(leader, f"{address}/decisions", version=1, **decided).status_code == 403
    assert post(leader, f"{address}/publish", version=1, effective_on=TODAY).status_code == 409
    assert post(planner, f"{address}/decisions", version=1, **decided).status_code == 303
    assert post(planner, f"{address}/decisions", version=1, **decided).status_code == 412
    assert "6 → 2" in planner.get(address).get_data(as_text=True)
    for day in ("", "2024-04-28", "2024-02-30", "soon"):
        assert post(leader, f"{address}/publish", version=2, effective_on=day).status_code == 400
    assert post(people("dispatcher"), f"{address}/publish", version=2, effective_on=TODAY).status_code == 403
    assert post(leader, f"{address}/publish", version=2, effective_on=TODAY).status_code == 303
    assert counts(app) == {
        ("ORG001", GRIDS[0]): 8, ("ORG001", GRIDS[1]): 4, ("ORG002", GRIDS[2]): 5,
    }  # fmt: skip
    assert post(planner, f"{address}/decisions", version=4, **decided).status_code == 409
    assert post(planner, f"{address}/discard", version=4).status_code == 409
    listed = planner.get(PROPOSALS).get_data(as_text=True)
    assert "已生效" in listed and "6 → 2" in listed and "12 → 8" in listed and "0 → 4" in listed
    assert in_store(app, audit.verify) is None


def test_a_published_proposal_waits_for_its_day(app, people):
    planner = people("planner")
    address = made(planner)
    assert post(planner, f"{address}/decisions", version=1, every="accepted").status_code == 303
    assert post(planner, f"{address}/publish", version=2, effective_on=TOMORROW).status_code == 303
    assert "已发布，待生效" in planner.get(PROPOSALS).get_data(as_text=True)
    assert counts(app)["ORG001", GRIDS[0]] == 12
    with clock.frozen(NOW + timedelta(days=1)):
        later = app.test_client()
        sign_in(later, "leader")
        text = later.get("/assignments/gaps?households_per_member=20&least=2").get_data(as_text=True)
        assert re.search(r"共缺 <strong>0</strong>", text)
        assert "已生效" in later.get(PROPOSALS).get_data(as_text=True)
    assert counts(app)["ORG001", GRIDS[0]] < 12


def test_a_proposal_that_changes_nothing_is_not_kept(app, people):
    with app.extensions[KEY].store.write() as conn:
        enough = pd.DataFrame({"organisation_code": "ORG001", "grid_code": GRIDS, "members": 5})
        assignments.replace_table(conn, "members", enough)
    answer = post(people("planner"), PROPOSALS, households_per_member="20", least="2")
    assert answer.status_code == 409 and "不需要调整" in answer.get_json()["error"]["message"]
    assert in_store(app, assignment_drafts.read_drafts) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"households_per_member": "0"}, {"least": "x"}, {"most": "1", "least": "3"}, {"reach_m": "1"},
        {"aim": "best"}, {"area": "999"}, {"worth_m": "-1"}, {"name": "a\x00b"}, {"name": "字" * 61},
    ],
)  # fmt: skip
def test_a_wrong_question_makes_no_proposal_and_says_which_field(app, people, asked):
    answer = post(people("planner"), PROPOSALS, **asked)
    assert answer.status_code == 400 and answer.get_json()["error"]["fields"].keys() <= asked.keys()
    page = post(people("planner"), PROPOSALS, FROM_OUR_PAGE, **asked)
    assert page.status_code == 400 and 'role="alert"' in page.get_data(as_text=True)
    assert in_store(app, assignment_drafts.read_drafts) == []


def test_only_a_planner_or_administrator_asks_for_proposals(people):
    for role in ("leader", "dispatcher", "inspector", "grid_worker"):
        assert people(role).get(f"{PROPOSALS}/new", headers=JSON).status_code == 403
        assert post(people(role), PROPOSALS).status_code == 403
    assert people("administrator").get(f"{PROPOSALS}/new").status_code == 200


@pytest.mark.parametrize("number", ["999", "0", "x", "-1", "9" * 30, "１"])
def test_a_proposal_that_is_not_there_is_not_found(people, number):
    planner = people("planner")
    assert planner.get(f"{PROPOSALS}/{number}", headers=JSON).status_code == 404
    for verb in ("decisions", "publish", "discard"):
        answer = post(planner, f"{PROPOSALS}/{number}/{verb}", version=1, effective_on=TODAY)
        assert answer.status_code == 404


def test_a_county_without_any_tables_has_a_desk_of_sentences(app, people):
    with app.extensions[KEY].store.write() as conn:
        for name, table in assignments.TABLES.items():
            empty = pd.DataFrame({column.name: [] for column in table.columns})
            assignments.replace_table(conn, name, empty)
    for page in PAGES:
        text = people("leader").get(page).get_data(as_text=True)
        assert 'class="empty"' in text or page == "/assignments/load"
    assert post(people("planner"), PROPOSALS).status_code == 409


def test_the_desk_of_a_community_knows_its_own_only(app, people):
    with app.extensions[KEY].store.write() as conn:
        from sqlalchemy import update

        from gis_app.storage.tables import accounts

        conn.execute(
            update(accounts).where(accounts.c.username == "planner").values(scope_code=COMMUNITIES[1])
        )
    planner = people("planner")
    text = planner.get("/assignments/posts").get_data(as_text=True)
    assert GRIDS[2] in text and GRIDS[0] not in text
    assert planner.get(f"/assignments/load?area={COMMUNITIES[0]}", headers=JSON).status_code == 400
    assert post(planner, PROPOSALS, area=COMMUNITIES[0]).status_code == 400
    assert made(planner, households_per_member="40", least="1") == f"{PROPOSALS}/1"
    moves = in_store(app, lambda conn: assignment_drafts.read_moves(conn, 1))
    assert set(moves["from_grid"]) | set(moves["to_grid"]) <= set(GRIDS[2:])
    whole = made(people("administrator"))
    assert planner.get(whole, headers=JSON).status_code == 404
    assert post(planner, f"{whole}/publish", version=1, effective_on=TODAY).status_code == 404
