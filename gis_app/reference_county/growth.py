"""Let the town outgrow its grids: most stay within 300 to 500 households, some twenty do not.

Grids that grew got taller slabs and towers; grids that shrank lost households to demolition and moving out.
That is the planner's work.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

BAND = (300, 500)
GROWN, SHRUNK = 14, 7
TOTAL = 36_000
HOUSEHOLDS_PER_FLOOR = {"slab": 6, "tower": 4}


def grown_households(buildings: pd.DataFrame, grid: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return the buildings with today's households and floors; `grid` is the grid number per building."""
    before = np.bincount(grid, weights=buildings.households)
    target = _targets(before, _new_share(buildings, grid), rng)
    households = np.zeros(len(buildings), dtype=int)
    for number, total in enumerate(target):
        members = np.flatnonzero(grid == number)
        households[members] = _shared_out(buildings.households.to_numpy()[members].astype(float), int(total))
    result = buildings.assign(households=households)
    return result.assign(floors=_floors(result))


def _new_share(buildings: pd.DataFrame, grid: np.ndarray) -> np.ndarray:
    """Return per grid the share of its households in slabs and towers, where a town can grow."""
    modern = buildings.fabric.isin(["slab", "tower"]).to_numpy()
    total = np.bincount(grid, weights=buildings.households)
    return np.bincount(grid, weights=buildings.households * modern) / np.maximum(total, 1)


def _targets(before: np.ndarray, modern: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    score = modern + 0.25 * rng.random(len(before)) + 0.3 * (before > before.mean())
    grown = np.sort(np.argsort(-score, kind="stable")[:GROWN])
    rest = np.setdiff1d(np.arange(len(before)), grown)
    shrunk = np.sort(rest[np.argsort(before[rest], kind="stable")[:SHRUNK]])
    usual = np.setdiff1d(rest, shrunk)
    target = before.copy()
    target[grown] = np.sort(rng.uniform(515, 700, GROWN))[rng.permutation(GROWN)]
    target[grown[rng.permutation(GROWN)[:2]]] = [842, 764]
    target[shrunk] = rng.uniform(176, 288, SHRUNK)
    room = TOTAL - target[grown].sum() - target[shrunk].sum()
    for _ in range(60):
        target[usual] = np.clip(target[usual] * room / target[usual].sum(), BAND[0] + 6, BAND[1] - 7)
    return np.round(target)


def _shared_out(weight: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers in proportion to weight that sum to total (largest remainder)."""
    share = weight / weight.sum() * total
    whole = np.floor(share).astype(int)
    rest = np.where(weight > 0, share - whole, -1.0)
    whole[np.argsort(-rest, kind="stable")[: total - whole.sum()]] += 1
    return whole


def _floors(buildings: pd.DataFrame) -> np.ndarray:
    """Raise slabs and towers to the floors that their households need."""
    floors = buildings.floors.to_numpy().copy()
    for fabric, per_floor in HOUSEHOLDS_PER_FLOOR.items():
        chosen = (buildings.fabric == fabric).to_numpy()
        needed = np.ceil(buildings.households.to_numpy() / per_floor).astype(int)
        floors[chosen] = np.clip(np.maximum(floors, needed), 1, 33)[chosen]
    return floors
