"""A report about a past date tells what was known then: states, steps, stations and posts of that day."""

from __future__ import annotations

from datetime import datetime

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis_app import clock
from gis_app.paper.document import Table
from gis_app.paper.monthly import build
from gis_app.paper.monthly_changes import station_changes
from gis_app.paper.monthly_then import as_known
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layer, replace_layer
from tests.unit.paper.monthly_samples import asked, material_of
from tests.web.county import make_instance, toy_tables

MOMENT = datetime.fromisoformat("2023-07-01T00:00:00+08:00")
TIMES = ("reported_at", "accepted_at", "dispatched_at", "resolved_at", "closed_at", "updated_at")


def incidents(*rows: dict) -> pd.DataFrame:
    """Return incidents with aware moments, NaT where a row does not say."""
    frame = pd.DataFrame(rows)
    for name in TIMES:
        given = frame[name] if name in frame else pd.Series(pd.NaT, frame.index)
        frame[name] = pd.to_datetime(given, utc=True).dt.tz_convert(clock.ZONE).dt.as_unit("s")
    return frame


def steps(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["incident_code", "at", "to_state"])
    at = pd.to_datetime(frame["at"], utc=True).dt.tz_convert(clock.ZONE).dt.as_unit("s")
    return frame.assign(at=at)


def day(text: str) -> str:
    return f"2023-{text}T10:00:00+08:00"


def test_what_was_reported_later_is_not_there():
    rows = incidents(
        {"incident_code": "A", "state": "reported", "reported_at": day("06-30"), "updated_at": day("06-30")},
        {"incident_code": "B", "state": "reported", "reported_at": day("07-01"), "updated_at": day("07-01")},
    )
    assert list(as_known(rows, steps(), MOMENT)["incident_code"]) == ["A"]


def test_a_step_taken_later_has_not_been_taken():
    rows = incidents(
        {
            "incident_code": "A", "state": "closed", "reported_at": day("06-20"), "accepted_at": day("06-21"),
            "dispatched_at": day("06-22"), "resolved_at": day("07-02"), "closed_at": day("07-03"),
            "updated_at": day("07-03"),
        }
    )  # fmt: skip
    then = as_known(rows, steps(), MOMENT).iloc[0]
    assert then["state"] == "dispatched" and pd.isna(then["closed_at"]) and pd.isna(then["resolved_at"])
    assert then["dispatched_at"] == pd.Timestamp(day("06-22"))


def test_the_record_of_steps_goes_before_the_moments_of_stages():
    rows = incidents(
        {"incident_code": "A", "state": "closed", "reported_at": day("06-20"), "updated_at": day("07-03")}
    )
    record = steps(("A", day("06-21"), "accepted"), ("A", day("06-25"), "rejected"))
    assert as_known(rows, record, MOMENT).iloc[0]["state"] == "rejected"


def test_an_incident_reopened_later_was_closed_then():
    rows = incidents(
        {"incident_code": "A", "state": "handling", "reported_at": day("06-01"), "updated_at": day("07-10")}
    )
    record = steps(("A", day("06-05"), "resolved"), ("A", day("06-06"), "closed"))
    then = as_known(rows, record, MOMENT).iloc[0]
    assert (then["state"], then["closed_at"]) == ("closed", pd.Timestamp(day("06-06")))
    assert then["resolved_at"] == pd.Timestamp(day("06-05"))


def test_what_has_not_changed_since_stands_as_it_is():
    rows = incidents(
        {"incident_code": "A", "state": "duplicate", "reported_at": day("06-01"), "updated_at": day("06-02")}
    )
    assert as_known(rows, steps(), MOMENT).iloc[0]["state"] == "duplicate"


def stations(*rows: tuple) -> gpd.GeoDataFrame:
    """Return stations: code, status, capacity, x in metres."""
    frame = pd.DataFrame(rows, columns=["station_code", "status", "capacity", "x"])
    texts = dict.fromkeys(("hours", "amenities", "grid_code"), "")
    frame = frame.assign(name=frame["station_code"], kind="warm_station", **texts)
    points = shapely.points(450_000.0 + frame["x"].astype(float), 3_817_000.0)
    return gpd.GeoDataFrame(frame.drop(columns="x"), geometry=points, crs="EPSG:4547").to_crs("EPSG:4490")


def test_stations_opened_closed_moved_and_changed_are_told_apart():
    before = stations(("A", "open", 5, 0), ("B", "open", 5, 0), ("C", "open", 5, 0), ("D", "open", 5, 0),
                      ("E", "planned", 5, 0), ("F", "open", 5, 0))  # fmt: skip
    now = stations(("A", "open", 5, 0), ("B", "closed", 5, 0), ("C", "open", 5, 40), ("D", "open", 9, 0),
                   ("E", "open", 5, 0), ("G", "open", 5, 0))  # fmt: skip
    found = station_changes(before, now, "EPSG:4547").set_index("station_code")
    told = {"B": "closed", "C": "moved", "D": "changed", "E": "opened", "F": "closed", "G": "opened"}
    assert found["what"].to_dict() == told
    assert found.loc["C", "metres"] == pytest.approx(40, abs=0.01)


def test_no_station_at_all_is_no_change():
    assert station_changes(stations(), stations(), "EPSG:4547").empty


@pytest.fixture
def store(tmp_path):
    with clock.frozen(datetime(2023, 1, 2)):
        settings = make_instance(tmp_path / "instance")
    found = open_store(settings.database_url)
    yield found
    found.dispose()


def table(made, key: str) -> Table:
    return next(one for one in made.tables() if one.key == key)


def test_a_month_uses_the_stations_of_its_end_and_says_what_changed(store):
    with clock.frozen(datetime(2023, 6, 15)), store.write() as conn:
        replace_layer(conn, "stations", read_layer(conn, "stations").iloc[1:])
    ends = ("2023-05-31", "2023-06-30", "2023-07-31")
    months = {end: build(material_of(store, asked(end))) for end in ends}
    told = {end: [row[2] for row in table(made, "station_changes").rows] for end, made in months.items()}
    assert told == {"2023-05-31": [], "2023-06-30": ["停用"], "2023-07-31": []}
    served = {end: next(made.figures()).numerator for end, made in months.items()}
    assert served["2023-05-31"] > served["2023-06-30"] == served["2023-07-31"]


def test_a_post_whose_term_ended_is_vacant_afterwards(tmp_path):
    tables = toy_tables()
    rows = tables["assignments"]
    rows.loc[rows["assignment_code"] == "A2", "term_to"] = "2023-06-10"
    settings = make_instance(tmp_path / "instance", tables=tables)
    store = open_store(settings.database_url)
    june, july = (build(material_of(store, asked(end))) for end in ("2023-06-30", "2023-07-31"))
    store.dispose()
    assert [row[2] for row in table(june, "post_changes").rows] == ["空出"]
    assert table(july, "post_changes").rows == ()
    assert "钱书记" not in repr(june)
