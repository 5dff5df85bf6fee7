"""What can be wrong with a report, a step or a class: one table of codes with a sentence in each language.

The Chinese sentence is what an error carries as its message; whoever answers in English asks `text`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gis_app.errors import BadInput

# code -> Chinese, English
MESSAGES: dict[str, tuple[str, str]] = {
    # steps
    "transition_forbidden": ("事件当前状态不允许此操作", "The incident's state does not allow this step"),
    "role_forbidden": ("您的角色不能进行此操作", "Your role may not do this step"),
    "not_the_reporter": ("只有上报人可以进行此操作", "Only the reporter may do this step"),
    "out_of_scope": ("事件不在您的管辖范围内", "The incident lies outside your area"),
    "reporter_handles": (
        "巡办分离：上报人不能处置自己上报的事件",
        "Whoever reported an incident may not handle it",
    ),
    "handler_verifies": (
        "巡办分离：处置人不能核查自己处置的事件",
        "Whoever handled an incident may not verify it",
    ),
    "organisation_verifies": (
        "巡办分离：处置单位的人员不能核查本单位处置的事件",
        "Nobody of an organisation that handled an incident may verify it",
    ),
    "other_organisation": ("事件未派遣给您所在的单位", "The incident is not dispatched to your organisation"),
    "joint_organisation": ("此操作由牵头单位进行", "This step is for the lead organisation"),
    "override_reason_required": (
        "管理员代办须写明理由",
        "An administrator must give a reason for doing this step",
    ),
    "step_incomplete": ("填写的内容有误", "Some of the fields are wrong"),
    "field_required": ("此项必填", "This field is required"),
    "unknown_organisation": ("没有这个单位", "No such organisation"),
    "lead_is_joint": ("牵头单位不能同时是协办单位", "The lead organisation cannot be a joint one too"),
    "same_organisation": ("事件已在该单位，无需转派", "The incident is with this organisation already"),
    "unknown_original": ("没有找到原事件", "The original incident was not found"),
    "duplicate_of_itself": ("事件不能与自身重复", "An incident cannot duplicate itself"),
    "duplicate_of_duplicate": (
        "原事件本身已标为重复，请选择最初的事件",
        "The original is a duplicate itself; choose the first one",
    ),
    "satisfaction_range": ("满意度为 1 至 5 的整数", "Satisfaction is a whole number from 1 to 5"),
    "extension_wanted": (
        "请填写延长的工作时数或延期至的时间，二者取一",
        "Give either the working hours to add or the new due time",
    ),
    "extension_hours": (
        "延长的工作时数须大于 0 且不超过 700",
        "The hours to add are more than 0 and at most 700",
    ),
    "extension_until": (
        "延期后的时间须晚于现在和原截止时间，且不超过一年",
        "The new due time lies after the present one and after now, within a year",
    ),
    "nothing_to_extend": ("事件没有截止时间", "The incident has no due time"),
    "no_stage_left": ("没有未完成的阶段", "No stage is left to finish"),
    "photo_hash": ("照片标识有误", "Not the hash of a photo"),
    "too_many_photos": ("照片过多，最多 9 张", "Too many photos, 9 at most"),
    # text
    "text_wanted": ("须为文字", "Must be text"),
    "text_too_long": ("文字过长", "The text is too long"),
    "control_characters": ("含有不可见的控制字符", "The text holds control characters"),
    # reports
    "report_rejected": ("上报内容有误，未保存", "The report has faults; nothing was saved"),
    "unknown_class": ("没有这个事件类别", "No such class of incidents"),
    "class_withdrawn": ("该事件类别已停用", "This class of incidents is withdrawn"),
    "class_is_group": ("请选择具体的二级类别", "Choose a class of the second level"),
    "location_required": ("缺少位置", "The location is missing"),
    "location_unreadable": ("经纬度须为数字", "Longitude and latitude must be numbers"),
    "location_out_of_range": ("经纬度超出范围", "Longitude or latitude is out of range"),
    "outside_county": ("位置不在本县范围内", "The location lies outside the county"),
    "grid_not_near": ("所选网格不在定位误差范围内", "The chosen grid is not within the position's accuracy"),
    "time_unreadable": ("时间须为带时区的 ISO 8601 格式", "The time must be ISO 8601 with its offset"),
    "time_in_future": ("时间晚于现在", "The time lies in the future"),
    "time_too_old": ("时间早于 90 天前", "The time lies more than 90 days back"),
    "accuracy_range": ("定位误差须为 0 至 10000 米", "Accuracy is from 0 to 10,000 metres"),
    "idempotency_key_format": (
        "幂等键为 8 至 128 位字母、数字和 . _ : -",
        "An idempotency key has 8 to 128 letters, digits and . _ : -",
    ),
    "attribute_required": ("缺少必填属性", "A required attribute is missing"),
    "unknown_attribute": ("该类别没有此属性", "The class has no such attribute"),
    "attribute_value": ("属性的取值有误", "The attribute's value is not allowed"),
    "phone_format": ("电话号码格式有误", "Not a telephone number"),
    "email_format": ("电子邮箱格式有误", "Not an e-mail address"),
    # classes
    "class_rejected": ("事件类别有误，未保存", "The class has faults; nothing was saved"),
    "class_code_format": (
        "类别编码为 2 至 16 位大写字母和数字",
        "A class code has 2 to 16 capitals and digits",
    ),
    "class_code_taken": ("类别编码已存在", "The class code exists already"),
    "class_code_fixed": ("已有类别的编码不能更改", "The code of a class cannot change"),
    "unknown_category": ("没有这个大类", "No such category"),
    "category_of_parent": ("大类须与上级类别一致", "The category must be that of the class above"),
    "unknown_parent": ("没有这个上级类别", "No such class above"),
    "two_levels_only": ("类别只分两级", "Classes have two levels only"),
    "parent_has_children": (
        "该类别下还有类别，不能改为二级",
        "Classes lie below it, so it stays at the first level",
    ),
    "children_active": ("下级类别仍在使用，请先停用", "Classes below are in use; withdraw them first"),
    "handler_wanted": ("请填写处置角色或处置单位", "Name a handling role or organisation"),
    "unknown_role": ("没有这个角色", "No such role"),
    "unknown_area": ("没有这个区域", "No such area"),
    "bad_limit": ("时限写法有误，例如 30m、4h、5d", "Write a limit like 30m, 4h or 5d"),
    "bad_stages": ("分段时限写法有误，例如 stop:4h;demolish:20d", "Write stages like stop:4h;demolish:20d"),
    "stages_order": ("分段时限须逐段增加", "The limits of stages must grow"),
    "stages_end": ("最后一段的时限须等于办理时限", "The last stage must end with the time limit"),
    "private_category": ("矛盾纠纷类事件的位置不能公开", "The location of a mediation class is never public"),
    "bad_flag": ("取值为 1 或 0", "The value is 1 or 0"),
    "bad_attributes": ("属性定义有误", "The definition of the attributes has faults"),
    # personal data in free text
    "personal_phone": (
        "文字中有电话号码，请删去；这里不登记个人信息",
        "The text holds a telephone number; leave it out, no personal data are kept here",
    ),
    "personal_id": (
        "文字中有身份证号码，请删去；这里不登记个人信息",
        "The text holds the number of an identity card; leave it out, no personal data are kept here",
    ),
    "personal_contact": (
        "文字中有邮箱或社交账号，请删去；这里不登记个人信息",
        "The text holds an e-mail address or account; leave it out, no personal data are kept here",
    ),
    "personal_name": (
        "文字中有个人姓名或称呼，请改为“居民”等说法；这里不登记个人信息",
        "The text names a person; write 'a resident' instead, no personal data are kept here",
    ),
    # supervision
    "supervision_rejected": ("填写的内容有误，未保存", "Some of the fields are wrong; nothing was saved"),
    "finding_forbidden": ("问题当前状态不允许此操作", "The finding's state does not allow this step"),
    "not_responsible": ("该问题不由您负责整改", "You do not answer for this finding"),
    "own_answer": ("整改人不能验收自己的整改", "Whoever answered a finding may not judge the answer"),
    "round_closed": ("该轮督导已结束", "The round is closed"),
    "findings_left": (
        "还有问题未整改通过，不能结束督导",
        "Some findings are not accepted yet, so the round stays open",
    ),
    "unknown_subject": ("没有这个督导对象", "There is no such subject of supervision"),
    "unknown_choice": ("请从列出的选项中选择", "Choose one of the options"),
    "organisation_not_wanted": (
        "由岗位负责整改时不填责任单位",
        "Leave the organisation empty when a post is responsible",
    ),
    "day_format": ("应为 YYYY-MM-DD 格式的日期", "Write the date as YYYY-MM-DD"),
    "day_range": ("日期不在允许的范围内", "The date is out of range"),
    "due_range": ("整改期限须晚于现在且不超过一年", "The due date lies after now, within a year"),
    "schedule_not_due": ("该计划未启用", "The schedule is not active"),
    # programme
    "programme_rejected": ("填写的内容有误，未保存", "Some of the fields are wrong; nothing was saved"),
    "unknown_star": ("没有这颗星", "There is no such star"),
    "not_of_team": ("只有该星的工作专班可以评分", "Only the star's own task team may judge it"),
    "score_range": ("分数为 0 至 100，最多一位小数", "A score is from 0 to 100 with one decimal at most"),
    "month_format": ("月份应写成 2024-03 的格式", "Write the month like 2024-03"),
    "month_range": (
        "只能录入过去两年内至本月的评分",
        "Scores are entered for the last two years up to this month",
    ),
    "quarter_format": ("季度应写成 2024-Q1 的格式", "Write the quarter like 2024-Q1"),
    "quarter_running": ("该季度尚未结束，不能评定", "The quarter is not over, so there is no verdict yet"),
    "quarter_incomplete": (
        "该季度三个月的评分未录齐，不能评定",
        "The scores of the quarter's three months are not complete, so there is no verdict yet",
    ),
    "count_range": ("应为 0 至 1000000 的整数", "A whole number from 0 to 1,000,000"),
    "place_pair": ("经度和纬度须同时填写", "Give both longitude and latitude"),
    "unknown_project": ("没有这个项目", "No such project"),
    "unknown_community": ("没有这个社区", "No such community"),
    "project_wanted": ("请选择承接的项目", "Choose the project that takes it up"),
    "programme_forbidden": ("当前状态不允许此操作", "The present state does not allow this step"),
    "end_before_start": ("结束日期不能早于开始日期", "The end lies before the start"),
    "already_adopted": ("该单位已认领这个项目", "The organisation has adopted this project already"),
    "other_than_own": ("只能以本单位名义认领", "You may adopt in the name of your own organisation only"),
}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field at fault, and the code of what is wrong with it."""

    field: str
    code: str

    def text(self, language: str = "zh") -> str:
        """Return what is wrong, in "zh" or "en"."""
        return text(self.code, language)


class Refused(BadInput):
    """Input refused for everything that is wrong with it; nothing has changed.

    `faults` has every fault; `fields` the first of each field, in Chinese. The error's own code is that of
    the only fault where there is one, else `code`.
    """

    def __init__(self, code: str, faults: Iterable[FieldFault]) -> None:
        self.faults = list(faults)
        kinds = {fault.code for fault in self.faults}
        code = kinds.pop() if len(kinds) == 1 and "field_required" not in kinds else code
        super().__init__(code, text(code), self.texts())

    def texts(self, language: str = "zh") -> dict[str, str]:
        """Return what is wrong with each field, in "zh" or "en"."""
        return {fault.field: fault.text(language) for fault in reversed(self.faults)}


def text(code: str, language: str = "zh") -> str:
    """Return the sentence of a code in "zh" or "en"; raises KeyError for a code that is not in the table."""
    chinese, english = MESSAGES[code]
    return english if language == "en" else chinese
