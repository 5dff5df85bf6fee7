"""What the data dictionary says of layers, fields, kinds and tables; which there are, the schemas say.

Every entry is (Chinese, English). A field that nobody described is still on the page, under its own name.
"""

from __future__ import annotations

Words = tuple[str, str]

LAYERS: dict[str, Words] = {
    "county": ("县界，只有一个面。", "The county's border: one area."),
    "subdistricts": ("街道、乡镇的范围。", "The areas of subdistricts and townships."),
    "communities": ("社区、村的范围。", "The areas of communities and villages."),
    "grids": ("网格的范围；每个网格属于一个社区。", "The areas of grids; each belongs to one community."),
    "blocks": (
        "地块：小区、楼院，方案调整时移动的最小单元。",
        "Blocks: compounds and yards, the smallest pieces that a plan moves.",
    ),
    "buildings": (
        "楼栋轮廓和户数；覆盖从这里量起。",
        "Footprints with households; coverage is measured from here.",
    ),
    "streets": ("步行路网，相交处断开。", "The walking network, cut where streets meet."),
    "water": ("河流、湖泊的水面。", "The surfaces of rivers and lakes."),
    "stations": ("服务站点的位置与情况。", "Where stations are and what they offer."),
    "gates": ("小区出入口，是否可通行。", "The gates of compounds and whether one may pass."),
}
# field -> its English title and what it means
FIELDS: dict[str, tuple[str, Words]] = {
    "county_code": ("County code", ("GB/T 2260 的 6 位区划代码。", "The six digits of GB/T 2260.")),
    "subdistrict_code": ("Subdistrict code", ("县编码加 3 位。", "The county's code and three digits.")),
    "community_code": ("Community code", ("街道编码加 3 位。", "The subdistrict's code and three digits.")),
    "grid_code": (
        "Grid code",
        (
            "社区编码加 3 位，社区内自西向东、自北向南编号。",
            "The community's code and three digits, from west to east and north to south.",
        ),
    ),
    "block_code": ("Block code", ("地块的编码。", "What identifies the block.")),
    "building_code": ("Building code", ("楼栋的编码。", "What identifies the building.")),
    "street_code": (
        "Street code",
        ("路段的编码，没有时自动生成。", "Identifies the piece of street; made if absent."),
    ),
    "water_code": ("Water code", ("水面的编码。", "What identifies the water.")),
    "station_code": (
        "Station code",
        ("站点的编码，更新时以此对应。", "Identifies the station; updates go by it."),
    ),
    "gate_code": ("Gate code", ("出入口的编码。", "What identifies the gate.")),
    "name": ("Name", ("地图和名单上的称呼。", "What maps and lists call it.")),
    "households": ("Households", ("户数，只是数字，不是名单。", "A count of households, never a list.")),
    "land_use": ("Land use", ("用地性质。", "What the ground is used for.")),
    "floors": ("Floors", ("地上层数。", "Storeys above ground.")),
    "road_class": ("Road class", ("道路等级。", "How large the street is.")),
    "bridge": ("Bridge", ("桥梁与下面的路不相通。", "A bridge does not meet the street below.")),
    "kind": ("Kind", ("类型。", "Which kind it is.")),
    "address": ("Address", ("门牌地址。", "Street and number.")),
    "hours": ("Opening hours", ("OpenStreetMap 的写法。", "As OpenStreetMap writes them.")),
    "amenities": (
        "Amenities",
        ("备有的设施，多项用分号或顿号分隔。", "What it offers, apart by semicolons."),
    ),
    "capacity": ("Capacity", ("同时可容纳的人数，0 为不详。", "Seats at once; 0 where unknown.")),
    "status": ("Status", ("开放、关闭或计划建设。", "Open, closed or planned.")),
    "passage": ("Passage", ("行人能否通过。", "Whether people may pass on foot.")),
    "geometry": (
        "Shape",
        ("CGCS2000 经纬度（EPSG:4490），经度在前。", "CGCS2000 degrees (EPSG:4490), longitude first."),
    ),
}
KINDS: dict[str, Words] = {
    "str": ("文本", "text"),
    "int64": ("整数", "whole number"),
    "bool": ("是或否", "yes or no"),
    "code": ("编码", "code"),
    "area": ("区域编码", "area code"),
    "choice": ("选项", "choice"),
    "class": ("事件小类", "incident class"),
    "organisation": ("单位", "organisation"),
    "text": ("文本", "text"),
    "day": ("日期", "day"),
    "moment": ("时间", "moment"),
    "number": ("数字", "number"),
    "Polygon MultiPolygon": ("面", "area"),
    "LineString MultiLineString": ("线", "line"),
    "Point": ("点", "point"),
}
# the code of a check -> its rule; {detail} stands after the colon of the check
RULES: dict[str, Words] = {
    "code_digits": ("{detail} 位数字", "{detail} digits"),
    "code_token": ("字母、数字、- 和 _，最长 32 位", "letters, digits, - and _, at most 32"),
    "text_length": ("最多 500 字", "at most 500 characters"),
    "not_whole_number": ("0 或正整数", "0 or more"),
    "bad_hours": ("如 Mo-Su 08:00-20:00 或 24/7", "such as Mo-Su 08:00-20:00 or 24/7"),
    "unique": ("不重复", "each once"),
    "from_code": ("缺则取自本级编码", "taken from the own code if absent"),
    "default": ("缺则为 {detail}", "{detail} if absent"),
    "by_place": ("缺则按位置得出", "by place if absent"),
}
# What the tables that come in say of their fields in English; they say it in Chinese themselves.
TABLE_FIELDS: dict[str, str] = {
    "assignment_code": "Letters, digits, - and _; a known code changes that row, an empty one is made.",
    "role": "One of the list.",
    "area_code": "12 digits for a community's post, 15 for a grid's.",
    "holder_name": "Who holds the post; empty for a vacancy. Staff only, never a resident.",
    "holder_phone": "An office number, masked if you like; never an identity number.",
    "organisation_code": "Code or name of the organisation.",
    "term_from": "A day such as 2026-01-01.",
    "term_to": "A day; empty where it is open.",
    "incident_code": "Letters, digits, - and _; a known code changes that row, an empty one is made.",
    "class_code": "Code or name of the class.",
    "state": "One of the list; the moments must agree with it.",
    "description": "The thing and the place only: no names, telephones or identity numbers.",
    "lon": "Degrees; both or neither of the two.",
    "lat": "Degrees; both or neither of the two.",
    "grid_code": "May be empty where the place is given.",
    "reported_at": "Such as 2026-01-05 09:30, China's time.",
    "accepted_at": "Must be there in the states after accepting.",
    "dispatched_at": "Must be there in the states after dispatch.",
    "due_at": "Empty: reckoned from the class and the dispatch.",
    "resolved_at": "Must be there in the states after resolving.",
    "closed_at": "Must be there where closed or evaluated.",
}
CLASS_FIELDS: dict[str, tuple[Words, Words]] = {
    "class_code": (("类别编码", "Class code"), ("唯一。", "Each once.")),
    "parent_code": (
        ("大类编码", "Group"),
        ("所属大类；大类自己为空。", "The group it belongs to; empty for a group."),
    ),
    "name": (("名称", "Name"), ("上报时看到的名称。", "What somebody who reports sees.")),
    "category": (("类别", "Category"), ("见“事件类别”。", "See categories of incidents.")),
    "standard_ref": (
        ("标准代码", "Standard"),
        ("对应国家标准的代码，可空。", "The code of a national standard, if any."),
    ),
    "handling_role": (("处置角色", "Handled by"), ("由哪个角色处置。", "Which role handles it.")),
    "handling_organisation_code": (
        ("处置单位", "Handling organisation"),
        ("默认派往的单位。", "Whom it goes to at first."),
    ),
    "location_public": (
        ("位置可公开", "Place shown"),
        ("否则只有网格内的件数。", "Otherwise only counts by grid."),
    ),
    "accept_limit": (("受理时限", "Limit to accept"), ("如 2h、4h。", "Such as 2h or 4h.")),
    "time_limit": (
        ("处置时限", "Limit to resolve"),
        ("h 为工作时，d 为工作日。", "h for working hours, d for working days."),
    ),
    "stages": (("分段时限", "Stages"), ("如 stop:4h;remove:5d。", "Such as stop:4h;remove:5d.")),
    "keywords": (("关键词", "Keywords"), ("搜索时用。", "For searching.")),
    "active": (("启用", "Active"), ("停用的类别不能再上报。", "An inactive class takes no reports.")),
    "attributes": (("补充问题", "Questions"), ("上报时另问的问题。", "What is asked besides.")),
}
STORE: dict[str, Words] = {
    "accounts": ("账户：角色、范围、口令散列。", "Accounts: role, scope, hashed password."),
    "sessions": ("登录会话，只存标识的散列。", "Sessions, by the hash of their token."),
    "audit": ("留痕：逐行以散列相连。", "The audit trail, chained by hashes."),
    "api_keys": ("接口密钥，只存散列。", "Keys of programs, hashed."),
    "plans": ("边界方案及其生效、废止。", "Plans and when they take effect."),
    "plan_blocks": ("一个方案的地块归属。", "Which grid a plan gives each block to."),
    "plan_lineage": ("沿革：网格由哪些网格而来。", "Which grid became which."),
    "plan_drafts": ("方案草案。", "Drafts of plans."),
    "plan_operations": ("草案的每一步编辑。", "Each step of a draft."),
    "assignments": ("责任：谁对哪里负责。", "Who answers for where."),
    "organisations": ("单位。", "Organisations."),
    "members": ("双报到党员数，按单位和网格。", "Members reported in, by organisation and grid."),
    "zones": ("片区。", "Zones."),
    "incidents": ("事件现状。", "Incidents as they stand."),
    "incident_history": ("事件的每一步。", "Each step of an incident."),
    "incident_classes": ("事件类别。", "Classes of incidents."),
    "incident_photos": ("事件照片，文件另存。", "Photos; the files lie beside the database."),
    "station_status": ("站点当前状态。", "What a station is like now."),
    "station_versions": ("站点历次情况。", "What stations were like before."),
    "supervision_rounds": ("督导轮次。", "Rounds of inspection."),
    "supervision_findings": ("督导发现的问题。", "What a round found."),
    "ratings": ("评星得分。", "Scores of the stars."),
    "demands": ("需求清单。", "Demands."),
    "projects": ("公益项目。", "Service projects."),
    "activities": ("活动。", "Activities."),
    "alert_rules": ("预警规则。", "Rules of alerts."),
    "jobs": ("后台任务。", "Long work."),
    "imports": ("导入台中的文件。", "Files at the import desk."),
    "webhooks": ("事件通知的接收方。", "Receivers of notices."),
    "revision": ("数据版次。", "The revision of the data."),
}
PARTS: dict[str, Words] = {
    "layers": ("图层", "Layers"),
    "tables": ("导入的表", "Tables that come in"),
    "classes": ("事件类别的字段", "Fields of an incident class"),
    "codes": ("代码", "Codes"),
    "store": ("数据库的表", "Tables of the database"),
}
HEADS: dict[str, Words] = {
    "name": ("字段", "Field"),
    "title": ("名称", "Title"),
    "kind": ("类型", "Type"),
    "needed": ("必填", "Required"),
    "rules": ("取值与规则", "Values and rules"),
    "meaning": ("说明", "Meaning"),
    "accepted": ("认得的列名", "Column names it knows"),
}
YES: Words = ("是", "yes")
