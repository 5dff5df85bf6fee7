"""What stations were like before, from a list of what changed: opened, moved or closed on a day.

A county that kept such a list can tell its coverage of past days from the start. The list names only what
changed; the rest follows from the layer as it is now, read backwards.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Point

from gis_app import clock
from gis_app.errors import BadInput

OPENED, MOVED, CLOSED = CHANGES = ("opened", "moved", "closed")
PLACE = ("grid_code", "address")  # what a change of place changes, beside the point itself


def versions(layer: gpd.GeoDataFrame, changes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return every version of the stations of `layer`, with valid_from and valid_to (aware, or None).

    `changes` has the columns station_code, day (YYYY-MM-DD), change (see `CHANGES`), and for "moved" lon,
    lat (EPSG:4490), grid_code and address of where the station stood before. A change holds from the
    beginning of its day. A version without a beginning is older than the record. Raises BadInput for a
    change that does not fit the station.
    """
    rows = layer.assign(valid_from=None, valid_to=None).to_dict("records")
    earliest = {row["station_code"]: row for row in rows}
    told = changes.to_dict("records")
    for change in sorted(told, key=lambda one: (one["day"], one["station_code"]), reverse=True):
        code, day = change["station_code"], begin_of(change["day"])
        now = earliest.get(code)
        if now is None:
            raise _bad(f"没有编码为 {code} 的站点，或它在开放之前还有变化")
        older = _before(now, change)
        now["valid_from"] = day
        if older is None:
            del earliest[code]
            continue
        earliest[code] = older | {"valid_to": day}
        rows.append(earliest[code])
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=layer.crs)
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert(clock.ZONE)
    return frame.sort_values(["station_code", "valid_from"], na_position="first", ignore_index=True)


def begin_of(text: str) -> datetime:
    """Return the beginning of a day written YYYY-MM-DD; raises BadInput."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), clock.ZONE)
    except ValueError:
        raise _bad(f"应为 YYYY-MM-DD 格式的日期：{text}") from None


def known_change(text: str) -> str:
    """Return the name of a change; raises BadInput for another."""
    if text not in CHANGES:
        raise _bad(f"可用的值：{' '.join(CHANGES)}")
    return text


def _before(now: dict[str, Any], change: dict[str, Any]) -> dict[str, Any] | None:
    """Return the station as it was before a change, None before it opened."""
    kind = known_change(change["change"])
    if kind == OPENED:
        return None
    older = now | {"valid_from": None}
    if kind == CLOSED:
        if now["status"] != "closed":
            raise _bad(f"站点 {now['station_code']} 没有关闭")
        return older | {"status": "open"}
    if pd.isna(change["lon"]) or pd.isna(change["lat"]):
        raise _bad(f"站点 {now['station_code']} 迁移前的位置不明")
    return older | {"geometry": Point(change["lon"], change["lat"])} | {name: change[name] for name in PLACE}


def _bad(message: str) -> BadInput:
    return BadInput("bad_history", message, {"station_history": message})
