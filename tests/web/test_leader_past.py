"""Coverage of past days, recounted from the files: plain pandas for who was open, networkx for metres."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.unit.geo.peer import Peer

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
METRIC, LIMIT = 4547, 500.0


def layer(name: str) -> gpd.GeoDataFrame:
    """Return a layer of the files, in metres."""
    return gpd.read_file(GEODATA / f"{name}.geojson").set_crs(4490, allow_override=True).to_crs(METRIC)


def xy(points) -> np.ndarray:
    return shapely.get_coordinates(points)


@pytest.fixture(scope="module")
def known() -> dict:
    """Return homes, changes by code, and the metres from every home to every place a station ever had."""
    homes, stations, gates = layer("buildings"), layer("stations"), layer("gates")
    homes = homes[homes["households"] > 0].reset_index(drop=True)
    warm = stations[stations["kind"] == "warm_station"].reset_index(drop=True)
    history = pd.read_csv(GEODATA / "station_history.csv", dtype=str)
    moved = history[history["change"] == "moved"]
    old = gpd.GeoSeries.from_xy(moved["lon"].astype(float), moved["lat"].astype(float), crs=4490)
    places = np.vstack([xy(warm.geometry.values), xy(old.to_crs(METRIC).values)])
    shut = xy(gates[gates["passage"] == "closed"].geometry.values)
    peer = Peer(layer("streets").geometry.to_numpy(), places, barriers=shut)
    spots = xy(shapely.point_on_surface(homes.geometry.values))
    grids = layer("grids")
    grid = gpd.sjoin(homes.set_geometry(shapely.points(spots), crs=METRIC), grids[["grid_code", "geometry"]])
    code = grid["grid_code_right" if "grid_code_right" in grid else "grid_code"]
    return {
        "homes": homes.assign(area=code[~code.index.duplicated()]),
        "codes": [*warm["station_code"], *moved["station_code"]],
        "old": np.arange(len(places)) >= len(warm),
        "day": {change: rows.set_index("station_code")["day"] for change, rows in history.groupby("change")},
        "metres": peer.metres(spots),
    }


def covered(known: dict, day: str, area: str = "") -> int:
    """Return the households within the limit of a station that served at the end of a day."""
    codes = pd.Series(known["codes"])
    opened, closed, moved = (codes.map(known["day"][change]) for change in ("opened", "closed", "moved"))
    serving = (opened <= day) & ~(closed <= day)
    here = np.where(known["old"], moved > day, moved.isna() | (moved <= day))
    chosen = (serving & here).to_numpy()
    homes = known["homes"]
    near = (known["metres"][:, chosen] <= LIMIT).any(axis=1)
    return int(homes.loc[near & homes["area"].str.startswith(area), "households"].sum())


@pytest.mark.parametrize("area", ["", "410222002"])
def test_the_trend_of_coverage_is_that_of_each_months_stations(client_as, known, area):
    told = client_as("leader").get(f"/leader.json?period=6m&area={area}").json
    shown = [above for _value, above, _below in told["trend"]["series"]["coverage"]]
    last = pd.period_range("2023-01", "2023-12", freq="M").end_time.strftime("%Y-%m-%d")
    assert shown == [covered(known, day, area) for day in last]
    assert len(set(shown)) > 6  # it does change


def test_the_change_beside_the_figure_is_from_the_stations_of_the_day_compared_with(client_as, known):
    told = client_as("leader").get("/leader.json?period=6m").json
    figure = told["figures"][0]
    assert told["asked"]["before"][1] == "2023-06-30"
    assert figure["change"]["numerator"] == covered(known, "2023-06-30")
    assert figure["numerator"] == covered(known, "2023-12-31")
    assert figure["change"]["way"] == "up" and figure["change"]["kind"] == "better"


@pytest.mark.parametrize(
    ("first", "day"),
    [("2022-12-31", "2023-06-30"), ("2023-08-20", "2023-08-21"), ("2021-05-19", "2021-05-20")],
)
def test_the_change_between_two_dates_is_that_of_the_files(client_as, known, first, day):
    told = client_as("leader").get(f"/coverage/change.json?from={first}&day={day}&level=community").json
    for side, on in (("before", first), ("after", day)):
        assert told[side]["covered"] == covered(known, on), side
    days = known["day"]
    appeared = {code for code, opened in days["opened"].items() if first < opened <= day}
    gone = {code for code, closed in days["closed"].items() if first < closed <= day}
    moved = {code for code, on in days["moved"].items() if first < on <= day}
    named = {one["station_code"]: one["change"] for one in told["stations"]}
    kept = {code for code in appeared if code not in gone}
    lost = {code for code in gone if code not in appeared}
    assert {code for code, change in named.items() if change == "新增"} == kept
    assert {code for code, change in named.items() if change == "停用"} == lost
    assert {code for code, change in named.items() if change == "迁移"} == moved - kept
    assert told["known_since"] == "2021-05-20"


def test_before_any_station_opened_nobody_was_covered(client_as):
    told = client_as("leader").get("/coverage/change.json?from=2020-01-01&day=2021-01-01").json
    assert told["before"]["covered"] == told["after"]["covered"] == 0
    assert told["before"]["mean_m"] is None
    assert client_as("leader").get("/leader.json?from=2020-01-01&to=2020-06-30").status_code == 200
