"""Classes of incidents in the store: replaced whole from a file, or changed one by one with a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gis_app.errors import Conflict, NotFound
from gis_app.storage import audit
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.revision import bump_revision
from gis_app.storage.tables import class_handlers, incident_classes, incidents, organisations

ADDED_TAG, CHANGED_TAG = "incidents:class:added", "incidents:class:changed"
HANDLERS_TAG = "incidents:class:handlers_changed"


def read_incident_classes(conn: Connection) -> pd.DataFrame:
    """Return every class of incidents ordered by code."""
    query = select(incident_classes).order_by(incident_classes.c.class_code)
    return read_frame(conn, query, list(incident_classes.columns))


def replace_incident_classes(conn: Connection, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of all classes and return the new revision."""
    conn.execute(delete(incident_classes))
    write_frame(conn, incident_classes, frame)
    return _recorded(conn, "incidents:table:replaced", actor, "incident_classes", {"rows": len(frame)})


def find_class(conn: Connection, class_code: str) -> Row | None:
    """Return a class with all its columns, or None."""
    query = select(incident_classes).where(incident_classes.c.class_code == class_code)
    return conn.execute(query).one_or_none()


def insert_class(conn: Connection, values: Mapping[str, Any], actor: str) -> int:
    """Add a class and return the new revision; raises Conflict when its code is taken."""
    code = values["class_code"]
    if find_class(conn, code) is not None:
        raise Conflict("class_code_taken", "该类别编码已存在", {"class_code": code})
    conn.execute(insert(incident_classes), [_known(values)])
    return _recorded(conn, ADDED_TAG, actor, code, {})


def update_class(
    conn: Connection, class_code: str, version: int, values: Mapping[str, Any], actor: str
) -> int:
    """Change a class that is still at `version` and return its new version.

    Raises NotFound for an unknown code and Conflict("stale_version") when somebody was first.
    """
    table = incident_classes.c
    the_row = (table.class_code == class_code) & (table.version == version)
    changed = {**_known(values), "class_code": class_code, "version": version + 1}
    if conn.execute(update(incident_classes).where(the_row).values(changed)).rowcount != 1:
        if find_class(conn, class_code) is None:
            raise NotFound("unknown_class", f"没有编码为“{class_code}”的类别", {"class_code": class_code})
        raise Conflict("stale_version", "该类别已被他人修改，请刷新后重试")
    _recorded(conn, CHANGED_TAG, actor, class_code, {"fields": sorted(values), "version": version + 1})
    return version + 1


def read_class_handlers(conn: Connection) -> pd.DataFrame:
    """Return who handles which class where: class_code, area_code, organisation_code, ordered."""
    query = select(class_handlers).order_by(class_handlers.c.class_code, class_handlers.c.area_code)
    return read_frame(conn, query, list(class_handlers.columns))


def replace_class_handlers(
    conn: Connection, class_code: str, organisations: Mapping[str, str], actor: str
) -> int:
    """Set who handles a class by area code, in place of what was set; return the new revision."""
    conn.execute(delete(class_handlers).where(class_handlers.c.class_code == class_code))
    rows = [
        {"class_code": class_code, "area_code": area, "organisation_code": organisation}
        for area, organisation in organisations.items()
    ]
    if rows:
        conn.execute(insert(class_handlers), rows)
    return _recorded(conn, HANDLERS_TAG, actor, class_code, {"areas": len(rows)})


def replace_every_class_handler(conn: Connection, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame` in place of who handles which class where, and return the new revision."""
    conn.execute(delete(class_handlers))
    write_frame(conn, class_handlers, frame)
    return _recorded(conn, "incidents:table:replaced", actor, "class_handlers", {"rows": len(frame)})


def handling_organisation(conn: Connection, class_code: str, grid_code: str) -> str:
    """Return the organisation that handles a class in a grid: of the smallest area set, else the class's own.

    "" where neither names one.
    """
    table = class_handlers.c
    rows = conn.execute(
        select(table.area_code, table.organisation_code).where(table.class_code == class_code)
    )
    fitting = [row for row in rows if grid_code.startswith(row.area_code)]
    if fitting:
        return max(fitting, key=lambda row: len(row.area_code)).organisation_code
    own = select(incident_classes.c.handling_organisation_code)
    return conn.execute(own.where(incident_classes.c.class_code == class_code)).scalar_one_or_none() or ""


def busiest_organisation(conn: Connection) -> str:
    """Return the organisation that handles most classes of incidents, else most incidents, else the first.

    "" in a store without organisations.
    """
    for column in (incident_classes.c.handling_organisation_code, incidents.c.organisation_code):
        known = column.in_(select(organisations.c.organisation_code))
        counted = select(column).where(known).group_by(column).order_by(func.count().desc(), column)
        if found := conn.execute(counted.limit(1)).scalar_one_or_none():
            return found
    return conn.execute(select(func.min(organisations.c.organisation_code))).scalar_one() or ""


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    for name in values:
        if name not in incident_classes.c or name == "version":
            raise ValueError(f"a class has no {name} to set")
    return dict(values)


def _recorded(conn: Connection, tag: str, actor: str, subject: str, detail: dict[str, Any]) -> int:
    number = bump_revision(conn)
    audit.append(conn, tag, actor, subject, {**detail, "revision": number})
    return number
