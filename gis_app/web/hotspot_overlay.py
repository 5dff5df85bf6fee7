"""Hot spots as a layer: each area with its value, z and p, a legend, and what was tested in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from flask_babel import gettext as _

from gis_app.incidents import rates
from gis_app.incidents.hotspots import COLD, HOT, KINDS, NEITHER, UNTESTED, HotSpots, hot_spots
from gis_app.incidents.rates import Selection
from gis_app.incidents.statistics import PER_HOUSEHOLDS
from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.layers.codes import LENGTHS
from gis_app.maps.classes import legend
from gis_app.web import overlay
from gis_app.web.current import Snapshot, today
from gis_app.web.incident_frame import IncidentFrame
from gis_app.web.params import Params

LEVELS = ("grid", "community")
MEASURES = ("count", "rate")
COLOURS = {HOT: "#B42318", COLD: "#175CD3", NEITHER: "#D0D5DD", UNTESTED: "#F2F4F7"}


@dataclass(frozen=True)
class Asked:
    """Which areas are tested, for counts or counts per 1,000 households; whether shapes are wanted."""

    level: str
    measure: str
    geometry: str

    @classmethod
    def of(cls, params: Params) -> Asked:
        """Read them from the address."""
        return cls(
            params.choice("level", LEVELS, "grid"),
            params.choice("measure", MEASURES, "count"),
            params.choice("geometry", overlay.GEOMETRIES, "full"),
        )


def overlay_of(frame: IncidentFrame, found: Snapshot, wanted: Selection, asked: Asked, lang: str) -> bytes:
    """Return the areas as GeoJSON with what was found."""
    spots = frame.memo(
        ("hotspots", found.revision, wanted, asked.level, asked.measure),
        lambda: _tested(frame, found, wanted, asked),
    )
    rows = spots.table
    shown = rows.assign(
        name=overlay.names_of(found, asked.level, rows["code"]),
        kind_label=rows["kind"].map(lambda kind: KINDS[kind][lang]),
        z=rows["z"].round(4),
    )
    return overlay.areas(found, asked.level, shown, asked.geometry, _extra(spots, asked, lang))


def _tested(frame: IncidentFrame, found: Snapshot, wanted: Selection, asked: Asked) -> HotSpots:
    areas, code = found.atlas.level(asked.level), CODE_OF_LEVEL[asked.level]
    codes = areas[code].astype(str)
    columns = frame.columns
    rows = rates.select(columns, wanted)
    grids = columns.words["grid_code"].list
    counts = np.bincount(columns["grid_code"][rows], minlength=len(grids))
    owners = pd.Series([grid[: LENGTHS[asked.level]] for grid in grids], dtype="object")
    values = (
        pd.Series(counts[: len(grids)]).groupby(owners).sum().reindex(codes, fill_value=0).astype("float64")
    )
    if asked.measure == "rate":
        households = found.atlas.households_by(asked.level).reindex(codes)
        values = values * PER_HOUSEHOLDS / households.where(households > 0)
    return hot_spots(areas, code, values)


def _extra(spots: HotSpots, asked: Asked, lang: str) -> dict[str, Any]:
    present = spots.table["kind"].value_counts()
    classes = [
        {"kind": kind, "code": kind, "label": KINDS[kind][lang], "lower": None, "upper": None,
         "colour": COLOURS[kind], "count": int(present.get(kind, 0))}
        for kind in KINDS
    ]  # fmt: skip
    unit = _("件") if asked.measure == "count" else _("件/千户")
    return {
        "level": asked.level,
        "measure": asked.measure,
        "legend": legend(_("事件热点"), classes, unit, today(), spots.explained(lang)),
        "test": {
            "statistic": "Getis-Ord Gi*",
            "tested": spots.tested,
            "permutations": spots.permutations,
            "seed": spots.seed,
            "alpha": spots.alpha,
            "threshold": spots.threshold,
            "correction": "Benjamini-Hochberg FDR",
            "explained": spots.explained(lang),
        },
    }
