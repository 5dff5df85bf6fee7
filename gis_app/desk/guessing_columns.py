"""Which column of a table is which field of a layer: by its name, by its values, and why.

A name in the schema's own words counts most, then a name that can be taken apart, then values; a column is
only taken by its values alone where nothing else could look like them. What stays doubtful stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from gis_app.desk import guessing_fields as fields
from gis_app.desk.guessing_values import Profile
from gis_app.desk.guessing_words import FIELDS, taken_apart
from gis_app.exchange import columns as names
from gis_app.exchange.context import Existing
from gis_app.layers import schema

BY_NAME, BY_VALUES = 1.0, 1.8  # the least that is believed, with and without a name that speaks for it
CLOSE = 0.25  # two columns nearer than this are told apart by a person
_HELPERS = {
    "community_name": "所属社区名称",
    "subdistrict_name": "所属街道名称",
    "households": "户数",
    "stated_grid": "所在网格编码",
}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A field's column, None where none is believed, and the reason in words."""

    column: str | None
    why: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    named: float
    valued: float
    why: str

    @property
    def score(self) -> float:
        return self.named + self.valued

    @property
    def believed(self) -> bool:
        return self.score >= (BY_NAME if self.named > 0 else BY_VALUES)


def title(layer: str, field: str) -> str:
    """Return what a field is called."""
    known = schema.schema(layer).columns
    return _HELPERS.get(field) or (known[field].title if field in known else field)


def guess_columns(
    layer: str, profiles: dict[str, Profile], existing: Existing, plain_names: dict[str, str] | None = None
) -> dict[str, ColumnGuess]:
    """Return field → column and reason for every field that a layer can take from columns with profiles.

    `plain_names` gives a column's name as it was meant where it was read in a wrong encoding.
    """
    meant = plain_names or {}
    wanted, have = list(names.SYNONYMS[layer]), list(profiles)
    exact = _exact(layer, have, meant)
    known = fields.Known(layer, existing)
    evidence = {
        (field, name): _evidence(layer, field, name, meant.get(name, name), exact, profiles[name], known)
        for field in wanted
        for name in have
    }
    chosen = _assigned(wanted, have, evidence)
    return {field: _settled(layer, field, have, evidence, chosen) for field in wanted}


def _exact(layer: str, have: list[str], meant: dict[str, str]) -> dict[str, str]:
    """Return field → column for names in the schema's own words."""
    back = {meant.get(name, name): name for name in have}
    return {field: back[name] for field, name in names.find_columns(layer, list(back)).items()}


def _evidence(layer, field, name, shown, exact, found: Profile, known) -> _Evidence:
    named, words = _by_name(layer, field, name, shown, exact)
    valued, more = fields.fit(layer, field, found, known)
    if named <= 0 and valued < BY_VALUES:
        return _Evidence(min(named, 0.0), min(valued, 0.0) if named < 0 else valued, "")
    return _Evidence(named, valued, "；".join(part for part in (words, more) if part))


def _by_name(layer: str, field: str, name: str, shown: str, exact: dict[str, str]) -> tuple[float, str]:
    label = title(layer, field)
    if exact.get(field) == name:
        return 3.0, f"列名“{shown}”即“{label}”"
    subject, attribute = FIELDS[layer][field]
    subjects, attributes = taken_apart(shown)
    own = FIELDS[layer][schema.code_column(layer)][0]
    if not subjects and not attributes:
        return 0.0, ""
    if subjects and subject not in subjects:
        return -2.0, ""
    if attribute in attributes:
        if subject in subjects:
            return 2.4, f"列名“{shown}”像“{label}”"
        return (1.6, f"列名“{shown}”像“{label}”") if subject == own else (0.0, "")
    if not attributes and subject in subjects and attribute in ("name", "code"):
        return 1.0, f"列名“{shown}”说的是“{label}”"
    return (-1.0, "") if attributes else (0.0, "")


def _assigned(wanted: list[str], have: list[str], evidence: dict) -> dict[str, str]:
    """Give every field at most one column and every column at most one field, the best way round."""
    if not wanted or not have:
        return {}
    scores = np.array(
        [[max(0.0, evidence[f, n].score) * evidence[f, n].believed for n in have] for f in wanted]
    )
    rows, columns = linear_sum_assignment(-scores)
    return {wanted[r]: have[c] for r, c in zip(rows, columns, strict=True) if scores[r, c] > 0}


def _settled(layer: str, field: str, have: list[str], evidence: dict, chosen: dict[str, str]) -> ColumnGuess:
    name = chosen.get(field)
    free = [other for other in have if other not in chosen.values()]
    if name is None:
        return ColumnGuess(None, _why_none(layer, field, free, evidence))
    best = evidence[field, name]
    rivals = [
        other
        for other in free
        if evidence[field, other].believed and best.score - evidence[field, other].score < CLOSE
    ]
    if rivals and best.named <= 0:
        return ColumnGuess(None, f"不确定：“{name}”与“{rivals[0]}”都像“{title(layer, field)}”，请选择")
    return ColumnGuess(name, best.why)


def _why_none(layer: str, field: str, free: list[str], evidence: dict) -> str:
    label = title(layer, field)
    doubtful = [name for name in free if evidence[field, name].named > 0]
    if doubtful:
        return f"不确定：“{doubtful[0]}”的列名像“{label}”，值却不像"
    if field == schema.code_column(layer):
        return "没有像编码的列，编码将自动生成"
    if field == "name" and field in schema.required_columns(layer):
        return "没有像名称的列，名称将自动生成"
    return f"没有像“{label}”的列"
