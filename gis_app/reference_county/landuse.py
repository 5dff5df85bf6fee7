"""Decide what each block is used for, and which kind of buildings stands on it.

Land use is what the layer publishes; the fabric (courtyard, slab, tower, …) is only a builder's word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_app.reference_county import skeleton
from gis_app.reference_county.blocks import Town
from gis_app.reference_county.streets import RANKS

INDUSTRY = [((-2350, -1850), 800), ((850, -2550), 620), ((2600, -1450), 650), ((-2500, 1750), 520)]
MARKETS = [
    ((-420, -130), 330),
    ((1230, 520), 300),
    ((-1560, -200), 260),
    ((-80, -1050), 240),
    ((350, 1560), 220),
]

# share of each fabric by part of the town
FABRIC_SHARES = {
    "old": {"old_court": 0.69, "shops": 0.13, "slab": 0.08, "campus": 0.07, "green": 0.03},
    "inner": {
        "courtyard": 0.27,
        "slab": 0.27,
        "rowhouse": 0.14,
        "shops": 0.07,
        "campus": 0.10,
        "green": 0.06,
        "shed": 0.03,
        "vacant": 0.06,
    },
    "new": {"slab": 0.26, "tower": 0.16, "campus": 0.14, "shops": 0.09, "green": 0.14, "vacant": 0.21},
    "outer": {"rowhouse": 0.34, "slab": 0.10, "shed": 0.08, "campus": 0.06, "green": 0.08, "vacant": 0.34},
    "edge": {"rowhouse": 0.24, "slab": 0.02, "shed": 0.06, "green": 0.08, "vacant": 0.60},
    "industry": {"shed": 0.66, "rowhouse": 0.10, "vacant": 0.17, "green": 0.07},
    "market": {"shops": 0.50, "courtyard": 0.24, "slab": 0.16, "campus": 0.10},
}
LAND_USE = {
    "old_court": "residential",
    "courtyard": "residential",
    "slab": "residential",
    "tower": "residential",
    "rowhouse": "residential",
    "shops": "commercial",
    "campus": "public",
    "shed": "industrial",
    "green": "green",
    "vacant": "rural",
    "lake": "water",
    "bank": "green",
    "park": "green",
}


def use_of_blocks(town: Town, park: shapely.Polygon, rng: np.random.Generator) -> pd.DataFrame:
    """Return per block its part of town, fabric and land_use."""
    xy = shapely.get_coordinates(shapely.point_on_surface(town.blocks))
    part = _part_of_town(xy, town)
    fabric = np.empty(len(xy), dtype=object)
    # neighbouring blocks resemble each other: draw by a field that varies slowly, not by independent dice
    draw = np.clip(0.62 * _slow_field(xy, rng) + 0.38 * rng.random(len(xy)), 0, 0.9999)
    draw = draw.argsort(kind="stable").argsort(kind="stable") / len(draw)
    for name, shares in FABRIC_SHARES.items():
        inside = part == name
        rank = draw[inside].argsort(kind="stable").argsort(kind="stable") / max(inside.sum(), 1)
        steps = np.cumsum(list(shares.values()))
        fabric[inside] = np.array(list(shares), dtype=object)[
            np.searchsorted(steps, rank, side="right").clip(max=len(steps) - 1)
        ]
    fabric = _scatter(fabric, part, rng)
    fabric[_on_bank(town)] = "bank"
    points = shapely.points(xy)
    fabric[shapely.contains(park, points)] = "park"
    lake = town.water.geometry[town.water.kind == "lake"].iloc[0]
    fabric[shapely.contains(lake, points)] = "lake"
    land_use = np.array([LAND_USE[f] for f in fabric], dtype=object)
    mixed = np.isin(fabric, ["shops", "old_court", "courtyard", "slab"]) & (rng.random(len(xy)) < 0.16)
    land_use[mixed] = "mixed"
    return pd.DataFrame({"part": part, "fabric": fabric, "land_use": land_use})


def _part_of_town(xy: np.ndarray, town: Town) -> np.ndarray:
    def far(place: tuple[float, float]) -> np.ndarray:
        return np.hypot(*(xy - np.array(place)).T)

    old = far(skeleton.OLD_TOWN)
    inset = shapely.distance(shapely.points(xy), town.edge.exterior)
    part = np.where(old < 640, "old", np.where(old < 1650, "inner", "outer")).astype(object)
    part[(far(skeleton.NEW_CENTRE) < 1300) & (old > 1100)] = "new"
    part[(far(skeleton.STATION_QUARTER) < 600)] = "inner"
    part[(inset < 380) & (old > 1650)] = "edge"
    for place, reach in INDUSTRY:
        part[far(place) < reach] = "industry"
    for place, reach in MARKETS:
        part[far(place) < reach] = "market"
    return part


def _slow_field(xy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    waves = rng.normal(0, 1 / 420, (14, 2))
    phase = rng.uniform(0, 2 * np.pi, 14)
    value = np.cos(xy @ waves.T + phase).sum(axis=1)
    return value.argsort(kind="stable").argsort(kind="stable") / len(value)


def _scatter(fabric: np.ndarray, part: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exchange the fabric of one block in four with another of the same part of town."""
    result = fabric.copy()
    for name in FABRIC_SHARES:
        at = np.flatnonzero(part == name)
        chosen = rng.permutation(at)[: len(at) // 4]
        result[chosen] = result[rng.permutation(chosen)]
    return result


def _on_bank(town: Town) -> np.ndarray:
    bank = town.borders[town.borders["rank"] == RANKS["river"]]
    mask = np.zeros(len(town.blocks), dtype=bool)
    mask[np.union1d(bank.a, bank.b)] = True
    return mask
