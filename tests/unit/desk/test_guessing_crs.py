"""The coordinate system is found on the reference county however it was moved, or it is said to be open."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from gis_app.desk.guessing import guess
from gis_app.desk.guessing_crs import CrsGuess
from gis_app.desk.guessing_zones import BY_EPSG, ZONES, roughly
from gis_app.exchange import crs as placing
from gis_app.exchange.raw import RawTable
from gis_app.geo import crs as geo
from gis_app.layers import schema
from tests.unit.desk.guessing_county import county, into, layer, nothing, points_table, table, turned

GCJ, BD = geo.wgs84_to_gcj02, geo.wgs84_to_bd09


def found(given: RawTable, existing=None, filename: str = "data.zip", **chosen) -> CrsGuess:
    return guess([("data", given)], existing or county(), filename, **chosen).crs


def drawn_again(move, metres: float):
    """Return a move that also draws every border a little differently."""

    def moved(xy: np.ndarray) -> np.ndarray:
        wave = np.sin(xy[:, ::-1] * [3.1e4, 4.7e4]) * metres * 1.4 / 111_320
        return move(xy + wave)

    return moved


@pytest.mark.parametrize("name", ["grids", "stations", "streets"])
@pytest.mark.parametrize(
    ("code", "move"),
    [
        ("EPSG:4490", None),
        ("GCJ-02", GCJ),
        ("BD-09", BD),
        ("EPSG:4490/yx", turned),
        ("GCJ-02/yx", lambda xy: GCJ(xy)[:, ::-1]),
        ("EPSG:4547", into(4547)),
        ("EPSG:4526", into(4526)),
        ("EPSG:4527", into(4527)),
        ("EPSG:4548", into(4548)),
        ("EPSG:4498", into(4498)),
        ("EPSG:32650", into(32650)),
        ("EPSG:3857", into(3857)),
        ("EPSG:4547/yx", lambda xy: into(4547)(xy)[:, ::-1]),
        ("EPSG:4526/yx", lambda xy: into(4526)(xy)[:, ::-1]),
    ],
)
@pytest.mark.parametrize("keep", [None, ()], ids=["named", "bare"])
def test_a_moved_layer_is_brought_back(name: str, code: str, move, keep):
    given = table(name, move, keep=keep)
    guessed = found(given, layer=name)
    assert guessed.code == code and guessed.candidates[0].share > 0.6
    back = placing.place(given.geometry, given.rows, None, guessed.code).shapes
    true = layer(name).geometry.values
    away = shapely.distance(shapely.centroid(back), shapely.centroid(true)) * 111_320
    assert np.median(away) < 0.01


@pytest.mark.parametrize("name", ["communities", "blocks", "buildings", "gates"])
@pytest.mark.parametrize(("code", "move"), [("GCJ-02", GCJ), ("BD-09", BD)])
def test_an_offset_under_a_file_that_says_otherwise_is_recognised(name: str, code: str, move):
    guessed = found(table(name, move, "EPSG:4326", keep=()), layer=name)
    assert guessed.code == code
    assert "文件自带的 WGS84 经纬度 与坐标不符" in guessed.why


@pytest.mark.parametrize("name", ["grids", "streets", "blocks"])
def test_an_offset_is_recognised_in_borders_that_somebody_drew_again(name: str):
    given = table(name, drawn_again(GCJ, 2.5), "EPSG:4326", keep=())
    assert found(given, layer=name).code == "GCJ-02"


def test_an_offset_on_web_mercator_is_recognised():
    given = table("blocks", lambda xy: into(3857)(GCJ(xy)), "EPSG:3857", keep=())
    assert found(given).code == "EPSG:3857+GCJ-02"
    moved = placing.place(given.geometry, given.rows, "EPSG:3857", "EPSG:3857+GCJ-02").shapes
    assert shapely.distance(moved[0], layer("blocks").geometry.iloc[0]) < 1e-8


def test_codes_and_names_that_were_given_anew_do_not_mislead():
    given = table("grids", GCJ, "EPSG:4326")
    for column in ("grid_code", "name"):
        given.columns[column] = random.Random(4).sample(given.columns[column], len(given.rows))
    assert found(given).code == "GCJ-02"


def test_a_part_of_a_layer_is_enough():
    assert found(table("grids", BD, keep=("name",), rows=slice(10, 16))).code == "BD-09"


def test_what_the_file_says_is_believed_where_it_agrees():
    guessed = found(table("grids", into(4547), "EPSG:4547"))
    assert guessed.code == "EPSG:4547" and "文件自带" in guessed.why


def test_a_wrong_zone_in_the_file_is_found_out():
    guessed = found(table("grids", into(4547), "EPSG:4548"))
    assert guessed.code == "EPSG:4547" and "与坐标不符" in guessed.why
    assert any(one.code == "EPSG:4548" and "以外" in one.why for one in guessed.candidates)


def test_xian80_is_named_as_not_exactly_known():
    guessed = found(table("grids", into(2383), "EPSG:2383"))
    assert guessed.code == "EPSG:2383" and "没有公开的精确参数" in guessed.why


@pytest.mark.parametrize("shift", [[-40.0, 8.0], [95.0, -60.0]])
@pytest.mark.parametrize("move", [into(4526), into(4547)])
def test_a_steady_shift_of_some_ten_metres_is_told_and_left_open(shift, move):
    guessed = found(table("grids", lambda xy: move(xy) + shift))
    assert guessed.code is None
    assert "西安80" in guessed.why and "方向一致" in guessed.why


@pytest.mark.parametrize("filename", ["网格_西安80.shp", "wg_xian80.shp"])
def test_a_word_in_the_name_counts_where_nothing_can_be_compared(filename: str):
    guessed = found(table("grids", into(2362)), nothing(), filename)
    assert guessed.code == "EPSG:2362" and "没有公开的精确参数" in guessed.why


def test_the_first_import_says_what_it_cannot_rule_out():
    assert "不能排除 GCJ-02、BD-09" in found(table("grids"), nothing()).why
    assert "不能排除西安80、北京54" in found(table("grids", into(4526)), nothing()).why


def test_an_easting_without_zone_is_left_open_where_nothing_is_known():
    guessed = found(table("grids", into(4547)), nothing())
    assert guessed.code is None and guessed.why.startswith("不确定")
    assert {one.code for one in guessed.candidates} >= {"EPSG:4546", "EPSG:4547"}  # both lie in Henan


def test_another_county_is_left_open():
    guessed = found(table("grids", lambda xy: xy - [0.0, 11.0]))
    assert guessed.code is None and "不在本县" in guessed.why


def test_new_places_cannot_tell_of_an_offset_and_say_so():
    given = table("stations", drawn_again(GCJ, 200.0), keep=())
    assert "不能排除 GCJ-02、BD-09" in found(given, county("stations"), layer="stations").why


def test_buildings_show_an_offset_by_the_borders_that_would_cut_them():
    guessed = found(table("buildings", GCJ, "EPSG:4326", keep=()), county("buildings"), layer="buildings")
    assert guessed.code == "GCJ-02" and "没有楼栋被切断" in guessed.why


@pytest.mark.parametrize(
    ("name", "left_out"), [("blocks", "blocks"), ("grids", "grids"), ("communities", "communities")]
)
def test_borders_of_the_levels_beside_it_show_an_offset(name: str, left_out: str):
    assert found(table(name, GCJ, "EPSG:4326", keep=()), county(left_out), layer=name).code == "GCJ-02"


def test_what_crosses_the_antimeridian_is_told():
    given = table("grids")
    given.geometry[3] = shapely.Polygon([(179.9, 34), (-179.9, 34), (-179.9, 35), (179.9, 35)])
    guessed = found(given)
    assert guessed.code == "EPSG:4490" and "180°" in guessed.why
    assert "180°" in found(table("grids", lambda xy: xy + np.array([66.0, 0.0])), nothing()).why


@pytest.mark.parametrize("numbers", [(1e9, 5e9), (12.0, 5e6), (5e5, 50.0)])
def test_numbers_like_no_system_are_not_guessed_at(numbers: tuple[float, float]):
    given = table("stations", lambda xy: xy * 1e-3 + np.array(numbers))
    assert found(given, layer="stations").code is None


def test_a_file_without_coordinates_is_not_guessed_at():
    given = RawTable({"name": ["一", "二"]}, [1, 2], np.array([None, shapely.Point()], dtype=object), None)
    assert found(given, layer="stations").code is None


def test_every_candidate_has_a_reason_and_shares_add_up():
    for move in (None, GCJ, into(4526), into(4547)):
        candidates = found(table("grids", move)).candidates
        assert all(one.why and one.label for one in candidates)
        assert 0.9 < sum(one.share for one in candidates) <= 1.001
        assert [one.share for one in candidates] == sorted((one.share for one in candidates), reverse=True)


@pytest.mark.parametrize(
    ("names", "move"),
    [
        (("经度", "纬度"), None),
        (("纬度", "经度"), None),
        (("lng", "lat"), GCJ),
        (("X", "Y"), lambda xy: into(4547)(xy)[:, ::-1]),
        (("x坐标", "y坐标"), into(4526)),
        (("字段1", "字段2"), None),
        (("a", "b"), into(4526)),
    ],
)
def test_the_columns_of_a_tables_points_are_the_right_way_round(names, move):
    given = points_table(move, names)
    guessed = guess([("", given)], county(), "站点.xlsx")
    chosen = {name: one.column for name, one in guessed.columns.items()}
    east, north = (chosen.get(a) or chosen.get(b) for a, b in (("lon", "x"), ("lat", "y")))
    xy = np.column_stack([given.columns[east], given.columns[north]]).astype(float)
    source = placing.declared_source(guessed.crs.code)
    away = source.to_lonlat(xy) - shapely.get_coordinates(layer("stations").geometry.values)
    assert not source.swapped and np.abs(away).max() < 1e-7


def test_zones_are_those_of_the_register():
    for zone in ZONES:
        system = placing.declared_source(zone.code).crs
        told = {p.name: p.value for p in system.coordinate_operation.params}
        assert told["Longitude of natural origin"] == zone.meridian
        east = told["False easting"]
        assert (east == 500_000.0) != zone.prefixed and east % 1e6 == 500_000.0
        assert not zone.prefixed or east // 1e6 == zone.number
    assert len(BY_EPSG) == len(ZONES)
    assert roughly(BY_EPSG[4547], 542_000.0, 3_816_000.0) == pytest.approx((114.46, 34.4), abs=0.1)


def test_the_declared_words_for_swapped_axes_and_offsets_on_a_projection_are_understood():
    source = placing.declared_source("epsg:3857+gcj-02/YX")
    assert (source.label, source.offset, source.swapped) == ("EPSG:3857+GCJ-02", "GCJ-02", True)
    assert placing.declared_source("BD-09/yx").offset == "BD-09"
    given = table("grids", turned)
    placed = placing.place(given.geometry, given.rows, None, "EPSG:4490/yx")
    assert shapely.equals_exact(placed.shapes, layer("grids").geometry.values, 1e-12).all()
    assert not placed.faults


def test_a_system_that_a_person_chose_goes_before_the_files_own():
    given = table("grids", into(4547), "EPSG:4548")
    refused = placing.place(given.geometry, given.rows, given.crs, "EPSG:4547")
    assert [one.message_code for one in refused.faults] == ["crs_conflict"]
    chosen = placing.place(given.geometry, given.rows, given.crs, "EPSG:4547", overrule=True)
    assert [one.message_code for one in chosen.faults] == ["crs_overridden"]
    assert not chosen.faults[0].is_error and chosen.shapes is not None
    assert schema.CRS == "EPSG:4490"


@pytest.mark.parametrize(("order", "code"), [((0, 1), "BD-09"), ((1, 0), "BD-09/yx")])
def test_both_coordinates_in_one_cell_are_found_whatever_the_column_is_called(order, code: str):
    xy = BD(shapely.get_coordinates(layer("stations").geometry.values))[:, order]
    cells = [f"{a:.6f}，{b:.6f}" for a, b in xy]
    names = layer("stations")["name"].tolist()
    given = RawTable({"驿站名称": names, "位置": cells}, list(range(2, 88)), None, None)
    guessed = guess([("", given)], county(), "poi.csv")
    assert guessed.columns["pair"].column == "位置" and guessed.columns["name"].column == "驿站名称"
    assert (guessed.layer, guessed.crs.code) == ("stations", code)


@pytest.mark.parametrize("filename", ["西安路网格.zip", "marsh.zip", "abdc.zip"])
def test_a_word_in_a_name_that_only_looks_like_a_system_counts_for_nothing(filename: str):
    assert found(table("grids", into(4526)), nothing(), filename).code == "EPSG:4526"
    assert found(table("grids"), nothing(), filename).code == "EPSG:4490"


ESRI = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize("there", [county(), nothing()], ids=["county", "empty"])
@pytest.mark.parametrize("own", [ESRI, "EPSG:4547"])
def test_the_statement_of_the_file_settles_the_zone_in_whatever_words(own: str, there):
    guessed = found(table("grids", into(4547), own), there)
    assert guessed.code == "EPSG:4547" and "文件自带" in guessed.why


@pytest.mark.parametrize(("code", "place"), [("EPSG:2263", (-73.9, 40.7)), ("EPSG:28992", (4.9, 52.3))])
def test_data_of_another_country_keep_their_own_system(code: str, place: tuple[float, float]):
    given = table("grids", lambda xy: into(code)(xy - [114.46, 34.48] + np.array(place)), code)
    assert found(given, nothing()).code == code
    bare = table("grids", lambda xy: xy - [114.46, 34.48] + np.array(place))
    assert found(bare, nothing()).code == "EPSG:4326"
    assert found(given).code is None


def test_xian80_degrees_are_not_taken_for_cgcs2000():
    guessed = found(table("grids", None, "EPSG:4610"), nothing())
    assert guessed.code == "EPSG:4610" and "Xian" in guessed.why


def test_one_known_thing_is_enough_where_it_fits_exactly():
    assert found(table("stations", GCJ, rows=slice(5, 6))).code == "GCJ-02"
    off = table("stations", lambda xy: xy + np.array([2e-3, 1e-3]), rows=slice(5, 6))
    assert "不能排除" in found(off).why
