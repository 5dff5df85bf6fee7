"""Small and large layers for the store's tests, made without the rooms above it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4490"
COMMUNITY = "410222001001"
COLUMNS = {
    "county": {"county_code": "str", "name": "str"},
    "subdistricts": {"subdistrict_code": "str", "name": "str", "county_code": "str"},
    "communities": {"community_code": "str", "name": "str", "subdistrict_code": "str"},
    "grids": {"grid_code": "str", "name": "str", "community_code": "str"},
    "blocks": {
        "block_code": "str", "name": "str", "community_code": "str", "grid_code": "str",
        "households": "int64", "land_use": "str",
    },
    "buildings": {"building_code": "str", "block_code": "str", "households": "int64", "floors": "int64"},
    "streets": {"street_code": "str", "name": "str", "road_class": "str", "bridge": "bool"},
    "water": {"water_code": "str", "name": "str", "kind": "str"},
    "stations": {
        "station_code": "str", "name": "str", "kind": "str", "grid_code": "str", "address": "str",
        "hours": "str", "amenities": "str", "capacity": "int64", "status": "str",
    },
    "gates": {"gate_code": "str", "name": "str", "block_code": "str", "passage": "str"},
}  # fmt: skip


def layer(which: str, shapes: object, /, **columns: object) -> gpd.GeoDataFrame:
    """Return a layer with the columns and types of the contract."""
    data = {key: pd.Series(columns[key], dtype=dtype) for key, dtype in COLUMNS[which].items()}
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, crs=CRS))


def squares(number: int, size: float = 0.001) -> np.ndarray:
    """Return `number` squares in a row of rows near 114.4 E 34.4 N."""
    wide = max(1, int(np.sqrt(number)))
    x, y = np.arange(number) % wide, np.arange(number) // wide
    west, south = 114.4 + x * size, 34.4 + y * size
    return shapely.box(west, south, west + size, south + size)


def grid_codes(number: int) -> list[str]:
    """Return the first `number` grid codes of one community."""
    return [f"{COMMUNITY}{sequence:03d}" for sequence in range(1, number + 1)]


def small_county() -> dict[str, gpd.GeoDataFrame]:
    """Return every layer of a county with two grids of two blocks each, given in no order."""
    grids = grid_codes(2)
    outline = shapely.union_all(squares(4))
    return {
        "county": layer("county", [outline], county_code=["410222"], name=["通许县"]),
        "subdistricts": layer(
            "subdistricts", [outline], subdistrict_code=["410222001"], name=["咸平街道"],
            county_code=["410222"],
        ),
        "communities": layer(
            "communities", [shapely.multipolygons([outline])], community_code=[COMMUNITY],
            name=["下洼社区"], subdistrict_code=["410222001"],
        ),
        "grids": layer(
            "grids", squares(2)[::-1], grid_code=grids[::-1], name=["第二网格", "第一网格"],
            community_code=[COMMUNITY] * 2,
        ),
        "blocks": layer(
            "blocks", squares(4), block_code=["B4", "B1", "B2", "B3"], name=["四", "一", "二", ""],
            community_code=[COMMUNITY] * 4, grid_code=[None, grids[0], grids[0], grids[1]],
            households=[0, 120, 80, 310], land_use=["green", "residential", "mixed", "rural"],
        ),
        "buildings": layer(
            "buildings", squares(2, 0.0001), building_code=["T1", "T2"], block_code=["B1", None],
            households=[120, 0], floors=[6, 1],
        ),
        "streets": layer(
            "streets", [shapely.LineString([(114.4, 34.4), (114.401, 34.402)])], street_code=["S1"],
            name=[""], road_class=["lane"], bridge=[True],
        ),
        "water": layer("water", squares(1), water_code=["W1"], name=["惠济河"], kind=["river"]),
        "stations": layer(
            "stations", [shapely.Point(114.40012345, 34.40054321)], station_code=["N1"], name=["暖心驿站"],
            kind=["warm_station"], grid_code=[None], address=["咸平大道"], hours=["24/7"],
            amenities=["wifi;toilet"], capacity=[20], status=["open"],
        ),
        "gates": layer(
            "gates", shapely.points([(114.4003, 34.4004), (114.4006, 34.4001)]), gate_code=["D1", "D2"],
            name=["东门", ""], block_code=["B1", None], passage=["open", "closed"],
        ),
    }  # fmt: skip


def large_county(blocks: int = 1_500, buildings: int = 7_000, streets: int = 4_000) -> dict:
    """Return the layers of a county town of the reference size, without its real shapes."""
    grids = grid_codes(89)
    place = shapely.get_coordinates(shapely.centroid(squares(streets)))
    lines = shapely.linestrings(np.stack([place, place + 0.0005], axis=1))
    rounded = shapely.segmentize(squares(blocks), 0.0001)
    return {
        "grids": layer(
            "grids", squares(89, 0.004), grid_code=grids, name=grids, community_code=[COMMUNITY] * 89
        ),
        "blocks": layer(
            "blocks", rounded, block_code=[f"B{n:05d}" for n in range(blocks)], name=[""] * blocks,
            community_code=[COMMUNITY] * blocks, grid_code=[grids[n % 89] for n in range(blocks)],
            households=[24] * blocks, land_use=["residential"] * blocks,
        ),
        "buildings": layer(
            "buildings", squares(buildings, 0.0003), building_code=[f"T{n:06d}" for n in range(buildings)],
            block_code=[f"B{n % blocks:05d}" for n in range(buildings)], households=[5] * buildings,
            floors=[6] * buildings,
        ),
        "streets": layer(
            "streets", lines, street_code=[f"S{n:05d}" for n in range(streets)], name=["长安路"] * streets,
            road_class=["lane"] * streets, bridge=[False] * streets,
        ),
    }  # fmt: skip


def incidents(number: int = 3) -> pd.DataFrame:
    """Return incidents with and without a place, and with times known and unknown."""
    some = np.arange(number)
    return pd.DataFrame(
        {
            "incident_code": pd.Series([f"TX2023-{n:06d}" for n in some], dtype="str"),
            "class_code": pd.Series(["E01"] * number, dtype="str"),
            "category": pd.Series(["environment"] * number, dtype="str"),
            "state": pd.Series(["handling"] * number, dtype="str"),
            "description": pd.Series(["路灯不亮"] * number, dtype="str"),
            "lon": np.where(some % 3 == 2, np.nan, 114.4 + some * 1e-4),
            "lat": np.where(some % 3 == 2, np.nan, 34.4 + some * 1e-4),
            "grid_code": pd.Series(["" if n % 3 == 2 else grid_codes(1)[0] for n in some], dtype="str"),
            "reported_at": pd.Series(["2023-05-01T08:00:00+08:00"] * number, dtype="str"),
            "accepted_at": pd.Series(["2023-05-01T08:30:00+08:00"] * number, dtype="str"),
            "dispatched_at": pd.Series([""] * number, dtype="str"),
            "due_at": pd.Series(["2023-05-02T00:00:00+08:00"] * number, dtype="str"),
            "resolved_at": pd.Series([""] * number, dtype="str"),
            "closed_at": pd.Series([""] * number, dtype="str"),
            "organisation_code": pd.Series(["O1"] * number, dtype="str"),
        }
    )


def two_stations(first_grid: str, second_grid: str) -> gpd.GeoDataFrame:
    """Return the stations S2 and S3, one in each grid."""
    same = {name: [""] * 2 for name in ("address", "hours", "amenities")}
    return layer(
        "stations", shapely.points([[114.4, 34.4], [114.401, 34.4]]), station_code=["S2", "S3"],
        name=["东站", "西站"], kind=["warm_station"] * 2, grid_code=[first_grid, second_grid],
        capacity=[0, 0], status=["open"] * 2, **same,
    )  # fmt: skip
