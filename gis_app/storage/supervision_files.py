"""Puts rounds, findings and answers from files into the store: the files' numbers become the store's."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, Table, delete, select

from gis_app.storage import audit
from gis_app.storage.frames import write_frame
from gis_app.storage.tables import (
    supervision_answers,
    supervision_findings,
    supervision_rounds,
    supervision_schedules,
)

REPLACED_TAG = "incidents:supervision:replaced"
# name -> table, its own number in the file, and the number of what it belongs to
TABLES: Mapping[str, tuple[Table, str, str]] = {
    "supervision_schedules": (supervision_schedules, "", ""),
    "supervision_rounds": (supervision_rounds, "round_number", ""),
    "supervision_findings": (supervision_findings, "finding_number", "round_number"),
    "supervision_answers": (supervision_answers, "", "finding_number"),
}


def replace_supervision(
    conn: Connection, frames: Mapping[str, pd.DataFrame], actor: str = "system"
) -> dict[str, int]:
    """Put the frames, by table's name, in place of everything that is there; return their rows."""
    for table, _number, _owner in reversed(TABLES.values()):
        conn.execute(delete(table))
    numbers: dict[str, pd.Series] = {}
    for name, (table, number, owner) in TABLES.items():
        frame = frames.get(name)
        if frame is None or not len(frame):
            continue
        if owner:
            key = owner.replace("_number", "_id")
            frame = frame.assign(**{key: frame[owner].astype("int64").map(numbers[owner])})
        write_frame(conn, table, frame)
        if number:
            key = next(iter(table.primary_key.columns))
            ids = conn.execute(select(key).order_by(key)).scalars().all()
            numbers[number] = pd.Series(ids, index=frame[number].astype("int64"))
    rows = {name: len(frame) for name, frame in frames.items()}
    audit.append(conn, REPLACED_TAG, actor, "supervision", rows)
    return rows
