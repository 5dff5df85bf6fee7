"""The few words that every sheet bears, in both languages; what is shown and told comes with the sheet."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "county": ("县界", "County"),
    "subdistricts": ("街道界", "Subdistrict"),
    "communities": ("社区界", "Community"),
    "grids": ("网格界", "Grid"),
    "metres": ("米", "m"),
    "kilometres": ("公里", "km"),
    "scale": ("比例尺 1:{0}", "Scale 1:{0}"),
    "north": ("北", "N"),
    "date": ("数据日期 {0}", "Data as of {0}"),
    "revision": ("数据版本 {0}", "Revision {0}"),
    "review": ("审图号：{0}", "Map review number: {0}"),
    "crs": ("坐标系 CGCS2000", "CGCS2000"),
    "unit": ("单位：{0}", "Unit: {0}"),
    "left_out": (
        "因图幅所限，另有 {0} 个{1}的名称未标注。",
        "{0} names ({1}) are left out for want of room.",
    ),
    "no_area": ("本图范围内没有可显示的区域。", "There is no area to show on this map."),
    "of": ("{0} 个", "{0}"),
}


def say(name: str, language: str, *values: object) -> str:
    """Return a word or sentence of the sheet in its language."""
    zh, en = _WORDS[name]
    return (zh if language == "zh" else en).format(*values)
