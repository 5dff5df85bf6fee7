"""Which station is asked for, and who may say how it is."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _
from geopandas import GeoDataFrame

from gis_app.errors import Forbidden, NotFound
from gis_app.people.roles import Role
from gis_app.web.access import may
from gis_app.web.current import Snapshot, snapshot


def station_rows(found: Snapshot, code: str) -> GeoDataFrame:
    """Return the one row of a station; raises NotFound."""
    rows = found.atlas.stations
    rows = rows[rows["station_code"] == code]
    if not len(rows):
        raise NotFound(
            "unknown_station", _("没有编码为 %(code)s 的站点", code=code[:40]), {"code": code[:40]}
        )
    return rows


def grid_of(rows: GeoDataFrame) -> str:
    """Return the code of the grid that a station lies in, "" for none."""
    grid_code = rows["grid_code"].iloc[0]
    return grid_code if isinstance(grid_code, str) else ""


def may_change(rows: GeoDataFrame) -> bool:
    """Tell whether the account of this request may say how a station is.

    Duty staff their own, a grid worker those in the area answered for, dispatchers and administrators all.
    """
    if not may("stations:status:change"):
        return False
    account = g.account
    if account.role == Role.DUTY_STAFF:
        return account.station_code == rows["station_code"].iloc[0]
    return account.role != Role.GRID_WORKER or account.covers(grid_of(rows))


def changeable(code: str) -> GeoDataFrame:
    """Return the row of a station whose status this account may set; raises NotFound and Forbidden."""
    rows = station_rows(snapshot(), code)
    if not may_change(rows):
        reason = _("只能更新自己值守的站点，或自己负责范围内的站点")
        raise Forbidden("not_your_station", reason, {"station_code": code[:40]})
    return rows
