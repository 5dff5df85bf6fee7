"""When the warm stations opened, and the few that moved or closed: three batches, then one by one in 2023.

The layer of stations is what stands today; here lies only how it came about. Nothing of it is real.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely

BATCHES = {"2021-05-20": 16, "2022-05-20": 12, "2022-11-08": 6}
FIRST, LAST = date(2023, 1, 9), date(2023, 12, 18)  # those that opened one by one
CLOSED_ON = ("2023-05-31", "2023-10-15")
MOVED_ON = "2023-08-21"
NEAR, FAR = 0.0025, 0.006  # degrees between the old and the new place, some 250 to 600 m
COLUMNS = ["station_code", "day", "change", "lon", "lat", "grid_code", "address"]


def history(
    stations: pd.DataFrame, gates: pd.DataFrame, grids: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return one row for each change, by day and code; the old place of the one that moved was a gate."""
    warm = stations[stations["kind"] == "warm_station"]
    codes = warm["station_code"].to_numpy(dtype=object)
    closed = np.sort(codes[warm["status"].to_numpy(dtype=object) == "closed"])
    order = rng.permutation(codes)
    order = np.concatenate([closed, order[~np.isin(order, closed)]])  # what closed had opened long before
    days = _days(len(order), rng)
    moved = _moved(warm, gates, grids, order[len(closed) : BATCHES["2021-05-20"]], rng)
    opened = pd.DataFrame({"station_code": order, "day": days, "change": "opened"})
    ended = pd.DataFrame({"station_code": closed, "day": CLOSED_ON, "change": "closed"})
    frame = pd.concat([opened, ended, pd.DataFrame([moved])], ignore_index=True)[COLUMNS]
    return frame.sort_values(["day", "station_code"], ignore_index=True)


def _days(count: int, rng: np.random.Generator) -> list[str]:
    early = [day for day, number in BATCHES.items() for _ in range(number)]
    span = (LAST - FIRST).days
    late = np.sort(rng.integers(0, span + 1, count - len(early)))
    return early + [(FIRST + timedelta(days=int(one))).isoformat() for one in late]


def _moved(warm, gates, grids, among: np.ndarray, rng: np.random.Generator) -> dict:
    """Return the change of place of one of these stations, from a gate near enough to where it is now."""
    spots = gates.geometry.to_numpy()
    for code in rng.permutation(among):
        here = warm.geometry.to_numpy()[(warm["station_code"] == code).to_numpy()][0]
        away = shapely.distance(spots, here)
        near = np.flatnonzero((away > NEAR) & (away < FAR))
        if len(near) == 0:
            continue
        gate = gates.iloc[int(rng.choice(near))]
        grid = grids["grid_code"].to_numpy()[shapely.covers(grids.geometry.to_numpy(), gate.geometry)][0]
        lon, lat = shapely.get_coordinates(gate.geometry)[0].round(7)
        place = {"lon": lon, "lat": lat, "grid_code": grid, "address": f"{gate['name']}旁"}
        return {"station_code": code, "day": MOVED_ON, "change": "moved"} | place
    raise ValueError("no station has a gate near enough to have moved from")


__all__ = ["history"]
