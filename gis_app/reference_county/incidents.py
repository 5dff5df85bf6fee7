"""Invent the incidents of 2023: how many of each category is published, where and when is made up.

They cluster as real ones do: around markets and the old town, hazards at old houses and sheds. No incident
carries a name, a telephone or a house number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis_app.reference_county.landuse import MARKETS
from gis_app.reference_county.layers import Base
from gis_app.reference_county.skeleton import OLD_TOWN
from gis_app.reference_county.work_hours import SHANGHAI, add_work_hours, is_workday, limit_in_hours

COUNTS = {
    "hazard": 335,
    "mediation": 75,
    "convenience": 170,
    "livelihood": 78,
    "environment": 424,
    "facilities": 263,
}
OPEN_STATES = {
    "environment": {
        "reported": 9,
        "accepted": 11,
        "dispatched": 17,
        "handling": 24,
        "resolved": 19,
        "verified": 26,
        "returned": 10,
    },
    "facilities": {
        "reported": 6,
        "accepted": 8,
        "dispatched": 14,
        "handling": 22,
        "resolved": 12,
        "verified": 15,
        "returned": 6,
    },
}
STAGES = ["reported", "accepted", "dispatched", "handling", "resolved", "verified", "closed"]
ON_STREETS = {"environment", "facilities"}
MONTH_WEIGHT = {
    "environment": [5, 5, 7, 8, 9, 10, 11, 11, 9, 8, 8, 7],
    "facilities": [6, 5, 6, 7, 8, 10, 13, 12, 8, 7, 7, 8],
    "hazard": [10, 7, 8, 8, 9, 10, 8, 7, 8, 8, 9, 8],
    "mediation": [7, 6, 8, 9, 9, 8, 8, 8, 9, 9, 9, 10],
    "convenience": [6, 6, 8, 8, 8, 8, 9, 9, 10, 9, 9, 10],
    "livelihood": [11, 8, 7, 7, 7, 7, 8, 8, 7, 7, 11, 12],
}
HAZARD_RISK = {
    "old_court": 1.6,
    "courtyard": 1.0,
    "shed": 22.0,
    "shops": 3.0,
    "slab": 2.2,
    "tower": 2.0,
    "rowhouse": 0.6,
}
HANDLERS = {
    "ENV": ["县城市管理局", "县环境卫生服务中心"],
    "FAC": ["县住房和城乡建设局", "县城市管理局", "县供电公司", "县水务服务中心"],
    "HAZ": ["县应急管理局", "县消防救援大队", "县住房和城乡建设局"],
    "MED": ["县司法局"],
    "CON": ["县行政审批和政务信息管理局", "县民政局"],
    "LIV": ["县民政局", "县住房和城乡建设局", "县人力资源和社会保障局"],
}
END_OF_RECORDS = datetime(2023, 12, 31, 23, 59, tzinfo=SHANGHAI)


def read_classes(path: Path, organisations: pd.DataFrame) -> pd.DataFrame:
    """Return the catalogue of classes, with their weight and descriptions (joined by ";").

    The organisation that handles a class is named in the file and stands here with its code.
    """
    types = {"location_public": int, "active": int, "weight": float}
    return _with_codes(pd.read_csv(path, keep_default_na=False, dtype=types), organisations)


def read_class_handlers(path: Path, organisations: pd.DataFrame) -> pd.DataFrame:
    """Return who handles a class in single areas: class_code, area_code, organisation_code."""
    frame = pd.read_csv(path, keep_default_na=False, dtype=str)
    frame = _with_codes(frame.rename(columns={"organisation": "handling_organisation"}), organisations)
    return frame.rename(columns={"handling_organisation_code": "organisation_code"})


def _with_codes(frame: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    codes = {"": "", **dict(zip(organisations.name, organisations.organisation_code, strict=True))}
    found = frame.assign(handling_organisation=[codes[name] for name in frame.handling_organisation])
    return found.rename(columns={"handling_organisation": "handling_organisation_code"})


def invent(
    spots: dict[str, pd.DataFrame],
    classes: pd.DataFrame,
    organisations: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return all incidents; `spots` gives places (x, y, grid_code, appeal) per category to draw from."""
    org_code = dict(zip(organisations.name, organisations.organisation_code, strict=True))
    rows = []
    for category, count in COUNTS.items():
        kinds = list(classes[(classes.category == category) & (classes.weight > 0)].itertuples())
        weight = np.array([kind.weight for kind in kinds])
        chosen = rng.choice(len(kinds), count, p=weight / weight.sum())
        places = _draw_places(spots[category], count, rng)
        states = _states(category, count, rng)
        for index, state, place in zip(chosen, states, places.itertuples(), strict=True):
            kind = kinds[index]
            times = _times(category, kind, state, rng)
            handler = (
                org_code[str(rng.choice(HANDLERS[kind.class_code[:3]]))] if times["dispatched_at"] else ""
            )
            rows.append(
                {
                    "class_code": kind.class_code,
                    "category": category,
                    "state": state,
                    "description": str(rng.choice(kind.descriptions.split(";"))),
                    "x": place.x,
                    "y": place.y,
                    "grid_code": place.grid_code,
                    **times,
                    "organisation_code": handler,
                }
            )
    frame = (
        pd.DataFrame(rows)
        .sort_values(["reported_at", "class_code", "x"], kind="stable")
        .reset_index(drop=True)
    )
    frame.insert(0, "incident_code", [f"TX2023-{i:06d}" for i in range(1, len(frame) + 1)])
    return frame


def _draw_places(spots: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw places by appeal, a quarter of them again and again at few hot places."""
    chance = spots.appeal.to_numpy() / spots.appeal.sum()
    hot = rng.choice(len(spots), max(count // 30, 3), replace=False, p=chance)
    near = (
        np.hypot(
            spots.x.to_numpy()[:, None] - spots.x.to_numpy()[hot],
            spots.y.to_numpy()[:, None] - spots.y.to_numpy()[hot],
        ).min(axis=1)
        < 130
    )
    boosted = chance * np.where(near, 7.0, 1.0)
    return spots.iloc[rng.choice(len(spots), count, replace=len(spots) < count, p=boosted / boosted.sum())]


def _states(category: str, count: int, rng: np.random.Generator) -> np.ndarray:
    states = [state for state, number in OPEN_STATES.get(category, {}).items() for _ in range(number)]
    states += ["closed"] * (count - len(states))
    return rng.permutation(np.array(states, dtype=object))


def _reported(category: str, unfinished: bool, rng: np.random.Generator) -> datetime:
    weight = np.array(MONTH_WEIGHT[category], dtype=float)
    if unfinished:
        weight = weight * np.array([0, 0, 0, 0, 0.02, 0.04, 0.06, 0.1, 0.25, 0.7, 2.0, 5.0])
    month = int(rng.choice(12, p=weight / weight.sum())) + 1
    while True:
        day = datetime(2023, month, 1, tzinfo=SHANGHAI) + timedelta(days=int(rng.integers(0, 31)))
        last = day.month != month or (month == 12 and day.day > 20 and not unfinished)
        if not last and (is_workday(day.date()) or rng.random() < 0.35):
            break
    hour = float(
        np.clip(
            rng.choice(
                [rng.normal(9.8, 1.2), rng.normal(15.8, 1.5), rng.normal(19.5, 1.2)], p=[0.48, 0.38, 0.14]
            ),
            6.5,
            22.5,
        )
    )
    return day + timedelta(minutes=int(hour * 60), seconds=int(rng.integers(0, 60)))


def _times(category: str, kind: Any, state: str, rng: np.random.Generator) -> dict[str, str]:
    """Return the six moments of an incident, empty where its state has not come to them."""
    unfinished = state in ("reported", "accepted", "dispatched", "handling", "returned")
    limit = limit_in_hours(kind.time_limit)
    moments = dict.fromkeys(
        ("reported_at", "accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at"), ""
    )
    while True:
        reported = _reported(category, unfinished, rng)
        accepted = add_work_hours(reported, rng.gamma(1.6, 0.22) + 0.05)
        dispatched = add_work_hours(accepted, rng.gamma(1.5, 0.4) + 0.05)
        due = add_work_hours(dispatched, limit)
        late = rng.random() < (0.03 if category not in ON_STREETS else 0.09)
        share = rng.uniform(1.05, 1.9) if late else min(rng.beta(2.2, 2.4), 0.98)
        resolved = add_work_hours(dispatched, max(limit * share, 0.2))
        closed = add_work_hours(resolved, rng.gamma(2.0, 1.6) + 0.3)
        if unfinished or closed < END_OF_RECORDS:
            break
    reached = STAGES.index("dispatched" if state == "returned" else state)
    moments["reported_at"] = reported
    if reached >= 1:
        moments["accepted_at"] = accepted
    if reached >= 2:
        moments |= {"dispatched_at": dispatched, "due_at": due}
    if reached >= 4:
        moments["resolved_at"] = resolved
    if reached >= 6:
        moments["closed_at"] = closed
    if state == "returned":
        moments |= {"dispatched_at": "", "due_at": ""}
    return {name: moment.isoformat(timespec="seconds") if moment else "" for name, moment in moments.items()}


def spots(base: Base, streets: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return per category the places where incidents may happen: x, y, block, appeal."""
    fabric = base.use.fabric.to_numpy()
    beside = street_spots(streets, base.town.blocks, rng)
    pull = _pull(beside) * beside.road_class.map(
        {"arterial": 1.2, "collector": 1.4, "lane": 0.9, "path": 0.3}
    )
    shops = np.isin(fabric, ["shops", "old_court"])[beside.block]
    dull = np.isin(fabric, ["vacant", "green", "bank", "park", "lake"])[beside.block]
    street = beside.assign(appeal=pull * np.where(shops, 2.6, 1.0) * np.where(dull, 0.25, 1.0))
    doors = base.homes.geometry.to_numpy()
    corner = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(doors), 0))
    centre = shapely.get_coordinates(shapely.centroid(doors))
    door = within_blocks(corner + 0.12 * (corner - centre), base.town.blocks)
    kind = base.homes.fabric.to_numpy()[door.source]
    risk = pd.Series(kind).map(HAZARD_RISK).fillna(0.3).to_numpy()
    hazard = door.assign(appeal=risk * np.where(kind == "shed", 1.0, _pull(door)))
    homes = door.assign(appeal=base.homes.households.to_numpy()[door.source] * _pull(door))
    living = homes[homes.appeal > 0]
    return {
        "environment": street,
        "facilities": street.assign(appeal=street.appeal**0.6),
        "hazard": hazard,
        "mediation": living,
        "convenience": living,
        "livelihood": living,
    }


def _pull(places: pd.DataFrame) -> np.ndarray:
    """Return how strongly a place draws incidents: markets and the old town."""
    pull = np.full(len(places), 0.5)
    for (x, y), reach in [*MARKETS, (OLD_TOWN, 600)]:
        pull += 2.4 * np.exp(
            -(((places.x - x) ** 2 + (places.y - y) ** 2) / (2 * (0.7 * reach) ** 2)).to_numpy()
        )
    return pull


def street_spots(streets: pd.DataFrame, blocks: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return places just beside streets: x, y, block, road_class; none on a border."""
    lines = streets.geometry[~streets.bridge].to_numpy()
    road = streets.road_class[~streets.bridge].to_numpy()
    times = np.clip((shapely.length(lines) / 35).astype(int), 1, 14)
    which = np.repeat(np.arange(len(lines)), times)
    at = rng.uniform(0.05, 0.95, len(which))
    here, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines[which], at + step, normalized=True))
        for step in (0.0, 0.01)
    )
    along = (ahead - here) / np.hypot(*(ahead - here).T)[:, None]
    side = rng.choice([-1.0, 1.0], len(which)) * rng.uniform(2.5, 5.5, len(which))
    xy = here + side[:, None] * np.column_stack([-along[:, 1], along[:, 0]])
    return within_blocks(xy, blocks).assign(road_class=lambda t: road[which[t.source]])


def within_blocks(xy: np.ndarray, blocks: np.ndarray) -> pd.DataFrame:
    """Return the places that lie clearly inside a block: x, y, block, source (their row in xy)."""
    source, block = shapely.STRtree(shapely.buffer(blocks, -1.0)).query(
        shapely.points(xy), predicate="within"
    )
    order = np.argsort(source, kind="stable")
    source, block = source[order], block[order]
    return pd.DataFrame({"x": xy[source, 0], "y": xy[source, 1], "block": block, "source": source})
