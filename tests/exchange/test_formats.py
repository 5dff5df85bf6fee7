"""Every format comes in with names, households and shapes as they went out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import shapely

from gis_app.exchange.importing import import_layer
from tests.exchange import samples


def codes_of(found: list) -> set[str]:
    """Return the codes of faults."""
    return {one.message_code for one in found}


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".kml", ".kmz", ".shp", ".zip", ".dxf"])
def test_areas_come_in_from_every_format(suffix: str, empty_store, tmp_path: Path):
    crs = "EPSG:4326" if suffix in (".kml", ".kmz") else "EPSG:4547"
    path = samples.write(samples.grids(crs), tmp_path / f"grids{suffix}")

    report = import_layer(empty_store, "grids", path, crs=crs)

    assert report.faults == [] and report.written and report.inserted == 9
    found = samples.layer_of(empty_store, "grids")
    wanted = samples.grids("EPSG:4490").rename(columns={"网格名称": "name"})
    assert set(found["name"]) == set(samples.NAMES)
    assert samples.farthest(found, wanted) < 0.01
    if suffix != ".dxf":
        households = samples.layer_of(empty_store, "blocks").set_index("name")["households"]
        assert households.to_dict() == dict(zip(samples.NAMES, samples.HOUSEHOLDS, strict=True))


@pytest.mark.parametrize(
    ("encoding", "without", "folder"),
    [
        ("gbk", (), ""),
        ("gbk", (".cpg",), "通许县/网格/"),
        ("utf-8", (".cpg",), ""),
        ("gbk", (".cpg", ".shx"), "通许县/网格/"),
    ],
)
def test_zipped_shapefiles_come_in_whatever_their_encoding(encoding, without, folder, empty_store, tmp_path):
    path = samples.zip_shapefile(samples.grids(), tmp_path / "a.zip", encoding, folder, without)

    report = import_layer(empty_store, "grids", path)

    assert report.faults == []
    assert set(samples.layer_of(empty_store, "grids")["name"]) == set(samples.NAMES)
    assert samples.layer_of(empty_store, "blocks")["households"].sum() == sum(samples.HOUSEHOLDS)


def test_a_wrong_cpg_is_not_believed(empty_store, tmp_path: Path):
    samples.write_shapefile(samples.grids(), tmp_path / "a.shp", encoding="gbk")
    (tmp_path / "a.cpg").write_text("UTF-8")
    assert import_layer(empty_store, "grids", tmp_path / "a.shp").ok
    assert set(samples.layer_of(empty_store, "grids")["name"]) == set(samples.NAMES)


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ";"), ("utf-8-sig", ","), ("gbk", ","), ("gbk", "\t"), ("utf-16", "\t")],
)
def test_station_tables_come_in_whatever_their_encoding(encoding, separator, empty_store, tmp_path: Path):
    import_layer(
        empty_store, "grids", samples.write(samples.grids(), tmp_path / "g.geojson"), crs="EPSG:4547"
    )
    path = tmp_path / "stations.csv"
    frame = samples.stations()
    frame["设施"] = frame["设施"].str.replace(";", "、")
    frame.to_csv(path, index=False, encoding=encoding, sep=separator)
    assert_stations(import_layer(empty_store, "stations", path, crs="EPSG:4490"), empty_store)


def test_a_workbook_of_stations_comes_in(empty_store, tmp_path: Path):
    import_layer(
        empty_store, "grids", samples.write(samples.grids(), tmp_path / "g.geojson"), crs="EPSG:4547"
    )
    path = samples.write_workbook(samples.stations(), tmp_path / "stations.xlsx")
    assert_stations(import_layer(empty_store, "stations", path, crs="EPSG:4490"), empty_store)


def assert_stations(report, store) -> None:
    """Assert that the three stations came in, in the schema's words and in their grids."""
    assert report.faults == [] and report.written
    found = samples.layer_of(store, "stations").set_index("name")
    assert list(found.loc[["东关驿站", "西关驿站", "苗岗党群服务中心"], "hours"]) == [
        "Mo-Su 08:00-20:00",
        "24/7",
        "Mo-Fr 09:00-17:30",
    ]
    assert found.loc["东关驿站", "amenities"] == "drinking_water;charging;wifi"
    assert found.loc["苗岗党群服务中心", "amenities"] == "seating;toilet"
    assert found["kind"].to_dict() == {
        "东关驿站": "warm_station",
        "西关驿站": "warm_station",
        "苗岗党群服务中心": "party_service_centre",
    }
    assert list(found["status"].sort_values()) == ["closed", "open", "planned"]
    assert found["capacity"].sum() == 100
    grid_names = samples.layer_of(store, "grids").set_index("grid_code")["name"]
    assert grid_names[found.loc["东关驿站", "grid_code"]] == samples.NAMES[0]


def test_areas_come_in_from_a_table_of_well_known_text(empty_store, tmp_path: Path):
    frame = samples.grids("EPSG:4490")
    table = pd.DataFrame({"名称": frame["网格名称"], "WKT": shapely.to_wkt(frame.geometry.values)})
    table.to_csv(tmp_path / "a.csv", index=False)
    assert import_layer(empty_store, "grids", tmp_path / "a.csv", crs="EPSG:4490").inserted == 9


def test_rows_are_told_as_the_person_sees_them(county_store, tmp_path: Path):
    """A sheet counts its header; a GeoJSON counts features from 1."""
    table = "名称,经度,纬度\n\n甲,114.4551,x\n乙,114.4552,34.4731\n丙,,34.47\n"
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    report = import_layer(county_store, "stations", tmp_path / "a.csv")
    assert [(one.row, one.message_code) for one in report.faults] == [
        (3, "bad_coordinate"),
        (5, "nan_coordinate"),
    ]


def test_one_layer_of_several_is_chosen_by_name(empty_store, tmp_path: Path):
    path = tmp_path / "all.gpkg"
    samples.grids().to_file(path, layer="网格", driver="GPKG")
    samples.grids().head(2).to_file(path, layer="others", driver="GPKG", mode="a")
    assert import_layer(empty_store, "grids", path).inserted == 9


def test_several_layers_without_a_known_name_are_refused(empty_store, tmp_path: Path):
    path = tmp_path / "all.gpkg"
    samples.grids().to_file(path, layer="a", driver="GPKG")
    samples.grids().head(2).to_file(path, layer="b", driver="GPKG", mode="a")
    assert codes_of(import_layer(empty_store, "grids", path).faults) == {"two_layers"}
