"""Place warm stations at street fronts, dense in the centre, thin outside, and a centre per community."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

WARM_STATIONS = 62
HOURS = [
    ("Mo-Su 08:00-20:00", 0.26),
    ("Mo-Su 07:30-19:30; PH 09:00-17:00", 0.16),
    ("Mo-Su 06:00-22:00", 0.14),
    ("24/7", 0.16),
    ("Mo-Fr 08:30-18:00; PH off", 0.12),
    ("Mo-Fr 08:00-18:00; Sa,Su 09:00-17:00; PH 09:00-17:00", 0.10),
    ("Mo-Sa 07:00-19:00", 0.06),
]
AMENITIES = [
    ("drinking_water", 1.0),
    ("charging", 0.94),
    ("microwave", 0.71),
    ("first_aid", 0.84),
    ("wifi", 0.66),
    ("seating", 1.0),
    ("toilet", 0.42),
]
CENTRE_HOURS = [
    "Mo-Fr 08:30-12:00,14:30-18:00; PH off",
    "Mo-Su 08:30-18:00",
    "Mo-Fr 08:30-18:00; Sa 09:00-17:00; PH off",
]
STREET_FRONT = {"arterial": 21.0, "collector": 12.0, "lane": 6.5}
CLOSED = 2
LANDMARKS = ("slab", "tower", "green", "park", "bank")  # fabrics whose name a station may carry


def candidates(streets: pd.DataFrame, blocks: np.ndarray, wet: shapely.Geometry) -> pd.DataFrame:
    """Return places at street fronts: x, y (metres), block, street name, road_class."""
    usable = streets[~streets.bridge & streets.road_class.isin(list(STREET_FRONT))].reset_index(drop=True)
    lines = usable.geometry.to_numpy()
    middle, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at, normalized=True))
        for at in (0.5, 0.52)
    )
    along = (ahead - middle) / np.hypot(*(ahead - middle).T)[:, None]
    offset = usable.road_class.map(STREET_FRONT).to_numpy()[:, None]
    xy = np.concatenate(
        [
            middle + offset * np.column_stack([-along[:, 1], along[:, 0]]),
            middle - offset * np.column_stack([-along[:, 1], along[:, 0]]),
        ]
    )
    points = shapely.points(xy)
    place, block = shapely.STRtree(blocks).query(points, predicate="within")
    order = np.argsort(place, kind="stable")
    place, block = place[order], block[order]
    found = pd.DataFrame(
        {
            "x": xy[place, 0],
            "y": xy[place, 1],
            "block": block,
            "street": np.tile(usable.name, 2)[place],
            "road_class": np.tile(usable.road_class, 2)[place],
        }
    )
    dry = ~shapely.intersects(points[place], shapely.buffer(wet, 6.0))
    return found[dry].reset_index(drop=True)


def warm_stations(
    places: pd.DataFrame, homes: pd.DataFrame, centre: tuple[float, float], rng: np.random.Generator
) -> pd.DataFrame:
    """Return 62 of the places, drawn by the households around and the nearness of the centre."""
    xy = places[["x", "y"]].to_numpy()
    from_centre = np.hypot(*(xy - np.array(centre)).T)
    demand = (_around(xy, homes, 350.0) + 4.0) ** 0.4
    wide = places.road_class.map({"arterial": 1.6, "collector": 1.3, "lane": 0.6}).to_numpy()
    appeal = demand * wide * np.interp(from_centre, [0, 900, 1800, 3200], [3.4, 1.5, 0.42, 0.2])
    apart = np.interp(from_centre, [0, 900, 2000, 3200], [120, 190, 380, 560])
    chosen: list[int] = []
    free = np.ones(len(xy), dtype=bool)
    while len(chosen) < WARM_STATIONS:
        pick = int(rng.choice(len(xy), p=np.where(free, appeal, 0) / np.where(free, appeal, 0).sum()))
        chosen.append(pick)
        free &= np.hypot(*(xy - xy[pick]).T) > apart * rng.uniform(0.8, 1.15)
    return places.iloc[chosen].sort_values(["x", "y"]).reset_index(drop=True)


def service_centres(places: pd.DataFrame, community: np.ndarray, homes: pd.DataFrame) -> pd.DataFrame:
    """Return one place per community number, at the street front nearest to the middle of its households."""
    wide = places[places.road_class != "lane"]
    rows = []
    for number in range(int(community.max()) + 1):
        inside = wide[community[wide.block] == number]
        own = homes[community[homes.block] == number]
        middle = np.average(own[["x", "y"]], axis=0, weights=own.households)
        rows.append(inside.iloc[np.hypot(*(inside[["x", "y"]].to_numpy() - middle).T).argmin()])
    return pd.DataFrame(rows).reset_index(drop=True)


def describe(stations: pd.DataFrame, community_names: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Add name, address, hours, amenities, capacity and status to warm stations; names are all different."""
    names: dict[str, None] = {}
    for row, community in zip(stations.itertuples(), community_names, strict=True):
        place = community.removesuffix("社区")
        for name in (
            f"{row.landmark}暖心驿站",
            f"{row.street}暖心驿站" if row.street else "",
            f"{place}暖心驿站",
            f"{place}{row.street}暖心驿站",
            f"{place}第二暖心驿站",
            f"{place}第三暖心驿站",
        ):
            if name and not name.startswith("暖心") and name not in names:
                names[name] = None
                break
    amenities = [";".join(code for code, share in AMENITIES if rng.random() < share) for _ in names]
    hours = rng.choice([h for h, _ in HOURS], len(names), p=[share for _, share in HOURS])
    status = np.full(len(names), "open", dtype=object)
    status[rng.permutation(len(names))[:CLOSED]] = "closed"
    return stations.assign(
        name=list(names),
        kind="warm_station",
        hours=hours,
        amenities=amenities,
        status=status,
        capacity=rng.choice([6, 8, 10, 12, 15, 16, 20, 24, 30], len(names)),
        address=addresses(stations, community_names, rng),
    )


def describe_centres(
    centres: pd.DataFrame, community_names: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Add name, address, hours, amenities, capacity and status to the party-service centres."""
    full = ";".join(code for code, _ in AMENITIES)
    return centres.assign(
        name=[f"{name}党群服务中心" for name in community_names],
        kind="party_service_centre",
        hours=rng.choice(CENTRE_HOURS, len(centres)),
        amenities=full,
        status="open",
        capacity=rng.choice([40, 50, 60, 80, 100], len(centres)),
        address=addresses(centres, community_names, rng),
    )


def addresses(stations: pd.DataFrame, community_names: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return invented addresses: a street and a number, or a place in the community."""
    numbers = rng.integers(3, 268, len(stations))
    return [
        f"{street}{number}号" if street else f"{community}{number % 40 + 1}号院旁"
        for street, number, community in zip(stations.street, numbers, community_names, strict=True)
    ]


def _around(xy: np.ndarray, homes: pd.DataFrame, reach: float) -> np.ndarray:
    """Return the households within `reach` metres of each place, as the crow flies."""
    home = shapely.points(homes[["x", "y"]].to_numpy())
    place, found = shapely.STRtree(home).query(shapely.points(xy), predicate="dwithin", distance=reach)
    return np.bincount(place, weights=homes.households.to_numpy()[found], minlength=len(xy))
