"""A toy county for tests: one subdistrict, 2 communities, 4 grids of 2 × 2 blocks, streets, 3 stations.

Lengths are in metres around an origin in central China, so that a test can say "500 m" and mean it.

      0        400       800
 800  ┌─────────┬─────────┐
      │ B2 grid │ B2 grid │   community 1: the west half (grids 001 north, 002 south)
 400  ├─────────┼─────────┤   community 2: the east half
      │         │         │   streets: a lattice every 200 m, 8 blocks of 200 × 400
   0  └─────────┴─────────┘
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.layers import schema

METRIC = "EPSG:4547"
ORIGIN = np.array([450_000.0, 3_817_000.0])
COUNTY = "410222"
COMMUNITIES = (f"{COUNTY}001001", f"{COUNTY}001002")
GRIDS = tuple(f"{community}{i:03d}" for community in COMMUNITIES for i in (1, 2))


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """Return a rectangle, metres from the origin."""
    return shapely.box(*(np.array([x0, y0, x1, y1]) + np.tile(ORIGIN, 2)))


def line(*points) -> shapely.LineString:
    """Return a line through points, metres from the origin."""
    return shapely.LineString(np.asarray(points, dtype=float) + ORIGIN)


def lonlat(xy) -> np.ndarray:
    """Return points (n, 2), metres from the origin, as longitude and latitude."""
    points = gpd.GeoSeries(shapely.points(np.atleast_2d(xy) + ORIGIN), crs=METRIC).to_crs(schema.CRS)
    return shapely.get_coordinates(points.values)


def broken_polygon(lon: float, lat: float) -> shapely.Polygon:
    """Return a polygon with a coordinate that is not a number, as bad files hold them."""
    with np.errstate(invalid="ignore"):
        return shapely.polygons([(lon, lat), (np.nan, lat + 1), (lon + 1, lat + 1), (lon, lat)])


def layer(name: str, data: dict, shapes) -> gpd.GeoDataFrame:
    """Return a layer from columns and shapes in metres, optional columns filled."""
    frame = gpd.GeoDataFrame(data, geometry=list(shapes), crs=METRIC).to_crs(schema.CRS)
    return schema.complete(name, frame)


def lattice(step: float = 200.0, size: float = 800.0) -> list[shapely.LineString]:
    """Return streets of a square lattice, noded at every crossing."""
    ticks = np.arange(0, size + step / 2, step)
    across = [[(x, y), (x + step, y)] for y in ticks for x in ticks[:-1]]
    along = [[(x, y), (x, y + step)] for x in ticks for y in ticks[:-1]]
    return [shapely.LineString(np.array(line) + ORIGIN) for line in across + along]


def toy_layers() -> dict[str, gpd.GeoDataFrame]:
    """Return all nine layers of the toy county, valid and consistent."""
    return _divisions() | _homes() | _ways_and_stations()


def _divisions() -> dict[str, gpd.GeoDataFrame]:
    return {
        "county": layer("county", {"county_code": [COUNTY], "name": ["示例县"]}, [box(-100, -100, 900, 900)]),
        "subdistricts": layer(
            "subdistricts", {"subdistrict_code": [f"{COUNTY}001"], "name": ["东街道"]}, [box(0, 0, 800, 800)]
        ),
        "communities": layer(
            "communities",
            {"community_code": list(COMMUNITIES), "name": ["西社区", "东社区"]},
            [box(0, 0, 400, 800), box(400, 0, 800, 800)],
        ),
        "grids": layer(
            "grids",
            {"grid_code": list(GRIDS), "name": [f"第{n}网格" for n in "一二三四"]},
            [box(0, 400, 400, 800), box(0, 0, 400, 400), box(400, 400, 800, 800), box(400, 0, 800, 400)],
        ),
    }


def _homes() -> dict[str, gpd.GeoDataFrame]:
    """Return eight blocks, the last a park, and four buildings on each of the others."""
    corners = [(x, y) for y in (400, 0) for x in (0, 200, 400, 600)]
    codes = [f"B{i:05d}" for i in range(1, 9)]
    grids = [GRIDS[0], GRIDS[0], GRIDS[2], GRIDS[2], GRIDS[1], GRIDS[1], GRIDS[3], GRIDS[3]]
    homes = [(i, dx, dy) for i in range(7) for dx in (60, 140) for dy in (100, 300)]
    footprints = [
        box(corners[i][0] + dx - 5, corners[i][1] + dy - 5, corners[i][0] + dx + 5, corners[i][1] + dy + 5)
        for i, dx, dy in homes
    ]
    blocks = {
        "block_code": codes,
        "name": [f"{i}号院" for i in range(1, 9)],
        "grid_code": grids,
        "community_code": [code[:12] for code in grids],
        "households": [40] * 7 + [0],
        "land_use": ["residential"] * 7 + ["green"],
    }
    buildings = {
        "building_code": [f"H{i:05d}" for i in range(1, len(homes) + 1)],
        "block_code": [codes[i] for i, _, _ in homes],
        "households": [10] * len(homes),
        "floors": [5] * len(homes),
    }
    return {
        "blocks": layer("blocks", blocks, [box(x, y, x + 200, y + 400) for x, y in corners]),
        "buildings": layer("buildings", buildings, footprints),
    }


def _ways_and_stations() -> dict[str, gpd.GeoDataFrame]:
    streets = lattice()
    street_codes = [f"S{i:05d}" for i in range(1, len(streets) + 1)]
    lake = {"water_code": ["W1"], "name": ["南湖"], "kind": ["lake"]}
    stations = {
        "station_code": ["Z001", "Z002", "Z003"],
        "name": ["西街暖心驿站", "东街暖心驿站", "东社区党群服务中心"],
        "kind": ["warm_station", "warm_station", "party_service_centre"],
        "hours": ["24/7", "Mo-Su 08:00-20:00", "Mo-Fr 08:30-17:30"],
        "amenities": ["drinking_water;wifi", "charging", ""],
        "capacity": [10, 20, 0],
    }
    gates = {"gate_code": ["G1"], "name": ["东门"], "passage": ["open"]}
    places = shapely.points(np.array([(100.0, 400.0), (700.0, 410.0), (500.0, 100.0)]) + ORIGIN)
    return {
        "streets": layer("streets", {"street_code": street_codes}, streets),
        "water": layer("water", lake, [box(620, 20, 700, 100)]),
        "stations": layer("stations", stations, places),
        "gates": layer("gates", gates, shapely.points(np.array([(200.0, 300.0)]) + ORIGIN)),
    }


def with_island(layers: dict[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with two streets that hang together with each other only."""
    lines = [line((100, 100), (180, 100)), line((180, 100), (180, 150))]
    island = layer("streets", {"street_code": ["X1", "X2"], "name": ["孤岛路"] * 2}, lines)
    return layers | {"streets": pd.concat([layers["streets"], island], ignore_index=True)}


def toy_incidents(count: int = 40, seed: int = 7) -> pd.DataFrame:
    """Return incidents of every category and state in 2023, inside the toy county."""
    from gis_app.incidents.model import CATEGORIES, COLUMNS, STATES

    random = np.random.default_rng(seed)
    xy = random.uniform(1, 799, (count, 2))
    points = lonlat(xy)
    west, north = xy[:, 0] < 400, xy[:, 1] > 400
    reported = pd.Timestamp("2023-01-01T08:00:00+08:00") + pd.to_timedelta(np.arange(count) * 8, unit="D")
    state = [list(STATES)[i % len(STATES)] for i in range(count)]
    done = np.isin(state, ("resolved", "verified", "closed"))
    frame = pd.DataFrame(
        {
            "incident_code": [f"XX2023-{i:06d}" for i in range(1, count + 1)],
            "class_code": "C1",
            "category": [list(CATEGORIES)[i % len(CATEGORIES)] for i in range(count)],
            "state": state,
            "description": "路面积水",
            "lon": points[:, 0],
            "lat": points[:, 1],
            "grid_code": np.where(
                west, np.where(north, GRIDS[0], GRIDS[1]), np.where(north, GRIDS[2], GRIDS[3])
            ),
            "reported_at": [t.isoformat() for t in reported],
            "due_at": [(t + pd.Timedelta(days=5)).isoformat() for t in reported],
            "resolved_at": [
                (t + pd.Timedelta(days=3)).isoformat() if d else ""
                for t, d in zip(reported, done, strict=True)
            ],
        }
    )
    return frame.reindex(columns=list(COLUMNS), fill_value="")


def toy_tables():
    """Return who answers for the toy county: two zones' worth of posts, one grid without a worker."""
    from gis_app.assignments.tables import COLUMNS, AssignmentTables

    def posts(role, codes, holder, organisation=""):
        return [
            (f"A{role}{i}", code, role, holder(i), "138****0000", organisation, "2023-01-01", "")
            for i, code in enumerate(codes)
        ]

    rows = [
        *posts("county_leader", COMMUNITIES, lambda i: "周县长"),
        *posts("community_secretary", COMMUNITIES, lambda i: f"书记{i}"),
        *posts("paired_organisation", COMMUNITIES[:1], lambda i: "", "O1"),
        *posts("grid_worker", GRIDS, lambda i: "" if i == 3 else f"网格员{i}"),
    ]
    return AssignmentTables(
        organisations=pd.DataFrame(
            [("O1", "县图书馆", "institution", "P1")], columns=list(COLUMNS["organisations"])
        ),
        zones=pd.DataFrame([("P1", "东片区", "吴片长", "139****0000", "")], columns=list(COLUMNS["zones"])),
        zone_communities=pd.DataFrame([("P1", COMMUNITIES[1])], columns=list(COLUMNS["zone_communities"])),
        assignments=pd.DataFrame(rows, columns=list(COLUMNS["assignments"])),
    )
