"""Nothing unvalidated goes further in: each bad input is a listed fault with row, field and remedy."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.errors import NotFound
from gis_app.layers import schema
from tests import factory


def faults(name: str, frame: gpd.GeoDataFrame) -> set[tuple]:
    """Return (row, field, message_code) of every fault, having seen that each one can be acted on."""
    found = schema.validate(name, frame)
    for fault in found:
        assert fault.message and fault.remedy
        assert "{" not in fault.message + fault.remedy.replace("{{", "")
    return {(fault.row, fault.field, fault.message_code) for fault in found}


def grids(**changes) -> gpd.GeoDataFrame:
    """Return four valid grids with columns replaced."""
    return factory.toy_layers()["grids"].assign(**changes)


def with_shape(row: int, shape) -> gpd.GeoDataFrame:
    """Return four grids, one of them with another shape."""
    frame = grids()
    shapes = frame.geometry.to_numpy().copy()
    shapes[row - 1] = shape
    return frame.set_geometry(gpd.GeoSeries(shapes, crs=schema.CRS))


@pytest.mark.parametrize("name", schema.LAYERS)
def test_the_toy_county_is_valid(name):
    assert schema.validate(name, factory.toy_layers()[name]) == []


@pytest.mark.parametrize("name", schema.LAYERS)
def test_an_empty_layer_has_every_column_and_is_a_fault_to_import(name):
    assert list(schema.empty(name).columns) == schema.columns(name)
    assert faults(name, schema.empty(name)) == {(None, "geometry", "empty_layer")}


def test_an_unknown_layer_is_named_with_the_known_ones():
    with pytest.raises(NotFound) as raised:
        schema.validate("gridz", grids())
    assert "grids" in raised.value.fields["layer"]


def test_every_fault_of_a_file_is_listed_at_once():
    bad = grids(
        grid_code=[factory.GRIDS[0], factory.GRIDS[0], "12345", None],
        name=["一", "", "b\x00", "x" * 501],
    )
    assert faults("grids", bad) == {
        (1, "grid_code", "duplicate_code"),
        (2, "grid_code", "duplicate_code"),
        (2, "name", "missing_value"),
        (3, "grid_code", "code_digits"),
        (3, "community_code", "code_contradicts_parent"),
        (3, "name", "text_control"),
        (4, "grid_code", "missing_value"),
        (4, "name", "text_length"),
    }


def test_a_code_that_contradicts_the_parent():
    bad = grids(community_code=["410222001002", *[code[:12] for code in factory.GRIDS[1:]]])
    assert faults("grids", bad) == {(1, "community_code", "code_contradicts_parent")}


def test_full_width_digits_are_not_digits():
    bad = grids(grid_code=["４１０２２２００１００１００１", *factory.GRIDS[1:]])
    assert (1, "grid_code", "code_digits") in faults("grids", bad)


def test_a_missing_column():
    assert faults("grids", grids().drop(columns="name")) == {(None, "name", "missing_column")}
    assert faults("grids", pd.DataFrame({"grid_code": ["1"]})) == {(None, "geometry", "missing_column")}


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:4547", None])
def test_another_crs_is_a_fault(crs):
    frame = grids().set_crs(None, allow_override=True) if crs is None else grids().to_crs(crs)
    assert (None, "geometry", "wrong_crs") in faults("grids", frame)


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (None, "missing_geometry"),
        (shapely.Polygon(), "empty_geometry"),
        (factory.broken_polygon(114, 34), "nan_coordinate"),
        (shapely.Point(114, 34), "wrong_geometry_type"),
        (shapely.GeometryCollection([shapely.Point(114, 34)]), "wrong_geometry_type"),
        (shapely.Polygon([(114, 34), (114.1, 34.1), (114.1, 34), (114, 34.1)]), "invalid_geometry"),
        (shapely.box(34.0, 114.0, 34.1, 114.1), "swapped_axes"),
        (shapely.box(450_000, 3_800_000, 451_000, 3_801_000), "out_of_range"),
    ],
)
def test_each_bad_shape_is_one_fault(shape, code):
    assert faults("grids", with_shape(3, shape)) == {(3, "geometry", code)}


def test_a_self_intersection_tells_its_place():
    bow = shapely.Polygon([(114, 34), (114.1, 34.1), (114.1, 34), (114, 34.1)])
    (fault,) = schema.validate("grids", with_shape(2, bow))
    assert "自相交" in fault.message
    assert "114.0500000, 34.0500000" in fault.message


def test_a_station_without_coordinates():
    stations = factory.toy_layers()["stations"]
    nowhere = stations.set_geometry(gpd.points_from_xy([114, np.nan, 34.5], [34, 34, 114.4], crs=schema.CRS))
    assert faults("stations", nowhere) == {
        (2, "geometry", "nan_coordinate"),
        (3, "geometry", "swapped_axes"),
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("status", "half open", "not_allowed"),
        ("kind", "cafe", "not_allowed"),
        ("amenities", "wifi;sauna", "bad_amenity"),
        ("hours", "早八点到晚八点", "bad_hours"),
        ("capacity", -1, "not_whole_number"),
        ("capacity", 2.5, "not_whole_number"),
        ("capacity", "many", "not_whole_number"),
        ("station_code", "a b", "code_token"),
        ("grid_code", "123", "code_digits"),
    ],
)
def test_station_columns(field, value, code):
    stations = factory.toy_layers()["stations"]
    values = [value, *stations[field][1:]]
    bad = schema.complete("stations", stations.assign(**{field: values}))
    assert faults("stations", bad) == {(1, field, code)}


@pytest.mark.parametrize(
    "hours",
    [
        "24/7",
        "Mo-Su 08:00-20:00",
        "Mo-Fr 08:00-12:00,14:00-18:00; Sa,Su 09:00-17:00; PH off",
        "08:00-20:00",
        "",
    ],
)
def test_opening_hours_that_are_understood(hours):
    stations = factory.toy_layers()["stations"]
    assert faults("stations", stations.assign(hours=hours)) == set()


def test_odd_opening_hours_are_a_warning_only():
    stations = factory.toy_layers()["stations"].assign(hours="天天开")
    assert {fault.severity for fault in schema.validate("stations", stations)} == {"warning"}


def test_two_counties_are_one_too_many():
    county = factory.toy_layers()["county"]
    two = pd.concat([county, county.assign(county_code="410223")], ignore_index=True)
    assert faults("county", two) == {(None, "county_code", "row_count")}


def test_hostile_text_is_text():
    names = ["{{7*7}}", "{% for", "</script>`${1}", "<img src=x onerror=alert(1)>"]
    assert faults("grids", grids(name=names)) == set()


def test_complete_fills_what_a_thin_import_leaves_out():
    thin = gpd.GeoDataFrame(
        {"grid_code": [410222001001001.0], "name": ["甲"], "colour": ["red"]},
        geometry=[factory.box(0, 0, 1, 1)],
    ).set_crs(schema.CRS)
    whole = schema.complete("grids", thin)
    assert list(whole.columns) == ["grid_code", "name", "community_code", "geometry"]
    assert whole["grid_code"].tolist() == ["410222001001001"]
    assert whole["community_code"].tolist() == ["410222001001"]


def test_complete_settles_types_that_files_lose():
    stations = gpd.GeoDataFrame(
        {"station_code": [1, 2], "name": ["甲", "乙"], "capacity": ["12", ""], "amenities": [None, "wifi"]},
        geometry=gpd.points_from_xy([114, 114], [34, 34]),
        crs=schema.CRS,
    )
    whole = schema.complete("stations", stations)
    assert whole["station_code"].tolist() == ["1", "2"]
    assert whole["capacity"].tolist() == [12, 0]
    assert whole["amenities"].tolist() == ["", "wifi"]
    assert whole["status"].tolist() == ["open", "open"]
    assert whole["grid_code"].isna().all()
    assert schema.validate("stations", whole) == []


@pytest.mark.parametrize(("given", "kept"), [(["是", "否"], [True, False]), ([1, 0], [True, False])])
def test_complete_reads_yes_and_no(given, kept):
    streets = factory.toy_layers()["streets"].iloc[:2].assign(bridge=given)
    assert schema.complete("streets", streets)["bridge"].tolist() == kept


def test_complete_twice_changes_nothing():
    for name, frame in factory.toy_layers().items():
        pd.testing.assert_frame_equal(schema.complete(name, frame), frame)
