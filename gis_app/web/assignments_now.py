"""What the pages of assignment are made from: ways between grids, incidents of a year, the rows one may see.

Ways are worked out once per snapshot. A draft whose day has come takes effect before anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd
from flask import g

from gis_app import clock
from gis_app.assignments.tables import AssignmentTables
from gis_app.assignments.terms import posts
from gis_app.assignments.travel import Ways, between_grids, organisation_ways, rounds
from gis_app.incidents.statistics_columns import UNKNOWN
from gis_app.people.permissions import in_scope
from gis_app.storage.assignment_drafts import apply_due
from gis_app.web.current import Snapshot, snapshot, today
from gis_app.web.incident_frame import incident_frame
from gis_app.web.incident_words import place_names
from gis_app.web.services import services

YEAR = timedelta(days=365)


@dataclass(frozen=True, eq=False)
class YearOfIncidents:
    """Incidents by grid, reported in the twelve months up to `last` (ISO days, "" where there is none)."""

    counts: pd.Series
    first: str
    last: str


def settled() -> Snapshot:
    """Return the county as it is after every draft whose day has come took effect."""
    if apply_due(services().store, today()):
        g.snapshot = services().snapshots.newest()
    return snapshot()


def ways(found: Snapshot) -> Ways:
    """Return the ways between grids."""
    return found.memo("desk_grid_ways", lambda: between_grids(found.atlas))


def organisation_metres(found: Snapshot) -> pd.DataFrame:
    """Return metres from organisations to grids."""
    return found.memo("desk_organisation_ways", lambda: organisation_ways(found.tables, ways(found)))


def grid_rounds(found: Snapshot) -> pd.DataFrame:
    """Return how far the round of each grid is."""
    return found.memo("desk_grid_rounds", lambda: rounds(found.atlas))


def posts_now(found: Snapshot) -> pd.DataFrame:
    """Return every post in the scope of the account of this request."""
    known = found.memo(("desk_posts", today()), lambda: posts(found.atlas, found.tables))
    return known[known["code"].str.startswith(g.account.scope_code)]


def own_tables(found: Snapshot, area_code: str = "") -> AssignmentTables:
    """Return the tables with the members of an area, and of the account's scope, only."""
    members = found.tables.members
    inside = members["grid_code"].str.startswith(g.account.scope_code)
    return replace(found.tables, members=members[inside & members["grid_code"].str.startswith(area_code)])


def own_communities(found: Snapshot) -> list[tuple[str, str]]:
    """Return the communities that an account may ask for."""
    named = place_names(found)
    return sorted(
        (code, name)
        for code, name in named.items()
        if len(code) == 12 and in_scope(g.account.scope_code, code)
    )


def year_of_incidents() -> YearOfIncidents:
    """Return the incidents of the last twelve months, up to the newest where that is longer ago."""
    frame = incident_frame()
    columns = frame.columns
    now = int(clock.now().timestamp())

    def make() -> YearOfIncidents:
        reported = columns["reported_at"]
        known = (reported != UNKNOWN) & (reported <= now)
        if not known.any():
            return YearOfIncidents(pd.Series(dtype="int64"), "", "")
        last = int(reported[known].max())
        first = last - int(YEAR.total_seconds())
        words = columns.words["grid_code"].list
        places = columns["grid_code"][known & (reported > first)]
        counts = np.bincount(places[places >= 0], minlength=len(words))
        days = pd.to_datetime([first, last], unit="s", utc=True).tz_convert(clock.ZONE)
        told = days[0].date() + timedelta(days=1), days[1].date()
        return YearOfIncidents(pd.Series(counts, index=list(words)), *(day.isoformat() for day in told))

    return frame.memo(("desk-year-by-grid", today()), make)
