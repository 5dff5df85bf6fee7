"""Supervision in the store: rounds, findings, answers and schedules; each change with its audit row.

What may follow what (督导 → 整改 → 再督导) is a rule of `incidents/`; here a finding's version sees to it
that two people never decide on it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, insert, select

from gis_app.storage import audit
from gis_app.storage.frames import read_frame
from gis_app.storage.tables import (
    supervision_answers,
    supervision_findings,
    supervision_rounds,
    supervision_schedules,
)
from gis_app.storage.versioned import find_row, insert_row, update_row

ROOM = "incidents:supervision:"
# verb of an answer -> what the trail calls it
ANSWER_TAGS = {
    "answer": f"{ROOM}finding_answered",
    "accept": f"{ROOM}finding_accepted",
    "send_back": f"{ROOM}finding_sent_back",
}
SCHEDULE_TAG = f"{ROOM}schedule_changed"


@dataclass(frozen=True, slots=True)
class Answer:
    """One turn of a finding: verb answer | accept | send_back, by whom, with what evidence."""

    at: datetime
    verb: str
    actor_id: int | None
    actor_role: str
    note: str = ""
    photos: tuple[str, ...] = ()


def open_round(conn: Connection, values: Mapping[str, Any], actor: str) -> int:
    """Open a round and return its id; `values` are columns of supervision_rounds."""
    round_id = insert_row(conn, supervision_rounds, values)
    detail = {"subject_kind": values["subject_kind"], "subject_code": values.get("subject_code", "")}
    audit.append(conn, f"{ROOM}round_opened", actor, str(round_id), detail)
    return round_id


def find_photo(conn: Connection, photo_hash: str) -> list[Row]:
    """Return the findings that show a photo, in a turn or themselves: who may see one of them may see it."""
    finding, answer = supervision_findings, supervision_answers
    turns = select(answer.c.finding_id).where(answer.c.photos.contains(photo_hash, autoescape=True))
    own = finding.c.photos.contains(photo_hash, autoescape=True)
    return list(conn.execute(select(finding).where(own | finding.c.finding_id.in_(turns))))


def kept_photos(conn: Connection, hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes that any finding or answer shows."""
    wanted = set(hashes)
    columns = (supervision_findings.c.photos, supervision_answers.c.photos)
    texts = [
        text for column in columns for text in conn.execute(select(column).where(column != "")).scalars()
    ]
    return wanted & {photo for text in texts for photo in text.split(";")}


def close_round(conn: Connection, round_id: int, version: int, at: datetime, actor: str) -> int:
    """Close the round that is still at `version`; return its new version. Raises NotFound, Conflict."""
    new = update_row(conn, supervision_rounds, round_id, version, {"state": "closed", "closed_at": at})
    audit.append(conn, f"{ROOM}round_closed", actor, str(round_id))
    return new


def add_finding(conn: Connection, round_id: int, values: Mapping[str, Any], actor: str) -> int:
    """Add a finding to a round and return its id; raises NotFound for an unknown round."""
    find_row(conn, supervision_rounds, round_id)
    finding_id = insert_row(conn, supervision_findings, {**values, "round_id": round_id})
    audit.append(conn, f"{ROOM}finding_added", actor, str(finding_id), {"round_id": round_id})
    return finding_id


def answer_finding(
    conn: Connection, finding_id: int, version: int, answer: Answer, changes: Mapping[str, Any], actor: str
) -> int:
    """Write a turn of the finding that is still at `version` and return its new version.

    `changes` are columns of supervision_findings (state, due_at, accepted_at …). Raises NotFound, Conflict.
    """
    new = update_row(conn, supervision_findings, finding_id, version, changes)
    row = {
        "finding_id": finding_id,
        "at": answer.at,
        "verb": answer.verb,
        "actor_id": answer.actor_id,
        "actor_role": answer.actor_role,
        "note": answer.note,
        "photos": ";".join(answer.photos),
    }
    conn.execute(insert(supervision_answers), [row])
    audit.append(conn, ANSWER_TAGS[answer.verb], actor, str(finding_id), {"version": new})
    return new


def find_round(conn: Connection, round_id: int) -> Row:
    """Return a round; raises NotFound."""
    return find_row(conn, supervision_rounds, round_id)


def find_finding(conn: Connection, finding_id: int) -> Row:
    """Return a finding; raises NotFound."""
    return find_row(conn, supervision_findings, finding_id)


def findings_of(conn: Connection, round_id: int) -> list[Row]:
    """Return the findings of a round, the first first."""
    table = supervision_findings
    return list(conn.execute(select(table).where(table.c.round_id == round_id).order_by(table.c.finding_id)))


def answers_of(conn: Connection, finding_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """Return the turns of findings by finding, the first first."""
    table = supervision_answers.c
    found: dict[int, list[Answer]] = {one: [] for one in finding_ids}
    query = select(supervision_answers).where(table.finding_id.in_(list(finding_ids)))
    for row in conn.execute(query.order_by(table.answer_id)):
        photos = tuple(filter(None, row.photos.split(";")))
        turn = Answer(row.at, row.verb, row.actor_id, row.actor_role, row.note, photos)
        found[row.finding_id].append(turn)
    return found


def read_rounds(conn: Connection, scope_code: str = "") -> pd.DataFrame:
    """Return the rounds in an area as a frame, the newest first."""
    table = supervision_rounds
    query = select(table).order_by(table.c.opened_at.desc(), table.c.round_id.desc())
    if scope_code:
        query = query.where(table.c.area_code.startswith(scope_code, autoescape=True))
    return read_frame(conn, query, list(table.columns))


def read_findings(conn: Connection, scope_code: str = "", organisation_code: str = "") -> pd.DataFrame:
    """Return the ledger (台账) as a frame: every finding with its round, the newest first."""
    finding, its_round = supervision_findings, supervision_rounds
    of_round = (its_round.c.title, its_round.c.subject_kind, its_round.c.subject_code, its_round.c.opened_at)
    columns = [*finding.columns, *of_round]
    query = select(*columns).select_from(finding.join(its_round)).order_by(finding.c.finding_id.desc())
    if scope_code:
        query = query.where(finding.c.area_code.startswith(scope_code, autoescape=True))
    if organisation_code:
        query = query.where(finding.c.organisation_code == organisation_code)
    return read_frame(conn, query, columns)


def read_schedules(conn: Connection) -> list[Row]:
    """Return every schedule, the next one first."""
    table = supervision_schedules
    return list(conn.execute(select(table).order_by(table.c.next_on, table.c.schedule_id)))


def save_schedule(
    conn: Connection,
    values: Mapping[str, Any],
    actor: str,
    schedule_id: int | None = None,
    version: int | None = None,
) -> int:
    """Add a schedule, or change the one that is still at `version`; return its id."""
    if schedule_id is None:
        schedule_id = insert_row(conn, supervision_schedules, values)
    else:
        update_row(conn, supervision_schedules, schedule_id, version or 0, values)
    audit.append(conn, SCHEDULE_TAG, actor, str(schedule_id), {"fields": sorted(values)})
    return schedule_id
