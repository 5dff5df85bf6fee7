"""What people read on the desk of assignment: columns, lines, and how things are spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.assignments.load import balance, word_of
from gis_app.assignments.moves import REASONS
from gis_app.assignments.tables import role_label
from gis_app.assignments.terms import STATES
from gis_app.web.current import Snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_words import far, organisation_names, place_name, place_names

BY = ("worker", "organisation", "member")
# what is compared -> columns of the table, in order, with their titles; numbers begin with households
COLUMNS: dict[str, dict[str, Any]] = {
    "worker": {
        "index": _l("负荷"),
        "households": _l("户数"),
        "incidents": _l("事件"),
        "round_m": _l("巡走里程"),
    },
    "organisation": {
        "index": _l("负荷"),
        "members": _l("报到党员"),
        "households": _l("分担户数"),
        "households_per_member": _l("人均户数"),
        "incidents": _l("分担事件"),
        "travel_m": _l("平均路程"),
    },
    "member": {
        "index": _l("负荷"),
        "members": _l("报到党员"),
        "households": _l("户数"),
        "households_per_member": _l("人均户数"),
        "incidents_per_member": _l("人均事件"),
        "travel_m": _l("平均路程"),
    },
}
MEASURED = {
    "worker": ("households", "incidents", "round_m"),
    "organisation": ("households_per_member", "members", "travel_m"),
    "member": ("households_per_member", "incidents_per_member", "travel_m"),
}
LOAD_WORDS = {"heavy": _l("偏重"), "even": _l("适中"), "light": _l("偏轻")}
LOAD_ICONS = {"heavy": "arrow-up", "even": "check", "light": "arrow-down"}
DRAFT_STATES = {
    "draft": _l("待审核"),
    "scheduled": _l("已发布，待生效"),
    "published": _l("已生效"),
    "failed": _l("未能生效"),
    "discarded": _l("已作废"),
}
DECISIONS = {"open": _l("待定"), "accepted": _l("接受"), "rejected": _l("不接受")}
NOTHING = "—"


def kinds() -> list[tuple[str, str]]:
    """Return the three tables of load with their names."""
    return [("worker", _("网格员")), ("organisation", _("单位")), ("member", _("双报到党员"))]


def heads(by: str) -> list[dict[str, str]]:
    """Return the titles of the numbers of a table."""
    return [{"code": code, "title": str(title)} for code, title in COLUMNS[by].items()]


def number(column: str, value: Any) -> str:
    """Return a number as it is said, "—" where it is not known."""
    if value is None or value != value:
        return NOTHING
    if column in ("round_m", "travel_m"):
        return far(float(value))
    if column == "index":
        return f"{value:.2f}"
    whole = float(value).is_integer() and not column.endswith("_per_member")
    return f"{int(value):,}" if whole else f"{value:,.1f}"


def load_lines(found: Snapshot, by: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what a table of load shows of each row."""
    places = place_names(found)
    lines = []
    for row in rows.to_dict("records"):
        word = word_of(row["index"])
        line = {
            "numbers": [(code, number(code, row[code])) for code in COLUMNS[by] if code != "index"],
            "index": number("index", row["index"]),
            "meter": min(2.0, row["index"]) if word else 0,
            "word": str(LOAD_WORDS[word]) if word else "",
            "kind": word,
            "icon": LOAD_ICONS.get(word, ""),
        }
        lines.append(line | who(by, row, places))
    return lines


def who(by: str, row: Mapping[str, Any], places: dict[str, str]) -> dict[str, Any]:
    """Return who a row of load is about, and where."""
    if by == "member":
        return {"name": place_name(row["code"], places), "vacant": not row["members"], "lent": 0, "grids": [
            {"code": row["code"], "name": _("%(n)s 个单位", n=row["organisations"])}]}  # fmt: skip
    grids = [{"code": code, "name": place_name(code, places)} for code in row["grids"]]
    if by == "organisation":
        return {"name": row["name"], "vacant": False, "lent": 0, "grids": grids}
    return {
        "name": row["holder_name"] or _("空缺"),
        "vacant": bool(row["vacant"]),
        "lent": len(row["substituted"]),
        "grids": grids,
    }


def spread(by: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return for each kind of work how evenly it is shared."""
    counted = rows[~rows["vacant"]] if by == "worker" else rows
    found = []
    for column in MEASURED[by]:
        one = balance(counted[column])
        found.append(
            {
                "title": str(COLUMNS[by][column]),
                "mean": number(column, round(one.mean, 1)),
                "least": number(column, one.least),
                "most": number(column, one.most),
                "over": NOTHING if one.over_mean != one.over_mean else f"{one.over_mean:.1f}",
                "gini": NOTHING if one.gini != one.gini else f"{one.gini:.2f}",
                "count": one.count,
            }
        )
    return found


def need_lines(found: Snapshot, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what the list of missing members shows of each grid or community."""
    places = place_names(found)
    return [
        {**row, "name": place_name(row["code"], places) if len(row["code"]) == 15 else row["name"]}
        for row in rows.to_dict("records")
    ]


def post_lines(found: Snapshot, rows: pd.DataFrame, places: dict[str, str], day: str) -> list[dict[str, Any]]:
    """Return what a list of posts shows: the post, who holds it until when, who stands in."""
    lang, names = language(), organisation_names(found)
    lines = []
    for row in rows.to_dict("records"):
        acting = ""
        if row["by_area_code"]:
            area = place_name(row["by_area_code"], places)
            acting = _("%(area)s %(role)s", area=area, role=role_label(row["by_role"], lang))
        elif row["by_organisation_code"]:
            acting = names.get(row["by_organisation_code"], row["by_organisation_code"])
        lines.append(
            {
                **row,
                "place": place_name(row["code"], places) if row["level"] == "grid" else row["name"],
                "role_label": role_label(row["role"], lang),
                "holder": row["holder_name"] or row["organisation_name"],
                "state_label": STATES[row["state"]][lang],
                "acting": acting,
                "overdue": bool(row["term_to"]) and row["term_to"] < day,
            }
        )
    return lines


def move_lines(found: Snapshot, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what the review of a draft shows of each move."""
    lang, names, places = language(), organisation_names(found), place_names(found)
    return [
        {
            "line": row["line"],
            "organisation": names.get(row["organisation_code"], row["organisation_code"]),
            "from": place_name(row["from_grid"], places) if row["from_grid"] else NOTHING,
            "to": place_name(row["to_grid"], places) if row["to_grid"] else _("暂不安排"),
            "to_code": row["to_grid"],
            "members": row["members"],
            "way": number("travel_m", row["metres_after"]),
            "way_before": number("travel_m", row["metres_before"]),
            "reason": REASONS[row["reason"]][lang] if row["reason"] in REASONS else row["reason"],
            "decision": row["decision"],
            "decision_label": str(DECISIONS.get(row["decision"], row["decision"])),
        }
        for row in rows.to_dict("records")
    ]
