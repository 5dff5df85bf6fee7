"""Who else sees a draft of a plan, and the remarks pinned to its places."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from gis_app.errors import NotFound
from gis_app.storage import audit
from gis_app.storage.tables import plan_remarks as remarks
from gis_app.storage.tables import plan_shares as shares
from gis_app.storage.versioned import insert_row

SHARED_TAG = "plans:draft:shared"


def read_shares(conn: Connection, draft_ids: list[int]) -> dict[int, dict[str, bool]]:
    """Return, for each draft, the user names it is shared with and whether they may edit."""
    found: dict[int, dict[str, bool]] = {draft_id: {} for draft_id in draft_ids}
    for start in range(0, len(draft_ids), 500):
        part = shares.c.draft_id.in_(draft_ids[start : start + 500])
        for row in conn.execute(select(shares).where(part).order_by(shares.c.username)):
            found[row.draft_id][row.username] = row.may_edit
    return found


def put_share(conn: Connection, draft_id: int, username: str, may_edit: bool | None, actor: str) -> None:
    """Share a draft with an account, or with None as `may_edit` no longer."""
    the_row = (shares.c.draft_id == draft_id) & (shares.c.username == username)
    conn.execute(delete(shares).where(the_row))
    if may_edit is not None:
        conn.execute(insert(shares).values(draft_id=draft_id, username=username, may_edit=may_edit))
    audit.append(conn, SHARED_TAG, actor, str(draft_id), {"with": username, "may_edit": may_edit})


def insert_remark(
    conn: Connection, draft_id: int, lon: float, lat: float, text: str, actor: str, at: datetime
) -> int:
    """Insert a remark and return its number."""
    values = {"draft_id": draft_id, "lon": lon, "lat": lat, "text": text, "actor": actor, "at": at}
    return insert_row(conn, remarks, values)


def settle_remark(conn: Connection, draft_id: int, remark_id: int, actor: str, at: datetime | None) -> None:
    """Note that a remark is settled, or with None that it is open again; raises NotFound."""
    the_row = (remarks.c.draft_id == draft_id) & (remarks.c.remark_id == remark_id)
    values = {"resolved_at": at, "resolved_by": actor if at else ""}
    if conn.execute(update(remarks).where(the_row).values(values)).rowcount != 1:
        raise NotFound("unknown_remark", "没有这条批注", {"remark_id": str(remark_id)})


def read_remarks(conn: Connection, draft_id: int) -> list[Row]:
    """Return the remarks on a draft, the first first."""
    query = select(remarks).where(remarks.c.draft_id == draft_id).order_by(remarks.c.remark_id)
    return list(conn.execute(query))
