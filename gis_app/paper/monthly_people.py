"""Who answers: posts by role, those that are vacant, stars, rectifications. Posts and places, never names."""

from __future__ import annotations

import pandas as pd

from gis_app.assignments.tables import ROLES, role_label
from gis_app.paper.document import MARK, TEXT, Column, Picture, Section, Table
from gis_app.paper.monthly_tables import BRIEF, SHOWN, View, changes, counts, rows_of, shares
from gis_app.programme.standings import standings
from gis_app.programme.stars import STARS


def section(view: View, pictures: tuple[Picture, ...] = ()) -> Section:
    """Return posts, stars and rectifications; what the county does not keep is left out."""
    _ = view.say
    tables = [_roles(view), _vacant(view)]
    tables += [one for one in (_stars(view), _findings(view)) if one is not None]
    return Section(_("责任与督导"), (*pictures, *map(view.limited, tables)))


def inside(view: View, rows: pd.DataFrame, column: str = "code") -> pd.DataFrame:
    """Return the rows of the report's area."""
    return rows[rows[column].astype("str").str.startswith(view.material.inside).to_numpy(bool)]


def _roles(view: View) -> Table:
    _ = view.say
    now, before = (inside(view, state.posts) for state in (view.now, view.before))
    every = now.groupby("role").size()
    vacant = now[now["vacant"].astype(bool)].groupby("role").size().reindex(every.index, fill_value=0)
    earlier = before[before["vacant"].astype(bool)].groupby("role").size().reindex(every.index, fill_value=0)
    roles = [role for role in ROLES if role in every.index]
    every, vacant, earlier = (one.reindex(roles) for one in (every, vacant, earlier))
    columns = (
        Column(_("岗位"), TEXT, 2.4),
        counts(_("应设"), 1),
        counts(_("在任"), 1),
        counts(_("空缺"), 1),
        shares(_("到岗率"), 1),
        changes(_("空缺比上期"), 1.2),
    )
    body = rows_of(
        [role_label(role, view.lang) for role in roles],
        every,
        every - vacant,
        vacant,
        (every - vacant) / every,
        vacant - earlier,
    )
    note = _("按任期看期末在任情况；岗位只说到社区或网格，不列姓名。")
    return Table("posts", _("各类岗位"), columns, body, note, None, _("没有登记岗位。"))


def _vacant(view: View) -> Table:
    _ = view.say
    rows = inside(view, view.now.posts)
    rows = rows[rows["vacant"].astype(bool)]
    columns = (Column(_("岗位"), TEXT, 1.5), Column(_("区域"), TEXT, 2.5))
    body = rows_of(
        [role_label(role, view.lang) for role in rows["role"]], [view.name(code) for code in rows["code"]]
    )
    return Table("vacant", _("空缺的岗位"), columns, body, "", SHOWN, _("没有空缺的岗位。"))


def _stars(view: View) -> Table | None:
    """Return the stars that each community holds at the end of the period's quarter."""
    _, material = view.say, view.material
    end = view.now.period.end
    quarter = f"{end.year}-Q{(end.month - 1) // 3 + 1}"
    if not len(material.verdicts) or material.level != "community":
        return None
    at = pd.to_datetime(material.verdicts["at"], utc=True, format="ISO8601")
    known = material.verdicts[(at <= view.now.period.cut_off).to_numpy()]
    table = standings(known, list(material.areas("community")["code"]), quarter)
    if not table["judged"].sum():
        return None
    table = table.sort_values(["stars", "community_code"], ascending=[False, True])
    columns = (
        Column(_("社区"), TEXT, 1.6),
        counts(_("星数"), 0.7),
        *(Column(words[view.lang], MARK, 1.3) for words in STARS.values()),
    )
    held = [["★" if one == "awarded" else "·" if one else "" for one in table[star]] for star in STARS]
    body = rows_of([view.name(code) for code in table["community_code"]], table["stars"], *held)
    note = _("★ 为已授星，· 为已评定未授星，空白为未评定；一颗星保持到下一次评定。")
    return Table("stars", _("社区评星"), columns, body, note, 60)


def _findings(view: View) -> Table | None:
    """Return how many findings wait for rectification, by area; what was found later is not counted."""
    _, material = view.say, view.material
    rows = material.findings
    if not len(rows):
        return None
    rows = inside(view, rows, "area_code")
    at = pd.to_datetime(rows["created_at"], utc=True, format="ISO8601")
    rows = rows[(at <= view.now.period.cut_off).to_numpy()]
    closed = pd.to_datetime(rows["accepted_at"], utc=True, format="ISO8601")
    due = pd.to_datetime(rows["due_at"], utc=True, format="ISO8601")
    cut_off = view.now.period.cut_off
    waiting = ~(closed <= cut_off)
    late = waiting & (due < cut_off)
    code = rows["area_code"].astype("str").str[:12]
    table = pd.DataFrame({"all": 1, "done": (~waiting).astype(int), "late": late.astype(int)})
    table = table.groupby(code).sum().rename_axis("code").reset_index()
    table = table.sort_values(["late", "all", "code"], ascending=[False, False, True])
    columns = (
        Column(_("社区"), TEXT, 2.4),
        counts(_("督导问题"), 1),
        counts(_("整改通过"), 1),
        counts(_("待整改"), 1),
        counts(_("其中超期"), 1),
    )
    body = rows_of(
        [view.name(one) for one in table["code"]],
        table["all"],
        table["done"],
        table["all"] - table["done"],
        table["late"],
    )
    empty = _("没有督导问题。")
    return Table("findings", _("督导整改"), columns, body, "", BRIEF, empty)
