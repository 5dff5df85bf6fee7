"""Files that are all right and yet hard to read: cut names, folders, many tables, systems of old or afar."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis_app.errors import Rejected
from gis_app.exchange import sandbox
from gis_app.exchange.crs import place
from gis_app.exchange.limits import Limits

SQUARES = [shapely.box(114.4 + at / 100, 34.4, 114.405 + at / 100, 34.405) for at in range(2)]
ALIKE = {"网格名称": ["甲", "乙"], "所属社区编码": ["410222001001", "410222001002"],
         "所属社区名称": ["东关社区", "西关社区"], "网格员姓名": ["张三", "李四"],
         "网格员电话": ["1", "2"]}  # fmt: skip
FOLDERS = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>a</name><Placemark><name>good</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
114.40,34.40 114.41,34.40 114.41,34.41 114.40,34.40</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>
<Folder><name>b</name><Placemark><name>open</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
114.42,34.40 114.43,34.40 114.43,34.41 114.42,34.41</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>
</Document></kml>"""  # noqa: E501


def only(path: Path):
    """Return the one table of a file."""
    ((_, table),) = sandbox.read_tables(path, Limits())
    return table


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_names_that_are_cut_alike_lose_neither_a_column_nor_the_encoding(tmp_path: Path, encoding: str):
    gpd.GeoDataFrame(ALIKE, geometry=SQUARES, crs="EPSG:4490").to_file(tmp_path / "b.geojson")
    made = [tmp_path / "a.shp", tmp_path / "b.geojson"]
    subprocess.run(["ogr2ogr", "-lco", f"ENCODING={encoding}", *made], check=True, capture_output=True)
    members = {one.name: one.read_bytes() for one in tmp_path.glob("a.*")}
    table = only(zipped(tmp_path / "a.zip", members))
    assert sorted(map(tuple, table.columns.values())) == sorted(map(tuple, ALIKE.values()))
    assert all(name[:2] in "网格 所属" for name in table.columns)


def test_an_open_ring_in_a_second_folder_is_still_an_area_to_be_closed(tmp_path: Path):
    path = tmp_path / "folders.kml"
    path.write_text(FOLDERS, encoding="utf-8")
    table = only(path)
    assert [(one.row, one.message_code) for one in table.faults] == [(2, "open_ring")]
    assert len(table.rows) == 2


def test_tables_beyond_the_most_are_named_as_left_out(tmp_path: Path):
    feature = {
        "type": "Feature",
        "properties": {"name": "甲"},
        "geometry": shapely.geometry.mapping(SQUARES[0]),
    }
    body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    found = sandbox.read_tables(
        zipped(tmp_path / "many.zip", {f"{at}.geojson": body for at in range(sandbox.MOST_MEMBERS + 3)}),
        Limits(),
    )
    assert sum(bool(table.rows) for _, table in found) == sandbox.MOST_MEMBERS
    ((fault,),) = [table.faults for _, table in found if not table.rows]
    assert fault.message_code == "tables_left_out" and "3" in fault.message


@pytest.mark.parametrize("system", ["IAU_2015:30100", "ESRI:104905"])
def test_a_system_of_another_planet_is_refused(system: str):
    with pytest.raises(Rejected) as refused:
        place(SQUARES, [1, 2], None, system)
    assert refused.value.faults[0].message_code == "unknown_crs"


@pytest.mark.parametrize(("system", "old"), [("EPSG:4610", True), ("EPSG:4214", True), ("EPSG:4490", False)])
def test_an_old_datum_goes_in_with_a_warning(system: str, old: bool):
    found = place(SQUARES, [1, 2], None, system)
    codes = [one.message_code for one in found.faults]
    assert found.shapes is not None and ("crs_old_datum" in codes) == old
