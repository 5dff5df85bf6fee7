"""Which coordinates a file may be in: the county's own, WGS 84, its zone in metres, and the offset ones.

GCJ-02 and BD-09 are no coordinate systems that a program could know: files in them declare none, so that
nobody takes them for true positions, and say so in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyproj

from gis_app.errors import BadInput
from gis_app.geo import crs as geo

OFFSETS = {"GCJ-02": geo.wgs84_to_gcj02, "BD-09": geo.wgs84_to_bd09}
WARNING = {
    "zh": "{system} 是有意偏移的坐标（约 300 至 1,500 米），只供地图应用叠加显示；"
    "不能用于测量、不能当作 CGCS2000 或 WGS 84 使用，再导入时须注明 {system}",
    "en": "{system} positions are offset on purpose (some 300 to 1,500 m), for display in map apps only: "
    "never measure with them, and name {system} when importing them again",
}
_NAMES = {
    "EPSG:4490": {"zh": "CGCS2000 经纬度（EPSG:4490）", "en": "CGCS2000 longitude, latitude (EPSG:4490)"},
    "EPSG:4326": {"zh": "WGS 84 经纬度（EPSG:4326）", "en": "WGS 84 longitude, latitude (EPSG:4326)"},
    "GCJ-02": {"zh": "GCJ-02（高德、腾讯地图）", "en": "GCJ-02 (Amap, Tencent)"},
    "BD-09": {"zh": "BD-09（百度地图）", "en": "BD-09 (Baidu)"},
}
DEFAULT = "EPSG:4490"


@dataclass(frozen=True)
class System:
    """One choice: its code, its CRS (None for an offset one), and how EPSG:4490 (n, 2) becomes it."""

    code: str
    crs: pyproj.CRS | None
    transform: Callable[[np.ndarray], np.ndarray]
    names: dict[str, str]
    decimals: int = 7

    @property
    def offset(self) -> bool:
        """Tell whether positions are offset on purpose."""
        return self.crs is None

    def warnings(self, language: str) -> tuple[str, ...]:
        """Return what has to be said about this choice."""
        return (WARNING[language].format(system=self.code),) if self.offset else ()


def systems(metric: pyproj.CRS) -> dict[str, System]:
    """Return the choices by code, the default first; `metric` is the CRS that the county is measured in."""
    found = [_declared("EPSG:4490", _NAMES["EPSG:4490"]), _declared("EPSG:4326", _NAMES["EPSG:4326"])]
    number = metric.to_epsg()
    if number:
        zone = f"{metric.name}（EPSG:{number}）"
        found.append(_declared(f"EPSG:{number}", {"zh": f"{zone}，米", "en": f"{zone}, metres"}, 3))
    found += [System(code, None, to, _NAMES[code]) for code, to in OFFSETS.items()]
    return {one.code: one for one in found}


def system_of(code: str, metric: pyproj.CRS) -> System:
    """Return the choice with this code, however written; raises BadInput naming the choices."""
    known = systems(metric)
    word = (code or DEFAULT).strip().upper()
    word = f"EPSG:{word}" if word.isascii() and word.isdigit() else word
    if word not in known:
        remedy = " ".join(known)
        raise BadInput("unknown_system", f"不能导出为这个坐标系；可选 {remedy}", {"crs": remedy})
    return known[word]


def _declared(code: str, names: dict[str, str], decimals: int = 7) -> System:
    def transform(xy: np.ndarray) -> np.ndarray:
        return xy if code == geo.LONLAT else geo.project(xy, geo.LONLAT, code)

    return System(code, pyproj.CRS.from_user_input(code), transform, names, decimals)
