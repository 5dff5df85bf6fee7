"""Where a county is about, by the first two digits of its codes: for the first import into an empty store.

Bounds of the provinces in whole and half degrees (GB/T 2260 digits); enough to tell one zone from the next.
"""

from __future__ import annotations

from collections.abc import Iterable

from gis_app.layers import codes

# first two digits -> name, west, south, east, north
_PROVINCES = {
    "11": ("北京", 115.0, 39.0, 118.0, 41.5),
    "12": ("天津", 116.5, 38.5, 118.5, 40.5),
    "13": ("河北", 113.0, 36.0, 120.0, 43.0),
    "14": ("山西", 110.0, 34.5, 115.0, 41.0),
    "15": ("内蒙古", 97.0, 37.0, 126.5, 53.5),
    "21": ("辽宁", 118.5, 38.5, 126.0, 43.5),
    "22": ("吉林", 121.5, 40.5, 131.5, 46.5),
    "23": ("黑龙江", 121.0, 43.0, 135.5, 54.0),
    "31": ("上海", 120.5, 30.5, 122.5, 32.0),
    "32": ("江苏", 116.0, 30.5, 122.0, 35.5),
    "33": ("浙江", 118.0, 27.0, 123.0, 31.5),
    "34": ("安徽", 114.5, 29.0, 120.0, 35.0),
    "35": ("福建", 115.5, 23.5, 120.5, 28.5),
    "36": ("江西", 113.5, 24.0, 118.5, 30.5),
    "37": ("山东", 114.5, 34.0, 123.0, 38.5),
    "41": ("河南", 110.0, 31.0, 117.0, 36.5),
    "42": ("湖北", 108.0, 29.0, 116.5, 33.5),
    "43": ("湖南", 108.5, 24.5, 114.5, 30.5),
    "44": ("广东", 109.5, 20.0, 117.5, 25.5),
    "45": ("广西", 104.0, 20.5, 112.5, 26.5),
    "46": ("海南", 108.0, 18.0, 111.5, 20.5),
    "50": ("重庆", 105.0, 28.0, 110.5, 32.5),
    "51": ("四川", 97.0, 26.0, 109.0, 34.5),
    "52": ("贵州", 103.5, 24.5, 110.0, 29.5),
    "53": ("云南", 97.5, 21.0, 106.5, 29.5),
    "54": ("西藏", 78.0, 26.5, 99.5, 36.5),
    "61": ("陕西", 105.0, 31.5, 111.5, 40.0),
    "62": ("甘肃", 92.0, 32.5, 109.0, 43.0),
    "63": ("青海", 89.0, 31.5, 103.5, 39.5),
    "64": ("宁夏", 104.0, 35.0, 108.0, 39.5),
    "65": ("新疆", 73.0, 34.0, 97.0, 49.5),
}


def of_codes(texts: Iterable[object]) -> tuple[str, tuple[float, float, float, float]] | None:
    """Return name and bounds of the one province that all area codes lie in, None for none or several."""
    found = {str(text)[:2] for text in texts if codes.level_of(text if isinstance(text, str) else str(text))}
    if len(found) != 1:
        return None
    known = _PROVINCES.get(found.pop())
    return (known[0], known[1:]) if known else None
