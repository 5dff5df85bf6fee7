"""What the tables that come in beside the layers consist of: posts, and the ledger of incidents.

One list of fields for the template, the matching of columns and the checks. A field says what it is called in
both languages, whether a row needs it, and in which of a few ways its cells are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis_app.assignments.tables import ROLES
from gis_app.exchange import columns
from gis_app.incidents.model import STATES

POSTS, INCIDENTS = "posts", "incidents"
TITLES: dict[str, dict[str, str]] = {
    POSTS: {"zh": "岗位", "en": "Posts"},
    INCIDENTS: {"zh": "事件", "en": "Incidents"},
}
# how a cell is read: see `tables_reading`
CODE, AREA, CHOICE, CLASS, ORGANISATION = "code", "area", "choice", "class", "organisation"
TEXT, DAY, MOMENT, NUMBER = "text", "day", "moment", "number"
# A duplicate follows another incident and a paused one waits by its own clock: a ledger tells neither.
LEDGER_STATES = {code: labels for code, labels in STATES.items() if code not in ("duplicate", "paused")}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table: `choices` are codes with their labels, `synonyms` names apart by spaces.

    `help` says in Chinese what to write; `example` is a cell of the template's example row.
    """

    name: str
    kind: str
    zh: str
    en: str
    synonyms: str
    help: str
    example: str = ""
    required: bool = False
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, language: str = "zh") -> str:
        """Return what the column is called in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


_EAST, _NORTH = (
    f"{columns.COORDINATES[degrees]} {columns.COORDINATES[metres]}"
    for degrees, metres in (("lon", "x"), ("lat", "y"))
)
_POSTS = (
    Field("assignment_code", CODE, "岗位编号", "Post code",
          "assignment_code 责任编号 岗位编码 任职编号 编号 编码",
          "字母、数字、连字符、下划线，最长 32 位；已有编号表示更新该行，空白则自动编号"),
    Field("role", CHOICE, "岗位", "Post", "role 责任角色 角色 岗位类型 岗位名称 职务",
          "从下拉列表中选择", "网格员", True, ROLES),
    Field("area_code", AREA, "区域编码", "Area code",
          "area_code 所属区域 责任区域编码 网格编码 社区编码 责任区域",
          "从下拉列表中选择：社区岗位填 12 位社区编码，网格岗位填 15 位网格编码", "410222001006001", True),
    Field("holder_name", TEXT, "姓名", "Name", "holder_name 责任人 任职人 负责人 人员",
          "任职人员的姓名；空白表示空缺。只写工作人员，不写居民", "张三"),
    Field("holder_phone", TEXT, "工作电话", "Office phone", "holder_phone 电话 联系电话 手机 办公电话",
          "办公联系电话，可打星号；不得填身份证号", "139****0000"),
    Field("organisation_code", ORGANISATION, "单位编码", "Organisation",
          "organisation_code 单位 单位名称 包联单位 所属单位 organisation",
          "包联单位从下拉列表中选择；其他岗位空白", ""),
    Field("term_from", DAY, "到任日", "Term from", "term_from 任期起 到任日期 任职开始 任职日期 开始日期",
          "日期，例如 2026-01-01", "2026-01-01"),
    Field("term_to", DAY, "届满日", "Term to", "term_to 任期止 届满日期 任职结束 离任日期 结束日期",
          "日期；未定则空白", "2027-12-31"),
)  # fmt: skip
_INCIDENTS = (
    Field("incident_code", CODE, "事件编号", "Incident code",
          "incident_code 事件编码 案件编号 工单编号 编号 编码",
          "字母、数字、连字符、下划线，最长 32 位；已有编号表示更新该行，空白则自动编号"),
    Field("class_code", CLASS, "小类", "Class",
          "class_code 小类编码 类别编码 事件小类 class_name 小类名称 事件类别 类别 事件类型 类型",
          "从下拉列表中选择小类；写编码或小类名称均可", "ENV01", True),
    Field("state", CHOICE, "状态", "State", "state 事件状态 办理状态 status",
          "从下拉列表中选择；时间须与状态相符", "已结案", True, LEDGER_STATES),
    Field("description", TEXT, "描述", "Description", "description 事件描述 问题描述 内容 说明",
          "只写事情和地点，不得出现姓名、电话、身份证号", "路口垃圾桶满溢"),
    Field("lon", NUMBER, "经度", "Longitude", _EAST,
          "十进制度，例如 114.467；经纬度同时填写或同时空白", "114.467"),
    Field("lat", NUMBER, "纬度", "Latitude", _NORTH,
          "十进制度，例如 34.480", "34.480"),
    Field("grid_code", AREA, "网格编码", "Grid code", "grid_code 所在网格编码 所属网格编码 所在网格 网格",
          "从下拉列表中选择；有经纬度时可空白，按位置填入", "410222001006001"),
    Field("reported_at", MOMENT, "上报时间", "Reported at", "reported_at 发生时间 登记时间 报告时间",
          "例如 2026-01-05 09:30（北京时间）", "2026-01-05 09:30", True),
    Field("accepted_at", MOMENT, "受理时间", "Accepted at", "accepted_at 立案时间 接单时间",
          "受理之后的状态必填", "2026-01-05 09:50"),
    Field("dispatched_at", MOMENT, "派遣时间", "Dispatched at", "dispatched_at 派单时间 交办时间",
          "派遣之后的状态必填", "2026-01-05 10:10"),
    Field("due_at", MOMENT, "时限", "Due at", "due_at 办结时限 截止时间 处置时限",
          "空白则按类别的时限和派遣时间推算", ""),
    Field("resolved_at", MOMENT, "处置时间", "Resolved at", "resolved_at 处置完成时间 办结时间 处理时间",
          "处置之后的状态必填", "2026-01-05 15:00"),
    Field("closed_at", MOMENT, "结案时间", "Closed at", "closed_at 归档时间 完成时间",
          "已结案、已评价必填", "2026-01-06 09:00"),
    Field("organisation_code", ORGANISATION, "处置单位", "Handling organisation",
          "organisation_code 单位编码 单位 承办单位 责任单位 处置单位名称 单位名称 organisation",
          "从下拉列表中选择；派遣之后的状态必填", ""),
)  # fmt: skip
FIELDS: dict[str, tuple[Field, ...]] = {POSTS: _POSTS, INCIDENTS: _INCIDENTS}
KEYS = {kind: fields[0].name for kind, fields in FIELDS.items()}


def find_columns(kind: str, names: list[str]) -> dict[str, str]:
    """Return field → column of the file, as far as names tell; each column of the file counts once."""
    wanted = {one.name: f"{one.zh} {one.synonyms} {one.en.replace(' ', '_')}" for one in FIELDS[kind]}
    return columns.find(names, wanted)


def label(kind: str, name: str, language: str = "zh") -> str:
    """Return what a field is called, its own name where there is no such field."""
    return next((one.label(language) for one in FIELDS[kind] if one.name == name), name)
