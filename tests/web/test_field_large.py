"""Of a large county a phone carries its own area and what is around it."""

from __future__ import annotations

import numpy as np

from gis_app.layers.atlas import Atlas
from gis_app.web import field_extent
from gis_app.web.current import Snapshot
from gis_app.web.field_extent import extent_of
from tests.factory import GRIDS, toy_layers, toy_tables


def snapshot_of_the_toy_county() -> Snapshot:
    """Return the toy county without a store."""
    return Snapshot(1, Atlas.build(toy_layers()), toy_tables(), None)


def test_a_small_county_is_carried_whole():
    extent = extent_of(snapshot_of_the_toy_county(), GRIDS[0])
    assert extent.whole and extent.grids.all() and extent.stations.all()
    assert list(extent.own) == [code == GRIDS[0] for code in sorted(GRIDS)]


def test_of_a_large_one_the_neighbours_and_the_streets_around(monkeypatch):
    monkeypatch.setattr(field_extent, "MOST_GRIDS", 1)
    monkeypatch.setattr(field_extent, "AROUND", 150.0)
    found = snapshot_of_the_toy_county()
    extent = extent_of(found, GRIDS[0])
    assert not extent.whole and extent.own.sum() == 1 and extent.grids.all()  # all four touch at one point
    carried = found.atlas.street_network.lines[extent.edges]
    assert 0 < len(carried) < len(found.atlas.street_network.lines)
    assert list(found.atlas.stations["station_code"][extent.stations]) == ["Z001"]


def test_nobody_s_area_carries_nothing_and_a_whole_huge_county_no_streets(monkeypatch):
    monkeypatch.setattr(field_extent, "MOST_GRIDS", 1)
    nothing = extent_of(snapshot_of_the_toy_county(), "999999")
    assert not nothing.own.any() and not len(nothing.edges)
    monkeypatch.setattr(field_extent, "MOST_EDGES", 5)
    whole = extent_of(snapshot_of_the_toy_county(), "")
    assert whole.own.all() and whole.stations.all() and not len(whole.edges)


def test_edges_side_by_side_are_all_there():
    lines = snapshot_of_the_toy_county().atlas.street_network.lines
    assert sorted(field_extent.side_by_side(lines)) == list(range(len(lines)))
    assert len(field_extent.side_by_side(np.empty(0, dtype=object))) == 0
