"""Incidents as they were known at a past moment, from what is known of them today.

What was reported later is not there, a step taken later has not been taken, and the state is the one of
that moment: from the record of steps, else from the moments of the stages.
A time limit is the one on record today.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

STAGES = (
    ("accepted_at", "accepted"),
    ("dispatched_at", "dispatched"),
    ("handling_at", "handling"),
    ("resolved_at", "resolved"),
    ("verified_at", "verified"),
    ("closed_at", "closed"),
    ("evaluated_at", "evaluated"),
)
RANK = {state: number for number, (_, state) in enumerate(STAGES)}


def as_known(incidents: pd.DataFrame, steps: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """Return the incidents reported up to a moment as they stood then.

    `incidents` has aware moments, NaT where unknown; `steps` (incident_code, at, to_state; in order) are
    those up to the moment of incidents that changed after it.
    """
    at = pd.Timestamp(moment)
    known = incidents[incidents["reported_at"] <= at]
    changed = known["updated_at"] > at
    moments = {name: known[name].mask(known[name] > at) for name, _ in STAGES if name in known}
    if "paused_at" in known:
        moments["paused_at"] = known["paused_at"].mask(known["paused_at"] > at)
    known = known.assign(**moments)
    if not changed.any():
        return known
    recorded = steps.drop_duplicates("incident_code", keep="last").set_index("incident_code")["to_state"]
    state = known["incident_code"].map(recorded)
    state = state.where(state.notna(), _by_stage(known)).where(changed, known["state"])
    known = known.assign(state=state.astype("str"))
    return _restored(known, steps, changed)


def _by_stage(known: pd.DataFrame) -> pd.Series:
    state = pd.Series("reported", known.index, dtype="object")
    for name, reached in STAGES:
        if name in known:
            state = state.mask(known[name].notna(), reached)
    return state


def _restored(known: pd.DataFrame, steps: pd.DataFrame, changed: pd.Series) -> pd.DataFrame:
    """Return the incidents with the moments that a later reopening has wiped out, as recorded then."""
    rank = known["state"].map(RANK).fillna(-1)
    for name, stage in STAGES:
        if name not in known:
            continue
        lost = changed & known[name].isna() & (rank >= RANK[stage])
        if not lost.any():
            continue
        last = steps[steps["to_state"] == stage].drop_duplicates("incident_code", keep="last")
        at = last.set_index("incident_code")["at"].reindex(known["incident_code"])
        known = known.assign(**{name: known[name].mask(lost, at.set_axis(known.index))})
    return known
