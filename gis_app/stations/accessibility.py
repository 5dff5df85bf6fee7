"""Accessibility by the enhanced two-step floating catchment area (E2SFCA; Luo and Qi, 2009).

First each station's capacity is divided by the households that it reaches, near ones weighing more; then each
place adds up what the stations in its reach have to give. Sum of households times accessibility is the
capacity of all stations that reach anybody: nothing is lost and nothing made.
"""

from __future__ import annotations

import numpy as np

from gis_app.geo.reached import Pairs

# Upper end of each zone as a share of the limit -> its weight (Luo and Qi, the slow decay of three zones)
ZONES = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
EDGE = 1e-3  # metres: a zone's upper end belongs to it


def zone_weights(metres: np.ndarray, limit_m: float, zones=ZONES) -> np.ndarray:
    """Return (n,) the weight of each distance: that of the first zone that holds it, 0 beyond the last."""
    ends = np.array([end * limit_m for end, _ in zones]) + EDGE
    weights = np.array([weight for _, weight in zones] + [0.0])
    return weights[np.searchsorted(ends, metres, side="left")]


def e2sfca(
    pairs: Pairs, households: np.ndarray, capacity: np.ndarray, limit_m: float, zones=ZONES
) -> np.ndarray:
    """Return (places,) seats for each household, 0 where no station is in reach.

    `pairs` are those within `limit_m`; `capacity` (stations,) is in seats.
    """
    weight = zone_weights(pairs.metres, limit_m, zones)
    asked = np.bincount(pairs.source, households[pairs.target] * weight, minlength=len(capacity))
    ratio = np.divide(capacity, asked, out=np.zeros(len(capacity)), where=asked > 0)
    return np.bincount(pairs.target, ratio[pairs.source] * weight, minlength=len(households))
