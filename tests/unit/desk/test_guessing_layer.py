"""Layer and columns are found under odd names, among others, and without any; what is doubtful stays open."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
import shapely

from gis_app.desk.guessing import Guess, guess
from gis_app.exchange.raw import RawTable
from gis_app.geo import crs as geo
from tests.unit.desk.guessing_county import county, into, layer, nothing, table
from tests.unit.desk.guessing_names import ODD

BESIDE = {
    "OBJECTID": lambda n: list(range(1, n + 1)),
    "序号": lambda n: list(range(1, n + 1)),
    "Shape_Leng": lambda n: [100.5 + at for at in range(n)],
    "备注": lambda n: ["无" if at % 3 else None for at in range(n)],
    "网格长": lambda n: ["张三" if at % 2 else "李四" for at in range(n)],
    "联系电话": lambda n: [f"139****{at:04d}" for at in range(n)],
    "更新时间": lambda n: [f"2025-03-0{1 + at % 9} 10:20:00" for at in range(n)],
    "FID_1": lambda n: [0] * n,
    "面积_亩": lambda n: [at * 1.5 + 0.3 for at in range(n)],
    "uuid": lambda n: [f"a{at * 7919:07x}-11" for at in range(n)],
}


def found(given: RawTable, existing=None, filename: str = "data.zip", **chosen) -> Guess:
    return guess([("data", given)], existing or county(), filename, **chosen)


def columns(guessed: Guess) -> dict[str, str]:
    return {field: one.column for field, one in guessed.columns.items() if one.column}


def wanted(name: str, called: dict[str, str]) -> dict[str, str]:
    """Return the fields as an import names them: a station's grid is only stated."""
    renamed = {"grid_code": "stated_grid"} if name == "stations" else {}
    return {renamed.get(field, field): column for field, column in called.items()}


@pytest.mark.parametrize(("name", "called", "filename"), ODD)
def test_odd_names_are_understood(name: str, called: dict[str, str], filename: str):
    guessed = found(table(name, called=called), filename=filename)
    assert (guessed.layer, columns(guessed)) == (name, wanted(name, called))
    assert all(one.why for one in guessed.columns.values())


@pytest.mark.parametrize(("name", "called", "filename"), ODD[::3])
def test_odd_names_are_understood_where_nothing_is_known_yet(name, called, filename):
    guessed = found(table(name, called=called), nothing(), filename)
    assert (guessed.layer, columns(guessed)) == (name, wanted(name, called))


@pytest.mark.parametrize(("name", "called", "filename"), ODD[1::3])
def test_columns_beside_them_are_left_alone(name, called, filename):
    given = table(name, called=called)
    given.columns |= {column: make(len(given.rows)) for column, make in BESIDE.items()}
    assert columns(found(given, filename=filename)) == wanted(name, called)


@pytest.mark.parametrize("name", ["grids", "blocks", "streets", "gates", "buildings"])
def test_columns_that_are_nothing_are_taken_for_nothing(name: str):
    given = table(name, keep=())
    given.columns = {column: make(len(given.rows)) for column, make in BESIDE.items()}
    assert columns(found(given)) == {}


@pytest.mark.parametrize(
    "name", ["communities", "grids", "blocks", "buildings", "gates", "stations", "streets"]
)
@pytest.mark.parametrize("move", [None, geo.wgs84_to_gcj02, into(4526)])
def test_a_layer_is_known_by_its_shapes_alone(name: str, move):
    given = table(name, move, keep=())
    assert found(given).layer == name


def test_shapes_that_could_be_several_layers_are_left_open():
    guessed = found(table("grids", keep=()), nothing())
    assert guessed.layer is None and guessed.why.startswith("不确定")
    assert guessed.mode is None and len(guessed.layers) > 1
    points = RawTable(
        {}, [1, 2, 3], shapely.points([[114.46, 34.46], [114.47, 34.47], [114.45, 34.48]]), None
    )
    assert found(points).layer is None


def test_two_columns_that_look_alike_are_left_to_a_person():
    given = table(
        "grids", called={"grid_code": "a", "community_code": "c"}, keep=("grid_code", "community_code")
    )
    given.columns["b"] = [str(int(code) + 500) for code in given.columns["a"]]
    guessed = found(given, nothing(), filename="网格.shp")
    assert guessed.columns["grid_code"].column is None
    assert "不确定" in guessed.columns["grid_code"].why


def test_a_name_that_its_values_contradict_is_not_believed():
    given = table("grids", called={"grid_code": "网格名称", "name": "网格编码"})
    guessed = found(given)
    assert columns(guessed).get("grid_code") != "网格编码" and columns(guessed).get("name") != "网格名称"
    assert "值却不像" in guessed.columns["grid_code"].why
    lying = table("grids", keep=("name",), called={"name": "户数"})
    assert "households" not in columns(found(lying))


def test_a_running_number_is_no_code():
    given = table("stations", keep=("name", "address"))
    given.columns["编号"] = list(range(1, len(given.rows) + 1))
    guessed = found(given, filename="驿站.xlsx")
    assert guessed.layer == "stations" and "station_code" not in columns(guessed)


def test_parents_are_found_by_their_names():
    given = table("grids", keep=("name",))
    names = layer("communities").set_index("community_code")["name"]
    given.columns["归口"] = [names[code] for code in layer("grids")["community_code"]]
    assert columns(found(given)) == {"name": "name", "community_name": "归口"}


def test_codes_that_a_spreadsheet_made_numbers_are_still_codes():
    given = table("grids", called={"grid_code": "x1"})
    given.columns["x1"] = [float(code) for code in given.columns["x1"]]
    assert columns(found(given))["grid_code"] == "x1"


def test_outlines_of_a_drawing_are_areas():
    given = table("grids", into(4526), keep=())
    given.geometry = shapely.boundary(given.geometry)
    guessed = found(given, filename="图.dxf")
    assert (guessed.layer, guessed.crs.code) == ("grids", "EPSG:4526")


def test_the_table_that_is_a_layer_is_taken_and_another_can_be_chosen():
    notes = RawTable({"说明": ["一", "二"]}, [2, 3], None, None)
    tables = [("封面", notes), ("道路", table("streets")), ("网格", table("grids"))]
    assert guess(tables, county(), "全县.gpkg").table == 2
    chosen = guess(tables, county(), "全县.gpkg", table=1)
    assert (chosen.table, chosen.layer) == (1, "streets")


def test_what_a_person_chose_stays_and_the_rest_follows():
    given = table("communities")
    guessed = found(given, layer="grids", columns={"name": None})
    assert guessed.layer == "grids" and guessed.columns["name"].column is None
    assert "community_code" in guessed.columns


def test_a_few_known_codes_are_an_update():
    assert found(table("grids", rows=slice(0, 10))).mode == "update"
    assert found(table("grids")).mode == "replace"
    assert found(table("stations")).mode == "update"


def test_posts_and_incidents_are_told_from_layers():
    posts = {
        "岗位": ["网格员"],
        "区域编码": ["410222001006001"],
        "姓名": ["张三"],
        "工作电话": ["139****0000"],
    }
    guessed = found(RawTable(posts, [2], None, None), filename="名单.xlsx")
    assert guessed.layer == "posts" and columns(guessed)["holder_name"] == "姓名"
    ledger = {
        "事件编号": ["A1"],
        "小类": ["ENV01"],
        "状态": ["已结案"],
        "描述": ["垃圾"],
        "经度": [114.46],
        "纬度": [34.47],
        "上报时间": ["2025-03-03 09:00"],
    }
    assert found(RawTable(ledger, [2], None, None), filename="台账.xlsx").layer == "incidents"


def test_a_guess_is_plain_json():
    told = json.loads(json.dumps(found(table("grids")).as_json(), allow_nan=False))
    assert told["layer"] == "grids" and told["crs"]["candidates"][0]["code"] == "EPSG:4490"
    assert told["columns"]["grid_code"]["why"]


def test_nothing_is_guessed_of_nothing():
    assert guess([], county(), "a.zip").layer is None
    assert found(RawTable({}, [], np.empty(0, dtype=object), None)).layer is None
    assert found(RawTable({"a": [None]}, [1], np.array([None], dtype=object), None)).layer is None


def test_a_hundred_thousand_rows_are_guessed_in_seconds():
    many = 14
    one = layer("buildings")
    shapes = np.tile(np.array(one.geometry.values, dtype=object), many)
    given = RawTable(
        {"LDBH": [f"X{at:06d}" for at in range(len(shapes))], "CS": one["floors"].tolist() * many},
        list(range(1, len(shapes) + 1)),
        shapely.transform(shapes, geo.wgs84_to_gcj02),
        "EPSG:4326",
    )
    start = time.process_time()
    guessed = found(given)
    assert time.process_time() - start < 15
    assert (guessed.layer, guessed.crs.code) == ("buildings", "GCJ-02")
