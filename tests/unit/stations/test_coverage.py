"""Coverage is decided by walking distance, inclusively, and its numbers add up on every level."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.errors import BadInput
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import LEVELS, limit_metres, reach, summarise, total
from tests import factory
from tests.factory import box, layer


def county(**changes) -> Atlas:
    """Return the toy county with layers replaced; None removes one."""
    layers = factory.toy_layers() | changes
    return Atlas.build({name: frame for name, frame in layers.items() if frame is not None})


def station(x: float, y: float, **columns) -> gpd.GeoDataFrame:
    """Return a single open warm station at a place in metres."""
    data = {"station_code": ["Z1"], "name": ["站"]} | {key: [value] for key, value in columns.items()}
    return layer("stations", data, [box(x - 1, y - 1, x + 1, y + 1).centroid])


@pytest.fixture(scope="module")
def reached() -> pd.DataFrame:
    """Return the toy county's reach."""
    return reach(county())


def test_one_row_for_each_home(reached):
    assert len(reached) == 28
    assert set(reached["reason"]) == {"ok"}
    assert reached.attrs == {"basis": "walk", "unit": "households"}


def test_the_way_is_measured_along_the_streets(reached):
    # the home at (60, 500), 60 m east of the street x = 0; the station on the street y = 400 at x = 100
    first = reached.set_index("code").loc["H00001"]
    assert first["walk_m"] == pytest.approx(60 + 100 + 100, abs=0.001)
    assert first["crow_m"] == pytest.approx(np.hypot(40, 100), abs=0.001)
    assert first["nearest_station"] == "Z001"
    assert first["walk_min"] == pytest.approx(260 / 75, abs=0.001)


def test_nobody_walks_shorter_than_the_crow_flies(reached):
    assert (reached["walk_m"] >= reached["crow_m"] - 1e-6).all()


@pytest.mark.parametrize("limit", [0, 200, 300, 500, 1000, 1e9])
def test_sums_agree_on_every_level(reached, limit):
    columns = ["households", "covered", "uncovered", "crow_covered", "unreachable"]
    sums = [summarise(reached, level, limit)[columns].sum() for level in LEVELS]
    for level_sums in sums[1:]:
        pd.testing.assert_series_equal(sums[0], level_sums)
    everything = total(reached, limit)
    assert [everything[column] for column in columns] == sums[0].tolist()
    assert everything["covered"] + everything["uncovered"] == 280


def test_the_limit_is_inclusive():
    streets = layer("streets", {"street_code": ["S1"]}, [factory.line((0, 0), (1000, 0))])
    homes = {"building_code": ["H1", "H2"], "block_code": ["B00005", "B00005"], "households": [10, 1]}
    buildings = layer("buildings", homes, [box(499, -1, 501, 1), box(499.5, -1, 501.5, 1)])
    atlas = county(streets=streets, stations=station(0, 0), buildings=buildings, blocks=None)
    near = reach(atlas)
    assert near["walk_m"].tolist() == pytest.approx([500.0, 500.5], abs=1e-4)
    assert summarise(near, "county", 500).loc[0, ["covered", "uncovered"]].tolist() == [10, 1]


def test_a_river_without_a_bridge_is_walked_around_or_not_at_all():
    banks = [factory.line((0, 100), (800, 100)), factory.line((0, 700), (800, 700))]
    streets = layer("streets", {"street_code": ["S1", "S2"]}, banks)
    near = reach(county(streets=streets, stations=station(400, 100)))
    assert set(near["reason"]) == {"ok", "unreachable"} | ({"unsnapped"} & set(near["reason"]))
    assert near.loc[near["reason"] != "ok", "walk_m"].isna().all()
    assert near["crow_m"].notna().all()
    summary = total(near, 1e9)
    assert summary["unreachable"] == near.loc[near["reason"] != "ok", "households"].sum() > 0
    assert summary["covered"] == 280 - summary["unreachable"]


def test_homes_far_from_any_street_are_named(reached):
    near = reach(county(), snap_limit=50)
    assert set(near["reason"]) == {"unsnapped"}
    assert near["nearest_station"].isna().all()


def test_only_open_stations_of_the_kind_count():
    assert set(reach(county(), kinds=("party_service_centre",))["nearest_station"]) == {"Z003"}
    closed = reach(county(stations=station(100, 400, status="closed")))
    assert set(closed["reason"]) == {"unreachable"}
    assert closed["crow_m"].isna().all()
    assert total(closed, 500)["covered"] == 0


def test_without_streets_the_crow_flies_and_says_so():
    near = reach(county(streets=None))
    assert near.attrs["basis"] == "crow"
    assert near["walk_m"].isna().all()
    summary = summarise(near, "grid", 300)
    assert (summary["covered"] == summary["crow_covered"]).all()
    assert total(near, 300)["basis"] == "crow"


def test_grids_and_stations_alone_are_enough():
    layers = factory.toy_layers()
    atlas = Atlas.build({"grids": layers["grids"], "stations": layers["stations"]})
    summary = summarise(reach(atlas), "grid", 500, atlas)
    assert summary["code"].tolist() == list(factory.GRIDS)
    assert summary["households"].tolist() == [1, 1, 1, 1]
    assert total(reach(atlas), 500)["unit"] == "places"


@pytest.mark.parametrize(
    "keep", [(), ("grids",), ("stations",), ("streets",), ("blocks",), ("stations", "streets")]
)
def test_any_set_of_layers_gives_an_answer(keep):
    layers = factory.toy_layers()
    atlas = Atlas.build({name: layers[name] for name in keep})
    near = reach(atlas)
    for level in LEVELS:
        table = summarise(near, level, 500, atlas)
        assert (table["covered"] + table["uncovered"] == table["households"]).all()
    assert total(near, 500)["households"] == len(near) if atlas.demand_unit == "places" else True


def test_areas_without_homes_have_no_share():
    atlas = county()
    blocks = summarise(reach(atlas), "block", 500, atlas).set_index("code")
    assert blocks.loc["B00008", "households"] == 0
    assert np.isnan(blocks.loc["B00008", "share"])
    assert "B00008" not in summarise(reach(atlas), "block", 500)["code"].to_numpy()


def test_means_are_weighted_by_households():
    near = pd.DataFrame(
        {
            "community_code": ["c"] * 3,
            "households": [1, 3, 4],
            "walk_m": [100.0, 200.0, np.nan],
            "crow_m": [1.0] * 3,
        }
    )
    row = summarise(near, "community", 150).iloc[0]
    assert (row["mean_m"], row["worst_m"], row["unreachable"], row["share"]) == (175.0, 200.0, 4, 0.125)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-300, 1100), st.floats(-300, 1100)), min_size=1, max_size=6))
def test_more_reach_never_covers_fewer(places):
    shapes = [box(x, y, x + 1, y + 1).centroid for x, y in places]
    data = {"station_code": [f"Z{i}" for i in range(len(shapes))], "name": ["站"] * len(shapes)}
    near = reach(county(stations=layer("stations", data, shapes)))
    covered = [total(near, limit)["covered"] for limit in (0, 100, 300, 500, 1000, 2000)]
    assert covered == sorted(covered)
    assert all(total(near, m)["covered"] <= total(near, m)["crow_covered"] for m in (300, 500, 1000))


def test_minutes_follow_the_walking_speed():
    assert limit_metres("10min", 1.25) == 750
    assert limit_metres("10min", 1.0) == 600
    assert limit_metres("500m") == 500
    with pytest.raises(BadInput) as raised:
        limit_metres("501m")
    assert "500m" in raised.value.fields["limit"]


def test_an_unknown_level_is_refused(reached):
    with pytest.raises(BadInput):
        summarise(reached, "street", 500)
