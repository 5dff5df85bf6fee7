"""A what-if is worth what a true county with those stations would be; and the hours say who counts."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app import clock
from gis_app.errors import BadInput, NotFound
from gis_app.layers.atlas import Atlas
from gis_app.stations.figures import COLUMNS, by_area, catchments, figures, whole
from gis_app.stations.isochrones import around
from gis_app.stations.reach_table import ReachTable
from gis_app.stations.scope import Scope
from gis_app.stations.what_if import Change, changed, compared
from tests import factory

SUNDAY = datetime(2024, 4, 21, 20, 0, tzinfo=clock.ZONE)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return the toy county."""
    return Atlas.build(factory.toy_layers())


@pytest.fixture(scope="module")
def table(atlas) -> ReachTable:
    """Return its reach."""
    return ReachTable.build(atlas)


def truly(changes) -> Atlas:
    """Return the toy county with its layer of stations truly changed."""
    layers = factory.toy_layers()
    layers["stations"] = changes(layers["stations"])
    return Atlas.build(layers)


def same(found, expected) -> None:
    """Check that two answers have the same figures on every level."""
    for level in ("block", "grid", "community", "county"):
        pd.testing.assert_frame_equal(by_area(found, level), by_area(expected, level))


def counted(table: ReachTable, limit: float = 300.0):
    """Return the figures of what serves."""
    return figures(table, Scope().mask(table.stations), limit, 3)


def test_closed_moved_and_resized_are_as_if_they_were_true(atlas, table):
    lon, lat = factory.lonlat((300.0, 210.0))[0]

    def change(stations):
        stations = stations[stations["station_code"] != "Z001"].copy()
        row = stations["station_code"] == "Z002"
        stations.loc[row, "capacity"] = 7
        stations.loc[row, "geometry"] = shapely.Point(lon, lat)
        return stations

    changes = [
        Change("close", "Z001"),
        Change("move", "Z002", lon, lat),
        Change("resize", "Z002", capacity=7),
    ]
    same(counted(changed(table, atlas, changes)), counted(ReachTable.build(truly(change))))


def test_what_is_added_serves_and_nothing_else_has_changed(atlas, table):
    lon, lat = factory.lonlat((100.0, 100.0))[0]
    before = counted(table)
    after = counted(changed(table, atlas, [Change("add", "", lon, lat, 5)]))
    areas = compared(before, after, "grid", atlas).set_index("code")
    assert after.table.stations["station_code"].tolist()[-1] == "new-1"
    assert areas["covered_delta"].sum() == whole(after)["covered"] - whole(before)["covered"] > 0
    assert areas.loc[factory.GRIDS[2], "covered_delta"] == 0


def test_the_table_that_was_changed_is_as_it_was(atlas, table):
    before = counted(table)
    changed(table, atlas, [Change("close", "Z001"), Change("close", "Z002")])
    same(counted(table), before)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change("close", "Z999"), NotFound),
        (Change("move", "Z001"), BadInput),
        (Change("add", "", 114.0, 34.0), BadInput),
        (Change("fly", "Z001"), BadInput),
    ],
)
def test_a_change_that_cannot_be_is_refused(atlas, table, change, error):
    with pytest.raises(error):
        changed(table, atlas, [change])


def test_with_all_stations_closed_nobody_is_covered_and_nobody_is_0_metres_away(atlas, table):
    found = counted(changed(table, atlas, [Change("close", "Z001"), Change("close", "Z002")]))
    row = whole(found)
    assert (row["covered"], row["seated"], row["stations"]) == (0, 0, 0)
    assert found.places["walk_m"].isna().all()
    assert row["unreachable"] == row["households"] == 280


def test_on_sunday_evening_coverage_is_another_map(table):
    serving = Scope().mask(table.stations)
    open_ = Scope(when="open", moment=SUNDAY).mask(table.stations)
    always = Scope(when="always").mask(table.stations)
    assert serving.tolist() == [True, True, False]
    assert open_.tolist() == [True, False, False]  # the other closes at 20:00
    assert always.tolist() == [True, False, False]
    assert figures(table, open_, 500.0).places["nearest_station"].unique().tolist() == ["Z001"]


def test_amenities_and_planned_ones(atlas):
    def change(stations):
        return stations.assign(status=np.where(stations["station_code"] == "Z002", "planned", "open"))

    stations = ReachTable.build(truly(change)).stations
    assert Scope().mask(stations).tolist() == [True, False, False]
    assert Scope(when="planned").mask(stations).tolist() == [True, True, False]
    assert Scope((), ("wifi",)).mask(stations).tolist() == [True, False, False]
    with pytest.raises(BadInput):
        Scope(when="never").mask(stations)


def test_catchments_give_every_household_to_one_station_or_none(table):
    found = counted(table, 500.0)
    for within_capacity in (False, True):
        rows = catchments(found, within_capacity)
        assert rows["households"].sum() == 280
    taken = catchments(found, True).groupby("station_code")["households"].sum()
    assert (taken <= pd.Series({"Z001": 30, "Z002": 60})).all()


def test_an_isochrone_holds_what_is_near_and_nothing_beyond(atlas, table):
    mask = table.stations["station_code"].eq("Z001").to_numpy()
    shapes = around(table, atlas, mask, (150.0, 300.0)).to_crs(atlas.metric_crs)
    random = np.random.default_rng(3)
    points = random.uniform(-50, 850, (4000, 2)) + factory.ORIGIN
    walk = atlas.street_network.distances(table.xy[mask], points).distance
    for limit, shape in shapes.items():
        assert shape.is_valid
        inside = shapely.contains_xy(shape, points)
        assert inside.any()
        assert walk[inside].max() <= limit + 1.0
    on_streets = shapely.line_interpolate_point(atlas.street_network.lines, 0.3, normalized=True)
    reach = atlas.street_network.distances(table.xy[mask], shapely.get_coordinates(on_streets)).distance
    assert shapely.intersects(shapes[300.0], on_streets[reach < 298.0]).all()


def test_without_streets_circles_are_called_what_they_are():
    layers = factory.toy_layers()
    del layers["streets"]
    found = counted(ReachTable.build(Atlas.build(layers)))
    assert found.basis == "crow"
    assert found.places["walk_m"].isna().all()
    assert whole(found)["covered"] == whole(found)["crow_covered"] > 0


@pytest.mark.parametrize("keep", [(), ("grids",), ("stations",), ("streets",), ("blocks", "streets")])
def test_any_set_of_layers_gives_an_answer(keep):
    layers = factory.toy_layers()
    table = ReachTable.build(Atlas.build({name: layers[name] for name in keep}))
    found = counted(table)
    assert whole(found).keys() >= set(COLUMNS) - {"code"}
    assert by_area(found, "grid")["households"].sum() == table.places.households.sum()
