"""Vector tiles: what a tile holds is what lies there, read back by another program's decoder (GDAL's)."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from tests.factory import GRIDS, toy_incidents, toy_layers

SET = "WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"


@pytest.fixture
def client(as_role):
    return as_role("planner")


def limits(client, name: str) -> dict[int, dict]:
    """Return the limits of a collection's tiles by zoom."""
    told = client.get(f"/ogc/collections/{name}/tiles/{SET}").json
    return {int(one["tileMatrix"]): one for one in told["tileMatrixSetLimits"]}


def drawn(client, folder, name: str, zoom: int) -> gpd.GeoDataFrame:
    """Return everything that the tiles of a zoom hold, clipped to each tile, in Web Mercator."""
    there, found = limits(client, name)[zoom], []
    for row in range(there["minTileRow"], there["maxTileRow"] + 1):
        for column in range(there["minTileCol"], there["maxTileCol"] + 1):
            answer = client.get(f"/ogc/collections/{name}/tiles/{SET}/{zoom}/{row}/{column}")
            assert answer.status_code in (200, 204)
            if answer.status_code == 200:
                assert answer.mimetype == MVT
                file = folder / f"{name}-{zoom}-{column}-{row}.mvt"
                file.write_bytes(answer.data)
                place = {"X": str(column), "Y": str(row), "Z": str(zoom)}
                found.append(pyogrio.read_dataframe(file, layer=name, CLIP="YES", **place))
    return pd.concat(found, ignore_index=True)


@pytest.mark.parametrize("zoom", [11, 14, 16])
def test_the_pieces_of_all_tiles_are_the_layer(client, tmp_path, zoom):
    read = drawn(client, tmp_path, "grids", zoom)
    whole = read.dissolve("grid_code", as_index=True).geometry
    layer = toy_layers()["grids"].set_index("grid_code").to_crs(3857).geometry
    assert sorted(whole.index) == sorted(GRIDS)
    for code in GRIDS:
        assert shapely.symmetric_difference(whole[code], layer[code]).area < 0.02 * layer[code].area
    assert set(read["name"]) == set(toy_layers()["grids"]["name"])


def test_points_and_lines_are_where_they_are(client, tmp_path):
    stations = drawn(client, tmp_path, "stations", 17).set_index("station_code")
    layer = toy_layers()["stations"].set_index("station_code").to_crs(3857)
    assert set(stations.index) == set(layer.index)
    assert all(stations.geometry[code].distance(layer.geometry[code]) < 0.2 for code in layer.index)
    assert dict(stations["kind"]) == dict(layer["kind"])
    streets = drawn(client, tmp_path, "streets", 16)
    length = toy_layers()["streets"].to_crs(3857).length.sum()
    assert abs(streets.length.sum() / length - 1) < 0.01
    assert dict(drawn(client, tmp_path, "blocks", 15)["households"].value_counts())[40] >= 7


def test_outer_rings_turn_as_the_format_wants(client, tmp_path):
    """GDAL makes a hole of a ring that turns the wrong way: every grid must come back as an area."""
    read = drawn(client, tmp_path, "grids", 14)
    assert set(read.geom_type) <= {"Polygon", "MultiPolygon"} and (read.area > 0).all()


def test_no_mediation_lies_in_a_tile(as_role, tmp_path):
    read = drawn(as_role("dispatcher"), tmp_path, "incidents", 14)
    table = toy_incidents()
    public = set(table.loc[table["category"] != "mediation", "incident_code"])
    assert set(read["incident_code"]) == public and "mediation" not in set(read["category"])


def test_a_tile_where_nothing_lies_is_empty_and_one_that_cannot_be_is_none(client):
    grids = f"/ogc/collections/grids/tiles/{SET}"
    empty = client.get(f"{grids}/12/0/0")
    assert empty.status_code == 204 and empty.data == b"" and "Content-Type" not in empty.headers
    for place in ("8/0/0", "19/0/0", "12/4096/0", "12/0/4096", "99999999999/0/0", "-1/0/0", "a/b/c"):
        assert client.get(f"{grids}/{place}").status_code == 404, place
    assert client.get("/ogc/collections/grids/tiles/Other/12/0/0").status_code == 404
    assert client.get("/ogc/tileMatrixSets/Other").status_code == 404
    assert client.get(f"{grids}/12/0/0?x=1").status_code == 400


def test_a_tile_is_not_sent_twice(client):
    there = limits(client, "grids")[14]
    address = f"/ogc/collections/grids/tiles/{SET}/14/{there['minTileRow']}/{there['minTileCol']}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200 and again.status_code == 304


def test_documents_lead_to_the_tiles(client):
    (one,) = client.get("/ogc/collections/grids/tiles").json["tilesets"]
    tileset = client.get(one["links"][0]["href"]).json
    links = {link["rel"]: link for link in tileset["links"]}
    assert links["item"]["templated"] and links["item"]["type"] == MVT
    scheme = next(link["href"] for rel, link in links.items() if rel.endswith("tiling-scheme"))
    matrices = client.get(scheme).json["tileMatrices"]
    assert [one["matrixWidth"] for one in matrices] == [2**zoom for zoom in range(19)]
    assert abs(matrices[0]["scaleDenominator"] - 559082264.028717) < 1e-3
    there = tileset["tileMatrixSetLimits"][0]
    filled = links["item"]["href"].format(
        tileMatrix=there["tileMatrix"], tileRow=there["minTileRow"], tileCol=there["minTileCol"]
    )
    assert client.get(filled).status_code == 200
    assert client.get("/ogc/tileMatrixSets").json["tileMatrixSets"][0]["id"] == SET
