"""Which Gauss-Krüger zones exist in China and which of them could hold a given pair of numbers.

An easting of eight digits tells its zone by the first two; one of six digits tells none, and only a place
that is known already can. Which datum it is (CGCS2000, Xian 1980, Beijing 1954) cannot be read off the
numbers. Six-degree zones without a number are the three-degree zones of the same meridian.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FALSE_EASTING = 500_000.0
ZONE_STEP = 1_000_000.0
NORTHINGS = (1_900_000.0, 6_100_000.0)  # from Hainan's south to Mohe
EASTINGS = (100_000.0, 900_000.0)
METRES_PER_DEGREE = 110_950.0
WEB_MERCATOR = ((7_900_000.0, 15_400_000.0), (300_000.0, 7_300_000.0))
UNCERTAIN_DATUMS = ("西安80", "北京54")
# datum -> width in degrees -> (EPSG of the first zone with its number in the easting, without it)
_FIRST = {
    "CGCS2000": {3: (4513, 4534), 6: (4491, 4502)},
    "西安80": {3: (2349, 2370), 6: (2327, 2338)},
    "北京54": {3: (2401, 2422), 6: (21413, 21453)},
}
_ZONES = {3: range(25, 46), 6: range(13, 24)}
_UTM = range(43, 54)


@dataclass(frozen=True, slots=True)
class Zone:
    """One projected system: its EPSG code, datum, width in degrees, central meridian, and how it is told."""

    epsg: int
    datum: str
    width: int
    number: int
    meridian: int
    prefixed: bool

    @property
    def label(self) -> str:
        """Return how a surveyor calls it."""
        if self.datum == "WGS84":
            return f"WGS84 UTM {self.number}N"
        told = f"{self.number} 带" if self.prefixed else f"中央经线 {self.meridian}°"
        return f"{self.datum} {self.width} 度带 {told}"

    @property
    def code(self) -> str:
        """Return the code by which it is declared."""
        return f"EPSG:{self.epsg}"


def _zones() -> tuple[Zone, ...]:
    made = [
        Zone(first[not prefixed] + at, datum, width, number, _meridian(width, number), prefixed)
        for datum, widths in _FIRST.items()
        for width, first in widths.items()
        for prefixed in ((True, False) if width == 3 else (True,))
        for at, number in enumerate(_ZONES[width])
    ]
    return (*made, *(Zone(32600 + number, "WGS84", 6, number, 6 * number - 183, False) for number in _UTM))


def _meridian(width: int, number: int) -> int:
    return 3 * number if width == 3 else 6 * number - 3


ZONES = _zones()
BY_EPSG = {zone.epsg: zone for zone in ZONES}


def could_be(east: float, north: float) -> list[Zone]:
    """Return the zones in whose range a point lies, those with a number first."""
    if not NORTHINGS[0] <= north <= NORTHINGS[1]:
        return []
    number, rest = divmod(east, ZONE_STEP)
    if number == 0:
        return [zone for zone in ZONES if not zone.prefixed] if EASTINGS[0] <= east <= EASTINGS[1] else []
    if not EASTINGS[0] <= rest <= EASTINGS[1]:
        return []
    return [zone for zone in ZONES if zone.prefixed and zone.number == int(number)]


def roughly(zone: Zone, east: float, north: float) -> tuple[float, float]:
    """Return about where a point of a zone lies, in degrees, to a few hundredths; no projection is made."""
    lat = north / METRES_PER_DEGREE
    offset = east % ZONE_STEP - FALSE_EASTING
    return zone.meridian + offset / (111_320.0 * np.cos(np.radians(lat))), lat


def is_web_mercator(east: float, north: float) -> bool:
    """Tell whether the numbers are those of web Mercator inside China."""
    (west, far), (south, top) = WEB_MERCATOR
    return west <= east <= far and south <= north <= top
