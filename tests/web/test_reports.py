"""Reports over the wire: wrong questions are named, right ones made, kept, handed out and deleted."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from docx import Document as read_docx
from openpyxl import load_workbook

from gis_app import clock
from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.paper.monthly import build
from gis_app.storage import audit
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.unit.paper.monthly_samples import asked, material_of, texts_of
from tests.web.county import COMMUNITIES
from tests.web.incidents import report

ASKED = {"by": "month", "month": "2023-06", "area": "", "formats": ["pdf", "docx", "xlsx"], "language": "zh"}
JSON = FROM_OUR_PAGE | {"Accept": "application/json"}


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app()


@pytest.fixture
def made(app, people):
    """Return a function that asks for a report, lets it be made, and gives its number and state."""

    def make(role: str = "leader", **form) -> tuple[int, dict]:
        answer = people(role).post("/reports", data=ASKED | form, headers=FROM_OUR_PAGE)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        number = int(answer.location.rpartition("-")[2])
        parts = app.extensions[KEY]
        Runner(parts.store, parts.settings.instance_dir).run(number)
        return number, people(role).get(f"/reports/{number}.json").json

    return make


def tags(app) -> list[tuple[str, str]]:
    with app.extensions[KEY].store.read() as conn:
        return [(row.tag, row.subject) for row in reversed(list(audit.read_rows(conn)))]


def folder(app):
    return app.extensions[KEY].settings.instance_dir / "jobs" / "files"


WRONG = [
    ({"month": ""}, "month", "YYYY-MM"),
    ({"month": "2023-13"}, "month", "YYYY-MM"),
    ({"month": "２０２３-06"}, "month", "YYYY-MM"),
    ({"month": "2999-01"}, "month", "还没有到"),
    ({"month": "1999-12"}, "month", "最早可选 2000 年"),
    ({"by": "day", "day": "2023-02-30"}, "day", "YYYY-MM-DD"),
    ({"by": "day", "day": ""}, "day", "YYYY-MM-DD"),
    ({"by": "day", "day": "2999-01-01"}, "day", "还没有到"),
    ({"by": "day", "day": "0001-01-01"}, "day", "最早可选 2000 年"),
    ({"by": "week"}, "by", "选项"),
    ({"formats": []}, "formats", "至少选一种"),
    ({"formats": ["pdf", "exe"]}, "formats", "至少选一种"),
    ({"language": "fr"}, "language", "选项"),
    ({"area": "410222001999"}, "area", "没有这个区域"),
    ({"area": "'; drop table jobs; --"}, "area", "没有这个区域"),
    ({"area": f"{COMMUNITIES[0]}001"}, "area", "可选全县、街道或社区"),
    ({"colour": "red"}, "colour", "没有这个参数"),
    ({"month": ["2023-06", "2023-07"]}, "month", "只能出现一次"),
]


@pytest.mark.parametrize(("form", "field", "said"), WRONG, ids=[str(one[0])[:50] for one in WRONG])
def test_what_is_asked_wrongly_is_named_in_chinese(app, people, form, field, said):
    answer = people("planner").post("/reports", data=ASKED | form, headers=JSON)
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (400, "bad_report_question")
    assert said in error["fields"][field]
    assert jobs.listed(app.extensions[KEY].store) == []


def test_the_form_comes_back_with_every_fault_and_what_was_typed(people):
    form = ASKED | {"month": "<b>soon</b>", "formats": ["docx", "exe"]}
    answer = people("leader").post("/reports", data=form, headers=FROM_OUR_PAGE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "有 2 处需要改正" in page
    assert 'id="fault-month"' in page and 'id="fault-formats"' in page
    assert "&lt;b&gt;soon" in page and "<b>soon" not in page
    assert 'value="docx" checked' in page and 'value="pdf" checked' not in page


def test_an_empty_list_says_what_to_do(people):
    page = people("leader").get("/reports").get_data(as_text=True)
    assert "还没有报告。选好时期和区域，生成第一份。" in page and "保留 30 天" in page
    page = people("inspector").get("/reports").get_data(as_text=True)
    assert "领导、规划员、调度员或管理员可以生成" in page and 'id="reports-form"' not in page


def test_a_report_is_made_listed_and_handed_out(app, made, people):
    number, told = made()
    assert told["state"] == "done" and [one["format"] for one in told["files"]] == ["pdf", "docx", "xlsx"]
    reader = people("inspector")
    page = reader.get("/reports").get_data(as_text=True)
    assert "2023 年 6 月月报" in page and told["mark"] in page and "测试领导" in page
    bodies = {kind: reader.get(f"/reports/{number}.{kind}") for kind in ("pdf", "docx", "xlsx")}
    for one in told["files"]:
        assert len(bodies[one["format"]].data) == one["bytes"]
        assert "attachment" in bodies[one["format"]].headers["Content-Disposition"]
        assert bodies[one["format"]].headers["X-Content-Type-Options"] == "nosniff"
    assert "2023 年 6 月" in texts_of(bodies["pdf"].data)[0]
    assert read_docx(io.BytesIO(bodies["docx"].data)).paragraphs[0].text == "城市网格运行月报"
    assert load_workbook(io.BytesIO(bodies["xlsx"].data)).sheetnames[0] == "封面"
    assert ("reports:report:asked", f"report:{number}") in tags(app)
    assert ("reports:report:taken", f"report:{number}") in tags(app)


def test_only_the_formats_asked_for_are_made(made, people):
    number, told = made(formats=["xlsx"])
    assert [one["format"] for one in told["files"]] == ["xlsx"]
    answer = people("leader").get(f"/reports/{number}.pdf", headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "no_such_file")
    assert "重新生成" in answer.json["error"]["message"]


def test_the_same_question_gives_the_same_bytes_after_more_has_happened(app, made, people):
    first, _ = made()
    store = app.extensions[KEY].store
    with store.write() as conn:
        stations = read_layer(conn, "stations")
        replace_layer(conn, "stations", stations.iloc[1:])
    assert report(people("dispatcher")).status_code == 201
    again, _ = made()
    for kind in ("pdf", "docx", "xlsx"):
        before, after = (people("leader").get(f"/reports/{number}.{kind}").data for number in (first, again))
        assert before == after, kind
    now, _ = made(by="day", day=clock.now().date().isoformat(), formats=["pdf"])
    assert "停用" in "".join(texts_of(people("leader").get(f"/reports/{now}.pdf").data))


def test_figures_are_those_of_the_leaders_page(people, app):
    with clock.frozen(datetime.fromisoformat("2023-10-31T23:50:00+08:00")):
        told = people("leader").get("/leader.json?from=2023-10-01&to=2023-10-31&compare=none").json
        material = material_of(app.extensions[KEY].store, asked("2023-10-31", at="2023-11-01"))
    figures = {one.code: one for one in build(material).figures()}
    assert len(told["figures"]) == len(figures) == 6
    for one in told["figures"]:
        mine = figures[one["code"]]
        assert (mine.numerator, mine.denominator) == (one["numerator"], one["denominator"]), one["code"]
        assert mine.said == one["said"] and mine.rule == one["rule"], one["code"]


def test_a_waiting_report_can_be_cancelled_and_then_deleted(app, people):
    leader = people("leader")
    number = leader.post("/reports", data=ASKED, headers=FROM_OUR_PAGE).location.rpartition("-")[2]
    early = leader.post(f"/reports/{number}/delete", headers=JSON)
    assert (early.status_code, early.json["error"]["code"]) == (409, "report_running")
    leader.post(f"/reports/{number}/cancel", headers=FROM_OUR_PAGE)
    assert leader.get(f"/reports/{number}.json").json["state"] == "cancelled"
    assert leader.post(f"/reports/{number}/delete", headers=FROM_OUR_PAGE).status_code == 303
    assert leader.get(f"/reports/{number}.json").status_code == 404
    assert [tag for tag, _ in tags(app)][-3:] == [
        "reports:report:asked",
        "reports:report:cancelled",
        "reports:report:deleted",
    ]


def test_deleting_takes_the_file_along_and_is_for_its_maker_or_a_leader(app, made, people):
    number, _ = made("planner", formats=["xlsx"])
    assert len(list(folder(app).iterdir())) == 1
    answer = people("dispatcher").post(f"/reports/{number}/delete", headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_own_report")
    page = people("dispatcher").get("/reports").get_data(as_text=True)
    assert "/delete" not in page and "不能恢复" in people("planner").get("/reports").get_data(as_text=True)
    assert people("leader").post(f"/reports/{number}/delete", headers=FROM_OUR_PAGE).status_code == 303
    assert list(folder(app).iterdir()) == []


def test_too_many_waiting_reports_are_refused_in_words(people):
    leader = people("leader")
    for _ in range(jobs.WAITING_PER_ACCOUNT):
        assert leader.post("/reports", data=ASKED, headers=FROM_OUR_PAGE).status_code == 303
    answer = leader.post("/reports", data=ASKED, headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_jobs")
    assert "未结束" in answer.json["error"]["message"]


@pytest.mark.parametrize("number", ["999", "0", "x", "1e3", "99999999999", "../1"])
def test_an_unknown_report_is_not_found(people, number):
    answer = people("leader").get(f"/reports/{number}.json", headers=JSON)
    assert answer.status_code == 404


def test_another_job_is_no_report(app, people):
    parts = app.extensions[KEY]
    number = jobs.enqueue(parts.store, parts.settings.instance_dir, "siting", {"model": "mclp"})
    assert people("leader").get(f"/reports/{number}.json").status_code == 404
    assert people("leader").post(f"/reports/{number}/delete", headers=FROM_OUR_PAGE).status_code == 404


def test_a_damaged_archive_is_said_and_breaks_nothing(app, made, people):
    number, _ = made(formats=["xlsx"])
    next(folder(app).iterdir()).write_bytes(b"not an archive")
    answer = people("leader").get(f"/reports/{number}.xlsx", headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "no_such_file")


def test_the_archive_of_a_report_is_the_same_bytes_too(app, made):
    first, _ = made(formats=["xlsx"])
    second, _ = made(formats=["xlsx"])
    bodies = [(folder(app) / f"report-{number}.zip").read_bytes() for number in (first, second)]
    assert bodies[0] == bodies[1]
    with zipfile.ZipFile(io.BytesIO(bodies[0])) as archive:
        assert archive.namelist() == ["report.xlsx"]


def test_a_report_in_english_says_everything_in_english(made, people):
    number, _ = made(language="en", formats=["pdf"])
    text = "".join(texts_of(people("leader").get(f"/reports/{number}.pdf").data))
    for word in ("Urban grid monthly report", "June 2023", "Summary", "Walking coverage", "Appendix"):
        assert word in text
    for word in ("概要", "附录", "步行覆盖率", "比上期", "没有变化"):
        assert word not in text
