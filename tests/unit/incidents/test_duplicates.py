"""Likely duplicates: the same class, within 250 m and seven days, still open, and never a private one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.incidents.duplicates import box_around, distances_m, likely_duplicates, since
from gis_app.incidents.model import OPEN_STATES, STATES
from tests import factory
from tests.unit.incidents.loop import NOW, at

HERE = factory.lonlat((400, 400))[0]


def frame(*rows: dict) -> pd.DataFrame:
    """Return incidents beside the place, `x` and `y` metres away from it."""
    base = {"class_code": "ENV03", "category": "environment", "state": "handling", "x": 0.0, "y": 0.0}
    data = pd.DataFrame([base | {"reported_at": "2026-07-28T09:00:00+08:00"} | row for row in rows])
    data["incident_code"] = [f"TX2026-{number:06d}" for number in range(len(data))]
    points = factory.lonlat(data[["x", "y"]].to_numpy(float) + 400)
    return data.assign(lon=points[:, 0], lat=points[:, 1])


def found(incidents: pd.DataFrame, **arguments) -> list[int]:
    offered = likely_duplicates(incidents, "ENV03", *HERE, **({"at": NOW} | arguments))
    return [int(code[-6:]) for code in offered["incident_code"]]


def test_the_nearest_comes_first_with_its_distance():
    incidents = frame({"x": 249}, {"x": 30, "y": 40}, {"x": 251}, {"y": -200})
    assert found(incidents) == [1, 3, 0]
    offered = likely_duplicates(incidents, "ENV03", *HERE, NOW)
    assert offered["distance_m"].tolist() == pytest.approx([50, 200, 249], abs=0.3)
    assert found(incidents, metres=260) == [1, 3, 0, 2]
    assert found(incidents, most=1) == [1]


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_still_open_is_offered(state):
    assert found(frame({"state": state})) == ([0] if state in OPEN_STATES else [])


def test_another_class_is_another_thing_and_private_ones_are_not_told():
    assert found(frame({"class_code": "ENV04"})) == []
    assert found(frame({"category": "mediation"})) == []
    assert found(frame({}), location_public=False) == []


@pytest.mark.parametrize(
    ("reported", "offered"),
    [
        ("2026-07-22T10:00:00+08:00", [0]),
        ("2026-07-22T09:59:59+08:00", []),
        ("2026-07-22T02:00:00Z", [0]),
        ("2026-07-29T12:00:00+08:00", [0]),  # a report that was kept on a phone comes late
        ("", []),
    ],
)
def test_seven_days_are_counted_to_the_second(reported, offered):
    assert found(frame({"reported_at": reported})) == offered
    assert since(NOW) == at("2026-07-22T10:00")


def test_incidents_without_a_place_and_none_at_all():
    assert found(frame({}).assign(lon=np.nan)) == []
    assert found(frame({}).iloc[:0]) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-400, 400), st.floats(-400, 400), st.integers(-9, 9)), min_size=1, max_size=30
    )
)
def test_it_offers_what_plain_arithmetic_offers(rows):
    incidents = frame(
        *({"x": x, "y": y, "reported_at": (NOW - timedelta(days=d)).isoformat()} for x, y, d in rows)
    )
    metres = [np.hypot(x, y) for x, y, _ in rows]
    sure = {n for n, (_, _, days) in enumerate(rows) if abs(days) <= 7 and metres[n] < 249.5}
    possible = {n for n, (_, _, days) in enumerate(rows) if abs(days) <= 7 and metres[n] < 250.5}
    assert sure <= set(found(incidents, most=100)) <= possible


@settings(max_examples=60, deadline=None)
@given(st.floats(-179, 179), st.floats(-84, 84), st.floats(0, 360), st.floats(1, 1000))
def test_the_box_holds_the_circle(lon, lat, bearing, metres):
    from pyproj import Geod

    x, y, _ = Geod(ellps="GRS80").fwd(lon, lat, bearing, metres)
    west, south, east, north = box_around(lon, lat, metres)
    assert (west <= x <= east or abs(x - lon) > 180) and south <= y <= north
    assert distances_m(lon, lat, np.array([x]), np.array([y]))[0] == pytest.approx(metres, abs=0.01)
