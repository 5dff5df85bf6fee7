"""The immutable snapshot of all layers under one plan and one revision.

Every read of geography is answered from an Atlas. It works with whatever a county has: missing levels are
derived from the grids, and what is computed from the layers (indexes, demand) is made on first use and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis_app.errors import NotFound
from gis_app.geo.crs import metric_crs
from gis_app.geo.lookup import AreaIndex
from gis_app.geo.network import StreetNetwork
from gis_app.geo.routes import TABLE_MIB, RouteTable
from gis_app.geo.validity import representative_points
from gis_app.layers import codes, schema
from gis_app.layers.demand import demand_places
from gis_app.layers.derive import derive_missing

CODE_OF_LEVEL = {
    "block": "block_code",
    "grid": "grid_code",
    "community": "community_code",
    "subdistrict": "subdistrict_code",
    "county": "county_code",
}
LAYER_OF_LEVEL = {"block": "blocks", **codes.LAYER_OF_LEVEL}


@dataclass(frozen=True, eq=False)
class Atlas:
    """All layers of one revision; make one with `Atlas.build`, and treat its frames as read-only."""

    county: gpd.GeoDataFrame
    subdistricts: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    revision: int
    metric_crs: pyproj.CRS
    derived: frozenset[str]
    grid_index: AreaIndex
    route_table_mib: float = TABLE_MIB

    @classmethod
    def build(
        cls,
        layers: Mapping[str, gpd.GeoDataFrame],
        revision: int = 0,
        route_table_mib: float = TABLE_MIB,
    ) -> Atlas:
        """Return the Atlas of valid layers; layers that are not given are empty or derived from the grids."""
        frames = {name: _ready(name, layers.get(name)) for name in schema.LAYERS}
        derived = derive_missing(frames)
        index = AreaIndex(frames["grids"].geometry.values, frames["grids"]["grid_code"])
        _locate(frames, index)
        whole = [frames[name].total_bounds for name in schema.LAYERS if len(frames[name])]
        bounds = np.vstack(whole) if whole else np.full((1, 4), np.nan)
        extent = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
        return cls(
            **frames,
            revision=revision,
            metric_crs=metric_crs(extent),
            derived=derived,
            grid_index=index,
            route_table_mib=route_table_mib,
        )

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return the lon/lat bounds to show first: of the grids, else of any layer, else None."""
        for name in ("grids", "communities", "county", "blocks", "stations", "streets"):
            frame = self.layer(name)
            if len(frame):
                return tuple(float(value) for value in frame.total_bounds)
        return None

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer by name; raise NotFound for an unknown one."""
        schema.schema(name)
        return getattr(self, name)

    def level(self, level: str) -> gpd.GeoDataFrame:
        """Return the layer of an area level: block, grid, community, subdistrict or county."""
        if level not in LAYER_OF_LEVEL:
            raise NotFound("unknown_level", "没有该层级", {"level": " ".join(LAYER_OF_LEVEL)})
        return self.layer(LAYER_OF_LEVEL[level])

    def grid_at(self, lon: float, lat: float) -> str | None:
        """Return the code of the grid a point lies in; on a shared border the lowest code."""
        return self.grids_at(np.array([[lon, lat]]))[0]

    def grids_at(self, xy: np.ndarray) -> np.ndarray:
        """Return the grid code (n,) object of each lon/lat point (n, 2), None outside every grid."""
        return self.grid_index.at(xy)

    def area(self, code: str) -> pd.Series | None:
        """Return the row of a county, subdistrict, community or grid, None for a code that is not here."""
        level = codes.level_of(code)
        position = self._positions.get(code)
        return None if position is None else self.level(level).iloc[position]

    def name_of(self, code: str) -> str:
        """Return an area's name, "" where the code is not here."""
        row = self.area(code)
        return "" if row is None else str(row["name"])

    def parent(self, code: str) -> str | None:
        """Return the parent's code, None for a county; raise BadInput for what is not an area code."""
        return codes.parent_of(code)

    def children(self, code: str) -> list[str]:
        """Return the codes one level below, sorted; none for a grid or an unknown code."""
        return self._children.get(code, [])

    @cached_property
    def demand(self) -> gpd.GeoDataFrame:
        """Return the places coverage is measured from, in lon/lat; see `demand.demand_places`."""
        return demand_places(self)

    @property
    def demand_unit(self) -> str:
        """Return what demand is counted in: "households", or "places" where no household is known."""
        return self.demand.attrs["unit"]

    def households_by(self, level: str) -> pd.Series:
        """Return demand (see `demand_unit`) summed by area code of the level, areas without any at 0."""
        index = pd.Index(self.level(level)[CODE_OF_LEVEL[level]], name="code")
        keys = area_codes(self.demand, level)
        return self.demand["households"].groupby(keys).sum().reindex(index, fill_value=0).rename("households")

    @cached_property
    def street_network(self) -> StreetNetwork:
        """Return the walking network, in `metric_crs`, cut where a gate is closed."""
        closed = self.gates[self.gates["passage"] == "closed"].to_crs(self.metric_crs)
        barriers = shapely.get_coordinates(closed.geometry.values) if len(closed) else None
        return StreetNetwork.build(self.streets.to_crs(self.metric_crs), barriers)

    @cached_property
    def station_routes(self) -> RouteTable:
        """Return the ways from anywhere to every station, in the order of `stations`, whatever its status.

        Stations count however far they are from a street: how far is too far is asked with each point.
        """
        places = shapely.get_coordinates(self.stations.geometry.to_crs(self.metric_crs).values)
        return RouteTable.build(self.street_network, places, np.inf, self.route_table_mib)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {
            code: position
            for level in codes.LEVELS
            for position, code in enumerate(self.level(level)[CODE_OF_LEVEL[level]])
        }

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        known = {ancestor for code in self._positions for ancestor in codes.parse(code).values()}
        children: dict[str, list[str]] = {}
        for code in sorted(known):
            parent = codes.parent_of(code)
            if parent:
                children.setdefault(parent, []).append(code)
        return children


def area_codes(places: pd.DataFrame, level: str) -> pd.Series:
    """Return each place's area code at a level, from its block_code, grid_code and community_code."""
    if level in ("block", "grid", "community"):
        return places[CODE_OF_LEVEL[level]]
    return places["community_code"].str[: codes.LENGTHS[level]]


def _ready(name: str, frame: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if frame is None or len(frame) == 0:
        return schema.empty(name)
    whole = schema.complete(name, frame)
    whole = whole.set_crs(schema.CRS) if whole.crs is None else whole.to_crs(schema.CRS)
    return whole.sort_values(schema.code_column(name), kind="stable", ignore_index=True)


def _locate(frames: dict[str, gpd.GeoDataFrame], grids: AreaIndex) -> None:
    """Fill, in place, what follows from where things are: a station's grid, a block's, a building's block."""
    stations = frames["stations"]
    stations["grid_code"] = _codes_at(grids, stations)
    blocks = frames["blocks"]
    if blocks["grid_code"].isna().any():
        blocks["grid_code"] = blocks["grid_code"].fillna(_codes_at(grids, blocks))
    blocks["community_code"] = blocks["community_code"].fillna(blocks["grid_code"].str[:12])
    buildings = frames["buildings"]
    if buildings["block_code"].isna().any():
        index = AreaIndex(blocks.geometry.values, blocks["block_code"])
        buildings["block_code"] = buildings["block_code"].fillna(_codes_at(index, buildings))


def _codes_at(index: AreaIndex, frame: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(index.at(representative_points(frame.geometry.values)), frame.index, dtype="str")
