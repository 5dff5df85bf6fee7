"""The import desk over the wire, by plain forms alone: from a file to rows and back, and who may not."""

from __future__ import annotations

import io
import json
import re
import shutil

import pytest
from geopandas.testing import assert_geodataframe_equal
from openpyxl import load_workbook

from gis_app.storage import audit
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.desk import JSON, checked, form_on, given, parts, received, run, send, stations, upload


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app(import_max_mib=1)


@pytest.fixture
def planner(people):
    """Return a client signed in as the planner."""
    return people("planner")


def test_a_file_goes_in_and_comes_out_again_by_plain_forms_alone(app, planner):
    before = stations(app)
    address = checked(app, planner, given(app, name=before["name"] + "站"))
    page = planner.get(address)
    assert page.status_code == 200 and "检查通过" in page.text and "更新 3 行" in page.text
    taking = planner.get(f"{address}?step=take_in").text
    form = form_on(taking, f"{address}/take-in")
    refused = send(planner, f"{address}/take-in", form)
    assert refused.status_code == 400 and "fault-confirmed" in refused.text
    assert send(planner, f"{address}/take-in", form | {"confirmed": "1", "version": "1"}).status_code == 412
    assert_geodataframe_equal(stations(app), before)
    assert send(planner, f"{address}/take-in", form | {"confirmed": "1"}).status_code == 303
    run(app, planner, address)
    assert planner.get(f"{address}.json").json["state"] == "taken_in"
    assert list(stations(app)["name"]) == list(before["name"] + "站")
    done = planner.get(address).text
    assert "已入库" in done and "/layers/stations/table" in done
    back = form_on(done, f"{address}/undo")
    assert send(planner, f"{address}/undo", back).status_code == 400
    assert send(planner, f"{address}/undo", back | {"confirmed": "1"}).status_code == 303
    run(app, planner, address)
    assert_geodataframe_equal(stations(app), before)
    assert "已撤销" in planner.get(address).text
    with parts(app).store.read() as conn:
        rows = audit.read_rows(conn, limit=2)
    assert [row.tag for row in rows] == ["layers:layer:undone", "layers:layer:imported"]


def test_faults_are_listed_by_row_with_their_remedy_and_taken_away_as_a_workbook(app, planner):
    names = list(stations(app)["name"])
    address = checked(app, planner, given(app, name=[*names[:2], "=1+1"]))
    page = planner.get(address).text
    assert 'data-row="3"' in planner.get(f"{address}?page=99").text
    assert "还不能入库" in page and 'data-row="3"' in page and "名称像公式" in page
    assert "step=take_in" not in page
    listed = planner.get(f"{address}/faults.json?severity=error").json
    assert listed["total"] == 1 and listed["items"][0]["row"] == 3 and listed["items"][0]["remedy"]
    book = load_workbook(io.BytesIO(planner.get(f"{address}/faults.xlsx").data))
    comments = [cell.comment.text for sheet in book for row in sheet for cell in row if cell.comment]
    assert any(listed["items"][0]["remedy"] in text for text in comments)
    shapes = planner.get(f"{address}/shapes.geojson")
    assert [one["properties"]["faults"] for one in shapes.json["features"]] == [0, 0, 1]
    kept = planner.get(f"{address}/shapes.geojson", headers={"If-None-Match": shapes.headers["ETag"]})
    assert kept.status_code == 304
    refused = send(planner, f"{address}/take-in", form_on(page, f"{address}/discard") | {"confirmed": "1"})
    assert refused.status_code in (409, 428)
    assert send(planner, f"{address}/discard", {}).status_code == 303
    assert planner.get(address).status_code == 404


def test_another_layer_asks_for_other_columns(app, planner):
    address = received(app, planner, given(app))
    page = planner.get(f"{address}?step=choose&layer=gates").text
    assert 'name="column-gate_code"' in page and 'name="column-station_code"' not in page
    assert form_on(page, f"{address}/choose")["layer"] == "gates"
    same = planner.get(f"{address}?step=choose&layer=stations").text
    assert form_on(same, f"{address}/choose")["column-station_code"] == "station_code"
    assert planner.get(f"{address}?layer=nothing").status_code == 400
    twice = form_on(same, f"{address}/choose") | {"column-address": "name", "column-name": "name"}
    refused = send(planner, f"{address}/choose", twice)
    assert refused.status_code == 400 and "同一列不能对应两个字段" in refused.text


def test_an_import_is_its_owners_and_the_administrators(app, people):
    address = upload(people("administrator"), given(app)).location
    for path in ("", ".json", "/faults.json", "/faults.xlsx", "/shapes.geojson", "/repair.json?key=a"):
        assert people("planner").get(address + path).status_code == 404, path
    for verb in ("choose", "take-in", "undo", "cancel", "discard", "read-again"):
        answer = people("planner").post(f"{address}/{verb}", data={"version": "1"}, headers=FROM_OUR_PAGE)
        assert answer.status_code == 404, verb
    own = upload(people("planner"), given(app)).location
    assert people("administrator").get(own).status_code == 200
    assert (
        own in people("administrator").get("/desk").text
        and address not in people("planner").get("/desk").text
    )


@pytest.mark.parametrize("role", ["leader", "grid_worker", "dispatcher", "inspector", "handler"])
def test_nobody_else_brings_files(people, role):
    assert people(role).get("/desk").status_code == 403
    assert upload(people(role), b"{}").status_code == 403
    assert 'href="/desk"' not in people(role).get("/layers/grids/table").text


def test_who_was_signed_out_in_the_middle_is_sent_to_sign_in_and_loses_nothing(app, planner):
    address = upload(planner, given(app)).location
    planner.post("/sign-out", headers=FROM_OUR_PAGE)
    assert planner.get(address).location.startswith("/sign-in")
    assert planner.get(f"{address}.json").status_code == 401
    answer = planner.post("/desk", data={"file": (io.BytesIO(b"{}"), "a.geojson")}, headers=JSON)
    assert answer.status_code == 401


def test_the_templates_are_workbooks_that_the_desk_reads(app, planner):
    for kind, title in {"stations": "站点", "posts": "岗位", "incidents": "事件"}.items():
        answer = planner.get(f"/desk/templates/{kind}.xlsx")
        assert answer.status_code == 200 and load_workbook(io.BytesIO(answer.data)).sheetnames
        assert f"{title}模板" in planner.get("/desk").text
    address = received(app, planner, planner.get("/desk/templates/posts.xlsx").data, "岗位.xlsx")
    page = planner.get(address)
    assert page.status_code == 200 and "文件中没有任何要素" in page.text


def test_a_file_that_cannot_be_read_says_why_and_leads_on(app, planner):
    address = received(app, planner, b"PK\x03\x04 not a zip", "网格.zip")
    page = planner.get(address)
    assert planner.get(f"{address}.json").json["state"] == "failed"
    assert page.status_code == 200 and "压缩包损坏或加密" in page.text and "重新打包，不设密码" in page.text
    assert 'href="/desk"' in page.text


def test_what_is_cancelled_while_it_is_read_may_be_read_again(app, planner):
    address = upload(planner, given(app)).location
    assert "正在读入" in planner.get(address).text
    assert send(planner, f"{address}/cancel", {}).status_code == 303
    page = planner.get(address).text
    assert "已取消读入" in page and f"{address}/read-again" in page
    assert send(planner, f"{address}/read-again", {}).status_code == 303
    run(app, planner, address)
    assert planner.get(f"{address}.json").json["state"] == "choosing"
    shutil.rmtree(parts(app).settings.instance_dir / "imports")
    page = planner.get(address)
    assert page.status_code == 200 and "请重新上传" in page.text
    assert planner.get(f"{address}/shapes.geojson").status_code in (404, 409)


def test_an_empty_desk_says_what_to_do_and_speaks_english(planner):
    assert "还没有导入过文件" in planner.get("/desk").text
    planner.set_cookie("language", "en")
    page = planner.get("/desk").text
    assert "Import desk" in page and "Nothing has been imported yet" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.search(r"[\u4e00-\u9fff]", main)
    assert json.loads(planner.get("/desk/x.json").data)["error"]["code"]
