"""Under which boundary plan statistics are told: that of their time, or any other, re-counted.

An incident's grid as it stands is the one it was reported under, or the one it was handed over to while it
was open. Which grid it has under another plan is worked out in `studio/recounting.py`; here that is put into
a frame of its own, once per plan and frame, and said in words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from flask import g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.statistics_columns import Columns, Words
from gis_app.storage.plan_layers import read_grids
from gis_app.studio import past
from gis_app.web import studio_words
from gis_app.web.current import snapshot
from gis_app.web.incident_frame import IncidentFrame
from gis_app.web.incident_words import place_names
from gis_app.web.params import Params
from gis_app.web.services import services

REPORTED = "reported"
BY = ("", "plan", "location", "lineage")  # see recounting.incidents_under


@dataclass(frozen=True)
class Under:
    """The plan asked for: "" grids as they stand, "reported" those before any hand-over, else a number."""

    code: str = ""
    row: past.PlanRow | None = None


@dataclass(frozen=True)
class Recount:
    """Incidents in the grids of a plan: their frame, by which of BYS each came there, and names by code."""

    frame: IncidentFrame
    by: np.ndarray | None
    names: Mapping[str, str]

    def counts(self, rows: np.ndarray) -> dict[str, int] | None:
        """Return how many of these rows came to their grid by what, None where nothing was re-counted."""
        if self.by is None:
            return None
        return dict(zip(BY, np.bincount(self.by[rows], minlength=len(BY)).tolist(), strict=True))


class _Once:
    """Makes something once, and lets nobody wait for it who does not need it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Recount | None = None

    def get(self, make: Callable[[], Recount]) -> Recount:
        with self._lock:
            if self._made is None:
                self._made = make()
            return self._made


def choices() -> tuple[past.PlanRow, ...]:
    """Return every plan that is, was or will be in force, the latest first; read once per request."""
    found = g.get("statistics_plans")
    if found is None:
        rows = past.read_plans(services().store)
        found = g.statistics_plans = tuple(row for row in rows if row.state != "withdrawn")
    return found


def asked(params: Params) -> Under:
    """Read the plan from the address; raises BadInput where there is no such plan."""
    code = params.text("plan", 15)
    if code in ("", REPORTED):
        return Under(code)
    known = {str(row.plan_id): row for row in choices()}
    if code not in known:
        reason = _("没有这个边界方案；可用的值：%(values)s", values="、".join((REPORTED, *known)))
        message = _("参数 %(name)s 不正确：%(reason)s", name="plan", reason=reason)
        raise BadInput("bad_parameter", message, {"plan": reason})
    return Under(code, known[code])


def recounted(frame: IncidentFrame, under: Under) -> Recount:
    """Return the incidents in the grids asked for, worked out once per frame and plan."""
    if not under.code:
        return Recount(frame, None, place_names(snapshot()))
    # A plan's grids come only once, but may come after the plan: they are in the key.
    kept = frame.memo(("recount", under.code, under.row and under.row.grids), _Once)
    return kept.get(lambda: _recounted(frame, under))


def label_of(under: Under) -> str:
    """Return how the choice is called."""
    if not under.code:
        return _("当时方案（未结事件随移交）")
    if under.row is None:
        return _("当时方案（移交以前）")
    row = under.row
    name = row.name or _("第 %(n)s 号方案", n=row.plan_id)
    state = studio_words.plan_state_words().get(row.state, row.state)
    if row.effective_from is not None:
        state += _("，%(day)s 起", day=row.effective_from.astimezone(clock.ZONE).date().isoformat())
    return _("按%(plan)s（%(state)s）重新统计", plan=name, state=state)


def options() -> list[tuple[str, str]]:
    """Return what can be chosen, with words; nothing where there is only one plan."""
    rows = choices()
    if len(rows) < 2:
        return []
    every = [Under(), Under(REPORTED), *(Under(str(row.plan_id), row) for row in rows)]
    return [(under.code, label_of(under)) for under in every]


def note(under: Under, counts: Mapping[str, int] | None) -> str:
    """Return by which rule the incidents came to their grids, and how many by which."""
    if not under.code:
        return _("按事件上报时的网格统计；方案生效时未结的事件，按移交后的网格统计。")
    if under.row is None or counts is None:
        return _("全部按事件上报时的网格统计，不计后来的移交。")
    return _(
        "%(own)s 件就在该方案下上报，%(located)s 件按位置划入；%(lineage)s 件没有可用的位置，"
        "按沿革划入户数去向最多的网格；%(lost)s 件未划入网格。",
        own=counts["plan"], located=counts["location"], lineage=counts["lineage"], lost=counts[""],
    )  # fmt: skip


def _recounted(frame: IncidentFrame, under: Under) -> Recount:
    store = services().store
    if under.row is None:
        found = past.incidents_of_their_time(store)[["incident_code", "grid_code"]].assign(by="plan")
        plans = [row.plan_id for row in choices()]
    else:
        found, plans = past.incidents_under(store, under.row.plan_id), [under.row.plan_id]
    rows = frame.columns.find(found["incident_code"].tolist())
    found, rows = found[rows >= 0], rows[rows >= 0]  # what came after the frame is not in it
    words, size = Words([""]), len(frame.columns)
    numbers, by = np.zeros(size, dtype="int32"), np.zeros(size, dtype="int8")
    numbers[rows] = words.of(found["grid_code"])
    by[rows] = found["by"].map({word: number for number, word in enumerate(BY)}).to_numpy()
    told = IncidentFrame(frame.number, _with_grids(frame.columns, numbers, words))
    return Recount(told, by, _names(plans, set(words.list)))


def _with_grids(columns: Columns, numbers: np.ndarray, words: Words) -> Columns:
    arrays, lists = dict(columns.arrays), dict(columns.words)
    return Columns(arrays | {"grid_code": numbers}, lists | {"grid_code": words})


def _names(plans: list[int], needed: set[str]) -> dict[str, str]:
    """Return names of communities, and of grids by the first of these plans that has them."""
    names = dict(snapshot().atlas.communities.set_index("community_code")["name"])
    with services().store.read() as conn:
        for plan_id in plans:
            grids = read_grids(conn, plan_id)
            names = dict(zip(grids["grid_code"], pd.Series(grids["name"]).fillna(""), strict=True)) | names
            if needed <= names.keys() | {""}:
                break
    return names
