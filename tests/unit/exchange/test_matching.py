"""Columns and values as people write them are understood, and nothing else is guessed."""

from __future__ import annotations

import pytest

from gis_app.exchange import columns, words
from gis_app.layers import schema


@pytest.mark.parametrize(
    ("layer", "names", "found"),
    [
        ("grids", ["网格编码", "网格名称"], {"grid_code": "网格编码", "name": "网格名称"}),
        ("grids", ["GRID_CODE", "HouseHolds"], {"grid_code": "GRID_CODE", "households": "HouseHolds"}),
        ("grids", ["户数(户)", "网格编"], {"households": "户数(户)", "grid_code": "网格编"}),
        ("stations", ["station_co", "驿站名"], {"station_code": "station_co", "name": "驿站名"}),
        ("stations", ["营业时间", "容纳 人数"], {"hours": "营业时间", "capacity": "容纳 人数"}),
        ("streets", ["osm_id", "highway"], {"street_code": "osm_id", "road_class": "highway"}),
        ("grids", ["AREA", "PERIMETER", "HR7984"], {}),
    ],
)
def test_columns_are_found_in_chinese_and_english(layer: str, names: list[str], found: dict[str, str]):
    assert columns.find_columns(layer, names) == found


def test_every_column_of_every_layer_answers_to_its_own_name():
    for layer in schema.LAYERS:
        for column in schema.columns(layer):
            if column not in ("geometry", "grid_code" if layer == "stations" else ""):
                assert columns.find_columns(layer, [column]) == {column: column}


@pytest.mark.parametrize("name", ["POP", "TotPop90", "population", "人口数"])
def test_inhabitants_are_known_as_such(name: str):
    assert columns.find_people(["x", name]) == name


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["经度", "纬度"], {"lon": "经度", "lat": "纬度"}),
        (["lng", "LAT", "x", "y"], {"lon": "lng", "lat": "LAT", "x": "x", "y": "y"}),
        (["东坐标", "北坐标"], {"x": "东坐标", "y": "北坐标"}),
        (["经度(GCJ)", "纬度（GCJ）"], {"lon": "经度(GCJ)", "lat": "纬度（GCJ）"}),
    ],
)
def test_coordinates_are_found(names: list[str], found: dict[str, str]):
    assert columns.find_coordinates(names) == found


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("24小时", "24/7"),
        ("全天开放", "24/7"),
        ("8:00-20:00", "Mo-Su 08:00-20:00"),
        ("早8点至晚10点", "早8点至晚10点"),
        ("８：００－２０：００", "Mo-Su 08:00-20:00"),
        ("周一至周五 9:00-12:00，14:00-18:00", "Mo-Fr 09:00-12:00,14:00-18:00"),
        ("星期六 9时-17时", "Sa 09:00-17:00"),
        ("Mo-Su 08:00-20:00", "Mo-Su 08:00-20:00"),
        ("24/7", "24/7"),
    ],
)
def test_opening_hours_are_understood_or_left(given: str, taken: str):
    assert words.opening_hours(given) == taken


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("饮水、充电、Wi-Fi", "drinking_water;charging;wifi"),
        ("微波炉；急救箱", "microwave;first_aid"),
        ("drinking_water;toilet", "drinking_water;toilet"),
        ("休息座椅和卫生间", "seating;toilet"),
        ("无", ""),
        ("桑拿", "桑拿"),
    ],
)
def test_amenities_are_understood_or_left_for_the_schema_to_refuse(given: str, taken: str):
    assert words.amenity_codes(given) == taken


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("114.467", 114.467),
        (" １１４.５ ", 114.5),
        ("114°28'1.2\"", 114 + 28 / 60 + 1.2 / 3600),
        ("114°28′1.2″E", 114 + 28 / 60 + 1.2 / 3600),
        ("东经114度30分", 114.5),
        ("34.5S", -34.5),
        ("abc", None),
        ("", None),
        (None, None),
        (True, None),
        (7, 7.0),
    ],
)
def test_coordinates_are_numbers_or_nothing(given: object, number: float | None):
    found = words.number(given)
    assert found == pytest.approx(number) if number is not None else found is None
