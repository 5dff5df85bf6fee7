"""Posts and the ledger of incidents, as the import desk and the command line take them in beside the layers.

    kinds = KINDS                                     "posts", "incidents"
    known = read_known(conn)                          what is there already
    done = prepare(kind, raw, known, mode, columns, crs)    faults, counts, the rows as they will be written
    taken = take_in(conn, kind, done.frame, mode, actor, detail)      one transaction, with its audit row
    undo(conn, taken.token, actor)                    as long as nobody changed them since

A frame's index holds the row numbers of the file, which faults name. Tokens are plain JSON. Rows are never
half taken in: with any fault that is an error, `frame` must not be written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gis_app.desk import tables_fields as fields
from gis_app.desk import tables_incidents, tables_posts
from gis_app.desk.tables_fields import FIELDS, INCIDENTS, KEYS, POSTS, TITLES, Field, find_columns
from gis_app.desk.tables_keeping import with_old_values
from gis_app.desk.tables_known import Known, read_known
from gis_app.desk.tables_messages import fault
from gis_app.desk.tables_rows import rows_of
from gis_app.errors import BadInput, Fault, NotFound
from gis_app.exchange.raw import RawTable
from gis_app.storage import audit, incident_ledger, post_ledger
from gis_app.storage.engine import Connection

__all__ = [
    "FIELDS", "INCIDENTS", "KEYS", "KINDS", "MODES", "POSTS", "TITLES", "Field", "Known", "Prepared", "Taken",
    "check", "find_columns", "prepare", "read_known", "take_in", "undo",
]  # fmt: skip
KINDS = (POSTS, INCIDENTS)
MODES = ("update", "add", "replace")
DEFAULT_MODE = "update"
TAKEN_TAG, UNDONE_TAG = "desk:table:taken_in", "desk:table:undone"
NO_COUNTY = "000000"
_ROOMS = {POSTS: tables_posts, INCIDENTS: tables_incidents}
_WRITE: dict[str, Callable[[Connection, pd.DataFrame, str], dict]] = {
    POSTS: post_ledger.write_posts,
    INCIDENTS: incident_ledger.write_ledger,
}
_TAKE_BACK = {POSTS: post_ledger.take_back, INCIDENTS: incident_ledger.take_back}


@dataclass(slots=True)
class Prepared:
    """The rows as they will be written, what they change, the columns used, and every fault and warning."""

    frame: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def ok(self) -> bool:
        """Tell whether the rows may be written."""
        return not any(found.is_error for found in self.faults)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written; `token` is what `undo` needs, plain JSON."""

    inserted: int
    updated: int
    removed: int
    revision: int
    token: dict


def known_kind(kind: str) -> str:
    """Return the kind; raises NotFound for another word."""
    if kind not in KINDS:
        raise NotFound(
            "unknown_table", f"没有名为“{kind}”的表，可用的有：{' '.join(KINDS)}", {"table": " ".join(KINDS)}
        )
    return kind


def prepare(
    kind: str,
    raw: RawTable,
    known: Known,
    mode: str = DEFAULT_MODE,
    columns: Mapping[str, str | None] | None = None,
    crs: str | None = None,
) -> Prepared:
    """Return the rows of a file as they will be written in this mode, with every fault found.

    `columns` says field → column of the file (None for none), a field left out is looked for by its names;
    `crs` is what the coordinates of incidents are measured in, longitude and latitude where not said. In an
    update, columns that the file does not bring keep their values. Raises NotFound for an unknown kind and
    BadInput for an unknown mode.
    """
    known_kind(kind)
    if mode not in MODES:
        raise BadInput("unknown_mode", f"未知的导入方式：{mode}", {"mode": " ".join(MODES)})
    read = rows_of(kind, raw, known, columns, crs)
    frame, faults = read.frame, []
    if mode == "update":
        frame, faults = _ROOMS[kind].recognise(frame, known)
        frame, nothing_new = with_old_values(kind, frame, read.brought, known)
        if nothing_new:
            read.faults = [found for found in read.faults if found.message_code != "missing_column"]
    made = set(frame.index[frame[KEYS[kind]] == ""])
    frame, more = _ROOMS[kind].complete(frame, known)
    faults += more + check(kind, frame, known, mode)
    done = Prepared(frame, _sorted(read.faults, faults, made), read.columns)
    _count(kind, done, known, mode)
    return done


def _sorted(before: list[Fault], after: list[Fault], made: set[int]) -> list[Fault]:
    """Return faults by row, without what follows from one before.

    A column that is not there is told once, and a code that was made here is not what stands twice.
    """
    told = {(found.row, found.field) for found in before}
    absent = {found.field for found in before if found.message_code == "missing_column"}
    rest = [
        found
        for found in after
        if (found.row, found.field) not in told
        and not (found.message_code == "missing_value" and found.field in absent)
        and not (found.message_code == "duplicate_code" and found.row in made)
    ]
    ordered = sorted([*before, *rest], key=lambda one: (one.row or 0, one.field, one.message_code))
    return list(dict.fromkeys(ordered))


def check(kind: str, frame: pd.DataFrame, known: Known, mode: str = DEFAULT_MODE) -> list[Fault]:
    """Return the faults of rows whose cells are read already; rows are named by the frame's index."""
    faults = [] if len(frame) else [fault("no_rows", "file")]
    for one in FIELDS[kind]:
        if one.required:
            blank = frame.index[frame[one.name] == ""]
            faults += [fault("missing_value", one.name, row=row, title=one.zh) for row in blank]
    return faults + _codes(kind, frame, known, mode) + _ROOMS[kind].check(frame, known, mode)


def _codes(kind: str, frame: pd.DataFrame, known: Known, mode: str) -> list[Fault]:
    key = KEYS[kind]
    given = frame[key][frame[key] != ""]
    first = pd.Series(given.index, given.index).groupby(given).transform("min")
    again = first[first.to_numpy() != given.index.to_numpy()]
    title = fields.label(kind, key)
    faults = [
        fault("duplicate_code", key, row=row, value=given[row], detail=other, title=title)
        for row, other in again.items()
    ]
    if mode == "add":
        there = given[given.isin(_present(kind, known)[key])]
        faults += [fault("existing_code", key, row=row, value=code) for row, code in there.items()]
    return faults


def _present(kind: str, known: Known) -> pd.DataFrame:
    return known.posts if kind == POSTS else known.incidents


def _count(kind: str, done: Prepared, known: Known, mode: str) -> None:
    key = KEYS[kind]
    there, codes = _present(kind, known), done.frame[key]
    present = codes.isin(there[key])
    done.inserted, done.updated = int((~present).sum()), int(present.sum())
    done.unchanged = int(_same(kind, done.frame, known).sum())
    if mode == "replace":
        stays = there if kind == POSTS else there[~there["ours"]]
        done.removed = int((~stays[key].isin(codes)).sum())


def _same(kind: str, frame: pd.DataFrame, known: Known) -> np.ndarray:
    """Return which rows (n,) stand in the store just so."""
    names = [one.name for one in FIELDS[kind]]
    stored = known.posts if kind == POSTS else known.ledger
    there = dict(zip(stored[names[0]], _values(stored[names]), strict=True))
    return np.array([there.get(row[0]) == row for row in _values(frame[names])], dtype=bool)


def _values(frame: pd.DataFrame) -> list[tuple]:
    """Return rows as tuples in which an unknown number is equal to another."""
    plain = frame.astype(object).where(frame.notna(), None)
    return list(plain.itertuples(index=False, name=None))


def take_in(
    conn: Connection,
    kind: str,
    frame: pd.DataFrame,
    mode: str,
    actor: str,
    detail: Mapping[str, object] | None = None,
) -> Taken:
    """Write prepared rows within the transaction of `conn`, with the audit row; `detail` says which file.

    Raises Conflict where an incident is handled here by now.
    """
    key = KEYS[known_kind(kind)]
    rows = frame.copy()
    if kind == INCIDENTS:
        rows[key] = _with_codes(conn, rows)
    token = _WRITE[kind](conn, rows, mode)
    before = {row[key] for row in token["before"]}
    updated = int(rows[key].isin(before).sum())
    counts = {"inserted": len(rows) - updated, "updated": updated, "removed": len(before) - updated}
    told = {"mode": mode, "rows": len(rows), **counts, "revision": token["revision"]}
    audit.append(conn, TAKEN_TAG, actor, kind, {**(detail or {}), **told})
    return Taken(**counts, revision=token["revision"], token={"kind": kind, **token})


def undo(conn: Connection, token: Mapping, actor: str) -> int:
    """Put the rows back as they were before `take_in` and return the new revision.

    One transaction with its audit row; raises Conflict ("changed_since") where somebody changed one of them.
    """
    kind = known_kind(token["kind"])
    number = _TAKE_BACK[kind](conn, dict(token))
    detail = {"rows": len(token["before"]), "taken_in": token["revision"], "revision": number}
    audit.append(conn, UNDONE_TAG, actor, kind, detail)
    return number


def _with_codes(conn: Connection, rows: pd.DataFrame) -> pd.Series:
    """Return the codes of incidents, new ones where the ledger had none: county, year of report, number."""
    codes = rows["incident_code"].astype(object)
    blank = codes == ""
    county = rows["grid_code"].str[:6].replace("", NO_COUNTY)
    prefixes = (county + "-" + rows["reported_at"].str[:4])[blank].tolist()
    codes[blank] = incident_ledger.give_codes(conn, prefixes)
    return codes.astype("str")
