"""The programme in the store: residents' demands, service projects and who adopted them, activities.

Demands carry no name of a resident: there is no column for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.tables import activities, demands, project_adoptions, projects
from gis_app.storage.versioned import find_row, insert_row, update_row

TABLES = {table.name: table for table in (demands, projects, project_adoptions, activities)}
# table -> what the trail calls a change of one of its rows
TAGS = {
    "demands": "programme:demand:changed",
    "projects": "programme:project:changed",
    "activities": "programme:activity:changed",
}
ADOPTED_TAG, REPLACED_TAG = "programme:project:adopted", "programme:table:replaced"


def read_programme(conn: Connection, name: str) -> pd.DataFrame:
    """Return demands, projects, project_adoptions or activities as a frame ordered by key."""
    table = _known(name)
    return read_frame(conn, select(table).order_by(*table.primary_key.columns), list(table.columns))


def find_programme(conn: Connection, name: str, key: Any) -> Row:
    """Return one row by its key; raises NotFound."""
    return find_row(conn, _known(name), key)


def add_to_programme(conn: Connection, name: str, values: Mapping[str, Any], actor: str) -> Any:
    """Add a demand, a project or an activity and return its key; raises Conflict for a code that is taken."""
    key = insert_row(conn, _known(name), values)
    audit.append(conn, TAGS[name], actor, str(key), {"verb": "add"})
    return key


def change_programme(
    conn: Connection, name: str, key: Any, version: int, values: Mapping[str, Any], actor: str
) -> int:
    """Change the row that is still at `version` and return its new version; raises NotFound, Conflict."""
    new = update_row(conn, _known(name), key, version, values)
    audit.append(conn, TAGS[name], actor, str(key), {"verb": "change", "fields": sorted(values)})
    return new


def adopt_project(
    conn: Connection, project_code: str, organisation_code: str, at: datetime, actor: str, note: str = ""
) -> bool:
    """Note that an organisation adopts a project and return whether that is new; raises NotFound."""
    find_row(conn, projects, project_code)
    table = project_adoptions
    the_row = (table.c.project_code == project_code) & (table.c.organisation_code == organisation_code)
    known = conn.execute(select(table.c.ended_at).where(the_row)).one_or_none()
    if known is not None and known.ended_at is None:
        return False
    values = {"adopted_at": at, "ended_at": None, "note": note}
    if known is None:
        row = {"project_code": project_code, "organisation_code": organisation_code}
        conn.execute(insert(table), [{**row, **values}])
    else:
        conn.execute(update(table).where(the_row).values(values))
    audit.append(conn, ADOPTED_TAG, actor, project_code, {"organisation_code": organisation_code})
    return True


def end_adoption(
    conn: Connection, project_code: str, organisation_code: str, at: datetime, actor: str
) -> None:
    """Note that an organisation has given a project back; raises NotFound where it had not adopted it."""
    table = project_adoptions
    the_row = (table.c.project_code == project_code) & (table.c.organisation_code == organisation_code)
    open_one = the_row & table.c.ended_at.is_(None)
    if conn.execute(update(table).where(open_one).values(ended_at=at)).rowcount != 1:
        raise NotFound("unknown_adoption", "该单位没有认领这个项目", {"project_code": project_code})
    detail = {"organisation_code": organisation_code, "ended": True}
    audit.append(conn, ADOPTED_TAG, actor, project_code, detail)


def replace_programme(conn: Connection, name: str, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame`, from a file, in place of a table and return their number."""
    table = _known(name)
    conn.execute(delete(table))
    write_frame(conn, table, frame)
    audit.append(conn, REPLACED_TAG, actor, name, {"rows": len(frame)})
    return len(frame)


def _known(name: str) -> Table:
    if name not in TABLES:
        allowed = " ".join(TABLES)
        raise NotFound("unknown_table", f"没有名为“{name}”的表，可用的有：{allowed}", {"table": allowed})
    return TABLES[name]
