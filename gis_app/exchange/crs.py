"""Where a file's coordinates are: declared, its own, or neither; and whether they can be that at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely

from gis_app.errors import Fault
from gis_app.exchange.crs_known import known_crs, old_datum
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import refuse
from gis_app.geo import crs as geo

LONLAT = "EPSG:4490"
OFFSETS = {"GCJ-02": geo.gcj02_to_wgs84, "BD-09": geo.bd09_to_wgs84}
_OFFSET_WORDS = {
    "GCJ-02": "gcj02 gcj 火星 火星坐标 火星坐标系 高德 腾讯 amap mars",
    "BD-09": "bd09 bd09ll bd 百度 百度坐标 baidu",
}
_NAMED = {
    "cgcs2000": LONLAT,
    "国家2000": LONLAT,
    "wgs84": "EPSG:4326",
    "crs84": "OGC:CRS84",
    "webmercator": "EPSG:3857",
}
SWAPPED = "/yx"
SAME_METRES = 2.0
FAR_DEGREES = 6.0
METRES_PER_DEGREE = 111_320.0
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Source:
    """What coordinates are measured in: a CRS, and an offset system on top of it where there is one.

    `swapped` tells that the file gives north before east; whoever places shapes turns them first.
    """

    crs: pyproj.CRS
    label: str
    offset: str | None = None
    swapped: bool = False

    def to_lonlat(self, xy: np.ndarray) -> np.ndarray:
        """Return points (n, 2) in EPSG:4490; infinite where a point cannot be projected."""
        lonlat = geo.project(xy, self.crs, LONLAT)
        if self.offset is None:
            return lonlat
        known = np.isfinite(lonlat).all(axis=1)
        lonlat[known] = OFFSETS[self.offset](lonlat[known])
        return lonlat


@dataclass(slots=True)
class Placed:
    """Shapes in EPSG:4490 (None where the coordinates cannot be right), the source, and what was found."""

    shapes: np.ndarray | None
    source: Source | None
    faults: list[Fault] = field(default_factory=list)


def declared_source(text: str) -> Source:
    """Return the source that a person declared; raise Rejected for one that is not known.

    "EPSG:3857+GCJ-02" is an offset on a projection; "/yx" at the end tells of swapped axes.
    """
    base, swapped = (text[:-3], True) if text.lower().endswith(SWAPPED) else (text, False)
    base, _, offset = base.partition("+") if _offset_of(base.partition("+")[2]) else (base, "", "")
    label = _offset_of(base)
    if label and not offset:
        return Source(pyproj.CRS.from_epsg(4326), label, label, swapped)
    crs = known_crs(_NAMED.get(_plain(base), base.strip()))
    if crs is None:
        raise refuse("unknown_crs", "crs", value=text)
    label = _offset_of(offset)
    return Source(crs, f"{_label(crs)}+{label}" if label else _label(crs), label, swapped)


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()


def _offset_of(text: str) -> str | None:
    """Return the offset system that a text names."""
    words = _plain(text)
    return next((label for label, names in _OFFSET_WORDS.items() if words in names.split()), None)


def _label(crs: pyproj.CRS) -> str:
    if _is_default(crs):
        return "EPSG:4326"
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def place(
    shapes: np.ndarray,
    rows: list[int],
    own: str | None,
    declared: str | None,
    assumed=False,
    overrule=False,
) -> Placed:
    """Bring shapes to EPSG:4490 by the declared CRS or the file's own.

    `assumed` takes longitude and latitude where neither is there (a table with columns so named). `rows`
    label the shapes in faults. `overrule` believes the declared one against the file's own, with a warning:
    whoever chose it saw it on the map.
    """
    wanted = declared_source(declared) if declared else None
    if wanted is not None and wanted.swapped:
        shapes = flipped(shapes)
    own_crs = known_crs(own) if own else None
    faults: list[Fault] = []
    if wanted is None and own_crs is None:
        if own and not assumed:
            return Placed(None, None, [fault("unknown_crs", "crs", value=own[:60])])
        if not assumed:
            return Placed(None, None, [fault("no_crs", "crs")])
        faults.append(fault("crs_assumed", "crs"))
        own_crs = pyproj.CRS.from_epsg(4490)
    source = _settled(wanted, own_crs, shapes, faults)
    if overrule:
        faults = [_overruled(found, source) for found in faults]
    faults += implausible(shapes, rows, source)
    if any(found.is_error for found in faults):
        return Placed(None, source, faults)
    if source.label == LONLAT and not _mostly_in_china(shapes):
        faults.append(fault("crs_not_china", "crs", value=_spot(shapes)))
    if datum := old_datum(source.crs):
        faults.append(fault("crs_old_datum", "crs", value=source.label, detail=datum))
    moved = shapely.transform(shapes, source.to_lonlat) if len(shapes) else shapes
    return Placed(moved, source, faults)


def flipped(shapes: np.ndarray) -> np.ndarray:
    """Return shapes with their axes exchanged."""
    return shapely.transform(shapes, lambda xy: xy[:, ::-1]) if len(shapes) else shapes


def _settled(wanted: Source | None, own: pyproj.CRS | None, shapes, faults: list[Fault]) -> Source:
    """Choose between the declared and the file's own; note a conflict."""
    if wanted is None:
        return Source(own, _label(own))
    if own is None:
        return wanted
    if wanted.offset:
        on_own = own.is_projected and wanted.crs.is_geographic
        return Source(own, wanted.label, wanted.offset) if on_own else wanted
    mine, theirs = Source(own, _label(own)), wanted
    sample = _sample(shapes)
    if len(sample) == 0 or _fits(mine, shapes) is False:
        if not own.equals(wanted.crs) and not _is_default(own):
            faults.append(fault("crs_overridden", "crs", value=mine.label, detail=theirs.label))
        return wanted
    if _fits(theirs, shapes) is False:
        return wanted  # told by `implausible`, with its own remedy
    gap = np.abs(mine.to_lonlat(sample) - theirs.to_lonlat(sample)).max() * METRES_PER_DEGREE
    if not gap < SAME_METRES and not _is_default(own):
        faults.append(
            fault("crs_conflict", "crs", value=f"{theirs.label} ≠ {mine.label}", detail=_metres(gap))
        )
    return wanted


def _overruled(found: Fault, source: Source) -> Fault:
    """Return a conflict as the warning that the file's own CRS was not followed."""
    if found.message_code != "crs_conflict":
        return found
    return fault("crs_overridden", "crs", value=found.message.split("：")[1][:60], detail=source.label)


def _is_default(own: pyproj.CRS) -> bool:
    """Tell GeoJSON's unsaid default from a CRS that a file states."""
    return own.to_authority() == ("OGC", "CRS84")


def _metres(gap: float) -> str:
    return f"{gap:,.0f} 米" if np.isfinite(gap) else "无穷大"


def _sample(shapes: np.ndarray) -> np.ndarray:
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    return xy[:: max(1, len(xy) // _SAMPLE)]


def _fits(source: Source, shapes: np.ndarray) -> bool:
    return not implausible(shapes, list(range(1, len(shapes) + 1)), source)


def implausible(shapes: np.ndarray, rows: list[int], source: Source) -> list[Fault]:
    """Return why these coordinates, most of them, cannot be in this CRS; at most one fault.

    A few wrong rows among good ones are left to the check of each row.
    """
    bounds = shapely.bounds(shapes)
    known = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    if len(known) == 0:
        return []
    x0, y0, x1, y1 = bounds[known].T
    in_degrees = (x0 >= -180) & (x1 <= 180) & (y0 >= -90) & (y1 <= 90)
    swapped = (x0 >= -90) & (x1 <= 90) & (y0 >= -180) & (y1 <= 180)
    spot = f"{x0[0]:.6g}, {y0[0]:.6g}"
    row = rows[known[0]]
    if source.crs.is_geographic:
        if in_degrees.mean() > 0.5:
            return _mirrored(bounds[known], row, spot)
        if swapped[~in_degrees].mean() > 0.5:
            return [fault("swapped_axes", "geometry", row=row, value=spot)]
        return [fault("crs_metres", "crs", row=row, value=spot, detail=_suggestion(x0, y0))]
    if in_degrees.mean() > 0.5 and not _tiny_unit(source.crs):
        return [fault("crs_degrees", "crs", row=row, value=f"{spot}（{source.label}）")]
    return _far_away(bounds[known], row, spot, source)


def _tiny_unit(crs: pyproj.CRS) -> bool:
    return crs.axis_info[0].unit_conversion_factor > 100


def _mirrored(bounds: np.ndarray, row: int, spot: str) -> list[Fault]:
    """Suspect swapped axes where only the mirrored place lies in China and the given one in the Arctic."""
    x0, y0, x1, y1 = bounds.T
    arctic = (y0 > 72).all() and (y1 < geo.LAST_MERIDIAN + 2).all()
    mirrored = geo.in_china(np.column_stack([y0, x0])) & geo.in_china(np.column_stack([y1, x1]))
    return [fault("swapped_axes", "geometry", row=row, value=spot)] if arctic and mirrored.all() else []


def _far_away(bounds: np.ndarray, row: int, spot: str, source: Source) -> list[Fault]:
    area = source.crs.area_of_use
    if area is None:
        return []
    middle = np.median((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0).reshape(1, 2)
    if _inside(source.to_lonlat(middle), area.bounds):
        return []
    if _inside(source.to_lonlat(middle[:, ::-1]), area.bounds):
        return [fault("swapped_axes", "geometry", row=row, value=spot)]
    detail = _suggestion(bounds[:, 0], bounds[:, 1])
    return [fault("crs_area", "crs", row=row, value=f"{spot}（{source.label}）", detail=detail)]


def _inside(lonlat: np.ndarray, bounds: tuple) -> bool:
    west, south, east, north = bounds
    lon, lat = lonlat[0]
    if not np.isfinite([lon, lat]).all():
        return False
    wide = east - west if east >= west else east - west + 360
    offset = (lon - west + FAR_DEGREES) % 360
    return bool(offset <= wide + 2 * FAR_DEGREES and south - FAR_DEGREES <= lat <= north + FAR_DEGREES)


def _suggestion(x: np.ndarray, y: np.ndarray) -> str:
    """Guess a CGCS2000 zone or web Mercator from the size of the numbers."""
    east, north = float(np.median(x)), float(np.median(y))
    zone = int(east // 1_000_000)
    if 25 <= zone <= 45 and 1_500_000 < north < 6_500_000:
        return f"，可能是 EPSG:{4513 + zone - 25}"
    if 200_000 < east < 800_000 and 1_500_000 < north < 6_500_000:
        return "，例如中央经线 114° 用 EPSG:4547"
    if 7_500_000 < east < 15_500_000 and 300_000 < north < 7_500_000:
        return "，可能是 EPSG:3857"
    return ""


def _mostly_in_china(shapes: np.ndarray) -> bool:
    sample = _sample(shapes)
    return len(sample) == 0 or bool(geo.in_china(sample).mean() > 0.5)


def _spot(shapes: np.ndarray) -> str:
    x, y = _sample(shapes)[0]
    return f"{x:.6f}, {y:.6f}"
