"""The pages of the manual: one table says which there are, for whom, and which template holds each.

A page is two templates, `templates/help/zh/<name>` and `templates/help/en/<name>`, each a plain fragment:
`<h2 id="…">` and `<h3 id="…">` divide it into the chapters that the contents list and the search name, so
every id stands in both languages. The title and the summary are written around it by `help/page.html`. In a
fragment, `ui("提交审核")` names a button of the product in the reader's language, `picture("…")` shows a
screenshot of help_pictures.py, and `fill` (a function of the language) gives what a generated page needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gis_app.web import help_api, help_dictionary

MANUALS, GUIDES, REFERENCE = "manuals", "guides", "reference"
PARTS = {
    MANUALS: {"zh": "使用手册", "en": "Manuals"},
    GUIDES: {"zh": "指南", "en": "Guides"},
    REFERENCE: {"zh": "资料", "en": "Reference"},
}


@dataclass(frozen=True)
class HelpPage:
    """One page: its address `/help/<slug>`, its words by language, the roles it is written for."""

    slug: str
    part: str
    title: dict[str, str]
    reader: dict[str, str]
    summary: dict[str, str]
    template: str
    roles: tuple[str, ...] = ()
    fill: Callable[[str], dict] | None = None


HELP_PAGES: tuple[HelpPage, ...] = (
    HelpPage(
        "leader",
        MANUALS,
        {"zh": "领导手册", "en": "Leader's manual"},
        {"zh": "领导、督导员", "en": "Leaders and inspectors"},
        {
            "zh": "看哪里薄弱、谁负责、有没有好转；批方案、看月报、上大屏。",
            "en": "Where service is thin, who answers for it, whether it improves; deciding plans; reports.",
        },
        "leader.html",
        ("leader", "inspector"),
    ),
    HelpPage(
        "worker",
        MANUALS,
        {"zh": "网格员手册", "en": "Grid worker's manual"},
        {"zh": "网格员、处置人员、值守人员", "en": "Grid workers, handlers and duty staff"},
        {
            "zh": "在手机上看所在网格和最近的站点，三步上报，办自己的任务，没网也能用。",
            "en": "Your grid, the nearest station, a report in three taps, your tasks; also offline.",
        },
        "worker.html",
        ("grid_worker", "handler", "duty_staff"),
    ),
    HelpPage(
        "planner",
        MANUALS,
        {"zh": "规划员手册", "en": "Planner's manual"},
        {"zh": "规划员", "en": "Planners"},
        {
            "zh": "导入图层，调整网格，看每一步的影响，提交、发布，定岗定人，选站点，出图。",
            "en": "Import layers, redraw grids, see what each step does, publish; posts, new stations, maps.",
        },
        "planner.html",
        ("planner",),
    ),
    HelpPage(
        "administrator",
        MANUALS,
        {"zh": "管理员手册", "en": "Administrator's manual"},
        {"zh": "管理员、调度员", "en": "Administrators and dispatchers"},
        {
            "zh": "派遣事件、管事件类别、账户、接口密钥、预警、导入导出与留痕。",
            "en": "Dispatch incidents; look after classes, accounts, keys, alerts, data and the audit trail.",
        },
        "administrator.html",
        ("administrator", "dispatcher"),
    ),
    HelpPage(
        "operator",
        MANUALS,
        {"zh": "运维手册", "en": "Operator's manual"},
        {"zh": "看管服务器的人", "en": "Whoever looks after the server"},
        {
            "zh": "每天看什么、每周做什么，备份与恢复，升级，出故障时先做什么。",
            "en": "What to do each day and each week, backup and restore, upgrades, and trouble.",
        },
        "operator.html",
    ),
    HelpPage(
        "tutorial",
        GUIDES,
        {"zh": "入门：从自己的 Shapefile 开始", "en": "Tutorial: begin with your own Shapefile"},
        {"zh": "新管理员", "en": "A new administrator"},
        {
            "zh": "一刻钟，从一个 Shapefile 到能用的一个县。",
            "en": "From one Shapefile to a working county in a quarter of an hour.",
        },
        "tutorial.html",
    ),
    HelpPage(
        "deployment",
        GUIDES,
        {"zh": "部署指南", "en": "Deployment guide"},
        {"zh": "看管服务器的人", "en": "Whoever looks after the server"},
        {
            "zh": "systemd、nginx 与 TLS、PostGIS、备份、升级、等保检查表。",
            "en": "systemd, nginx with TLS, PostGIS, backup, upgrades, the checklist of graded protection.",
        },
        "deployment.html",
    ),
    HelpPage(
        "dictionary",
        REFERENCE,
        {"zh": "数据字典", "en": "Data dictionary"},
        {"zh": "规划员、管理员、对接单位", "en": "Planners, administrators and whoever connects"},
        {
            "zh": "每个图层、每张表、每个字段：含义、类型、取值。",
            "en": "Every layer, table and field: what it means, its type and its values.",
        },
        "dictionary.html",
        fill=help_dictionary.context,
    ),
    HelpPage(
        "api",
        REFERENCE,
        {"zh": "接口说明", "en": "API reference"},
        {"zh": "对接单位", "en": "Whoever connects"},
        {
            "zh": "OGC 接口、REST 接口、密钥、分页与错误。",
            "en": "The OGC and REST interfaces, keys, paging and errors.",
        },
        "api.html",
        fill=help_api.context,
    ),
)

BY_SLUG = {page.slug: page for page in HELP_PAGES}
