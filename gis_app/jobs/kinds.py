"""What can be done in the background: one table of kinds, each with its function and its longest time.

A function is named, not imported: only the child process of a job imports it, and with it what it needs.
It takes (params, job) and returns what becomes the result, see `child.Job`.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of work: "module:function", seconds after which it is ended, and its name for people."""

    function: str
    limit_seconds: int
    zh: str
    en: str
    kept: bool = False  # its file stays for good, not only for the days that jobs are kept


KINDS: dict[str, Kind] = {
    "siting": Kind("gis_app.jobs.siting:site", 900, "选址", "Siting"),
    "report": Kind("gis_app.jobs.report:make", 600, "月报", "Monthly report"),
    "proposal": Kind("gis_app.jobs.proposals:propose", 900, "边界方案建议", "Proposal of boundaries"),
    "siting_gain": Kind("gis_app.jobs.siting:gain", 1800, "新增站点效益曲线", "Gain of further stations"),
    "decision_paper": Kind(
        "gis_app.jobs.decision_paper:make", 300, "边界方案决策书", "Decision paper", kept=True
    ),
    "export": Kind("gis_app.jobs.export:make", 900, "数据导出", "Export of data"),
    "import_read": Kind("gis_app.jobs.import_desk:read", 600, "读取导入文件", "Reading of an import"),
    "import_check": Kind("gis_app.jobs.import_desk:check", 1200, "检查导入", "Check of an import"),
    "import_take_in": Kind("gis_app.jobs.import_desk:take_in", 600, "写入导入", "Taking in of an import"),
    "import_undo": Kind("gis_app.jobs.import_desk:undo", 600, "撤销导入", "Undoing of an import"),
    "wall_map": Kind("gis_app.jobs.wall_map:make", 300, "挂图", "Wall map"),
}
