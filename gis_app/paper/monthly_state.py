"""The county as it was at the two moments that a report compares, and the figures of each.

Everything is worked out with the rules of the leader's page (`incidents.key_figures`), so that paper and
screen agree. It takes frames and knows no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app import clock
from gis_app.assignments.tables import AssignmentTables
from gis_app.incidents import rates
from gis_app.incidents.key_figures import (
    COVERAGE,
    CROW,
    KEY_FIGURES,
    PER_THOUSAND,
    PLACES,
    POSTS,
    REPORTS,
    KeyFigure,
    by_area,
    home_codes,
    household_parts,
    incident_parts,
    joined,
    post_parts,
    posts,
    whole,
)
from gis_app.incidents.statistics_columns import Columns
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas
from gis_app.layers.codes import LENGTHS, level_of
from gis_app.paper.monthly_question import Asked, Basis, Period
from gis_app.stations.coverage import TOLERANCE
from gis_app.stations.figures import Figures, figures
from gis_app.stations.reach_table import ReachTable
from gis_app.stations.scope import Scope

Parts = dict[str, pd.DataFrame]
NOON = time(12)


@dataclass(frozen=True, eq=False)
class State:
    """The county in a period as it was known at its end: incidents, stations with their reach, posts."""

    period: Period
    columns: Columns
    stations: gpd.GeoDataFrame
    coverage: Figures
    posts: pd.DataFrame
    limit_m: float

    @cached_property
    def rows(self) -> np.ndarray:
        """Return the rows of the incidents reported in the period."""
        return rates.select(self.columns, rates.Selection(self.period.start, self.period.end))

    @cached_property
    def homes(self) -> pd.DataFrame:
        """Return the places with how far each is from a station, in the shape that `coverage.reach` has."""
        homes = self.coverage.places.copy(deep=False)
        homes.attrs = {"basis": self.coverage.basis, "unit": self.coverage.unit}
        return homes

    @cached_property
    def parts(self) -> Parts:
        """Return what stands above and below the line of every key figure, by grid or post."""
        covered, households = household_parts(self.homes, self.limit_m)
        of_incidents = joined(incident_parts(self.columns, self.rows, self.period.cut_off), households)
        found = {COVERAGE: covered, POSTS: post_parts(self.posts)} | of_incidents
        return {code: found[code] for code in KEY_FIGURES}

    @cached_property
    def three(self) -> Parts:
        """Return the parts of the three numbers of coverage: by circle, on foot, within capacity."""
        homes, limit = self.homes, self.limit_m + TOLERANCE
        codes, weight = home_codes(homes), homes["households"].to_numpy()
        counts = {
            "crow": np.where(homes["crow_m"].to_numpy() <= limit, weight, 0),
            "walk": np.where(homes["distance_m"].to_numpy() <= limit, weight, 0),
            "seated": homes["seated"].to_numpy(),
        }
        return {
            name: pd.DataFrame({"code": codes.to_numpy(), "numerator": count, "denominator": weight})
            for name, count in counts.items()
        }


@dataclass(frozen=True, eq=False)
class Material:
    """Everything a report is made from; frames as the store gives them, of the county as it is now."""

    asked: Asked
    atlas: Atlas
    classes: pd.DataFrame
    now: State
    before: State
    plans: pd.DataFrame
    verdicts: pd.DataFrame
    findings: pd.DataFrame
    zones: Mapping[str, str] = field(default_factory=dict)
    """The name of the zone of each community, by code."""
    stations_known_from: datetime | None = None

    @property
    def inside(self) -> str:
        """Return the code that every area of the report begins with, "" for the county."""
        return self.asked.area

    @property
    def level(self) -> str:
        """Return the level that is told area by area: communities, inside of one its grids."""
        return "grid" if level_of(self.inside) in ("community", "grid") else "community"

    @cached_property
    def figures(self) -> dict[str, KeyFigure]:
        """Return the key figures as this county has them: no circle is called walking."""
        told = dict(KEY_FIGURES)
        if self.now.coverage.basis == "crow":
            told[COVERAGE] = replace(told[COVERAGE], **CROW)
        if self.atlas.demand_unit == "places":
            told |= {code: replace(told[code], **words) for code, words in PLACES.items()}
        return told

    @cached_property
    def targets(self) -> dict[str, float | None]:
        """Return the target of each figure, None for one without."""
        own = self.asked.basis.targets
        return {code: own.get(code, one.target) for code, one in KEY_FIGURES.items()}

    def areas(self, level: str) -> pd.DataFrame:
        """Return code and name of the areas of a level inside the report's area, by code."""
        frame = self.atlas.level(level)
        codes = frame[CODE_OF_LEVEL[level]].astype("str")
        rows = pd.DataFrame({"code": codes, "name": frame["name"].fillna("").astype("str")})
        rows["name"] = rows["name"].where(rows["name"].str.strip() != "", rows["code"])
        return rows[rows["code"].str.startswith(self.inside)].sort_values("code", ignore_index=True)

    def tables(self, state: State, level: str) -> Parts:
        """Return each figure's table of areas: numerator, denominator and value by code."""
        codes = pd.Index(self.areas(level)["code"], name="code")
        found = {code: by_area(part, LENGTHS[level], codes) for code, part in state.parts.items()}
        found[REPORTS]["value"] *= scale(REPORTS)
        return found

    def value(self, state: State, code: str) -> tuple[float | None, float, float]:
        """Return a figure of the report's area: value (None without a denominator), above, below."""
        above, below = whole(state.parts[code], self.inside)
        return (above / below * scale(code) if below > 0 else None), above, below


def scale(code: str) -> int:
    """Return by what a quotient is multiplied to become the figure."""
    return 1000 if KEY_FIGURES[code].unit == PER_THOUSAND else 1


def state_of(
    period: Period,
    atlas: Atlas,
    tables: AssignmentTables,
    columns: Columns,
    stations: gpd.GeoDataFrame,
    basis: Basis,
    like: State | None = None,
) -> State:
    """Return the county of a period; `like` is another state of the same homes, a quicker start."""
    places = like.coverage.table.places if like else None
    table = ReachTable.build(atlas, stations, snap_limit=basis.snap_limit, places=places)
    mask = Scope().mask(table.stations)
    covered = figures(table, mask, basis.limit_m, basis.households_per_seat, like.coverage if like else None)
    with clock.frozen(datetime.combine(period.end, NOON, clock.ZONE)):
        held = posts(atlas, tables)
    return State(period, columns, stations, covered, held, basis.limit_m)
