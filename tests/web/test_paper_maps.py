"""Maps for paper over the wire: the screen's figures, refusals by field, one's own files only."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pypdfium2
import pytest

from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.storage import layers as stored_layers
from gis_app.web.services import KEY
from tests.conftest import FROM_OUR_PAGE
from tests.factory import COMMUNITIES, GRIDS, toy_layers

SVG = "{http://www.w3.org/2000/svg}"
JSON = {"Accept": "application/json"}


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app()


@pytest.fixture
def made(app, people):
    """Return a function that asks for a map, lets the work be done, and gives its number and state."""

    def ask(who: str = "planner", **form) -> tuple[int, dict]:
        answer = people(who).post("/paper/maps", data={"overlay": "coverage"} | form, headers=FROM_OUR_PAGE)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        work(app)
        number = int(answer.location.rpartition("/")[2])
        return number, people(who).get(f"/paper/maps/{number}.json").json

    return ask


def work(app) -> None:
    """Do everything that waits, as the worker would."""
    parts = app.extensions[KEY]
    for job in reversed(jobs.listed(parts.store)):
        Runner(parts.store, parts.settings.instance_dir).run(job.job_id)


def said(answer) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.content_type.startswith("image/svg+xml")
    return ["".join(one.itertext()) for one in ElementTree.fromstring(answer.data).iter(f"{SVG}text")]


DRAWINGS = [
    "overlay=coverage",
    "overlay=coverage&measure=crow_share&level=community&limit=300m",
    "overlay=coverage&measure=seated_share&level=block",
    "overlay=coverage&level=subdistrict&when=always&kind=all",
    "overlay=assignment&role=grid_worker",
    "overlay=assignment&role=zone",
    "overlay=incidents",
    "overlay=incidents&measure=rate&level=community&category=hazard&state=closed&from=2023-01-01&to=2023-12-31",
    "overlay=stations&kind=warm_station",
    "overlay=balance",
    "overlay=figures&measure=coverage&level=grid",
    f"overlay=coverage&area={COMMUNITIES[0]}",
    "overlay=coverage&paper=A1&lang=en",
]


@pytest.mark.parametrize("query", DRAWINGS)
def test_every_overlay_can_be_drawn(as_role, query):
    words = said(as_role("leader").get(f"/paper/maps/drawing.svg?{query}"))
    assert any(one.startswith(("示例县", "西社区")) or "示例县" in one for one in words)
    assert any(one.startswith(("数据日期", "Data as of")) for one in words)


@pytest.mark.parametrize("role", ["grid_worker", "leader", "handler", "duty_staff", "inspector"])
def test_a_map_shows_the_coverage_that_the_page_tells(as_role, role):
    """The same share for each grid, in the words of the map."""
    client = as_role(role)
    told = client.get("/coverage.json?limit=300m").json["areas"]
    at = {name: number for number, name in enumerate(told["columns"])}
    shares = [row[at["share"]] for row in told["rows"] if row[at["code"]] in GRIDS]
    words = said(client.get("/paper/maps/drawing.svg?overlay=coverage&limit=300m"))
    written = sorted(float(one.rstrip("%")) for one in words if re.fullmatch(r"[\d.]+%", one))
    assert written == sorted(round(100 * share, 1) for share in shares if share is not None)


def test_incidents_are_drawn_as_the_counts_that_everyone_sees_and_never_as_places(as_role):
    for role in ("leader", "grid_worker", "dispatcher"):
        client = as_role(role)
        told = client.get("/overlays/incident-counts.geojson?geometry=none").json["features"]
        answer = client.get("/paper/maps/drawing.svg?overlay=incidents")
        counted = sorted(str(one["properties"]["count"]) for one in told)
        words = said(answer)
        assert all(one in words for one in counted)
        marks = [one for one in ElementTree.fromstring(answer.data) if one.get("class") == "marks"]
        assert len(marks) == 1 and len(marks[0]) == 0


def test_the_coverage_after_changes_in_thought_can_be_saved(as_role):
    changes = quote('[{"verb":"close","station_code":"Z001"}]')
    before = said(as_role("leader").get("/paper/maps/drawing.svg?overlay=coverage"))
    after = said(as_role("leader").get(f"/paper/maps/drawing.svg?overlay=coverage&changes={changes}"))
    assert before != after
    assert any("设想：1 项改动" in one for one in after)
    refused = as_role("grid_worker").get(f"/paper/maps/drawing.svg?overlay=coverage&changes={changes}")
    assert refused.status_code == 403


def test_the_places_of_a_siting_run_are_drawn_with_their_numbers(app, people):
    asked = {"model": "mclp", "k": "2", "limit": "300", "seconds": "30"}
    number = people("planner").post("/siting", data=asked, headers=FROM_OUR_PAGE).location.rpartition("/")[2]
    query = f"/paper/maps/drawing.svg?overlay=siting&run={number}"
    assert not any(one.startswith("1 ") for one in said(people("planner").get(query)))
    work(app)
    places = people("planner").get(f"/siting/{number}.json").json["result"]["places"]
    words = said(people("planner").get(query))
    assert [any(one.startswith(f"{n} ") for one in words) for n in range(1, len(places) + 1)] == [True] * 2
    assert people("grid_worker").get(query).status_code == 403


WRONG = [
    ("overlay=magic", "overlay", "可用的值"),
    ("overlay=coverage&measure=count", "measure", "可用的值"),
    ("overlay=incidents&measure=share", "measure", "可用的值"),
    ("level=village", "level", "可用的值"),
    ("overlay=assignment&role=king", "role", "可用的值"),
    ("overlay=incidents&from=2023-13-01", "from", "日期"),
    ("overlay=incidents&from=2023-02-01&to=2023-01-01", "to", "早于"),
    ("area=410222999", "area", "没有这个"),
    (f"area={GRIDS[0]}", "area", "没有这个"),
    (f"area={COMMUNITIES[0]}&level=community", None, None),
    (f"area={COMMUNITIES[0]}&level=subdistrict", "level", "更细"),
    ("paper=B7", "paper", "可用的值"),
    ("lang=fr", "lang", "可用的值"),
    (f"title={'题' * 61}", "title", "60"),
    ("title=a%00b", "title", "控制字符"),
    ("limit=499m", "limit", "可用的值"),
    ("colour=red", "colour", "没有这个参数"),
    ("overlay=coverage&overlay=balance", "overlay", "一次"),
    ("changes=1", "changes", "清单"),
    ("changes=[[]]", "changes", "清单"),
    ("changes=[" + ",".join(["{}"] * 41) + "]", "changes", "40"),
    ("changes={", "changes", "清单"),
    ("changes=" + "[" * 3000, "changes", "清单"),
    ("overlay=siting&run=999", 404, None),
    ("overlay=siting&run=x", 404, None),
]


@pytest.mark.parametrize(("query", "field", "words"), WRONG)
def test_a_wrong_choice_is_refused_by_name(as_role, query, field, words):
    answer = as_role("leader").get(f"/paper/maps/drawing.svg?{query}", headers=JSON)
    if field is None:
        assert answer.status_code == 200
    elif isinstance(field, int):
        assert answer.status_code == field
    else:
        assert answer.status_code == 400
        assert words in answer.json["error"]["fields"][field]


def test_the_page_shows_the_choices_and_the_map_they_make(as_role):
    page = as_role("planner").get("/paper/maps?overlay=balance&level=community").get_data(as_text=True)
    assert "/paper/maps/drawing.svg?overlay=balance&amp;level=community" in page
    assert "生成" in page
    read_only = as_role("grid_worker").get("/paper/maps").get_data(as_text=True)
    assert "formmethod" not in read_only


@pytest.mark.parametrize("format", ["pdf", "svg", "png"])
def test_a_map_is_made_in_the_background_and_saved_under_a_chinese_name(made, people, format):
    number, state = made(format=format, paper="A3")
    assert state["state"] == "done", state["error"]
    answer = people("planner").get(f"/paper/maps/{number}/file")
    name = unquote(re.search(r"filename\*=UTF-8''(\S+)", answer.headers["Content-Disposition"]).group(1))
    assert re.fullmatch(rf"示例县-覆盖-A3-\d{{4}}-\d\d-\d\d\.{format}", name)
    starts = {"pdf": b"%PDF-1.7", "svg": b"<?xml", "png": b"\x89PNG"}
    assert answer.data.startswith(starts[format])
    assert f"/paper/maps/{number}/file" in people("planner").get("/paper/maps").get_data(as_text=True)
    assert people("planner").get(f"/paper/maps/{number}").status_code == 200


def test_the_file_holds_the_figures_of_the_drawing(made, people):
    number, _state = made(overlay="assignment", role="grid_worker", format="pdf")
    drawn = said(people("planner").get("/paper/maps/drawing.svg?overlay=assignment&role=grid_worker"))
    page = pypdfium2.PdfDocument(people("planner").get(f"/paper/maps/{number}/file").data)[0]
    words = "".join(page.get_textpage().get_text_range().split())
    letters = set("".join(drawn)) - set(" \t")
    assert letters <= set(words)


def test_nobody_sees_a_map_of_somebody_else(made, people):
    number, _state = made("planner")
    for path in ("", ".json", "/file"):
        assert people("leader").get(f"/paper/maps/{number}{path}").status_code == 404
    assert people("leader").post(f"/paper/maps/{number}/cancel", headers=FROM_OUR_PAGE).status_code == 404
    assert f"/paper/maps/{number}" not in people("leader").get("/paper/maps").get_data(as_text=True)


def test_a_map_that_waits_can_be_cancelled(app, people):
    answer = people("planner").post("/paper/maps", data={"overlay": "balance"}, headers=FROM_OUR_PAGE)
    address = answer.location
    assert people("planner").get(f"{address}.json").json["state"] == "queued"
    people("planner").post(f"{address}/cancel", headers=FROM_OUR_PAGE)
    assert people("planner").get(f"{address}.json").json["state"] == "cancelled"
    assert people("planner").get(f"{address}/file").status_code == 404


BAD_ORDERS = [
    ({"format": "exe"}, "format"),
    ({"dpi": "600"}, "dpi"),
    ({"paper": "A9"}, "paper"),
    ({"overlay": "x"}, "overlay"),
]


@pytest.mark.parametrize(("form", "field"), BAD_ORDERS)
def test_a_wrong_order_is_refused_by_name_and_leaves_nothing(app, people, form, field):
    headers = FROM_OUR_PAGE | JSON
    answer = people("planner").post("/paper/maps", data={"overlay": "coverage"} | form, headers=headers)
    assert answer.status_code == 400
    assert field in answer.json["error"]["fields"]
    page = people("planner").post("/paper/maps", data={"overlay": "coverage"} | form, headers=FROM_OUR_PAGE)
    assert page.status_code == 400 and "参数" in page.get_data(as_text=True)
    assert jobs.listed(app.extensions[KEY].store) == []


def test_a_worker_may_look_but_not_order(people):
    answer = people("grid_worker").post("/paper/maps", data={"overlay": "coverage"}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 403


def test_figures_are_never_drawn_on_other_borders(app, people):
    """The layers are replaced between asking and making: the job says so instead of mixing the two."""
    asked = people("planner").post("/paper/maps", data={"overlay": "coverage"}, headers=FROM_OUR_PAGE)
    with app.extensions[KEY].store.write() as conn:
        stored_layers.replace_layer(conn, "water", toy_layers()["water"], "tester")
    work(app)
    state = people("planner").get(f"{asked.location}.json").json
    assert state["state"] == "failed"
    assert "重新生成" in state["error"]


@pytest.mark.parametrize("title", ["{{7*7}}", "<script>alert(1)</script>", '#panic("x") $x$ @a *b*', "\"'&"])
def test_a_title_is_text_wherever_it_stands(made, people, title):
    words = said(people("planner").get(f"/paper/maps/drawing.svg?title={quote(title)}"))
    assert title in words
    number, state = made(title=title)
    assert state["state"] == "done", state["error"]
    page = people("planner").get(f"/paper/maps/{number}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert ">49<" not in page
    header = people("planner").get(f"/paper/maps/{number}/file").headers["Content-Disposition"]
    assert header.isascii() and "\n" not in header
