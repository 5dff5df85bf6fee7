"""What can be wrong with a row of posts or incidents, in words: code to message, remedy, severity."""

from __future__ import annotations

from functools import partial

from gis_app.exchange import messages as exchange

# code -> (message, remedy, severity); the named values are filled in
MESSAGES: dict[str, tuple[str, str, str]] = {
    "missing_column": ("缺少“{title}”列", "补上该列；可下载模板对照", "error"),
    "missing_value": ("“{title}”为空", "填写该值", "error"),
    "no_rows": ("表中没有任何数据行", "从第 2 行起填写；示例行不算", "error"),
    "bad_code": ("“{title}”写法不对：{value}", "只用字母、数字、连字符和下划线，最长 32 位", "error"),
    "scientific_code": ("编码被表格软件改成了科学计数：{value}", "把该列设为文本格式后重新填写", "error"),
    "duplicate_code": ("“{title}”重复：{value}，已见于第 {detail} 行", "删除或改正重复的行", "error"),
    "existing_code": ("编码已存在：{value}", "改用“更新”方式，或改用新的编码", "error"),
    "unknown_word": ("“{title}”的值无法识别：{value}", "改为下列之一：{detail}", "error"),
    "unknown_area": ("没有这个区域：{value}", "从模板的下拉列表中选择，或先导入网格", "error"),
    "wrong_level": (
        "岗位“{detail}”不设在这一级区域：{value}",
        "社区岗位填 12 位社区编码，网格岗位填 15 位网格编码",
        "error",
    ),
    "unknown_organisation": ("没有这个单位：{value}", "从模板的下拉列表中选择，或写单位全称", "error"),
    "unknown_class": ("没有这个事件类别：{value}", "从模板的下拉列表中选择小类", "error"),
    "class_is_group": ("这是大类，不是小类：{value}", "改为其下的小类", "error"),
    "class_withdrawn": ("该类别已停用：{value}", "历史记录可保留；新事件改用在用的类别", "warning"),
    "bad_day": ("“{title}”不是日期：{value}", "写成 2026-01-31 的样子", "error"),
    "bad_moment": ("“{title}”不是时间：{value}", "写成 2026-01-31 09:30 的样子（北京时间）", "error"),
    "text_too_long": ("“{title}”过长：{value} 字", "缩短到 {detail} 字以内", "error"),
    "control_characters": ("“{title}”含有不可见的控制字符", "删除不可见的字符后重新填写", "error"),
    "personal_id": ("“{title}”中有身份证号码", "删去证件号码；本系统不保存个人信息", "error"),
    "personal_phone": ("“{title}”中有电话号码", "删去电话号码；本系统不保存个人信息", "error"),
    "personal_contact": ("“{title}”中有邮箱、微信等联系方式", "删去联系方式；本系统不保存个人信息", "error"),
    "personal_name": ("“{title}”中有人名或称呼", "删去姓名和称呼，只写事情和地点", "error"),
    # posts
    "zone_holder": ("片区负责人在片区表中登记，不在岗位表中", "本行只留任期，删去姓名、电话和单位", "error"),
    "wanted_organisation": ("“{detail}”由单位承担，姓名不能代替单位", "填写单位编码或单位全称", "error"),
    "bad_phone": ("电话写法不对：{value}", "只有数字、空格和 + - * ( )，例如 139****0000", "error"),
    "bad_term": ("届满日早于到任日：{value}", "改正其中一个日期", "error"),
    "same_post": ("与第 {detail} 行是同一岗位、同一到任日", "只保留一行，或改正到任日", "error"),
    "post_recognised": (
        "没有编号，按岗位、区域和到任日认作 {value}",
        "如为另一次任职，填写新的编号",
        "warning",
    ),
    "term_overlaps": ("任期与 {value} 重叠，以后到任者为准", "如前任已离任，补上其届满日", "warning"),
    "holder_blank": ("没有任职人员，记为空缺", "如有人任职，填写姓名或单位", "warning"),
    # incidents
    "state_needs": ("状态为“{detail}”，缺少“{title}”", "补上该时间（或单位），或改正状态", "error"),
    "only_ends_known": (
        "没有受理和派遣的时间，这些环节不计入统计",
        "如有记录，补上各环节的时间和单位",
        "warning",
    ),
    "state_has_not": ("状态为“{detail}”，不应有“{title}”：{value}", "删去该值，或改正状态", "error"),
    "wrong_order": ("“{title}”早于“{detail}”：{value}", "改正其中一个时间", "error"),
    "in_the_future": ("“{title}”在将来：{value}", "改正时间", "error"),
    "long_ago": ("“{title}”早于 2000 年：{value}", "改正时间", "error"),
    "incident_is_live": (
        "事件 {value} 是在系统中上报办理的，不能用文件改动",
        "在事件页面办理；从文件中删去该行",
        "error",
    ),
    "half_a_place": ("经纬度只有一个", "补上另一个，或都留空", "error"),
    "bad_coordinate": ("坐标不是数字：{value}", "写成十进制度，例如 114.467", "error"),
    "no_place_no_grid": ("没有经纬度，也没有网格编码", "二者至少填一个", "error"),
    "outside_county": ("坐标在县域范围之外：{value}", "检查坐标与坐标系", "error"),
    "outside_county_swapped": ("坐标在县域范围之外，经纬度疑似颠倒：{value}", "对调经度和纬度", "error"),
    "no_grid_here": ("该处不在任何网格内：{value}", "填写网格编码，或检查坐标", "error"),
    "ledger_grid_differs": (
        "所写网格 {value} 与位置不符（位置在 {detail}），按所写网格登记",
        "核对坐标与网格编码",
        "warning",
    ),
    "due_before_dispatch": ("派遣之前没有时限，所写的时限未采用", "派遣后按类别的时限推算", "warning"),
    "due_reckoned": ("有 {value} 行没有时限，按类别的时限推算", "如有原定时限，补上该列", "warning"),
    "codes_given": ("有 {value} 行没有编号，导入时自动编号", "如需自定编号，补上该列", "warning"),
    "unused_columns": ("未使用的列：{value}", "如有需要，按模板改列名", "warning"),
}
MAX_VALUE = 60

# makes a Fault from a code of these, as the room of files does of its own
fault = partial(exchange.fault, messages=MESSAGES, longest=MAX_VALUE)
