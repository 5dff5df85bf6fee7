"""The hash chain: how an audit row is sealed, and how a changed, missing or added row is found.

Pure functions over rows; `storage/audit.py` appends and reads them. A row's hash covers the hash before it,
so that no row can be changed, removed or slipped in without every later hash becoming wrong; the head, kept
apart, tells when rows are missing at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

GENESIS = "0" * 64


class Row(NamedTuple):
    """One line of the trail, as it is kept; `detail` is canonical JSON."""

    sequence: int
    at: str
    tag: str
    actor: str
    subject: str
    detail: str
    previous_hash: str
    hash: str


class Head(NamedTuple):
    """The end of the trail: the number of rows and the last hash."""

    sequence: int
    hash: str


START = Head(0, GENESIS)


def canonical(detail: Mapping[str, Any]) -> str:
    """Return one spelling of a mapping: keys sorted, no spaces, no NaN; raises ValueError or TypeError."""
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def seal(head: Head, at: str, tag: str, actor: str, subject: str, detail: Mapping[str, Any]) -> Row:
    """Return the row that follows `head`."""
    sequence, text = head.sequence + 1, canonical(detail)
    digest = _digest(head.hash, sequence, at, tag, actor, subject, text)
    return Row(sequence, at, tag, actor, subject, text, head.hash, digest)


def first_broken(rows: Iterable[tuple], head: Head) -> int | None:
    """Return the sequence number of the first row that is changed, missing or added, or None.

    `rows` come in order of sequence; `head` is the end of the trail as it was kept apart.
    """
    before = START
    for row in rows:
        sequence, at, tag, actor, subject, detail, previous_hash, digest = row
        expected = before.sequence + 1
        if sequence != expected:
            return expected
        if previous_hash != before.hash or digest != _digest(
            previous_hash, sequence, at, tag, actor, subject, detail
        ):
            return sequence
        before = Head(sequence, digest)
    if before.sequence < head.sequence:
        return before.sequence + 1
    if before.sequence > head.sequence:
        return head.sequence + 1
    return None if before.hash == head.hash else before.sequence


def _digest(previous_hash: str, sequence: int, *texts: str) -> str:
    sealed = json.dumps([previous_hash, sequence, *texts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(sealed.encode("utf-8", "surrogatepass")).hexdigest()
