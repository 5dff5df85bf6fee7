"""Posts that come from a file: taken in by code, and taken out again as long as nobody changed them since."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection

from gis_app.errors import Conflict
from gis_app.storage.frames import write_frame
from gis_app.storage.revision import bump_revision
from gis_app.storage.table_rows import delete_rows, digest, kept_rows, restore_rows
from gis_app.storage.tables import assignments

_KEY = assignments.c.assignment_code


def write_posts(conn: Connection, frame: pd.DataFrame, mode: str) -> dict:
    """Take in posts, each with its code, and return what `take_back` needs; "replace" removes all others."""
    codes = list(frame["assignment_code"])
    whole = mode == "replace"
    before = kept_rows(conn, assignments, _KEY, None if whole else codes)
    delete_rows(conn, _KEY, [row["assignment_code"] for row in before])
    write_frame(conn, assignments, frame)
    after = digest(kept_rows(conn, assignments, _KEY, None if whole else codes))
    return {"before": before, "codes": None if whole else codes, "after": after,
            "revision": bump_revision(conn)}  # fmt: skip


def take_back(conn: Connection, token: dict) -> int:
    """Put the posts back as they were before `write_posts` and return the new revision.

    Raises Conflict where one of them was changed since.
    """
    now = kept_rows(conn, assignments, _KEY, token["codes"])
    if digest(now) != token["after"]:
        raise Conflict("changed_since", "导入的岗位已有更改，不能撤销")
    delete_rows(conn, _KEY, [row["assignment_code"] for row in now])
    restore_rows(conn, assignments, token["before"])
    return bump_revision(conn)
