"""From what changed, and the stations as they are now, follow the stations of every day before."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from gis_app.errors import BadInput
from gis_app.stations.history import begin_of, versions
from tests.factory import toy_layers

DAY = begin_of("2023-03-01")


def layer():
    """Return the toy county's stations, the last of them closed."""
    found = toy_layers()["stations"]
    status = ["open"] * (len(found) - 1) + ["closed"]
    return found.assign(status=status)


def changes(*rows: tuple) -> pd.DataFrame:
    """Return changes as they stand in a file: code, day, change, and the old place."""
    names = ["station_code", "day", "change", "lon", "lat", "grid_code", "address"]
    empty = (None, None, "", "")
    return pd.DataFrame([(*row, *empty)[:7] if len(row) == 3 else row for row in rows], columns=names)


def at(frame, moment) -> pd.DataFrame:
    begun = frame["valid_from"].isna() | (frame["valid_from"] <= moment)
    still = frame["valid_to"].isna() | (frame["valid_to"] > moment)
    return frame[begun & still].set_index("station_code")


def test_without_changes_all_is_as_it_ever_was():
    found = versions(layer(), changes())
    assert found["valid_from"].isna().all() and found["valid_to"].isna().all()
    assert found["station_code"].tolist() == layer()["station_code"].tolist()


def test_a_station_counts_from_the_day_it_opened():
    found = versions(layer(), changes(("Z001", "2023-03-01", "opened")))
    assert "Z001" not in at(found, DAY - timedelta(seconds=1)).index
    assert at(found, DAY).index.tolist() == ["Z001", "Z002", "Z003"]


def test_a_closed_station_was_open_before():
    found = versions(layer(), changes(("Z003", "2022-01-01", "opened"), ("Z003", "2023-03-01", "closed")))
    assert at(found, DAY - timedelta(seconds=1)).at["Z003", "status"] == "open"
    assert at(found, DAY).at["Z003", "status"] == "closed"
    assert "Z003" not in at(found, begin_of("2021-12-31")).index


def test_a_moved_station_stood_elsewhere_before_and_nothing_else_differs():
    old = ("Z001", "2023-03-01", "moved", 114.47, 34.47, "410222001002001", "旧址")
    found = versions(layer(), changes(old, ("Z001", "2022-01-01", "opened")))
    before, after = (at(found, moment).loc["Z001"] for moment in (DAY - timedelta(seconds=1), DAY))
    assert (before.geometry.x, before.geometry.y) == (114.47, 34.47)
    assert (before["grid_code"], before["address"]) == ("410222001002001", "旧址")
    now = layer().set_index("station_code").loc["Z001"]
    assert after.geometry.equals(now.geometry) and after["address"] == now["address"]
    same = ["name", "kind", "hours", "amenities", "capacity", "status"]
    assert before[same].tolist() == after[same].tolist() == now[same].tolist()


@pytest.mark.parametrize(
    "rows",
    [
        [("Z009", "2023-03-01", "opened")],
        [("Z001", "2023-02-30", "opened")],
        [("Z001", "2023-03-01", "grown")],
        [("Z001", "2023-03-01", "closed")],
        [("Z001", "2023-03-01", "moved")],
        [("Z003", "2022-03-01", "closed"), ("Z003", "2023-03-01", "opened")],
    ],
)
def test_a_change_that_does_not_fit_is_refused(rows):
    with pytest.raises(BadInput):
        versions(layer(), changes(*rows))
