"""Which coordinate systems the numbers of a file allow, before anything is compared, with reasons.

Read from the file's own statement, the size of the numbers, and words in names; these are first beliefs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import shapely

from gis_app.desk import guessing_zones as zones
from gis_app.desk.guessing_zones import Zone
from gis_app.errors import Rejected
from gis_app.exchange import crs as placing
from gis_app.geo import crs as geo

LABELS = {
    "EPSG:4490": "CGCS2000 经纬度",
    "EPSG:4326": "WGS84 经纬度",
    "EPSG:3857": "Web 墨卡托",
    "EPSG:3857+GCJ-02": "Web 墨卡托（GCJ-02 底图）",
    "GCJ-02": "GCJ-02（高德、腾讯）",
    "BD-09": "BD-09（百度）",
}
OWN, UNLIKELY = 3.2, 0.05  # belief in what the file says of itself, and where its numbers cannot be that
GRS80_AXIS, SAME_DEGREES = 6_378_137.0, 1e-7
ROUGH_DEGREES = 1.2
_DATUM = {"CGCS2000": 0.55, "西安80": 0.2, "北京54": 0.13, "WGS84": 0.12}
_WIDTH = {3: 1.0, 6: 0.45}
_HINTS = {
    "GCJ-02": re.compile(r"gcj|火星|高德|腾讯|(?<![a-z])(?:amap|mars)(?![a-z])"),
    "BD-09": re.compile(r"bd_?0?9|百度|baidu|(?<![a-z])bd(?![a-z])"),
    "西安80": re.compile(r"西安_?-?(?:19)?80|西安坐标|1980_?西安|xian_?-?(?:19)?80|xa80"),
    "北京54": re.compile(r"北京_?-?(?:19)?54|1954_?北京|bj_?54|beijing_?-?(?:19)?54"),
    "CGCS2000": re.compile(r"cgcs|国家2000|2000坐标|大地2000"),
    "WGS84": re.compile(r"wgs"),
}


@dataclass(slots=True)
class Reading:
    """One way to read the coordinates: how it is declared, what it is called, belief so far, and reasons."""

    code: str
    label: str
    belief: float
    why: list[str] = field(default_factory=list)

    def move(self, xy: np.ndarray) -> np.ndarray:
        """Return points (n, 2) of the file in lon/lat."""
        source = placing.declared_source(self.code)
        return source.to_lonlat(xy[:, ::-1] if source.swapped else xy)


def readings(xy: np.ndarray, own: str | None, names: str, place: tuple | None) -> list[Reading]:
    """Return the ways to read points (n, 2), none twice.

    `own` is what the file says of itself, `names` all names in and of the file, `place` the bounds of what
    is known, in lon/lat.
    """
    told = stated(own)
    hints = {system for system, pattern in _HINTS.items() if pattern.search(names.lower())}
    found = [*_in_degrees(xy, told, hints), *_in_metres(xy, hints, place)]
    return found if told is None or told[2] else _with_own(found, xy, own, told)


def _with_own(found: list[Reading], xy: np.ndarray, own: str, told: tuple[str, str, bool]) -> list[Reading]:
    """Return the readings with the file's own among them, believed most where the numbers allow it at all."""
    why = f"文件自带的坐标系是 {told[1]}"
    source = placing.declared_source(own)
    points = shapely.points(xy)
    possible = not placing.implausible(points, list(range(1, len(xy) + 1)), source)
    same = next((reading for reading in found if _is_same(reading, told[0], source, xy)), None)
    if same is None:
        return [*found, Reading(told[0], told[1], OWN if possible else UNLIKELY, [why])]
    same.belief = OWN if possible else same.belief
    same.why.insert(0, why)
    return found


def _is_same(reading: Reading, code: str, source: placing.Source, xy: np.ndarray) -> bool:
    """Tell whether a reading is the file's own: by code, or as it puts a point at the same place."""
    if reading.code == code:
        return True
    axis = source.crs.ellipsoid.semi_major_metre if source.crs.ellipsoid else 0.0
    if abs(axis - GRS80_AXIS) > 0.5 or reading.code.endswith(placing.SWAPPED):
        return False
    away = np.abs(reading.move(xy[:1]) - source.to_lonlat(xy[:1]))
    return bool((away < SAME_DEGREES).all())


def stated(own: str | None) -> tuple[str, str, bool] | None:
    """Return code, label, and whether it is only GeoJSON's unsaid default; None for nothing known."""
    if not own:
        return None
    try:
        source = placing.declared_source(own)
    except Rejected:
        return None
    epsg = source.crs.to_epsg()
    default = source.crs.to_authority() == ("OGC", "CRS84")
    code = "EPSG:4326" if default else f"EPSG:{epsg}" if epsg else own
    zone = zones.BY_EPSG.get(epsg)
    return code, zone.label if zone else LABELS.get(code, source.crs.name), default


def datum_of(code: str) -> str | None:
    """Return the datum of a zone's code where it is one that no exact way leads from."""
    number = code.removesuffix(placing.SWAPPED).removeprefix("EPSG:")
    zone = zones.BY_EPSG.get(int(number)) if number.isdigit() else None
    return zone.datum if zone and zone.datum in zones.UNCERTAIN_DATUMS else None


def _in_degrees(xy: np.ndarray, told, hints: set[str]) -> list[Reading]:
    if (np.abs(xy) <= [180.0, 90.0]).all(axis=1).mean() > 0.9:
        turned, spot = "", xy
    elif (np.abs(xy) <= [90.0, 180.0]).all(axis=1).mean() > 0.9:
        turned, spot = placing.SWAPPED, xy[:, ::-1]
    else:
        return []
    if not turned and not _mostly(geo.in_china(spot)) and _mostly(geo.in_china(xy[:, ::-1])):
        turned, spot = placing.SWAPPED, xy[:, ::-1]
    why = ["数值是纬度在前、经度在后，坐标轴颠倒"] if turned else ["数值是经纬度"]
    is_geographic = told is not None and not told[2] and told[0] in ("EPSG:4490", "EPSG:4326")
    base = told[0] if is_geographic else ("EPSG:4490" if _mostly(geo.in_china(spot)) else "EPSG:4326")
    found = [_reading(base, turned, 0.8, why)]
    if _mostly(geo.in_china(spot)):
        found += [
            _reading(system, turned, 3.0 if system in hints else belief, why + _hinted(system, hints))
            for system, belief in (("GCJ-02", 0.12), ("BD-09", 0.08))
        ]
    return found


def _hinted(system: str, hints: set[str]) -> list[str]:
    return [f"名称中提到 {system}"] if system in hints else []


def _reading(code: str, turned: str, belief: float, why: list[str]) -> Reading:
    label = LABELS[code] + ("，坐标轴颠倒" if turned else "")
    return Reading(code + turned, label, belief, list(why))


def _mostly(flags: np.ndarray) -> bool:
    return bool(len(flags)) and float(flags.mean()) > 0.5


def _in_metres(xy: np.ndarray, hints: set[str], place: tuple | None) -> list[Reading]:
    east, north = (float(value) for value in np.median(xy, axis=0))
    found: list[Reading] = []
    for turned, (x, y) in (("", (east, north)), (placing.SWAPPED, (north, east))):
        if zones.is_web_mercator(x, y) and not found:
            why = ["数值在 Web 墨卡托的范围内"]
            found += [_reading("EPSG:3857", turned, 0.7, why), _reading("EPSG:3857+GCJ-02", turned, 0.2, why)]
        fitting = _near(zones.could_be(x, y), x, y, place)
        found += [_zone_reading(zone, turned, hints) for zone in fitting]
        if fitting:
            break  # both ways round cannot be in range at once
    return found


def _near(fitting: list[Zone], x: float, y: float, place: tuple | None) -> list[Zone]:
    """Keep the zones that bring a point near what is known; all of them where they differ in nothing."""
    if place is None:
        return fitting
    west, south, east, north = place
    return [
        zone
        for zone in fitting
        if west - ROUGH_DEGREES <= zones.roughly(zone, x, y)[0] <= east + ROUGH_DEGREES
        and south - ROUGH_DEGREES <= zones.roughly(zone, x, y)[1] <= north + ROUGH_DEGREES
    ] or [zone for zone in fitting if zone.prefixed]


def _zone_reading(zone: Zone, turned: str, hints: set[str]) -> Reading:
    belief = _DATUM[zone.datum] * _WIDTH[zone.width] * (6.0 if zone.datum in hints else 1.0)
    why = [f"东坐标以 {zone.number} 开头，是带号" if zone.prefixed else "东坐标没有带号"]
    if turned:
        why.append("北坐标在前、东坐标在后，坐标轴颠倒")
    why += _hinted(zone.datum, hints)
    return Reading(zone.code + turned, zone.label + ("，坐标轴颠倒" if turned else ""), belief, why)
