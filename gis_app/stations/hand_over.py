"""Links that hand the way to a station over to a map application, each in the coordinates that it expects.

Amap, Tencent and Apple's map in China show places offset by GCJ-02, Baidu by BD-09 on top; the phone's own
`geo:` takes the true position. A link carries the place to go to and never where somebody is: the application
asks the phone itself. It is followed when a person taps it; no page of ours requests it.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import numpy as np

from gis_app.geo.crs import wgs84_to_bd09, wgs84_to_gcj02

SOURCE = "gis-app"
AMAP = "https://uri.amap.com/navigation?"
BAIDU = "https://api.map.baidu.com/direction?"
TENCENT = "https://apis.map.qq.com/uri/v1/routeplan?"
APPLE = "maps://?"
HERE = "我的位置"
ADDRESSES = (AMAP, BAIDU, TENCENT)


def links(lon: float, lat: float, name: str) -> dict[str, str]:
    """Return the links to walk to a place (WGS84): amap, baidu, tencent, system (`geo:`) and apple."""
    return links_of([lon], [lat], [name])[0]


def links_of(
    lon: Sequence[float] | np.ndarray, lat: Sequence[float] | np.ndarray, names: Sequence[str]
) -> list[dict[str, str]]:
    """Return `links` of many places at once."""
    true = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    offset, baidu = wgs84_to_gcj02(true), wgs84_to_bd09(true)
    rows = zip(true.tolist(), offset.tolist(), baidu.tolist(), names, strict=True)
    return [_links(*row) for row in rows]


def _links(true: list[float], offset: list[float], baidu: list[float], name: str) -> dict[str, str]:
    amap = {
        "to": f"{_xy(offset)},{name.replace(',', ' ')}",
        "mode": "walk",
        "coordinate": "gaode",
        "callnative": 1,
        "src": SOURCE,
    }
    to_baidu = {
        "origin": HERE,
        "destination": f"latlng:{_yx(baidu)}|name:{name.replace('|', ' ')}",
        "mode": "walking",
        "coord_type": "bd09ll",
        "output": "html",
        "src": f"webapp.{SOURCE}.{SOURCE}",
    }
    tencent = {"type": "walk", "to": name, "tocoord": _yx(offset), "referer": SOURCE}
    apple = {"daddr": _yx(offset), "dirflg": "w", "q": name}
    return {
        "amap": AMAP + _query(amap),
        "baidu": BAIDU + _query(to_baidu),
        "tencent": TENCENT + _query(tencent),
        "system": f"geo:{_yx(true)}?q={_yx(true)}({quote(name, safe='')})",
        "apple": APPLE + _query(apple),
    }


def _query(values: dict[str, object]) -> str:
    return urlencode(values, quote_via=quote, safe=",")


def _xy(point: list[float]) -> str:
    return f"{point[0]:.6f},{point[1]:.6f}"


def _yx(point: list[float]) -> str:
    return f"{point[1]:.6f},{point[0]:.6f}"
