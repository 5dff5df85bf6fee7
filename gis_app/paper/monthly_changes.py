"""What changed since the period before: stations, posts, plans, kinds of incidents. No names of persons."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gis_app.assignments.tables import role_label
from gis_app.geo.crs import to_metres
from gis_app.paper.document import TEXT, Column, Paragraph, Section, Table
from gis_app.paper.monthly_people import inside
from gis_app.paper.monthly_tables import BRIEF, SHOWN, View, changes, counts, rows_of
from gis_app.paper.monthly_tasks import by_class, class_names

MOVED_METRES = 1.0
MOST_CLASSES = 5


def section(view: View) -> Section:
    """Return the changes since the period before."""
    _ = view.say
    tables = (_stations(view), _posts(view), _plans(view), _classes(view))
    return Section(_("比上期的变化"), (*_since(view), *map(view.limited, tables)))


def _since(view: View) -> tuple[Paragraph, ...]:
    _, first = view.say, view.material.stations_known_from
    if first is not None and first <= view.before.period.cut_off:
        return ()
    return (Paragraph(_("站点的历史记录从最近一次变动算起；更早的情况按最早的记录看。"), True),)


def station_changes(before: gpd.GeoDataFrame, now: gpd.GeoDataFrame, metric_crs) -> pd.DataFrame:
    """Return a row for each station that differs: station_code, name, grid_code, what, metres.

    `what` is opened, closed, moved or changed; opened and closed tell whether it serves, not whether it is
    listed. Metres are those it moved by, NaN otherwise.
    """
    columns = ["station_code", "name", "grid_code", "what", "metres"]
    old, new = (_by_code(rows, metric_crs) for rows in (before, now))
    codes = old.index.union(new.index)
    old, new = old.reindex(codes), new.reindex(codes)
    was, is_ = old["status"].eq("open"), new["status"].eq("open")
    metres = ((new["x"] - old["x"]) ** 2 + (new["y"] - old["y"]) ** 2) ** 0.5
    facts = ["name", "kind", "hours", "amenities", "capacity"]
    both = old["status"].notna() & new["status"].notna()
    unlike = (old[facts] != new[facts]) & ~(old[facts].isna() & new[facts].isna())
    differs = both & unlike.any(axis=1)
    what = pd.Series("", codes, dtype="object")
    what = what.mask(differs, "changed").mask(both & (metres > MOVED_METRES), "moved")
    what = what.mask(is_ & ~was, "opened").mask(was & ~is_, "closed")
    rows = pd.DataFrame(
        {
            "station_code": codes,
            "name": new["name"].fillna(old["name"]),
            "grid_code": new["grid_code"].fillna(old["grid_code"]).fillna(""),
            "what": what,
            "metres": metres.where(what == "moved"),
        }
    )
    return rows.loc[(what != "").to_numpy(), columns].reset_index(drop=True)


def _by_code(rows: gpd.GeoDataFrame, metric_crs) -> pd.DataFrame:
    points = to_metres(rows, metric_crs).geometry
    plain = pd.DataFrame(rows.drop(columns="geometry")).assign(
        x=points.x.to_numpy("float64"), y=points.y.to_numpy("float64")
    )
    return plain.set_index(plain.pop("station_code").astype("object"))


def _stations(view: View) -> Table:
    _ = view.say
    words = {"opened": _("开放"), "closed": _("停用"), "moved": _("迁移"), "changed": _("资料变更")}
    found = station_changes(view.before.stations, view.now.stations, view.material.atlas.metric_crs)
    rows = inside(view, found, "grid_code")
    columns = (
        Column(_("站点"), TEXT, 2.2),
        Column(_("网格"), TEXT, 2),
        Column(_("变化"), TEXT, 1),
        counts(_("移动（米）"), 1),
    )
    body = rows_of(
        rows["name"],
        [view.name(code) for code in rows["grid_code"]],
        [words[one] for one in rows["what"]],
        rows["metres"].round(0),
    )
    return Table("station_changes", _("站点"), columns, body, "", SHOWN, _("站点没有变化。"))


def _posts(view: View) -> Table:
    _ = view.say
    key = ["role", "code"]
    now, before = (inside(view, state.posts)[[*key, "holder", "vacant"]] for state in (view.now, view.before))
    both = now.merge(before, on=key, how="outer", suffixes=("", "_before"))
    # a role that nobody holds any more is no post of the county's; its last holder left it all the same
    vacant, was = (
        both[one].astype("boolean").fillna(True).astype(bool) for one in ("vacant", "vacant_before")
    )
    another = ~vacant & ~was & (both["holder"] != both["holder_before"])
    what = pd.Series("", both.index, dtype="object")
    what = what.mask(was & ~vacant, _("补齐")).mask(vacant & ~was, _("空出")).mask(another, _("换人"))
    rows = both.assign(what=what)[what != ""]
    columns = (Column(_("岗位"), TEXT, 1.5), Column(_("区域"), TEXT, 2.5), Column(_("变化"), TEXT, 1))
    body = rows_of(
        [role_label(role, view.lang) for role in rows["role"]],
        [view.name(code) for code in rows["code"]],
        rows["what"],
    )
    return Table("post_changes", _("岗位"), columns, body, "", SHOWN, _("岗位没有变化。"))


def _plans(view: View) -> Table:
    _ = view.say
    plans = view.material.plans
    at = pd.to_datetime(plans["effective_from"].fillna(plans["published_at"]), utc=True, format="ISO8601")
    first, last = view.before.period.cut_off, view.now.period.cut_off
    rows = plans[((at > first) & (at <= last)).to_numpy()]
    columns = (counts(_("方案"), 0.6), Column(_("名称"), TEXT, 2), Column(_("发布"), TEXT, 1.4))
    days = at[rows.index].dt.tz_convert(last.tzinfo).dt.strftime("%Y-%m-%d") if len(rows) else []
    body = rows_of(rows["plan_id"], rows["name"], days)
    return Table("plan_changes", _("边界方案"), columns, body, "", BRIEF, _("网格边界没有变化。"))


def _classes(view: View) -> Table:
    """Return the classes whose count rose and fell most."""
    _ = view.say
    table, (names, _labels) = by_class(view), class_names(view)
    risen = table[table["change"] > 0].sort_values(["change", "code"], ascending=[False, True])
    fallen = table[table["change"] < 0].sort_values(["change", "code"])
    rows = pd.concat([risen.head(MOST_CLASSES), fallen.head(MOST_CLASSES).iloc[::-1]])
    columns = (
        Column(_("类别"), TEXT, 2.4),
        counts(_("上期"), 1),
        counts(_("本期"), 1),
        changes(_("变化"), 1),
    )
    body = rows_of(
        [names.get(code) or code for code in rows["code"]], rows["before"], rows["reported"], rows["change"]
    )
    note = _("增加和减少最多的各五类。")
    empty = _("各类事件的数量没有变化。")
    return Table("class_changes", _("事件类别"), columns, body, note, None, empty)
