"""Which reference systems are known here: of the earth, by an authority's code or as WKT; and old datums."""

from __future__ import annotations

import re

import pyproj

_AUTHORITY = re.compile(
    r"(?:urn:ogc:def:crs:)?(epsg|esri|ogc|iau_2015):(?:[\d.]*:)?(\w{1,12})", re.IGNORECASE
)
OLD_DATUMS = {"Xian 1980": "西安80", "Beijing 1954": "北京54", "New Beijing": "新北京54"}
EARTH_M = 6_371_000.0


def known_crs(text: str) -> pyproj.CRS | None:
    """Return the two-dimensional CRS of an authority's code or of WKT, None for a local or unknown one."""
    code = f"EPSG:{text}" if text.isdigit() else text
    match = _AUTHORITY.fullmatch(code)
    try:
        crs = (
            pyproj.CRS.from_user_input(f"{match[1]}:{match[2]}")
            if match
            else pyproj.CRS.from_wkt(text[:20_000])
        )
        crs = crs.sub_crs_list[0] if crs.is_compound else crs
        crs = crs.source_crs if crs.is_bound and crs.source_crs else crs
        usable = (crs.is_geographic or crs.is_projected) and _is_of_the_earth(crs)
        return crs.to_2d() if usable else None
    except (pyproj.exceptions.ProjError, ValueError):
        return None


def old_datum(crs: pyproj.CRS) -> str:
    """Return what a datum is called from which no published way leads to CGCS2000, "" for any other."""
    name = crs.datum.name.replace("_", " ").removeprefix("D ") if crs.datum else ""
    return OLD_DATUMS.get(name, "")


def _is_of_the_earth(crs: pyproj.CRS) -> bool:
    """Tell a system of our planet from those of the moon and others, to which nothing leads from here."""
    return crs.ellipsoid is not None and abs(crs.ellipsoid.semi_major_metre - EARTH_M) < EARTH_M / 100
