"""Invent names: people for posts, masked telephones, streets, compounds. None is real."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

SIDES = "东北西南"


@dataclass(frozen=True)
class Names:
    """The lists of syllables and names that everything invented is named from."""

    surnames: list[str]
    given: list[str]
    mobile: list[str]
    collectors: list[str]
    lanes_first: list[str]
    lanes_last: list[str]
    compounds_first: list[str]
    compounds_last: list[str]
    campuses: list[str]
    works: list[str]

    @classmethod
    def read(cls, path: Path) -> Names:
        """Read the lists from a JSON file whose keys are the fields."""
        return cls(**json.loads(path.read_text("utf-8")))

    def people(self, count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
        """Return invented names, all different, and masked telephones such as 138****1234."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[str(rng.choice(self.surnames)) + str(rng.choice(self.given))] = None
        phones = [f"{rng.choice(self.mobile)}****{rng.integers(0, 10000):04d}" for _ in names]
        return list(names), phones

    def streets(
        self, streets: pd.DataFrame, old_town: tuple[float, float], rng: np.random.Generator
    ) -> pd.Series:
        """Return street names: the ring by its side of town, collectors, lanes in the old town only."""
        middle = shapely.line_interpolate_point(streets.geometry.to_numpy(), 0.5, normalized=True)
        xy = shapely.get_coordinates(middle)
        names = streets.name.to_numpy(dtype=object).copy()
        ring = names == "环城路"
        side = ((np.degrees(np.arctan2(xy[:, 1], xy[:, 0])) + 45) // 90 % 4).astype(int)
        names[ring] = [f"{SIDES[s]}环路" for s in side[ring]]
        unnamed = names == ""
        near_old = np.hypot(*(xy - np.array(old_town)).T) < 900
        collectors = np.unique(streets.source[unnamed & (streets.road_class == "collector")])
        lanes = np.unique(streets.source[unnamed & (streets.road_class == "lane") & near_old])
        alleys = [first + last for last in self.lanes_last for first in self.lanes_first]
        named = dict(zip(collectors, _endless(self.collectors, len(collectors), rng), strict=True))
        named |= dict(zip(lanes, _endless(alleys, len(lanes), rng), strict=True))
        fresh = [named.get(source, "") for source in streets.source]
        return pd.Series(np.where(unnamed, fresh, names), index=streets.index, dtype=object)

    def blocks(self, fabrics: np.ndarray, community_names: np.ndarray, rng: np.random.Generator) -> list[str]:
        """Return a name per block: compounds have one of their own, others a number in their community."""
        compounds = [first + last for last in self.compounds_last for first in self.compounds_first]
        compound = iter(_endless(compounds, len(fabrics), rng))
        names, sequence = [], dict.fromkeys(community_names, 0)
        for fabric, community in zip(fabrics, community_names, strict=True):
            place = community.removesuffix("社区")
            sequence[community] += 1
            if fabric in ("slab", "tower"):
                names.append(next(compound))
            elif fabric == "campus":
                names.append(f"{place}{rng.choice(self.campuses)}")
            elif fabric == "shed":
                names.append(f"{place}{rng.choice(self.works)}")
            else:
                plain = {"bank": "滨河绿带", "park": "咸平湖公园", "lake": "咸平湖", "green": f"{place}游园"}
                names.append(plain.get(fabric, f"{place}{sequence[community]}号地块"))
        return names


def _endless(pool: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` names in random order; once all are used, they return as 东路, 北路, …"""
    order = [pool[i] for i in rng.permutation(len(pool))]
    rounds = [order, *([name[:-1] + side + name[-1] for name in order] for side in SIDES)]
    return [name for names in rounds for name in names][:count]
