"""Too many incidents to show one by one come as counts by cell that add up; closer views show each."""

from __future__ import annotations

import pytest

from gis_app.web import incidents
from tests.factory import toy_incidents

POINTS = "/overlays/incidents.geojson"


@pytest.fixture
def crowded(monkeypatch):
    """Let five incidents be too many."""
    monkeypatch.setattr(incidents, "MOST_POINTS", 5)


def test_counts_by_cell_add_up(as_role, crowded):
    frame = toy_incidents()
    told = as_role("leader").get(f"{POINTS}?from=2023-01-01").json
    public = frame[frame["category"] != "mediation"]
    assert told["binned"] is True and told["total"] == len(public)
    assert sum(one["properties"]["count"] for one in told["features"]) == len(public)
    for stage, count in told["stages"].items():
        assert sum(one["properties"][stage] for one in told["features"]) == count
    assert sum(told["stages"].values()) == told["total"]
    west, east = public["lon"].min(), public["lon"].max()
    for one in told["features"]:
        lon, _lat = one["geometry"]["coordinates"]
        assert one["geometry"]["type"] == "Point" and west <= lon <= east
        assert set(one["properties"]) == {"id", "count", "overdue", "due_soon", "open", "done", "binned"}
    assert sum(one["count"] for one in told["legend"]["classes"]) == told["total"]


def test_a_closer_view_shows_each(as_role, crowded):
    frame = toy_incidents()
    one = frame[frame["category"] == "hazard"].iloc[0]
    box = f"{one['lon'] - 1e-6},{one['lat'] - 1e-6},{one['lon'] + 1e-6},{one['lat'] + 1e-6}"
    told = as_role("leader").get(f"{POINTS}?bbox={box}&to=2023-12-30").json
    assert told["binned"] is False
    assert [feature["id"] for feature in told["features"]] == [one["incident_code"]]
    assert told["features"][0]["properties"]["description"] == "路面积水"


def test_a_view_with_nothing_in_it_is_empty(as_role):
    assert as_role("leader").get(f"{POINTS}?bbox=1,1,2,2").json["features"] == []


@pytest.mark.parametrize("box", ["1", "1,2,3", "a,b,c,d", "2,1,1,2", "nan,1,2,3", "0,0,181,1", "1,2,3,4,5"])
def test_a_bad_view_is_named(as_role, box):
    answer = as_role("leader").get(f"{POINTS}?bbox={box}")
    assert answer.status_code == 400 and "bbox" in answer.json["error"]["fields"]
