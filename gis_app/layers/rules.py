"""The rules a value in a layer must keep, as pandera checks, and the words for when it does not.

Each check carries a stable code; `MESSAGES` turns a code into a Chinese sentence and a remedy. Keeping both
in tables lets an import, a web form and a test name the same fault by the same code.
"""

from __future__ import annotations

import re

import pandas as pd
import pandera.pandas as pa

LAND_USES = ("residential", "mixed", "commercial", "industrial", "public", "green", "water", "rural")
ROAD_CLASSES = ("arterial", "collector", "lane", "path")
WATER_KINDS = ("river", "lake")
STATION_KINDS = ("warm_station", "party_service_centre")
STATION_STATUSES = ("open", "closed", "planned")
AMENITIES = ("drinking_water", "charging", "microwave", "first_aid", "wifi", "seating", "toilet")
MAX_TEXT = 500

# code -> (message, remedy, severity); {value}, {title}, {detail} are filled in
MESSAGES: dict[str, tuple[str, str, str]] = {
    "missing_column": ("缺少“{title}”列", "补上 {field} 列，或在导入时指定对应的列名", "error"),
    "missing_value": ("“{title}”为空", "填写该值", "error"),
    "duplicate_code": ("“{title}”重复：{value}", "每个编码只能出现一次，删除或改正重复的行", "error"),
    "wrong_type": ("“{title}”的数据类型不对：{value}", "改为 {detail}", "error"),
    "code_digits": (
        "“{title}”不是 {detail} 位数字：{value}",
        "改为 {detail} 位数字编码，按文本保存",
        "error",
    ),
    "code_token": (
        "“{title}”含有不允许的字符：{value}",
        "只用字母、数字、连字符和下划线，最长 32 位",
        "error",
    ),
    "code_contradicts_parent": (
        "编码与“{title}”矛盾：{value}",
        "编码的前 {detail} 位必须等于上级编码，改正其一",
        "error",
    ),
    "text_length": ("“{title}”过长", f"缩短到 {MAX_TEXT} 个字以内", "error"),
    "text_control": ("“{title}”含有控制字符", "删除不可见的控制字符", "error"),
    "not_whole_number": ("“{title}”不是非负整数：{value}", "改为 0 或正整数", "error"),
    "not_allowed": ("“{title}”的值不在允许范围：{value}", "改为下列之一：{detail}", "error"),
    "bad_amenity": ("“{title}”中有未知设施：{value}", "用分号分隔，取值：{detail}", "error"),
    "bad_hours": ("“{title}”不符合开放时间写法：{value}", "例如 Mo-Su 08:00-20:00 或 24/7", "warning"),
    "row_count": ("应当只有一行，实有 {value} 行", "只保留一个县域范围", "error"),
    "unknown_layer": ("没有名为“{value}”的图层", "图层名为下列之一：{detail}", "error"),
    "empty_layer": ("图层中没有任何要素", "检查文件内容是否完整", "error"),
    "wrong_crs": (
        "坐标系不对：{value}",
        "转换为 CGCS2000 经纬度（EPSG:4490），或在导入时用 --crs 声明",
        "error",
    ),
    "missing_geometry": ("缺少几何图形", "为该行补上图形或坐标", "error"),
    "empty_geometry": ("几何图形为空", "为该行补上图形，或删除该行", "error"),
    "nan_coordinate": ("坐标中有空值（NaN）或无穷大", "改正坐标", "error"),
    "wrong_geometry_type": ("几何类型不对：{value}", "应为 {detail}", "error"),
    "invalid_geometry": (
        "图形无效：{value}，位置 {detail}",
        "在该处修正边界（自相交、重复环等）后重新导出",
        "error",
    ),
    "zero_size": ("图形没有面积或长度", "删除该行，或重新绘制", "error"),
    "out_of_range": ("坐标超出经纬度范围：{value}", "检查坐标系，投影坐标须用 --crs 声明", "error"),
    "swapped_axes": ("疑似经纬度颠倒：{value}", "按“经度，纬度”的次序给出坐标", "error"),
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_DAY_PART = rf"{_DAYS}(?:-{_DAYS})?(?:,\s?{_DAYS}(?:-{_DAYS})?)*"
_TIMES = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}(?:,\s?\d{1,2}:\d{2}-\d{1,2}:\d{2})*"
_RULE = rf"(?:(?:{_DAY_PART}\s+)?(?:{_TIMES}|24/7|off|closed)|24/7|{_DAY_PART})"
_HOURS = re.compile(rf"{_RULE}(?:;\s*{_RULE})*;?")


def _text_check(test, code: str) -> pa.Check:
    """Make a check of every text value; values that are not text are another rule's matter."""
    return pa.Check(
        lambda values: values.map(lambda v: test(v) if isinstance(v, str) else True).astype(bool), error=code
    )


def _column(kind, title: str, checks: list, *, unique=False, nullable=False, optional=False, default=None):
    metadata = {"kind": kind, "optional": optional, "default": default}
    return pa.Column(kind, checks, unique=unique, nullable=nullable, title=title, metadata=metadata)


def area_code(title: str, digits: int, *, unique=False, nullable=False, optional=False) -> pa.Column:
    """Declare a column of area codes with that many digits."""
    pattern = re.compile(rf"[0-9]{{{digits}}}")
    check = _text_check(lambda v: bool(pattern.fullmatch(v)), f"code_digits:{digits}")
    return _column("str", title, [check], unique=unique, nullable=nullable, optional=optional)


def token(title: str, *, unique=False, nullable=False, optional=False) -> pa.Column:
    """Declare a column of free codes: letters, digits, hyphen, underscore."""
    pattern = re.compile(r"[0-9A-Za-z_-]{1,32}")
    check = _text_check(lambda v: bool(pattern.fullmatch(v)), "code_token")
    return _column("str", title, [check], unique=unique, nullable=nullable, optional=optional)


def text(title: str, *, optional: bool = False) -> pa.Column:
    """Declare a column of any text; required text may not be blank, optional text defaults to ""."""
    checks = [
        _text_check(lambda v: len(v) <= MAX_TEXT, "text_length"),
        _text_check(lambda v: not _CONTROL.search(v), "text_control"),
    ]
    if not optional:
        checks.append(_text_check(lambda v: bool(v.strip()), "missing_value"))
    return _column("str", title, checks, optional=optional, default="")


def whole(title: str, *, optional: bool = False, default: int = 0) -> pa.Column:
    """Declare a column of integers, zero or more."""
    check = pa.Check(_is_whole, error="not_whole_number")
    return _column("int64", title, [check], optional=optional, default=default)


def one_of(title: str, values: tuple[str, ...], *, optional: bool = False, default: str = "") -> pa.Column:
    """Declare a column that takes one of a few words."""
    check = pa.Check(lambda column: column.isin(values), error="not_allowed:" + " ".join(values))
    return _column("str", title, [check], optional=optional, default=default)


def flag(title: str) -> pa.Column:
    """Declare an optional yes/no column."""
    return _column("bool", title, [], optional=True, default=False)


def amenities(title: str) -> pa.Column:
    """Declare an optional column of amenity codes joined by semicolons."""
    allowed = "bad_amenity:" + " ".join(AMENITIES)
    check = _text_check(lambda v: set(v.split(";")) <= {*AMENITIES, ""}, allowed)
    return _column("str", title, [check], optional=True, default="")


def opening_hours(title: str) -> pa.Column:
    """Declare an optional column of opening hours in OpenStreetMap's syntax."""
    check = _text_check(lambda v: not v or bool(_HOURS.fullmatch(v.strip())), "bad_hours")
    return _column("str", title, [check], optional=True, default="")


def starts_with_parent(code: str, parent: str) -> pa.Check:
    """Check, over the whole frame, that each code begins with its parent's code."""

    def agrees(frame: pd.DataFrame) -> pd.Series:
        pairs = zip(frame[code], frame[parent], strict=True)
        told = [not isinstance(p, str) or not isinstance(c, str) or c.startswith(p) for c, p in pairs]
        return pd.Series(told, index=frame.index)

    return pa.Check(agrees, error=f"code_contradicts_parent:{parent}")


def _is_whole(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.ge(0) & numbers.lt(2**31) & (numbers % 1 == 0)
