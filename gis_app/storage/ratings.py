"""Star ratings in the store: monthly entries and quarterly verdicts, every version of which is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, and_, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from gis_app.errors import Conflict
from gis_app.storage import audit
from gis_app.storage.frames import read_frame, write_frame
from gis_app.storage.tables import rating_verdicts, ratings, star_teams

ENTERED_TAG, VERDICT_TAG = "programme:rating:entered", "programme:verdict:given"
REPLACED_TAG = "programme:table:replaced"
TABLES = {table.name: table for table in (ratings, rating_verdicts, star_teams)}


def enter_rating(
    conn: Connection,
    star: str,
    community_code: str,
    month: str,
    score: float,
    note: str,
    by: str,
    at: datetime,
    version: int = 0,
) -> int:
    """Enter the score of a star for a community and month ("2026-03") and return the entry's version.

    `version` is that of the entry it replaces, 0 for the first. Raises Conflict("stale_version") when
    somebody entered one in the meantime.
    """
    key = {"star": star, "community_code": community_code, "month": month}
    new = _append(conn, ratings, key, version, {"score": score, "note": note, "by": by, "at": at})
    audit.append(conn, ENTERED_TAG, by, f"{community_code} {star} {month}", {"score": score, "version": new})
    return new


def give_verdict(
    conn: Connection,
    star: str,
    community_code: str,
    quarter: str,
    verdict: str,
    reasons: str,
    by: str,
    at: datetime,
    version: int = 0,
) -> int:
    """Give the verdict on a star for a community and quarter ("2026-Q1") and return its version.

    `version` as in enter_rating. Raises Conflict("stale_version").
    """
    key = {"star": star, "community_code": community_code, "quarter": quarter}
    values = {"verdict": verdict, "reasons": reasons, "by": by, "at": at}
    new = _append(conn, rating_verdicts, key, version, values)
    detail = {"verdict": verdict, "version": new}
    audit.append(conn, VERDICT_TAG, by, f"{community_code} {star} {quarter}", detail)
    return new


def read_ratings(conn: Connection, history: bool = False) -> pd.DataFrame:
    """Return the entries in force, or with `history` every version of them, ordered by month."""
    return _read(conn, ratings, "month", history)


def read_verdicts(conn: Connection, history: bool = False) -> pd.DataFrame:
    """Return the verdicts in force, or with `history` every version of them, ordered by quarter."""
    return _read(conn, rating_verdicts, "quarter", history)


def read_star_teams(conn: Connection) -> dict[str, tuple[str, ...]]:
    """Return the organisations that judge each star, the lead first."""
    table = star_teams.c
    teams: dict[str, tuple[str, ...]] = {}
    query = select(table.star, table.organisation_code)
    for star, organisation_code in conn.execute(query.order_by(table.star, table.position)):
        teams[star] = (*teams.get(star, ()), organisation_code)
    return teams


def ratings_stamp(conn: Connection) -> str:
    """Return a text that changes whenever a verdict does, cheap to ask for."""
    table = rating_verdicts.c
    query = select(func.count(), func.max(table.at), func.sum(table.version))
    return " ".join(str(value) for value in conn.execute(query).one())


def replace_ratings(conn: Connection, name: str, frame: pd.DataFrame, actor: str = "system") -> int:
    """Put the rows of `frame`, from a file, in place of ratings, rating_verdicts or star_teams."""
    table = TABLES[name]
    conn.execute(delete(table))
    write_frame(conn, table, frame)
    audit.append(conn, REPLACED_TAG, actor, name, {"rows": len(frame)})
    return len(frame)


def _append(conn: Connection, table: Table, key: dict[str, str], version: int, values: dict[str, Any]) -> int:
    """Append the version after `version`: its key is taken when somebody was first."""
    the_key = and_(*(table.c[name] == value for name, value in key.items()))
    latest = conn.execute(select(func.max(table.c.version)).where(the_key)).scalar_one() or 0
    stale = Conflict("stale_version", "该评分已被他人修改，请刷新后重试", {"version": str(latest)})
    if latest != version:
        raise stale
    try:
        conn.execute(insert(table), [{**key, **values, "version": version + 1}])
    except IntegrityError:
        raise stale from None
    return version + 1


def _read(conn: Connection, table: Table, period: str, history: bool) -> pd.DataFrame:
    newer = table.alias("newer")
    key = ("star", "community_code", period)
    query = select(table)
    if not history:
        same = and_(*(newer.c[name] == table.c[name] for name in key))
        later = select(newer.c.version).where(same, newer.c.version > table.c.version)
        query = query.where(~later.exists())
    order = [table.c[name] for name in (period, "community_code", "star", "version")]
    return read_frame(conn, query.order_by(*order), list(table.columns))
