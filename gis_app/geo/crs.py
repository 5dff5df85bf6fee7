"""Coordinates: which projection to measure in, and the offset systems GCJ-02 and BD-09 at the door.

Points are always x, y (longitude, latitude). The offset formulas are the publicly known ones; the inverse has
no closed form and is iterated until it is good to a millimetre.
"""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import pyproj

LONLAT = "EPSG:4490"
# CGCS2000, 3-degree zones named by their central meridian: 75° E is 4534, 135° E is 4554
FIRST_MERIDIAN, LAST_MERIDIAN, FIRST_ZONE = 75, 135, 4534
WIDEST_ZONE = 9.0  # degrees
CHINA_LON, CHINA_LAT = (72.004, 137.8347), (0.8293, 55.8271)  # where the offset formulas apply

_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0


def metric_crs(bounds: tuple[float, float, float, float]) -> pyproj.CRS:
    """Return a projected CRS in metres that suits lon/lat bounds (minx, miny, maxx, maxy).

    In China the CGCS2000 3-degree zone of the nearest central meridian, elsewhere the UTM zone; an equal-area
    projection of its own where the bounds are too wide for either.
    """
    x0, y0, x1, y1 = (float(value) for value in bounds)
    if not np.isfinite([x0, y0, x1, y1]).all():
        return _crs(FIRST_ZONE + 13)
    lon, lat = (x0 + x1) / 2, (y0 + y1) / 2
    if x1 - x0 > WIDEST_ZONE or y1 - y0 > 2 * WIDEST_ZONE:
        return pyproj.CRS.from_proj4(f"+proj=laea +lon_0={lon:.3f} +lat_0={lat:.3f} +ellps=GRS80 +units=m")
    return _crs(_zone(lon, lat))


def _zone(lon: float, lat: float) -> int:
    zone = round((lon - FIRST_MERIDIAN) / 3)
    if CHINA_LAT[0] <= lat <= CHINA_LAT[1] and 0 <= zone <= (LAST_MERIDIAN - FIRST_MERIDIAN) // 3:
        return FIRST_ZONE + zone
    return (32600 if lat >= 0 else 32700) + int(np.clip((lon + 180) // 6 + 1, 1, 60))


@lru_cache(maxsize=64)
def _crs(epsg: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(epsg)


def to_metres(geometries: gpd.GeoSeries | gpd.GeoDataFrame, crs: pyproj.CRS | None = None):
    """Return the same rows in metres, in `crs` or in what `metric_crs` chooses for them."""
    return geometries.to_crs(crs or metric_crs(tuple(geometries.to_crs(LONLAT).total_bounds)))


def project(xy: np.ndarray, source, target) -> np.ndarray:
    """Return points (n, 2) in another CRS, x before y on both sides."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    transformer = _transformer(pyproj.CRS.from_user_input(source), pyproj.CRS.from_user_input(target))
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


@lru_cache(maxsize=64)
def _transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def in_china(xy: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether the offset formulas apply to the point."""
    lon, lat = xy[:, 0], xy[:, 1]
    return (lon >= CHINA_LON[0]) & (lon <= CHINA_LON[1]) & (lat >= CHINA_LAT[0]) & (lat <= CHINA_LAT[1])


def wgs84_to_gcj02(xy: np.ndarray) -> np.ndarray:
    """Return points (n, 2) as an offset map shows them; points outside China stay."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    return xy + np.where(in_china(xy)[:, None], _offset(xy), 0.0)


def gcj02_to_wgs84(xy: np.ndarray) -> np.ndarray:
    """Return the true position of points (n, 2) read from an offset map, to a millimetre."""
    return _inverse(wgs84_to_gcj02, xy)


def wgs84_to_bd09(xy: np.ndarray) -> np.ndarray:
    """Return points (n, 2) as Baidu's map shows them."""
    return _gcj02_to_bd09(wgs84_to_gcj02(xy))


def bd09_to_wgs84(xy: np.ndarray) -> np.ndarray:
    """Return the true position of points (n, 2) read from Baidu's map, to a millimetre."""
    return _inverse(wgs84_to_bd09, xy)


def _inverse(forward, xy: np.ndarray) -> np.ndarray:
    wanted = np.asarray(xy, dtype=float).reshape(-1, 2)
    guess = wanted.copy()
    for _ in range(12):
        error = forward(guess) - wanted
        guess = guess - error
        if not (np.abs(error) > 1e-9).any():
            break
    return guess


def _gcj02_to_bd09(xy: np.ndarray) -> np.ndarray:
    x, y = xy[:, 0], xy[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _offset(xy: np.ndarray) -> np.ndarray:
    """Return the GCJ-02 offset (n, 2) in degrees."""
    x, y = xy[:, 0] - 105.0, xy[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0

    lat = np.radians(xy[:, 1])
    magic = 1.0 - _FLATNESS * np.sin(lat) ** 2
    meridian = _AXIS * (1.0 - _FLATNESS) / (magic * np.sqrt(magic))
    parallel = _AXIS / np.sqrt(magic) * np.cos(lat)
    return np.column_stack([np.degrees(east / parallel), np.degrees(north / meridian)])
