"""Exports over the wire: what the role may see, filtered as on screen, described, and told in the trail."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.layers import schema
from gis_app.storage import audit
from gis_app.web import exports_files
from gis_app.web.services import KEY
from gis_app.web.table_columns import TABLES
from tests.factory import GRIDS, toy_layers
from tests.web.conftest import FROM_OUR_PAGE

JSON = FROM_OUR_PAGE | {"Accept": "application/json"}
OFFICE = ("leader", "planner", "dispatcher", "administrator", "inspector")


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app(map_review_number="豫S〔2023〕1号", map_attribution="县自然资源局")


@pytest.fixture
def take(people):
    """Return a function that asks for an export and gives the answer."""

    def ask(role: str = "planner", **form):
        return people(role).post("/exports", data={"tables": "grids"} | form, headers=JSON)

    return ask


def collection(answer) -> dict:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


def rows_of(answer, name: str) -> pd.DataFrame:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return pd.read_csv(archive.open(f"{name}.csv"), dtype=str, keep_default_na=False)


def saved(answer, tmp_path: Path, name: str) -> Path:
    assert answer.status_code == 200, answer.text
    path = tmp_path / name
    path.write_bytes(answer.data)
    return path


def trail(app) -> list:
    with app.extensions[KEY].store.read() as conn:
        return audit.read_rows(conn, "exchange:layer:exported")


@pytest.mark.parametrize("name", schema.LAYERS)
def test_every_layer_comes_out_as_it_was_stored(take, tmp_path: Path, name: str):
    wanted = schema.complete(name, toy_layers()[name]).sort_values(
        schema.code_column(name), ignore_index=True
    )
    path = saved(take(tables=name, format="gpkg"), tmp_path, "out.gpkg")
    found = gpd.read_file(path, layer=str(TABLES[name].title)).sort_values(
        schema.code_column(name), ignore_index=True
    )
    known = [column for column in wanted if column != "geometry" and not column.endswith("_code")]
    for column in (schema.code_column(name), *known):
        assert found[column].fillna("").tolist() == wanted[column].fillna("").tolist(), column
    apart = found.geometry.to_crs(4547).hausdorff_distance(wanted.geometry.to_crs(4547))
    assert np.nanmax(apart) < 0.01


@pytest.mark.parametrize("format", ["gpkg", "geojson", "shp", "kml", "csv", "xlsx"])
@pytest.mark.parametrize("values", ["codes", "words"])
def test_every_table_comes_out_in_every_format(take, values: str, format: str):
    answer = take("dispatcher", tables=list(TABLES), format=format, values=values)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert {name.partition(".")[0] for name in archive.namelist()} >= TABLES.keys()


def test_a_filter_leaves_what_the_screen_shows(take, people):
    wanted = people("planner").get(f"/layers/blocks.geojson?grid_code={GRIDS[0]}&order=asc").json["features"]
    answer = take(tables="blocks", format="geojson", filter=f"grid_code={GRIDS[0]}")
    found = collection(answer)["features"]
    assert {one["properties"]["block_code"] for one in found} == {one["id"] for one in wanted}
    assert 0 < len(found) < len(collection(take(tables="blocks", format="geojson"))["features"])
    assert GRIDS[0] in collection(answer)["metadata"]["筛选"]


def test_the_order_of_the_screen_is_kept(take):
    rows = rows_of(
        take(tables="grids", format="csv", values="codes", filter="sort=grid_code&order=desc"), "grids"
    )
    assert rows["grid_code"].tolist() == sorted(GRIDS, reverse=True)


def test_the_page_of_a_table_leads_to_the_export_of_what_it_shows(people):
    page = people("planner").get("/layers/blocks/table?q=x&sort=name&order=desc").text
    assert 'href="/exports?tables=blocks&amp;filter=q%3Dx%26sort%3Dname%26order%3Ddesc"' in page
    form = people("planner").get("/exports?tables=blocks&filter=q%3Dx%26sort%3Dname").text
    assert 'name="filter" value="q=x&amp;sort=name"' in form
    assert people("grid_worker").get("/layers/blocks/table").text.count('href="/exports') == 0


@pytest.mark.parametrize("role", OFFICE)
def test_mediation_and_places_that_are_not_public_are_in_no_file(take, role: str):
    for format in ("geojson", "csv", "xlsx", "gpkg", "kml", "shp"):
        answer = take(role, tables="incidents", format=format, values="codes")
        assert answer.status_code == 200
    found = collection(take(role, tables="incidents", format="geojson", values="codes"))
    categories = {one["properties"]["category"] for one in found["features"]}
    assert categories and "mediation" not in categories
    assert any("不公开" in text for text in found["metadata"].values() if isinstance(text, str))
    contact = {"contact_name", "contact_phone", "reporter_id"}
    assert not contact & found["features"][0]["properties"].keys()


@pytest.mark.parametrize("role", ["grid_worker", "handler", "duty_staff"])
def test_who_may_not_export_gets_nothing(take, people, role: str):
    assert take(role).status_code == 403
    assert people(role).get("/exports").status_code == 403


def test_a_file_says_what_it_is(take):
    told = collection(take(format="geojson"))["metadata"]
    assert told["审图号"] == "豫S〔2023〕1号" and told["数据来源"] == "县自然资源局"
    assert told["边界方案"].startswith("#1") and int(told["数据版次"]) > 0
    assert told["坐标系"].startswith("CGCS2000") and told["导出时间"][:2] == "20"


def test_words_and_titles_are_those_of_the_language(take, people):
    book = load_workbook(io.BytesIO(take(tables="stations", format="xlsx").data))
    assert "暖心驿站" in [row[2] for row in book["站点"].values]
    people("planner").set_cookie("language", "en")
    book = load_workbook(io.BytesIO(take(tables="stations", format="xlsx").data))
    assert book.sheetnames == ["About", "Stations"]
    assert "Warm station" in [row[2] for row in book["Stations"].values]


def test_the_whole_county_is_one_package(take, people, tmp_path: Path):
    page = people("planner").get("/exports").text
    link = page.partition('id="whole-county" href="')[2].partition('"')[0].replace("&amp;", "&")
    chosen = people("planner").get(link).text
    assert chosen.count(" checked>") == len(schema.LAYERS) + 1  # and the format
    path = saved(take(tables=list(schema.LAYERS), format="gpkg"), tmp_path, "county.gpkg")
    styles = gpd.read_file(path, layer="layer_styles")["f_table_name"]
    assert set(styles) == {str(TABLES[name].title) for name in schema.LAYERS}


def test_the_trail_says_who_took_what_and_not_what_was_searched(app, take):
    take("leader", tables="stations", format="kml", filter="q=张三")
    row = trail(app)[0]
    assert row.actor == "leader" and "张三" not in str(row.detail)
    detail = row.detail if isinstance(row.detail, dict) else json.loads(row.detail)
    assert detail == {
        "tables": ["stations"],
        "rows": [0],
        "format": "kml",
        "crs": "EPSG:4490",
        "filtered": True,
    }


WRONG = [
    ({"tables": []}, "tables"),
    ({"tables": "nothing"}, "tables"),
    ({"format": "dwg"}, "format"),
    ({"crs": "EPSG:3857"}, "crs"),
    ({"format": "kml", "crs": "GCJ-02"}, "crs"),
    ({"format": "kml", "crs": "EPSG:4547"}, "crs"),
    ({"values": "both"}, "values"),
    ({"filter": "nonsense"}, "filter"),
    ({"filter": "q=1", "tables": ["grids", "blocks"]}, "filter"),
    ({"filter": "secret=1"}, "secret"),
    ({"filter": "households=many"}, "households"),
    ({"filter": "sort=geometry"}, "sort"),
    ({"filter": "q=%00"}, "q"),
    ({"extra": "1"}, "extra"),
]


@pytest.mark.parametrize(("form", "field"), WRONG)
def test_a_wrong_question_is_named_and_leaves_no_trace(app, take, form: dict, field: str):
    answer = take(**form)
    assert answer.status_code == 400 and field in answer.json["error"]["fields"], answer.text
    assert trail(app) == []


def test_a_refusal_is_shown_on_the_page_with_what_was_chosen(people):
    form = {"tables": ["grids", "blocks"], "format": "kml", "crs": "GCJ-02"}
    answer = people("planner").post("/exports", data=form, headers=FROM_OUR_PAGE)
    assert answer.status_code == 400 and 'value="kml" checked' in answer.text and "fault-crs" in answer.text


@pytest.fixture
def large(monkeypatch, app, take):
    """Return a function that asks for an export as if the county were large, and gives its number."""
    monkeypatch.setattr(exports_files, "DIRECT_ROWS", 0)

    def ask(**form) -> int:
        answer = take(**form)
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("-")[2])

    return ask


def run(app, number: int) -> None:
    parts = app.extensions[KEY]
    Runner(parts.store, parts.settings.instance_dir).run(number)


def spools(app) -> list[Path]:
    return list((app.extensions[KEY].settings.instance_dir / "jobs" / "files").glob("spool-*"))


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547", "BD-09"])
def test_a_large_export_is_made_in_the_background_and_is_the_same(app, monkeypatch, people, take, large, crs):
    number = large(tables="stations", format="geojson", crs=crs)
    run(app, number)
    state = people("planner").get(f"/exports/{number}.json").json
    assert state["ready"], state
    found = json.loads(people("planner").get(f"/exports/{number}/file").data)
    monkeypatch.setattr(exports_files, "DIRECT_ROWS", 10)
    wanted = collection(take(tables="stations", format="geojson", crs=crs))
    assert found["features"] == wanted["features"] and spools(app) == []
    assert found["metadata"].keys() == wanted["metadata"].keys()
    assert f"/exports/{number}/file" in people("planner").get("/exports").text


def test_a_large_export_is_its_own_accounts(app, people, large):
    number = large(tables="stations")
    run(app, number)
    assert people("leader").get(f"/exports/{number}/file").status_code == 404
    assert people("leader").get(f"/exports/{number}.json").status_code == 404
    assert people("leader").post(f"/exports/{number}/delete", headers=JSON).status_code == 404
    assert str(number) == trail(app)[0].subject.rpartition(":")[2]


def test_a_cancelled_export_leaves_nothing_behind(app, people, large):
    number = large(tables="stations")
    assert len(spools(app)) == 1
    assert people("planner").post(f"/exports/{number}/delete", headers=JSON).status_code == 409
    assert people("planner").post(f"/exports/{number}/cancel", headers=JSON).status_code == 303
    assert spools(app) == []
    assert people("planner").get(f"/exports/{number}.json").json["state"] == "cancelled"
    assert people("planner").post(f"/exports/{number}/delete", headers=JSON).status_code == 303
    assert people("planner").get(f"/exports/{number}.json").status_code == 404


def test_an_export_whose_rows_have_gone_says_so(app, people, large):
    number = large(tables="stations")
    spools(app)[0].unlink()
    run(app, number)
    state = people("planner").get(f"/exports/{number}.json").json
    assert state["state"] == "failed" and "重新提交" in state["error"]


def test_a_number_that_is_another_kind_of_job_is_not_found(app, people):
    parts = app.extensions[KEY]
    number = jobs.enqueue(parts.store, parts.settings.instance_dir, "report", {}, None)
    for address in (f"/exports/{number}.json", "/exports/999999999999.json", "/exports/x/file"):
        assert people("planner").get(address).status_code == 404
