"""Incidents as a collection: places of public classes in the asker's area, no mediation, no contact.

Which ones fit is found in the frame of the process; texts are read from the store for one page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
import orjson
import pandas as pd
import shapely
from flask_babel import gettext as _

from gis_app import clock
from gis_app.incidents.statistics_columns import UNKNOWN
from gis_app.web import geojson
from gis_app.web.bytes import digest
from gis_app.web.current import Snapshot
from gis_app.web.incident_access import private_classes
from gis_app.web.incident_frame import incident_frame
from gis_app.web.incident_now import rows_of
from gis_app.web.ogc.collections import Asked, Field
from gis_app.web.ogc.crs import System

Made = TypeVar("Made")
INCIDENTS, CODE = "incidents", "incident_code"
WORDS = ("category", "class_code", "state", "grid_code")
SHOWN = (CODE, *WORDS, "description", "reported_at", "due_at", "resolved_at")
MOMENTS = ("reported_at", "due_at", "resolved_at")


class IncidentCollection:
    """The incidents that one asker may see as places."""

    name, code, kind = INCIDENTS, CODE, "incidents"

    def __init__(self, found: Snapshot, account: Any) -> None:
        self._frame = incident_frame()
        self._columns = self._frame.columns
        self._area, self._private = account.scope_code, private_classes()
        self._classes = dict(zip(found.classes["class_code"], found.classes["name"], strict=True))
        self.title = _("事件")
        self.tag = digest("ogc", self._frame.tag, found.tag, self._area, self._private)

    @property
    def fields(self) -> Mapping[str, Field]:
        """Return the properties that can be asked for."""
        titles = {
            CODE: _("事件编号"), "category": _("类别"), "class_code": _("类别编码"), "state": _("状态"),
            "grid_code": _("所在网格编码"),
        }  # fmt: skip
        return {name: Field(title, "string") for name, title in titles.items()}

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north, None where there is nothing to see."""
        rows = self._seen()
        if not len(rows):
            return None
        lon, lat = self._columns["lon"][rows], self._columns["lat"][rows]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    @property
    def period(self) -> tuple[str, str] | None:
        """Return when the first and the last of them were reported."""
        moments = self._columns["reported_at"][self._seen()]
        if not len(moments):
            return None
        first, last = (datetime.fromtimestamp(int(at), clock.ZONE) for at in (moments.min(), moments.max()))
        return first.isoformat(), last.isoformat()

    def select(self, asked: Asked) -> np.ndarray:
        """Return the rows that fit, in order of their codes."""
        rows = self._seen()
        if asked.boxes:
            xy = self._xy(rows)
            if not asked.box_system.in_degrees:
                xy = shapely.get_coordinates(asked.box_system.shapes(shapely.points(xy)))
            inside = [(xy >= box[:2]).all(axis=1) & (xy <= box[2:]).all(axis=1) for box in asked.boxes]
            rows = rows[np.any(inside, axis=0)]
        if asked.span:
            moments = self._columns["reported_at"][rows]
            rows = rows[(moments != UNKNOWN) & (moments >= asked.span[0]) & (moments <= asked.span[1])]
        for name, value in asked.equals:
            rows = rows[self._fits(rows, name, value)]
        return rows

    def find(self, code: str) -> np.ndarray:
        """Return the row with this code, or no row, also where the asker may not see it."""
        if not code.isascii():
            return np.array([], dtype=int)
        return np.intersect1d(self._columns.find([code]), self._seen())

    def features(self, rows: np.ndarray, system: System) -> list[str]:
        """Return these rows as GeoJSON texts."""
        frame = self._read(rows)
        points = shapely.points(frame[["lon", "lat"]].to_numpy(dtype=float))
        texts = system.texts(system.shapes(points))
        records = geojson.records(frame.drop(columns=["lon", "lat"]))
        return [
            f'{{"type":"Feature","id":{orjson.dumps(row[CODE]).decode()},'
            f'"properties":{orjson.dumps(row).decode()},"geometry":{text}}}'
            for row, text in zip(records, texts, strict=True)
        ]

    def records(self, rows: np.ndarray) -> Sequence[Mapping[str, Any]]:
        """Return the properties of these rows."""
        return geojson.records(self._read(rows).drop(columns=["lon", "lat"]))

    def drawn(self) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """Return every place and the few properties that a tile holds."""
        rows = self._seen()
        told = {CODE: np.array(self._columns.codes(rows), dtype=object)}
        for name in ("category", "state"):
            words = np.array([*self._columns.words[name].list, ""], dtype=object)
            told[name] = words[self._columns[name][rows]]
        return shapely.points(self._xy(rows)), told

    def memo(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what `make` returns, kept with these incidents for all who see the same ones."""
        return self._frame.memo(("ogc", key, self._area, self._private), make)

    def _seen(self) -> np.ndarray:
        """Return the rows with a known place in the asker's area whose place is public."""

        def make() -> np.ndarray:
            placed = np.isfinite(self._columns["lon"]) & np.isfinite(self._columns["lat"])
            return np.flatnonzero(
                placed & self._frame.in_area(self._area) & self._frame.public(self._private)
            )

        return self._frame.memo(("ogc-seen", self._area, self._private), make)

    def _xy(self, rows: np.ndarray) -> np.ndarray:
        return np.column_stack([self._columns["lon"][rows], self._columns["lat"][rows]])

    def _fits(self, rows: np.ndarray, name: str, value: Any) -> np.ndarray:
        if name == CODE:
            return np.isin(rows, self._columns.find([value]) if value.isascii() else [])
        return self._columns[name][rows] == self._columns.number(name, value)

    def _read(self, rows: np.ndarray) -> pd.DataFrame:
        frame = rows_of(self._columns.codes(rows))
        shown = frame[[*SHOWN, "lon", "lat"]].assign(class_name=frame["class_code"].map(self._classes))
        for name in MOMENTS:
            shown[name] = shown[name].astype(object).where(shown[name] != "", None)
        return shown
