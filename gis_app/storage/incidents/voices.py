"""Which voice notes belong to which incident; the sound itself lies beside the database, by content hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gis_app.storage.tables import incident_voices


@dataclass(frozen=True, slots=True)
class Voice:
    """A stored voice note: hash of its content, kind of file ("webm", "ogg", "m4a"), seconds and bytes."""

    voice_hash: str
    kind: str
    seconds: float
    bytes: int = 0
    created_at: datetime | None = None


def add_voice(conn: Connection, code: str, voice: Voice, history_id: int | None, at: datetime) -> None:
    """Note the voice note of a step, unless the incident has it already."""
    if voice.voice_hash in {one.voice_hash for one in voices_of(conn, code)}:
        return
    row = {
        "voice_hash": voice.voice_hash,
        "incident_code": code,
        "history_id": history_id,
        "kind": voice.kind,
        "seconds": voice.seconds,
        "bytes": voice.bytes,
        "created_at": at,
    }
    conn.execute(insert(incident_voices), row)


def voices_of(conn: Connection, code: str) -> list[Voice]:
    """Return the voice notes of an incident, the first first."""
    table = incident_voices.c
    query = select(table.voice_hash, table.kind, table.seconds, table.bytes, table.created_at)
    ordered = query.where(table.incident_code == code).order_by(table.created_at, table.voice_hash)
    return [Voice(*row) for row in conn.execute(ordered)]


def kept_voices(conn: Connection, hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes that any incident has; the files of the others may be deleted."""
    query = select(incident_voices.c.voice_hash).where(incident_voices.c.voice_hash.in_(list(hashes)))
    return set(conn.execute(query.distinct()).scalars())


def incidents_of_voice(conn: Connection, voice_hash: str) -> list[tuple[str, str]]:
    """Return (code, kind of file) of the incidents with a voice note: who may see one may hear it."""
    query = select(incident_voices.c.incident_code, incident_voices.c.kind)
    found = query.where(incident_voices.c.voice_hash == voice_hash).order_by(incident_voices.c.incident_code)
    return [tuple(row) for row in conn.execute(found)]
