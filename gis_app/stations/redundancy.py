"""How often a place is served: what is left when one station is shut, and where services overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.stations.figures import Figures

MANY = 3  # three and more are told together


def by_times(found: Figures) -> pd.DataFrame:
    """Return what 0, 1, 2, 3 or more stations reach within the limit: (times, places, households)."""
    times = np.minimum(found.places["times"], MANY)
    groups = found.places.groupby(times)["households"].agg(["size", "sum"])
    table = groups.reindex(range(MANY + 1), fill_value=0).set_axis(["places", "households"], axis=1)
    return table.rename_axis("times").reset_index()


def sole_service(found: Figures) -> pd.DataFrame:
    """Return per station the households only it reaches, who would lose it: (station_code, households)."""
    once = found.places["times"].to_numpy() == 1
    pairs = found.pairs.where(once[found.pairs.target])
    households = found.table.places.households
    sums = np.bincount(pairs.source, households[pairs.target], minlength=len(found.mask)).astype(np.int64)
    table = pd.DataFrame({"station_code": found.table.stations["station_code"], "households": sums})
    return table[found.mask].reset_index(drop=True)
