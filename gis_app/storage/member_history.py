"""The numbers of reported-in members and what they were before: spans per organisation and grid, never names.

Only pairs that ever changed have spans; the others have been what they are for as long as the record goes.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, delete, insert, select, update

from gis_app.errors import Conflict
from gis_app.storage.frames import read_frame
from gis_app.storage.tables import member_versions as versions
from gis_app.storage.tables import members

PAIR = ["organisation_code", "grid_code"]


def change_members(conn: Connection, change: pd.Series, day: str, draft_id: int | None = None) -> int:
    """Add `change` (by organisation_code and grid_code) to the present numbers as of a day.

    Returns how many pairs changed. Raises Conflict where fewer than none would be left.
    """
    present = counts(conn)
    index = present.index.union(change.index)
    after = present.reindex(index, fill_value=0) + change.reindex(index, fill_value=0)
    if (after < 0).any():
        code, grid = after.index[int((after < 0).argmax())]
        fields = {"organisation_code": code, "grid_code": grid}
        raise Conflict("members_changed", "在册人数已变化，有的调整做不到了，请重新生成方案", fields)
    record_change(conn, present, after, day, draft_id)
    for pair in change.index:
        the_row = (members.c.organisation_code == pair[0]) & (members.c.grid_code == pair[1])
        conn.execute(delete(members).where(the_row))
        if after[pair]:
            row = dict(zip(PAIR, pair, strict=True)) | {"members": int(after[pair])}
            conn.execute(insert(members).values(row))
    return len(change)


def record_change(
    conn: Connection, before: pd.Series, after: pd.Series, day: str, draft_id: int | None = None
) -> None:
    """Write the spans of every pair whose number differs between two tables of present numbers."""
    index = before.index.union(after.index)
    was, now = before.reindex(index, fill_value=0), after.reindex(index, fill_value=0)
    for pair in index[(was != now).to_numpy()]:
        values = dict(zip(PAIR, pair, strict=True))
        the_pair = (versions.c.organisation_code == pair[0]) & (versions.c.grid_code == pair[1])
        still = the_pair & (versions.c.valid_to == "")
        if not conn.execute(update(versions).where(still).values(valid_to=day)).rowcount:
            first = {"members": int(was[pair]), "valid_from": "", "valid_to": day}
            conn.execute(insert(versions).values(values | first))
        open_one = {"members": int(now[pair]), "valid_from": day, "draft_id": draft_id}
        conn.execute(insert(versions).values(values | open_one))


def read_members(conn: Connection) -> pd.DataFrame:
    """Return the present numbers, ordered by organisation and grid."""
    query = select(members).order_by(*members.primary_key.columns)
    return read_frame(conn, query, list(members.columns))


def counts(conn: Connection) -> pd.Series:
    """Return the present numbers by organisation and grid."""
    return read_members(conn).set_index(PAIR)["members"]


def members_as_of(conn: Connection, day: str) -> pd.DataFrame:
    """Return the numbers as they were at the end of a day (YYYY-MM-DD), in the shape of `read_members`."""
    present = counts(conn)
    spans = read_history(conn).sort_values("version_id")
    told = pd.MultiIndex.from_frame(spans[PAIR].drop_duplicates())
    then = spans[(spans["valid_from"] <= day) & ((spans["valid_to"] == "") | (spans["valid_to"] > day))]
    then = then.drop_duplicates(PAIR, keep="last").set_index(PAIR)["members"]
    found = pd.concat([present[~present.index.isin(told)], then[then > 0]])
    return found.rename("members").sort_index().reset_index()


def read_history(conn: Connection, area_code: str = "") -> pd.DataFrame:
    """Return the spans of the grids of an area, by organisation, grid and time."""
    inside = versions.c.grid_code.startswith(area_code, autoescape=True)
    order = (versions.c.organisation_code, versions.c.grid_code, versions.c.version_id)
    return read_frame(conn, select(versions).where(inside).order_by(*order), list(versions.columns))
