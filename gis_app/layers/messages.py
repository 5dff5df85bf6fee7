"""What is said about each kind of fault, and what to do about it."""

from __future__ import annotations

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
    # between layers
    "unknown_parent": ("“{title}”不存在：{value}", "先导入上级图层，或改正编码", "error"),
    "gap": (
        "{title}之间有缝隙，约 {value} 平方米，位置 {detail}",
        "补齐边界，使下级区域铺满上级区域",
        "error",
    ),
    "overlap": ("{title}重叠，约 {value} 平方米，位置 {detail}", "修正共同边界，使其不重叠", "error"),
    "outside_parent": (
        "{title}超出上级范围，约 {value} 平方米，位置 {detail}",
        "修正边界，使其落在上级范围内",
        "error",
    ),
    "station_outside_county": (
        "站点不在县域范围内：{value}，位置 {detail}",
        "检查坐标系、经纬度次序或坐标",
        "error",
    ),
    "station_outside_grids": ("站点不在任何网格内：{value}，位置 {detail}", "确认位置是否正确", "warning"),
    "households_differ": (
        "地块户数与楼栋户数之和不符：{value}，楼栋之和 {detail}",
        "改正地块户数或楼栋户数",
        "warning",
    ),
    "streets_unconnected": (
        "有 {value} 米道路与主路网不连通，位置 {detail}，道路 {title}",
        "在交叉处让道路共用端点",
        "warning",
    ),
}
