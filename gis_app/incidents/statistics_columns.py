"""Incidents as narrow columns of numbers, so that a million of them are counted within one request.

Words (grids, classes, organisations) are numbers into a list that only grows; moments are seconds since 1970;
each stage's time is worked out once, in working seconds too. Rows are ordered by code; a table is never
changed, a changed one shares every column that did not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.incidents.worktime import WorkCalendar

UNKNOWN = np.iinfo("int64").min
"""A moment that is not known."""
MOMENTS = (
    "reported_at", "accepted_at", "dispatched_at", "due_at", "paused_at", "resolved_at", "closed_at",
    "evaluated_at", "updated_at",
)  # fmt: skip
WORDS = ("state", "category", "class_code", "grid_code", "organisation_code")
NUMBERS = {
    "satisfaction": "int8",
    "return_count": "int16",
    "reopen_count": "int16",
    "extended_seconds": "int32",
    "follower_count": "int32",
    "change_number": "int64",
}
PLACES = ("lon", "lat")
# stage -> (from, to); the time between them is what the stage took
STAGES: dict[str, tuple[str, str]] = {
    "accept": ("reported_at", "accepted_at"),
    "dispatch": ("accepted_at", "dispatched_at"),
    "handle": ("dispatched_at", "resolved_at"),
    "verify": ("resolved_at", "closed_at"),
    "evaluate": ("closed_at", "evaluated_at"),
    "whole": ("reported_at", "closed_at"),
}
NOT_MEASURED = -1


class Words:
    """A list of words that only grows; each keeps its number for good."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.list: list[str] = []
        self.numbers: dict[str, int] = {}
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """Give a number to every word that has none."""
        for word in words:
            if word not in self.numbers:
                self.numbers[word] = len(self.list)
                self.list.append(word)

    def of(self, values: pd.Series) -> np.ndarray:
        """Return (n,) int32 the number of each value, adding new words."""
        codes, unique = pd.factorize(values.fillna("").astype("object"))
        self.add(str(word) for word in unique)
        table = np.array([self.numbers[str(word)] for word in unique], dtype="int32")
        return table[codes] if len(table) else np.empty(0, dtype="int32")


@dataclass(frozen=True)
class Columns:
    """A table of incidents: arrays of equal length by name, and the words behind the numbers of some."""

    arrays: Mapping[str, np.ndarray]
    words: Mapping[str, Words]
    _kept: dict = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.arrays["incident_code"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def number(self, column: str, word: str) -> int:
        """Return the number of a word of a column, -1 where no incident has it."""
        return self.words[column].numbers.get(word, -1)

    def codes(self, rows: np.ndarray) -> list[str]:
        """Return the incident codes of these rows."""
        return [code.decode() for code in self.arrays["incident_code"][rows].tolist()]

    def find(self, codes: Sequence[str]) -> np.ndarray:
        """Return the row of each code, -1 for an unknown one."""
        kept = self.arrays["incident_code"]
        asked = np.array([code.encode() for code in codes], dtype="S") if len(codes) else np.empty(0, "S1")
        return _rows(kept, asked)

    def in_words(self, column: str, words: Iterable[str]) -> np.ndarray:
        """Return (n,) bool whether each incident has one of the words in a column."""
        chosen = np.zeros(len(self.words[column].list) + 1, dtype=bool)
        chosen[[number for word in words if (number := self.number(column, word)) >= 0]] = True
        return chosen[self.arrays[column]]

    @property
    def fingerprint(self) -> str:
        """Tell the content apart from any other, whatever the order in which it came."""
        return f"{len(self)}-{int(np.add.reduce(self.arrays['mark'])):x}"


def empty() -> Columns:
    """Return a table without rows; its first states and categories are those of the model, in their order."""
    words = {name: Words() for name in WORDS}
    words["state"].add(STATES)
    words["category"].add(CATEGORIES)
    words["grid_code"].add([""])
    return Columns({name: np.empty(0, dtype) for name, dtype in _dtypes().items()}, words)


def compact(frame: pd.DataFrame, words: Mapping[str, Words], calendar: WorkCalendar) -> dict[str, np.ndarray]:
    """Return the columns of a frame of incidents, ordered by code.

    Moments of the frame are aware datetimes or ISO 8601 texts; what it lacks is unknown or 0.
    """
    frame = frame.sort_values("incident_code", kind="stable", ignore_index=True)
    codes = frame["incident_code"].astype("object")
    times = {name: _times(frame, name) for name in MOMENTS}
    found = {"incident_code": np.array([str(code).encode() for code in codes], dtype="S")}
    found |= {name: _seconds(series) for name, series in times.items()}
    found |= {name: words[name].of(frame[name]) for name in WORDS}
    found |= {name: _whole(frame, name, dtype) for name, dtype in NUMBERS.items()}
    found |= {name: _column(frame, name, np.nan).to_numpy("float64") for name in PLACES}
    at = {
        name: calendar.positions(times[name]) for name in {name for pair in STAGES.values() for name in pair}
    }
    for stage, (start, end) in STAGES.items():
        found[f"{stage}_work"] = _duration(at[end] - at[start])
        found[f"{stage}_wall"] = _duration(_wall(found[start], found[end]))
    found["mark"] = pd.util.hash_array(codes.to_numpy()) ^ (
        found["change_number"].astype("uint64") * np.uint64(0x9E3779B97F4A7C15)
    )
    return {name: found[name].astype(dtype, copy=False) for name, dtype in _dtypes(found).items()}


def merged(base: Columns, changes: Mapping[str, np.ndarray]) -> Columns:
    """Return the table with these rows in place of those of the same codes, or beside the others."""
    rows = _rows(base["incident_code"], changes["incident_code"])
    known = rows >= 0
    arrays = dict(base.arrays)
    for name, values in changes.items():
        if known.any() and name != "incident_code":
            fresh = values[known]
            if not np.array_equal(arrays[name][rows[known]], fresh, equal_nan=name in PLACES):
                arrays[name] = arrays[name].copy()
                arrays[name][rows[known]] = fresh
    if not known.all():
        places = np.searchsorted(base["incident_code"], changes["incident_code"][~known])
        arrays = {name: _inserted(arrays[name], places, values[~known]) for name, values in changes.items()}
    return Columns(arrays, base.words)


def joined(parts: Sequence[Mapping[str, np.ndarray]], words: Mapping[str, Words]) -> Columns:
    """Return one table of many parts; where a code comes twice the later one holds."""
    if not parts:
        return Columns(empty().arrays, words)
    arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    codes = arrays["incident_code"]
    order = np.argsort(codes, kind="stable")
    last = np.append(codes[order][1:] != codes[order][:-1], True)
    kept = order[last]
    return Columns({name: values[kept] for name, values in arrays.items()}, words)


def _dtypes(found: Mapping[str, np.ndarray] | None = None) -> dict[str, str]:
    stages = {f"{stage}_{kind}": "int32" for stage in STAGES for kind in ("wall", "work")}
    return (
        {"incident_code": found["incident_code"].dtype.str if found else "S1"}
        | dict.fromkeys(MOMENTS, "int64")
        | dict.fromkeys(WORDS, "int32")
        | NUMBERS
        | dict.fromkeys(PLACES, "float64")
        | stages
        | {"mark": "uint64"}
    )


def _column(frame: pd.DataFrame, name: str, missing: object) -> pd.Series:
    return frame[name] if name in frame else pd.Series(missing, frame.index)


def _times(frame: pd.DataFrame, name: str) -> pd.Series:
    values = _column(frame, name, None)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values
    return pd.to_datetime(values.replace("", None), utc=True, errors="coerce", format="ISO8601")


def _seconds(times: pd.Series) -> np.ndarray:
    plain = times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[s]")
    return plain.astype("int64")  # NaT is the least number, which is UNKNOWN


def _whole(frame: pd.DataFrame, name: str, dtype: str) -> np.ndarray:
    values = pd.to_numeric(_column(frame, name, 0), errors="coerce").fillna(0).to_numpy("int64")
    limits = np.iinfo(dtype)
    return np.clip(values, limits.min, limits.max)


def _wall(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    known = (start != UNKNOWN) & (end != UNKNOWN)
    return np.where(known, np.where(known, end, 0) - np.where(known, start, 0), np.nan)


def _duration(seconds: np.ndarray) -> np.ndarray:
    known = np.isfinite(seconds) & (seconds >= 0)
    return np.where(known, np.clip(seconds, 0, 2**31 - 1), NOT_MEASURED).astype("int32")


def _rows(kept: np.ndarray, asked: np.ndarray) -> np.ndarray:
    places = np.searchsorted(kept, asked)
    inside = places < len(kept)
    found = np.full(len(asked), -1, dtype="int64")
    hits = inside.copy()
    hits[inside] = kept[places[inside]] == asked[inside]
    found[hits] = places[hits]
    return found


def _inserted(array: np.ndarray, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Insert values before the places; the type grows with longer codes."""
    dtype = np.promote_types(array.dtype, values.dtype)
    if len(places) and (places == len(array)).all():
        return np.concatenate([array.astype(dtype, copy=False), values.astype(dtype, copy=False)])
    return np.insert(array.astype(dtype, copy=False), places, values)
