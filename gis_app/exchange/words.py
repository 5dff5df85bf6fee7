"""Values as people write them, Chinese or English, and the words that the schema takes for them."""

from __future__ import annotations

import re
import unicodedata

_KINDS = {
    "warm_station": "暖心驿站 驿站 爱心驿站 服务驿站 户外劳动者驿站 warmstation station",
    "party_service_centre": "党群服务中心 党群中心 党建服务中心 党群服务站 partyservicecenter",
}
_STATUSES = {
    "open": "开放 正常 营业 在用 启用 运行 运营 已开放 active opened yes",
    "closed": "关闭 停用 停业 暂停 撤销 已关闭 inactive no",
    "planned": "规划 在建 筹建 待建 计划 拟建 建设中 plan planning",
}
_LAND_USES = {
    "residential": "居住 居住用地 住宅 住宅用地 小区 r",
    "mixed": "混合 混合用地 商住 商住混合 商住用地",
    "commercial": "商业 商业用地 商服 商业服务业 b retail",
    "industrial": "工业 工业用地 仓储 m",
    "public": "公共 公共服务 公共管理 公共设施 学校 机关 医疗 a",
    "green": "绿地 公园 绿化 公园绿地 g park",
    "water": "水域 水体 河湖 e",
    "rural": "农村 农用地 耕地 村庄 乡村 farmland",
}
_ROADS = {
    "arterial": "主干道 主干路 快速路 国道 省道 motorway trunk primary motorwaylink trunklink primarylink",
    "collector": "次干道 次干路 县道 secondary tertiary secondarylink tertiarylink",
    "lane": "支路 街巷 巷道 小区路 乡道 residential unclassified livingstreet service road",
    "path": "小路 小径 步道 人行道 步行街 footway pedestrian steps track cycleway bridleway corridor",
}
_WATERS = {
    "river": "河 河流 河道 江 渠 沟渠 水渠 stream canal",
    "lake": "湖 湖泊 水库 池塘 坑塘 pond reservoir",
}
_PASSAGES = {
    "open": "开放 常开 开 可通行 通行 正常 yes permissive public 是 true 1",
    "closed": "关闭 封闭 常闭 关 不可通行 停用 禁止通行 locked no private 否 false 0",
}
_AMENITIES = {
    "drinking_water": "饮水 饮用水 饮水机 热水 开水 直饮水 water",
    "charging": "充电 手机充电 充电宝 充电桩 换电 power",
    "microwave": "微波炉 热饭 加热",
    "first_aid": "急救箱 急救 药箱 医药箱 急救包 药品 firstaidkit",
    "wifi": "wifi 无线网络 无线 上网 网络 无线网 wlan",
    "seating": "休息座椅 座椅 座位 桌椅 休息 休憩 seats",
    "toilet": "卫生间 厕所 公厕 洗手间 toilets wc restroom",
}
FLAGS = {
    "true": "true 1 是 有 yes y t 桥 真 viaduct movable boardwalk trestle",
    "false": "false 0 否 无 no n f 假",
}
# Sheets of our own workbooks that are not data: a template's, a fault list's and an export's. Then the first
# cell of a template's example row.
ASIDE = ("填写说明", "问题清单", "说明", "About")
EXAMPLE = "示例（导入时忽略）"


def plain(text: object) -> str:
    """Return a text without case, width, spaces and joining marks, for comparing."""
    words = unicodedata.normalize("NFKC", str(text)).lower()
    return re.sub(r"[\s_\-./·:]+", "", words)


def _lookup(table: dict[str, str]) -> dict[str, str]:
    found = {plain(word): value for value, words in table.items() for word in words.split()}
    return found | {plain(value): value for value in table}


# (layer, column) -> plain word -> value of the schema
WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("stations", "kind"): _lookup(_KINDS),
    ("stations", "status"): _lookup(_STATUSES),
    ("blocks", "land_use"): _lookup(_LAND_USES),
    ("streets", "road_class"): _lookup(_ROADS),
    ("streets", "bridge"): _lookup(FLAGS),
    ("water", "kind"): _lookup(_WATERS),
    ("gates", "passage"): _lookup(_PASSAGES),
}
AMENITY_WORDS = _lookup(_AMENITIES)
_SEPARATORS = re.compile(r"[;；,，、/|\s]+|和|及")


def choices(known: dict[str, str]) -> str:
    """Return the values that a column may have: each as people write it, then as the schema does."""
    said: dict[str, str] = {}
    for word, value in known.items():
        if not word.isascii():
            said.setdefault(value, f"{word}（{value}）")
    return "、".join(said.get(value, value) for value in dict.fromkeys(known.values()))


def amenity_codes(text: str) -> str:
    """Return the codes of amenities listed in any usual way, joined by semicolons; unknown words stay."""
    parts = [
        part for part in _SEPARATORS.split(text.replace("Wi-Fi", "wifi").replace("WI-FI", "wifi")) if part
    ]
    codes = dict.fromkeys(AMENITY_WORDS.get(plain(part), part) for part in parts)
    return ";".join(code for code in codes if plain(code) != "无")


_DAYS = {
    "一": "Mo",
    "二": "Tu",
    "三": "We",
    "四": "Th",
    "五": "Fr",
    "六": "Sa",
    "日": "Su",
    "天": "Su",
    "末": "Sa-Su",
}
_SPAN = (
    r"(?:周|星期|礼拜)([一二三四五六日天末])(?:\s*(?:至|到|-|~|—)\s*(?:周|星期|礼拜)?([一二三四五六日天]))?"
)
_TIME_SPAN = re.compile(
    r"(\d{1,2})(?:[:：](\d{2}))?\s*(?:时|点)?\s*(?:-|至|到|~|—|–)\s*(\d{1,2})(?:[:：](\d{2}))?\s*(?:时|点)?"
)
_ALL_DAY = re.compile(r"全天|24\s*小时|二十四小时|24h", re.IGNORECASE)


def opening_hours(text: str) -> str:
    """Return Chinese opening hours in OpenStreetMap's syntax; what is not understood stays as it is."""
    words = unicodedata.normalize("NFKC", text).strip()
    if re.search(r"[A-Z][a-z]\b|24/7", words):
        return words
    times = [
        f"{int(a):02d}:{b or '00'}-{int(c):02d}:{d or '00'}"
        for a, b, c, d in _TIME_SPAN.findall(_without_days(words))
    ]
    if not times:
        return "24/7" if _ALL_DAY.search(words) else words
    return f"{_days(words)} {','.join(times)}"


def _without_days(words: str) -> str:
    return re.sub(_SPAN, " ", words)


def _days(words: str) -> str:
    spans = re.findall(_SPAN, words)
    if not spans:
        return "Mo-Fr" if "工作日" in words else "Mo-Su"
    return ",".join(_DAYS[first] + (f"-{_DAYS[last]}" if last else "") for first, last in spans)


_DEGREES = re.compile(
    r"([+-]?\d+(?:\.\d+)?)\s*[°度]\s*(?:(\d+(?:\.\d+)?)\s*[′'’分]\s*)?"
    r"(?:(\d+(?:\.\d+)?)\s*(?:[″\"”秒]|′′|''|’’)\s*)?"
)
_HEMISPHERE = {"S": -1, "W": -1, "N": 1, "E": 1, "南": -1, "西": -1, "北": 1, "东": 1}


def number(value: object) -> float | None:
    """Return a coordinate as a number: decimal or degrees, minutes and seconds; None for what is neither."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    words = unicodedata.normalize("NFKC", str(value)).strip()
    words = re.sub(r"[经纬]度?(?=[\s\d])", "", words)
    sign = 1
    for mark in (words[:1], words[-1:]):
        if mark and mark.upper() in _HEMISPHERE and re.search(r"\d", words):
            sign, words = _HEMISPHERE[mark.upper()], words.strip(mark + " ")
    found = _DEGREES.fullmatch(words)
    if found:
        degrees, minutes, seconds = (float(part or 0) for part in found.groups())
        return sign * (degrees + minutes / 60 + seconds / 3600)
    try:
        return sign * float(words.replace(",", "") if words.count(",") else words)
    except ValueError:
        return None
