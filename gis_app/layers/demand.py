"""Where households are: the places from which reach is measured."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from gis_app.geo.validity import representative_points

UNINHABITED = ("green", "water")
_COLUMNS = ["code", "block_code", "grid_code", "community_code", "households"]


def demand_places(atlas) -> gpd.GeoDataFrame:
    """Return one row for each building with households; for each block or grid where nothing finer is known.

    Columns: code, block_code, grid_code, community_code, households (the weight), geometry (a lon/lat point
    inside). A block with households but no building with any stands for itself, so sums equal the blocks'.
    `attrs["unit"]` is "households", or "places" (each with weight 1) where nobody counted households.
    """
    homes = _with_block(atlas.buildings, atlas.blocks)
    counted = homes[homes["households"] > 0]
    told = set(counted["block_code"].dropna())
    blocks = _blocks(atlas.blocks)
    alone = blocks[(blocks["households"] > 0) & ~blocks["block_code"].isin(told)]
    places, unit = pd.concat([counted, alone], ignore_index=True), "households"
    if len(places) == 0:
        inhabited = blocks[~atlas.blocks["land_use"].isin(UNINHABITED)]
        places = homes if len(homes) else inhabited
        places, unit = places.assign(households=1), "places"
    points = shapely.points(representative_points(places["geometry"].values))
    frame = gpd.GeoDataFrame(places[_COLUMNS], geometry=points, crs=atlas.grids.crs)
    frame = _with_grid(frame, atlas).reset_index(drop=True)
    frame.attrs["unit"] = unit
    return frame


def _blocks(blocks: gpd.GeoDataFrame) -> pd.DataFrame:
    columns = ["block_code", "grid_code", "community_code", "households", "geometry"]
    return pd.DataFrame(blocks[columns]).assign(code=blocks["block_code"])


def _with_block(buildings: gpd.GeoDataFrame, blocks: gpd.GeoDataFrame) -> pd.DataFrame:
    homes = pd.DataFrame(buildings[["building_code", "block_code", "households", "geometry"]])
    areas = pd.DataFrame(blocks[["block_code", "grid_code", "community_code"]])
    return homes.rename(columns={"building_code": "code"}).merge(areas, how="left", on="block_code")


def _with_grid(places: gpd.GeoDataFrame, atlas) -> gpd.GeoDataFrame:
    """Place by location what its block does not place; the community is the grid's, so that sums add up."""
    lost = places["grid_code"].isna()
    if lost.any():
        points = representative_points(places.geometry[lost].values)
        found = pd.Series(atlas.grids_at(points), places.index[lost], dtype="str")
        places["grid_code"] = places["grid_code"].fillna(found)
    places["community_code"] = places["grid_code"].str[:12].fillna(places["community_code"])
    return places
