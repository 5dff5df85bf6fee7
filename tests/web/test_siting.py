"""Siting over the wire: what is asked wrongly is named, what is asked rightly is kept to and handed over."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.storage import audit
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE

ASKED = {"model": "mclp", "k": "2", "limit": "300", "seconds": "30"}
JSON = FROM_OUR_PAGE | {"Accept": "application/json"}


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app()


@pytest.fixture
def answered(app, people):
    """Return a function that asks, lets the work be done, and gives the run's number and state."""

    def ask(**form) -> tuple[int, dict]:
        answer = people("planner").post("/siting", data=ASKED | form, headers=FROM_OUR_PAGE)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        work(app)
        number = int(answer.location.rpartition("/")[2])
        return number, people("planner").get(f"/siting/{number}.json").json

    return ask


def work(app) -> None:
    """Do everything that waits, as the worker would."""
    parts = app.extensions[KEY]
    for job in reversed(jobs.listed(parts.store)):
        Runner(parts.store, parts.settings.instance_dir).run(job.job_id)


def tags(app) -> list[tuple[str, str]]:
    with app.extensions[KEY].store.read() as conn:
        rows = audit.read_rows(conn)
        return [(row.tag, row.subject) for row in reversed(list(rows))]


WRONG = [
    ({"model": ""}, "model", "选项"),
    ({"model": "magic"}, "model", "选项"),
    ({"k": "-1"}, "k", "1 到 200"),
    ({"k": "0"}, "k", "1 到 200"),
    ({"k": "200"}, "k", "少于站点数；请减少"),
    (
        {"budget": "3", "price_each": "2", "must_keep": "B00001、B00002"},
        "budget",
        "需要 4，超出预算；请提高",
    ),
    ({"budget": "3", "price_each": "5"}, "budget", "请至少填 5"),
    ({"k": "2.5"}, "k", "整数"),
    ({"k": "٣"}, "k", "整数"),
    ({"k": ""}, "k", "预算"),
    ({"k": "", "budget": "5", "model": "center"}, "k", "必须填写"),
    ({"limit": "49"}, "limit", "50 到 5000"),
    ({"limit": "9" * 400}, "limit", "50 到 5000"),
    ({"share": "0", "model": "lscp"}, "share", "1 到 100"),
    ({"on": "rivers"}, "on", "选项"),
    ({"kind": "palace"}, "kind", "选项"),
    ({"existing": "maybe"}, "existing", "选项"),
    ({"area": "410222001999"}, "area", "没有这个社区"),
    ({"budget": "nan"}, "budget", "之间的数"),
    ({"budget": "1e9"}, "budget", "之间的数"),
    ({"budget": "5", "price_each": "0"}, "price_each", "大于 0"),
    ({"per_community": "21"}, "per_community", "0 到 20"),
    ({"seconds": "901"}, "seconds", "5 到 900"),
    ({"name": "名" * 61}, "name", "60"),
    ({"name": "a\x00b"}, "name", "控制字符"),
    ({"must_keep": "B99999"}, "must_keep", "没有候选点“B99999”"),
    ({"must_keep": "B00008"}, "must_keep", "没有候选点"),
    ({"forbidden": "天上宫阙、B00001"}, "forbidden", "没有候选点“天上宫阙”"),
    ({"must_keep": "1号院", "forbidden": "B00001"}, "forbidden", "同时列在必须设站"),
    ({"forbidden": "Z001"}, "forbidden", "不能同时禁止"),
    ({"must_keep": "B00001、B00002、B00003"}, "must_keep", "多于站点数 2"),
    ({"colour": "red"}, "colour", "没有这个参数"),
]


@pytest.mark.parametrize(("form", "field", "said"), WRONG, ids=[str(one[0])[:60] for one in WRONG])
def test_what_is_asked_wrongly_is_named_in_chinese(app, people, form, field, said):
    answer = people("planner").post("/siting", data=ASKED | form, headers=JSON)
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (400, "bad_siting_question")
    assert said in error["fields"][field]
    assert jobs.listed(app.extensions[KEY].store) == [] and tags(app)[-1][0] != "stations:siting:asked"


def test_the_form_comes_back_with_every_fault_and_what_was_typed(people):
    form = {"limit": "10", "must_keep": "没有的地方", "name": "<b>试</b>"}
    answer = people("planner").post("/siting", data=ASKED | form, headers=FROM_OUR_PAGE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "有 2 处需要改正" in page
    assert 'id="fault-limit"' in page and 'id="fault-must_keep"' in page
    assert "没有的地方</textarea>" in page and "<b>试</b>" not in page


def test_must_keep_and_forbidden_hold(answered):
    _, free = answered()
    best = free["result"]["chosen"]
    assert free["verdict"]["code"] == "proven" and len(best) == 2
    kept = "B00001" if "B00001" not in best else "B00004"
    _, bound = answered(must_keep=kept, forbidden=best[0])
    assert kept in bound["result"]["chosen"] and best[0] not in bound["result"]["chosen"]
    assert bound["result"]["objective"] <= free["result"]["objective"]


def test_a_station_may_be_forbidden_when_none_has_to_stay(answered):
    _, told = answered(existing="open", k="1", forbidden="Z001")
    assert told["result"]["status"] == "proven" and "Z001" not in told["result"]["chosen"]


def test_streets_and_one_community_are_candidates_too(answered, people):
    _, told = answered(on="streets", area="410222001002")
    names = people("planner").get("/siting/candidates.json?on=streets").json["places"]
    assert told["result"]["chosen"] and set(told["result"]["chosen"]) <= set(names)
    assert {place["community_code"] for place in told["result"]["places"]} == {"410222001002"}


def test_a_quota_and_a_budget_hold(answered):
    _, told = answered(k="", budget="2", price_each="1", per_community="1", existing="open")
    where = [place["community_code"] for place in told["result"]["places"]]
    assert len(where) <= 2 and set(where) == {"410222001001", "410222001002"}


def test_what_has_no_answer_says_why_and_claims_nothing(answered, people):
    number, told = answered(model="lscp", share="100", limit="50")
    page = people("planner").get(f"/siting/{number}").get_data(as_text=True)
    assert told["verdict"] == {
        "code": "none",
        "title": "没有可行方案",
        "words": told["result"]["reason"],
    }
    assert "50 米内" in told["result"]["reason"] and "已证明最优" not in page


@pytest.mark.parametrize("status", ["gap", "time_limit", "cancelled"])
@pytest.mark.parametrize("gap", [None, 0.031])
def test_nothing_is_called_best_without_a_proof(toy_app, status, gap):
    from gis_app.web.siting_words import verdict

    with toy_app.test_request_context("/siting"):
        said = verdict({"status": status, "objective": 10.0, "gap": gap, "reason": ""})
    assert said["code"] == "open" and "未证明最优" in said["title"]
    assert ("3.10 %" in said["words"]) == (gap is not None)


def test_the_curve_belongs_to_its_run_and_never_falls(answered, people):
    number, told = answered(curve="1")
    values = [point["objective"] for point in told["curve"]["result"]["curve"]]
    assert [point["k"] for point in told["curve"]["result"]["curve"]] == list(range(11))
    assert values == sorted(values) and values[2] == told["result"]["objective"]
    page = people("leader").get(f"/siting/{number}").get_data(as_text=True)
    assert page.count('class="curve-point"') == 11
    other, alone = answered()
    assert alone["curve"] is None
    assert people("planner").post(f"/siting/{other}/gain", headers=FROM_OUR_PAGE).status_code == 303
    assert people("planner").get(f"/siting/{other}.json").json["curve"]["state"] == "queued"


def test_the_list_is_handed_over_as_csv_and_workbook(app, answered, people):
    number, told = answered(name="=东片", must_keep="B00001")
    client = people("dispatcher")
    body = client.get(f"/siting/{number}.csv").data
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["编码"] for row in rows] == told["result"]["chosen"]
    assert rows[0]["说明"] == "必须设站" and float(rows[0]["经度"]) > 100
    book = load_workbook(io.BytesIO(client.get(f"/siting/{number}.xlsx").data))
    assert [row[1].value for row in book["选址清单"].iter_rows(min_row=2)] == told["result"]["chosen"]
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=2)}
    assert "已证明最优" in notes["结论"] and notes["选址"].startswith("'")
    assert tags(app)[-2:] == [("stations:siting:exported", f"siting:{number}")] * 2
    assert client.get(f"/siting/{number}.pdf").status_code == 400


def test_runs_are_compared_side_by_side(answered, people):
    first, told = answered(name="甲案")
    second, _ = answered(name="乙案", forbidden=told["result"]["chosen"][0])
    client = people("leader")
    page = client.get(f"/siting/compare?run={first}&run={second}").get_data(as_text=True)
    assert "甲案" in page and "乙案" in page
    assert re.search(r'<tr class="differs"><th scope="row">禁止设站', page)
    for wrong in ("", f"run={first}", f"run={first}&run={first}", "run=1&run=2&run=3&run=4&run=5", "runs=1"):
        assert client.get(f"/siting/compare?{wrong}").status_code == 400, wrong
    assert client.get(f"/siting/compare?run={first}&run=999").status_code == 404


def test_a_waiting_run_is_cancelled_and_the_trail_says_who_asked(app, people):
    client = people("administrator")
    answer = client.post("/siting", data=ASKED | {"curve": "1"}, headers=FROM_OUR_PAGE)
    number = int(answer.location.rpartition("/")[2])
    assert client.get(f"/siting/{number}.json").json["words"].startswith("等待计算")
    assert client.post(f"/siting/{number}/cancel", headers=FROM_OUR_PAGE).status_code == 303
    told = client.get(f"/siting/{number}.json").json
    assert (told["state"], told["curve"]["state"], told["verdict"]) == ("cancelled", "cancelled", None)
    assert tags(app)[-3:] == [
        ("stations:siting:asked", f"siting:{number}"),
        ("stations:siting:asked", f"siting:{number + 1}"),
        ("stations:siting:cancelled", f"siting:{number}"),
    ]
    assert "取消时还没有方案" in client.get(f"/siting/{number}").get_data(as_text=True)


def test_an_office_reads_what_only_planner_leader_and_administrator_ask(answered, people):
    number, _ = answered()
    for role in ("dispatcher", "inspector"):
        assert people(role).get(f"/siting/{number}").status_code == 200
        assert 'id="siting-form"' not in people(role).get("/siting").get_data(as_text=True)
        assert people(role).post("/siting", data=ASKED, headers=FROM_OUR_PAGE).status_code == 403
    assert people("leader").post("/siting", data=ASKED, headers=FROM_OUR_PAGE).status_code == 303
    assert people("grid_worker").get("/siting").status_code == 403


def test_an_earlier_question_fills_the_form_and_a_curve_is_no_run(answered, people):
    number, _ = answered(name="甲案", forbidden="2号院", curve="1")
    page = people("planner").get(f"/siting?from={number}").get_data(as_text=True)
    assert 'value="甲案"' in page and "2号院</textarea>" in page
    assert people("planner").get(f"/siting/{number + 1}").status_code == 404
    assert people("planner").get("/siting/99999999999999999999").status_code == 404
