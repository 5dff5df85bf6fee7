"""Demands, service projects and activities as sheets of a workbook: title, header, lines and widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from flask_babel import gettext as _

from gis_app.web import programme_words as words

Made = tuple[str, list[str], list[tuple], tuple[int, ...]]


def _demands(rows: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> Made:
    header = [
        _("编号"),
        _("需求"),
        _("说明"),
        _("类别"),
        _("区域"),
        _("支持人数"),
        _("状态"),
        _("提出日期"),
        _("承接项目"),
        _("经度"),
        _("纬度"),
    ]
    lines = [
        (one["id"], one["title"], one["description"], one["category_label"], one["area"], one["supporters"],
         one["state_label"], one["day"], one["project"], one["lon"], one["lat"])
        for one in words.demand_lines(rows, frames["projects"])
    ]  # fmt: skip
    return _("需求清单"), header, lines, (8, 36, 40, 12, 24, 10, 12, 12, 20, 12, 12)


def _projects(rows: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> Made:
    header = [
        _("项目编号"),
        _("公益项目"),
        _("说明"),
        _("类别"),
        _("区域"),
        _("状态"),
        _("认领单位"),
        _("开始"),
        _("结束"),
        _("服务人次"),
        _("活动次数"),
        _("参与人次"),
        _("经度"),
        _("纬度"),
    ]
    lines = [
        (one["code"], one["title"], one["description"], one["category_label"], one["area"],
         one["state_label"], "；".join(one["adopters"]), one["day"], one["ends_on"], one["served"],
         one["activities"], one["participants"], one["lon"], one["lat"])
        for one in words.project_lines(rows, frames["project_adoptions"], frames["activities"])
    ]  # fmt: skip
    return _("公益项目库"), header, lines, (14, 20, 40, 12, 20, 10, 30, 12, 12, 10, 10, 10, 12, 12)


def _activities(rows: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> Made:
    header = [
        _("编号"),
        _("活动"),
        _("说明"),
        _("类别"),
        _("区域"),
        _("日期"),
        _("参与人次"),
        _("公益项目"),
        _("主办单位"),
        _("经度"),
        _("纬度"),
    ]
    lines = [
        (one["id"], one["title"], one["description"], one["category_label"], one["area"], one["day"],
         one["participants"], one["project"], one["organisation"], one["lon"], one["lat"])
        for one in words.activity_lines(rows, frames["projects"])
    ]  # fmt: skip
    return _("活动"), header, lines, (8, 24, 40, 12, 24, 12, 10, 20, 24, 12, 12)


SHEETS: dict[str, Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], Made]] = {
    "demands": _demands,
    "projects": _projects,
    "activities": _activities,
}
