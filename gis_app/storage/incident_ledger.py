"""Incidents that come from a ledger: taken in by code as they are told, and taken out again.

They were not reported here, so they have no steps, no reporter and no contact; from then on they are handled
like all others. What people reported here is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, delete, func, select, union
from sqlalchemy.dialects import postgresql, sqlite

from gis_app.errors import Conflict
from gis_app.incidents.model import COLUMNS
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.incidents.changes import note_replacement, take_numbers
from gis_app.storage.incidents.frames import REFERENCE, filled
from gis_app.storage.plans import published_plan
from gis_app.storage.revision import bump_revision
from gis_app.storage.table_rows import delete_rows, kept_rows, restore_rows
from gis_app.storage.tables import (
    incident_codes,
    incident_followers,
    incident_history,
    incident_organisations,
    incident_photos,
    incident_voices,
    incidents,
)

IMPORTED = "import"
LEDGER = (REFERENCE, IMPORTED)
_OWN_CODE = re.compile(r"(\d{6}-\d{4})-(\d{6})")
_c = incidents.c
# whoever has a row in one of these was dealt with here
_TOUCHED = union(
    *(
        select(table.c.incident_code)
        for table in (
            incident_history, incident_followers, incident_photos, incident_voices, incident_organisations,
        )
    )
)  # fmt: skip


def read_codes(conn: Connection) -> pd.DataFrame:
    """Return incident_code, state and `ours` of all incidents, ordered by code.

    `ours` tells that an incident is handled here, so that no file may change it: it was reported here, or
    somebody took a step, follows it, or added a photo.
    """
    columns = [_c.incident_code, _c.state, _c.source, _c.version]
    frame = read_frame(conn, select(*columns).order_by(_c.incident_code), columns)
    touched = set(conn.execute(_TOUCHED).scalars())
    ours = ~frame["source"].isin(LEDGER) | frame["incident_code"].isin(touched)
    return frame.assign(ours=ours.astype(bool)).drop(columns="source")


def read_ledger(conn: Connection) -> pd.DataFrame:
    """Return the incidents that came from a ledger, as `incidents.read_incidents` returns all."""
    columns = [_c[name] for name in COLUMNS]
    query = select(*columns).where(_c.source.in_(LEDGER)).order_by(_c.incident_code)
    return read_frame(conn, query, columns)


def write_ledger(conn: Connection, frame: pd.DataFrame, mode: str) -> dict:
    """Take in a ledger and return what `take_back` needs; every row of `frame` has a code.

    In "replace" the ledger's incidents that are not in `frame` go, unless somebody here took a step. Raises
    Conflict for a code of an incident that is handled here.
    """
    last = take_numbers(conn, max(len(frame), 1))
    known, codes = read_codes(conn), list(frame["incident_code"])
    taken = sorted(set(known["incident_code"][known["ours"]]) & set(codes))
    if taken:
        raise Conflict("incident_is_live", f"事件 {taken[0]} 是在系统中办理的，不能用文件改动")
    ledger = known["incident_code"][~known["ours"]]
    gone = list(ledger if mode == "replace" else ledger[ledger.isin(codes)])
    before = kept_rows(conn, incidents, _c.incident_code, gone)
    delete_rows(conn, _c.incident_code, gone)
    versions = frame["incident_code"].map(dict(zip(known["incident_code"], known["version"], strict=True)))
    rows = filled(frame, last - len(frame) + 1).assign(version=versions.fillna(0).astype("int64") + 1)
    constants = {"source": IMPORTED, "reporter_kind": IMPORTED, "plan_id": published_plan(conn)}
    write_frame(conn, incidents, rows, **constants)
    if gone:
        note_replacement(conn, last)
    _count_on(conn, codes)
    return {"first": last - len(frame) + 1, "last": last, "rows": len(frame), "before": before,
            "revision": bump_revision(conn)}  # fmt: skip


def take_back(conn: Connection, token: dict) -> int:
    """Put the ledger back as it was before `write_ledger` and return the new revision.

    Raises Conflict where one of its incidents was handled since, or is gone.
    """
    last = take_numbers(conn)
    written = (_c.change_number >= token["first"]) & (_c.change_number <= token["last"])
    written &= _c.source == IMPORTED
    untouched = written & _c.incident_code.not_in(select(_TOUCHED.subquery()))
    if conn.execute(select(func.count()).where(untouched)).scalar_one() != token["rows"]:
        raise Conflict("changed_since", "导入的事件已有人办理，不能撤销")
    conn.execute(delete(incidents).where(written))
    restore_rows(conn, incidents, [row | {"change_number": last} for row in token["before"]])
    note_replacement(conn, last)
    return bump_revision(conn)


def give_codes(conn: Connection, prefixes: Sequence[str]) -> list[str]:
    """Return a new incident code for each prefix such as "410222-2026", counted up in the transaction."""
    found = []
    counts = {prefix: prefixes.count(prefix) for prefix in dict.fromkeys(prefixes)}
    ends = {prefix: _raise(conn, prefix, count) for prefix, count in counts.items()}
    given = {prefix: ends[prefix] - counts[prefix] for prefix in counts}
    for prefix in prefixes:
        given[prefix] += 1
        found.append(f"{prefix}-{given[prefix]:06d}")
    return found


def _raise(conn: Connection, prefix: str, count: int) -> int:
    counter = incident_codes.c.last
    now = conn.execute(select(counter).where(incident_codes.c.prefix == prefix)).scalar_one_or_none() or 0
    return _set(conn, prefix, now + count)


def _count_on(conn: Connection, codes: Sequence[str]) -> None:
    """Let the numbers given here go on behind those that came in, so that none is given twice."""
    own = [match.groups() for code in codes if (match := _OWN_CODE.fullmatch(code))]
    highest: dict[str, int] = {}
    for prefix, number in own:
        highest[prefix] = max(highest.get(prefix, 0), int(number))
    for prefix, number in highest.items():
        _set(conn, prefix, number)


def _set(conn: Connection, prefix: str, last: int) -> int:
    """Raise the counter of a prefix to `last`, never down, and return it."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    wanted = dialect.insert(incident_codes).values(prefix=prefix, last=last)
    counter = incident_codes.c.last
    wanted = wanted.on_conflict_do_update(
        index_elements=[incident_codes.c.prefix], set_={"last": last}, where=counter < last
    )
    conn.execute(wanted)
    return conn.execute(select(counter).where(incident_codes.c.prefix == prefix)).scalar_one()
