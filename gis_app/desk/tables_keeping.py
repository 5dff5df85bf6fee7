"""What an update leaves as it is: columns that the file did not bring, of rows that are there already."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from gis_app.desk.tables_fields import FIELDS, KEYS, MOMENT, NUMBER, POSTS
from gis_app.desk.tables_known import Known

PLACE = ("lon", "lat")


def with_old_values(
    kind: str, frame: pd.DataFrame, brought: Collection[str], known: Known
) -> tuple[pd.DataFrame, bool]:
    """Return rows whose codes are known with the values they had in columns not `brought`, and if all are.

    A grid follows a place that the file brings, and a moment to the minute keeps the seconds it had.
    """
    key = KEYS[kind]
    stored = known.posts if kind == POSTS else known.ledger
    old = stored.drop_duplicates(key).set_index(key)
    there = frame[key].isin(old.index) & (frame[key] != "")
    follows = {"grid_code"} if set(PLACE) <= set(brought) else set()
    left = [one for one in FIELDS[kind] if one.name not in {key, *brought, *follows}]
    result = frame.copy()
    for one in left:
        values = frame[key].map(old[one.name])
        dtype = "float64" if one.kind == NUMBER else "str"
        result[one.name] = frame[one.name].astype(object).where(~there, values).astype(dtype)
    for one in FIELDS[kind]:
        if one.kind == MOMENT and one.name in brought:
            former = frame[key].map(old[one.name]).astype(object).fillna("").astype("str")
            result[one.name] = frame[one.name].where(~_same_minute(frame[one.name], former), former)
    return result, bool(there.all()) and len(frame) > 0


def _same_minute(given: pd.Series, former: pd.Series) -> pd.Series:
    """Tell where a moment without seconds is, to the minute, what it was."""
    return (given != "") & given.str.endswith(":00+08:00") & (given.str[:16] == former.str[:16])
