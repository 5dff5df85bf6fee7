"""The screenshots of the manual: which page each shows, to whom, and what must be on it.

Decision: the pictures are committed, as small WebP files under static/img/help/<language>/, so that a fresh
installation has them without a browser, and they are served like every static file. A browser test walks this
table on every run: it opens each page of the reference county as the role, in both languages, waits until
everything in `names` is on the screen in words, and takes the picture; run with `--help-pictures` it puts
them in place of the committed ones. All of them together stay below 1.5 MB, and a picture without a row,
or a row without its picture in its own size, fails a test. A command that takes them (`gis-app help …`) would
have asked for a browser on every server.

`names` are Chinese sentences of the product; in English their translations are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

DESKTOP, PHONE = (1280, 800), (390, 844)


@dataclass(frozen=True)
class Picture:
    """One screenshot: the page it shows, how to get to what is shown, and what stands on it."""

    role: str
    address: str
    ready: str
    names: tuple[str, ...]
    alt: dict[str, str]
    steps: tuple[tuple[str, ...], ...] = ()
    phone: bool = False

    @property
    def pixels(self) -> tuple[int, int]:
        """The width and height of the picture."""
        return PHONE if self.phone else DESKTOP


PICTURES: dict[str, Picture] = {
    "leader": Picture(
        "leader",
        "/leader",
        'html[data-ready="leader"]',
        ("时段", "对比", "视图", "预警", "月报", "大屏"),
        {
            "zh": "总览：上方一行主要数字，左边选看什么和图例，中间是地图，右边是需要关注的区域",
            "en": "The overview: key figures above, what to see and the legend on the left, the map in "
            "the middle, areas that need attention on the right",
        },
    ),
    "wall": Picture(
        "leader",
        "/wall",
        'html[data-ready="wall"]',
        ("需要关注",),
        {
            "zh": "大屏：深色底，大字的主要数字、地图、需要关注的区域和近 12 个月的走势",
            "en": "The wall: dark ground, key figures in large type, the map, areas that need "
            "attention and the trend of twelve months",
        },
    ),
    "coverage": Picture(
        "leader",
        "/coverage",
        'html[data-ready="coverage"]',
        ("限值", "未覆盖名单", "分区", "设想"),
        {
            "zh": "覆盖分析：左边填条件，中间是步行范围的地图，右边是各分区的覆盖率",
            "en": "The coverage study: the question on the left, the map of what is within the walk "
            "in the middle, the share of each area on the right",
        },
    ),
    "reports": Picture(
        "leader",
        "/reports",
        'html[data-ready="reports"]',
        ("生成月报", "时期", "文件格式", "开始生成"),
        {
            "zh": "月报页：选时期、区域、文件格式和语言，按“开始生成”",
            "en": "Monthly reports: choose period, area, formats and language, then press “Make the report”",
        },
    ),
    "field": Picture(
        "grid_worker",
        "/field",
        "#nearest article",
        ("站点", "上报", "我的任务", "导航"),
        {
            "zh": "手机上的现场页：上方是所在网格，中间地图，下方最近的站点和三个大按钮",
            "en": "The field page on a phone: the grid above, the map, the nearest station below it "
            "and three large buttons",
        },
        phone=True,
    ),
    "field-report": Picture(
        "grid_worker",
        "/field#report",
        "section[data-view=report]:not([hidden])",
        ("拍照", "相册", "是什么", "发送"),
        {
            "zh": "上报：拍照，选是什么，按“发送”",
            "en": "A report: take a photo, choose what it is, press “Send”",
        },
        phone=True,
    ),
    "field-day": Picture(
        "grid_worker",
        "/field#day",
        "section[data-view=day]:not([hidden])",
        ("派给我的任务", "今日巡查"),
        {
            "zh": "我的任务：派给我的任务按时限排列，下面是今日巡查的清单",
            "en": "My tasks: what was dispatched to me by due time, and below it today's round",
        },
        phone=True,
    ),
    "desk": Picture(
        "planner",
        "/desk",
        "#drop-zone",
        ("导入台", "没有现成的文件？", "导入记录"),
        {
            "zh": "导入台：把文件拖进虚线框，旁边是模板，下面是导入记录",
            "en": "The import desk: a file is dropped into the dashed frame; templates beside it",
        },
    ),
    "desk-choose": Picture(
        "planner",
        "/desk",
        'html[data-ready="desk"]',
        ("导入为", "坐标系", "文件里的图形"),
        {
            "zh": "核对：左边是认出的图层、坐标系和列，右边地图上文件里的图形叠在现有图层上",
            "en": "Checking what was recognised: layer, coordinate system and columns; on the map the file's "
            "shapes lie over today's layer",
        },
        steps=(
            ("upload", "#desk-file", "geodata/grids.geojson"),
            ("wait", "#desk[data-state=choosing]"),
            ("wait", 'html[data-ready="desk"]'),
        ),
    ),
    "plans": Picture(
        "planner",
        "/plans",
        "#new-draft",
        ("边界方案", "新草案", "从哪里开始", "新建草案"),
        {
            "zh": "边界方案页：新建草案的表，下面是草案和历年方案",
            "en": "Boundary plans: the form for a new draft, and below it drafts and the plans of all years",
        },
    ),
    "studio": Picture(
        "planner",
        "/plans",
        "#new-draft",
        ("撤销", "重做", "对比现行", "规则与共享", "审核与发布", "检查"),
        {
            "zh": "草案：左边一列工具，中间地图，颜色表示户数多少，右边是检查和每个网格的数字",
            "en": "A draft: a column of tools on the left, the map coloured by households, checks and "
            "the figures of each grid on the right",
        },
        steps=(
            ("fill", "#new-name", "手册示例"),
            ("click", "#new-draft button"),
            ("wait", 'html[data-ready="studio"]'),
        ),
    ),
    "decide": Picture(
        "planner",
        "/plans",
        "#new-draft",
        ("审核与发布", "检查", "提交审核"),
        {
            "zh": "审核与发布页：进度、将变更的内容、检查结果和提交审核",
            "en": "Review and publish: the progress, what will change, the checks, and the button to submit",
        },
        steps=(("click", "main table a[href*='/plans/drafts/']"), ("click", "a[href$='/decide']")),
    ),
    "gaps": Picture(
        "planner",
        "/assignments/gaps",
        "main h1",
        ("缺口清单", "每多少户 1 人", "查看", "按此标准生成调配方案"),
        {
            "zh": "缺口清单：上方填缺口标准，下面按社区列出缺多少人、哪些岗位空缺",
            "en": "Gaps: the standard above, and below it who and which posts are lacking by community",
        },
    ),
    "siting": Picture(
        "planner",
        "/siting",
        'html[data-ready="siting"]',
        ("新的选址", "站点数", "步行限值", "开始选址", "选址与方案"),
        {
            "zh": "选址页：填要增几个站点、走多远、在哪里，然后计算",
            "en": "Siting: how many new stations, how long a walk, where; then the search begins",
        },
    ),
    "maps": Picture(
        "planner",
        "/paper/maps",
        'html[data-ready="paper"]',
        ("图的内容", "专题", "纸张", "预览", "生成"),
        {
            "zh": "出图页：左边选专题、范围和纸张，右边是预览",
            "en": "Print maps: theme, area and paper on the left, the preview on the right",
        },
    ),
    "exports": Picture(
        "administrator",
        "/exports",
        'html[data-ready="exports"]',
        ("内容", "格式", "坐标系", "选全县所有图层"),
        {
            "zh": "导出页：勾选图层和表格，选格式和坐标系",
            "en": "Export: tick layers and tables, choose format and coordinate system",
        },
    ),
    "inbox": Picture(
        "dispatcher",
        "/incidents",
        "a[href^='/incidents/TX']",
        ("收件箱", "看板", "统计", "上报事件", "批量派遣", "查看"),
        {
            "zh": "事件收件箱：上方筛选条件，下面按时限排列的事件，可勾选后批量派遣",
            "en": "The inbox: filters above, incidents by due time below, to tick and dispatch together",
        },
    ),
    "classes": Picture(
        "administrator",
        "/incident-classes",
        "main table",
        ("事件类别", "新增类别", "受理时限", "办理时限"),
        {
            "zh": "事件类别表：编码、名称、处置单位、受理和办理时限",
            "en": "The classes: code, name, who handles them, and the limits to accept and to settle",
        },
    ),
    "keys": Picture(
        "administrator",
        "/api-keys",
        "main form",
        ("接口密钥", "发放新密钥", "使用单位", "用途", "发放"),
        {
            "zh": "接口密钥页：发放新密钥的表和已发放的密钥",
            "en": "API keys: the form to issue one, and those that were issued",
        },
    ),
}


def file_of(name: str, language: str) -> str:
    """Return where a picture stands among the static files."""
    return f"img/help/{language}/{name}.webp"
