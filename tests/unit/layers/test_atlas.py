"""Every question about geography is answered from an Atlas, with whatever layers a county has."""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from gis_app.errors import BadInput, NotFound
from gis_app.layers import schema
from gis_app.layers.atlas import Atlas
from tests import factory


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers(), revision=3)


@pytest.fixture(scope="module")
def bare() -> Atlas:
    """Return a county of nothing but grids and stations."""
    layers = factory.toy_layers()
    grids = layers["grids"].drop(columns="community_code")
    return Atlas.build({"grids": grids, "stations": layers["stations"]}, revision=1)


def test_a_point_finds_its_grid(atlas):
    inside, corner, outside = factory.lonlat([(100, 700), (400, 400), (-50, 0)])
    assert atlas.grid_at(*inside) == factory.GRIDS[0]
    assert atlas.grid_at(*corner) == factory.GRIDS[0]
    assert atlas.grid_at(*outside) is None
    assert atlas.grids_at(np.array([outside, inside])).tolist() == [None, factory.GRIDS[0]]


def test_children_and_parents(atlas):
    assert atlas.children("410222") == ["410222001"]
    assert atlas.children("410222001") == list(factory.COMMUNITIES)
    assert atlas.children(factory.COMMUNITIES[0]) == list(factory.GRIDS[:2])
    assert atlas.children(factory.GRIDS[0]) == []
    assert atlas.parent(factory.GRIDS[0]) == factory.COMMUNITIES[0]
    assert atlas.parent("410222") is None
    with pytest.raises(BadInput):
        atlas.parent("nonsense")


def test_an_area_by_its_code(atlas):
    assert atlas.area(factory.GRIDS[1])["name"] == "第二网格"
    assert atlas.area("410222")["name"] == "示例县"
    assert atlas.area("999999") is None
    assert atlas.area("nonsense") is None
    assert atlas.name_of(factory.COMMUNITIES[1]) == "东社区"


def test_households_add_up_on_every_level(atlas):
    sums = {
        level: atlas.households_by(level).sum()
        for level in ("block", "grid", "community", "subdistrict", "county")
    }
    assert set(sums.values()) == {280}
    assert atlas.households_by("block")["B00008"] == 0
    assert atlas.demand_unit == "households"


def test_demand_comes_from_buildings_where_they_are_counted(atlas):
    assert len(atlas.demand) == 28
    assert atlas.demand["code"].str.startswith("H").all()


def test_a_block_without_counted_buildings_stands_for_itself():
    layers = factory.toy_layers()
    layers["buildings"] = layers["buildings"].iloc[4:]
    atlas = Atlas.build(layers)
    assert "B00001" in set(atlas.demand["code"])
    assert atlas.demand["households"].sum() == 280


def test_demand_falls_back_to_blocks_then_to_places():
    layers = factory.toy_layers()
    layers["buildings"] = layers["buildings"].assign(households=0)
    assert len(Atlas.build(layers).demand) == 7
    layers["blocks"] = layers["blocks"].assign(households=0)
    places = Atlas.build(layers)
    assert (places.demand_unit, places.demand["households"].sum()) == ("places", 28)
    del layers["buildings"]
    assert len(Atlas.build(layers).demand) == 7  # the park is nobody's home


def test_stations_know_their_grid_by_where_they_are(atlas):
    assert atlas.stations["grid_code"].tolist() == [factory.GRIDS[0], factory.GRIDS[2], factory.GRIDS[3]]


def test_grids_alone_make_a_county(bare):
    assert bare.derived == {"communities", "subdistricts", "county", "blocks"}
    assert bare.communities["community_code"].tolist() == list(factory.COMMUNITIES)
    assert bare.county.geometry[0].area == pytest.approx(sum(g.area for g in bare.grids.geometry))
    assert bare.children("410222001") == list(factory.COMMUNITIES)
    assert bare.demand_unit == "places"
    assert bare.households_by("community").tolist() == [2, 2]
    for name in schema.LAYERS:
        assert list(bare.layer(name).columns) == schema.columns(name)


def test_grids_that_do_not_fit_together_still_make_a_county():
    layers = factory.toy_layers()
    shapes = layers["grids"].to_crs(factory.METRIC).buffer(3).to_crs(schema.CRS)
    atlas = Atlas.build({"grids": layers["grids"].set_geometry(shapes)})
    assert atlas.county.geometry.is_valid.all()


def test_nothing_at_all():
    atlas = Atlas.build({})
    assert atlas.bounds is None
    assert atlas.grid_at(114.0, 34.0) is None
    assert len(atlas.demand) == 0
    assert atlas.households_by("grid").empty
    assert atlas.children("410222") == []


def test_another_country_comes_up_unchanged():
    squares = [box(-97 + i * 0.01, 32, -96.99 + i * 0.01, 32.01) for i in range(3)]
    grids = gpd.GeoDataFrame(
        {"grid_code": [f"99999900100100{i}" for i in (3, 1, 2)], "name": list("abc")},
        geometry=squares,
        crs=4326,
    )
    atlas = Atlas.build({"grids": grids})
    assert atlas.metric_crs.to_epsg() == 32614
    assert atlas.grids["grid_code"].is_monotonic_increasing
    assert atlas.grid_at(-96.995, 32.005) == "999999001001003"


def test_layers_by_name(atlas):
    assert atlas.layer("grids") is atlas.grids
    assert atlas.level("community") is atlas.communities
    with pytest.raises(NotFound):
        atlas.layer("nonsense")
    with pytest.raises(NotFound):
        atlas.level("nonsense")


def test_an_atlas_does_not_change(atlas):
    with pytest.raises(dataclasses.FrozenInstanceError):
        atlas.revision = 4


def test_the_layers_given_are_left_as_they_were():
    layers = factory.toy_layers()
    before = layers["stations"].copy()
    Atlas.build(layers)
    assert layers["stations"].equals(before)


def test_bounds_are_the_grids(atlas):
    assert shapely.box(*atlas.bounds).equals(shapely.box(*atlas.grids.total_bounds))
