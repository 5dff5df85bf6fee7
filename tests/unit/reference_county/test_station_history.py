"""How the reference county's stations came about: what the file says fits the layer as it is today."""

from __future__ import annotations

import pandas as pd


def test_every_warm_station_opened_once_and_every_closed_one_closed_later(files):
    history, stations = files["station_history"], files["stations"]
    warm = stations[stations["kind"] == "warm_station"]
    opened = history[history["change"] == "opened"].set_index("station_code")["day"]
    closed = history[history["change"] == "closed"].set_index("station_code")["day"]
    assert opened.index.is_unique and set(opened.index) == set(warm["station_code"])
    assert set(closed.index) == set(warm.loc[warm["status"] == "closed", "station_code"])
    assert (opened[closed.index] < closed).all()


def test_stations_came_year_by_year_and_month_by_month(files):
    history = files["station_history"]
    opened = history.loc[history["change"] == "opened", "day"]
    assert opened.str[:4].value_counts().to_dict().keys() == {"2021", "2022", "2023"}
    assert opened[opened >= "2023"].str[:7].nunique() >= 8
    assert list(history["day"]) == sorted(history["day"])
    assert pd.to_datetime(history["day"], format="%Y-%m-%d").notna().all()


def test_the_one_that_moved_stood_in_the_grid_it_says_not_far_away(files):
    moved = files["station_history"].query("change == 'moved'").iloc[0]
    stations, grids = files.metric("stations"), files.metric("grids")
    spot = pd.DataFrame({"x": [float(moved["lon"])], "y": [float(moved["lat"])]})
    import geopandas as gpd

    old = gpd.GeoSeries.from_xy(spot["x"], spot["y"], crs=4490).to_crs(4547).iloc[0]
    assert grids.set_index("grid_code").loc[moved["grid_code"]].geometry.covers(old)
    now = stations.set_index("station_code").loc[moved["station_code"]].geometry
    assert 200 < now.distance(old) < 800
