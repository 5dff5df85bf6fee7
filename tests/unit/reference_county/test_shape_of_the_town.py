"""The geometry of the reference county: areas that tile, a connected network, nothing in the river."""

from __future__ import annotations

import json

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from gis_app.layers.codes import number_grids

AREAS = ["blocks", "grids", "communities", "subdistricts"]
LAYERS = ["county", *AREAS, "buildings", "streets", "water", "stations"]


@pytest.mark.parametrize("name", LAYERS)
def test_coordinates_are_valid_and_have_at_most_7_decimals(files, geodata, name):
    assert files[name].is_valid.all()
    xy = shapely.get_coordinates(files[name].geometry.to_numpy())
    assert np.array_equal(xy, np.round(xy, 7))
    first = json.loads((geodata / f"{name}.geojson").read_text("utf-8"))
    assert first["referenceSystem"] == "EPSG:4490" and "crs" not in first
    assert all(feature["id"] == next(iter(feature["properties"].values())) for feature in first["features"])


@pytest.mark.parametrize("name", AREAS)
def test_areas_tile_the_town_without_gap_or_overlap(files, name):
    shapes = files[name].geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    town = shapely.coverage_union_all(shapes)
    assert town.geom_type == "Polygon" and len(town.interiors) == 0
    assert town.equals(shapely.coverage_union_all(files["blocks"].geometry.to_numpy()))
    assert set(shapely.get_type_id(shapes)) == {shapely.GeometryType.POLYGON}
    assert town.within(files["county"].geometry.iloc[0])


@pytest.mark.parametrize(
    ("name", "code", "parent", "parent_code"),
    [
        ("blocks", "grid_code", "grids", "grid_code"),
        ("grids", "community_code", "communities", "community_code"),
        ("communities", "subdistrict_code", "subdistricts", "subdistrict_code"),
    ],
)
def test_an_area_is_the_union_of_its_parts(files, name, code, parent, parent_code):
    parts = files[name].groupby(code).geometry.apply(lambda g: shapely.coverage_union_all(g.to_numpy()))
    whole = files[parent].set_index(parent_code).geometry
    assert sorted(parts.index) == sorted(whole.index)
    assert all(shapely.equals(parts.loc[whole.index].to_numpy(), whole.to_numpy()))


def test_grid_codes_are_numbered_in_reading_order_inside_their_community(files):
    grids = files["grids"]
    assert (grids.grid_code.str[:12] == grids.community_code).all()
    assert grids.grid_code.tolist() == number_grids(grids).tolist()
    assert (files["blocks"].grid_code.str[:12] == files["blocks"].community_code).all()


def test_blocks_carry_the_households_of_their_buildings(files):
    counted = files["buildings"].groupby("block_code").households.sum()
    blocks = files["blocks"].set_index("block_code")
    assert (blocks.households == counted.reindex(blocks.index).fillna(0)).all()


def test_buildings_stand_in_their_block_clear_of_each_other_of_streets_and_of_water(files):
    buildings, blocks = files.metric("buildings"), files.metric("blocks").set_index("block_code")
    shapes = buildings.geometry.to_numpy()
    assert shapely.contains(blocks.geometry.loc[buildings.block_code].to_numpy(), shapes).all()
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    assert (one == other).all()
    for name in ("streets", "water"):
        assert tree.query(files.metric(name).geometry.to_numpy(), predicate="intersects").size == 0


def test_the_walking_network_is_noded_and_connected(files):
    lines = files["streets"].geometry.to_numpy()
    ends = [shapely.get_coordinates(shapely.get_point(lines, i)) for i in (0, -1)]
    graph = nx.Graph(zip(map(tuple, ends[0]), map(tuple, ends[1]), strict=True))
    assert nx.is_connected(graph)
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert one.size == 0, other
    assert files.metric("streets").length.min() > 1.0


def test_streets_cross_the_river_by_eight_bridges_only(files):
    streets, river = files.metric("streets"), files.metric("water").query("kind == 'river'").union_all()
    crossing = streets.intersects(river)
    assert (crossing == streets.bridge).all()
    assert streets.bridge.sum() == 8


def test_no_community_lies_on_both_sides_of_the_river(files):
    river = files.metric("water").query("kind == 'river'").union_all()
    dry = files.metric("communities").geometry.difference(river.buffer(0.5))
    assert [sum(part.area > 100 for part in shapely.get_parts(shape)) for shape in dry] == [1] * 24


def test_it_is_no_chessboard(files):
    lines = files.metric("streets").query("road_class != 'path'").geometry
    ends = np.array([[line.coords[0], line.coords[-1]] for line in lines])
    run = ends[:, 1] - ends[:, 0]
    bearing = np.degrees(np.arctan2(run[:, 1], run[:, 0])) % 90
    share, _ = np.histogram(bearing, bins=18, range=(0, 90), weights=np.hypot(*run.T))
    assert (share / share.sum()).max() < 0.35 and (share > 0).all()


def test_the_old_town_is_dense_and_the_outskirts_are_loose(files):
    blocks = files.metric("blocks")
    centre = blocks.centroid
    old = centre.distance(gpd.points_from_xy([114.4624], [34.4789], crs=4490).to_crs(4547)[0])
    assert blocks.area[old < 600].median() * 2.5 < blocks.area[old > 2400].median()
    assert (blocks.households[blocks.land_use.isin(["public", "green", "water", "industrial"])] == 0).all()


def test_stations_and_incidents_lie_in_the_grid_that_they_name(files):
    grids, incidents = files["grids"].set_index("grid_code"), files["incidents"]
    points = gpd.points_from_xy(incidents.lon.astype(float), incidents.lat.astype(float))
    assert shapely.contains(grids.geometry.loc[incidents.grid_code].to_numpy(), np.array(points)).all()
    stations = files["stations"]
    inside = shapely.contains(grids.geometry.loc[stations.grid_code].to_numpy(), stations.geometry.to_numpy())
    assert inside.all() and stations.name.is_unique
