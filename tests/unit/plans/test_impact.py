"""The effects of a draft against plain sums over the county's own rows, each block reckoned by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gis_app.studio.decision import Decision
from tests.storage import plan_county as county
from tests.unit.paper.decision_samples import CHANGED, MERGE, NEW, SPLIT, filled, told


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Decision:
    """Return the decision on a draft that splits one grid and merges two."""
    with filled(tmp_path_factory.mktemp("impact")) as store:
        return told(store, SPLIT, MERGE)


@pytest.fixture(scope="module")
def blocks() -> pd.DataFrame:
    """Return the blocks of the county with their grid before and after: column 2 leaves A1, B2 joins B1."""
    rows = county.layers()["blocks"][["block_code", "grid_code", "households"]].rename(
        columns={"grid_code": "before"}
    )
    column = rows["block_code"].str[2].astype(int)
    after = rows["before"].where((rows["before"] != county.A1) | (column < 2), NEW)
    return rows.assign(after=after.replace(county.B2, county.B1)).set_index("block_code")


@pytest.fixture(scope="module")
def incidents(blocks) -> pd.DataFrame:
    """Return the incidents with a place, each with the block it lies in."""
    rows = county.incidents().dropna(subset=["lon"])
    row = np.floor((rows["lat"] - county.Y0) / county.SIZE).astype(int).astype(str)
    column = np.floor((rows["lon"] - county.X0) / county.SIZE).astype(int).astype(str)
    return rows.assign(block_code="B" + row + column).join(blocks[["before", "after"]], on="block_code")


def test_households_and_last_years_incidents_are_counted_again_under_the_new_grids(found, blocks, incidents):
    grids, counted = found.comparison.grids, found.impact.incidents
    for side in ("before", "after"):
        homes = blocks.groupby(side)["households"].sum()
        happened = incidents.groupby(side).size()
        assert grids[f"households_{side}"].dropna().astype(int).to_dict() == homes.to_dict()
        assert counted[f"incidents_{side}"].dropna().astype(int).to_dict() == happened.to_dict()
        rate = counted[f"rate_{side}"].dropna()
        assert rate.to_dict() == pytest.approx((happened / homes * 1000).to_dict())
    assert set(grids.index[grids["change"] != "kept"]) == set(CHANGED)


def test_the_crosswalk_is_the_plain_count_of_households_by_pair(found, blocks):
    walk = found.effects.crosswalk.set_index(["from_grid", "to_grid"])["households"]
    assert walk.to_dict() == blocks.groupby(["before", "after"])["households"].sum().to_dict()


def test_the_work_of_each_grid_worker_is_the_sum_over_the_grids_they_will_hold(found, blocks, incidents):
    heir = {NEW: county.A1}  # whoever works in A1 is carried over to the grid split from it
    after = blocks["after"].replace(heir)
    homes = {"before": blocks.groupby("before"), "after": blocks.groupby(after)}
    told_rows = {one["grids_before"]: one for one in found.impact.workers.to_dict("records")}
    assert set(told_rows) == {(county.A1,), (county.B1,), (county.B2,)}
    for (grid,), one in told_rows.items():
        for side, groups in homes.items():
            assert one[f"households_{side}"] == groups["households"].sum().get(grid, 0)
            known = incidents[side].replace(heir if side == "after" else {})
            assert one[f"incidents_{side}"] == (known == grid).sum()
    assert told_rows[(county.A1,)]["grids_after"] == (county.A1, NEW)
    spread = found.impact.spread["households"]
    assert [one.count for one in spread] == [4, 3] and spread[1].most == 720 and spread[1].mean == 480
    assert found.impact.unheld == (0, 0)


def test_reach_is_told_by_the_middles_of_blocks_within_half_a_kilometre_of_an_open_station(found, blocks):
    frames = county.layers()
    crs = found.atlas.metric_crs
    middles = frames["blocks"].to_crs(crs).centroid
    near = np.zeros(len(middles), dtype=bool)
    reached = {side: {} for side in ("before", "after")}
    for number, point in enumerate(frames["stations"].to_crs(crs).geometry):
        close = (middles.distance(point) <= 500).to_numpy()
        near |= close
        for side, grids in reached.items():
            for grid in set(blocks[side].to_numpy()[close]):
                grids.setdefault(grid, set()).add(number)
    for side, grids in reached.items():
        within = blocks[near].groupby(side)["households"].sum()
        assert found.impact.reach[f"within_{side}"].dropna().astype(int).to_dict() == within.to_dict()
        counts = {grid: len(stations) for grid, stations in grids.items()}
        assert found.impact.reach[f"stations_{side}"].dropna().astype(int).to_dict() == counts
    share = blocks["households"][near].sum() / blocks["households"].sum()
    assert found.impact.county_reach == pytest.approx((share, share))


def test_open_incidents_stations_and_posts_go_where_their_places_go(found, incidents):
    pending = incidents[incidents["state"] != "closed"]
    moved = pending[pending["before"] != pending["after"]]
    handed = found.effects.incidents.set_index("incident_code")
    assert handed["from_grid"].to_dict() == moved.set_index("incident_code")["before"].to_dict()
    assert handed["to_grid"].to_dict() == moved.set_index("incident_code")["after"].to_dict()
    stations = found.effects.stations
    assert stations.to_numpy().tolist() == [["S2", county.B2, county.B1]]
    posts = found.effects.posts
    continued = posts[posts["rule"] == "continues"]
    assert set(zip(continued["grid_code"], continued["role"], strict=True)) == {
        (NEW, "grid_worker"), (NEW, "grid_leader"),
    }  # fmt: skip
    ended = posts[posts["rule"] == "ends"]
    assert ended[["grid_code", "role"]].to_numpy().tolist() == [[county.B2, "grid_worker"]]
