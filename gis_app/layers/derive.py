"""The levels a county did not bring, made from those it did.

A county may come with nothing but grids: its communities, subdistricts and outline are then the unions of the
grids that share a code's beginning, and each grid starts as one block.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.layers import codes, schema

# level to make -> level it is made of
_MADE_OF = {"community": "grid", "subdistrict": "community", "county": "subdistrict"}


def derive_missing(frames: dict[str, gpd.GeoDataFrame]) -> frozenset[str]:
    """Fill empty levels in place where lower ones exist; return the names of the layers that were made."""
    made = set()
    for level, below in _MADE_OF.items():
        name, source = codes.LAYER_OF_LEVEL[level], frames[codes.LAYER_OF_LEVEL[below]]
        if len(frames[name]) == 0 and len(source):
            frames[name] = _dissolve(source, schema.code_column(codes.LAYER_OF_LEVEL[below]), level)
            made.add(name)
    if len(frames["blocks"]) == 0 and len(frames["grids"]):
        frames["blocks"] = _blocks_of(frames["grids"])
        made.add("blocks")
    return frozenset(made)


def union(geometries: np.ndarray) -> shapely.Geometry:
    """Return the union of areas: fast where they share their edges, still right where they do not."""
    try:
        merged = shapely.coverage_union_all(geometries)
    except shapely.errors.GEOSException:
        merged = None
    if merged is None or not merged.is_valid:
        merged = shapely.union_all(shapely.make_valid(geometries))
    return merged


def _dissolve(source: gpd.GeoDataFrame, code: str, level: str) -> gpd.GeoDataFrame:
    name = codes.LAYER_OF_LEVEL[level]
    parents = source[code].str[: codes.LENGTHS[level]]
    merged = {key: union(part.values) for key, part in source.geometry.groupby(parents, sort=True)}
    frame = gpd.GeoDataFrame(
        {schema.code_column(name): list(merged), "name": list(merged)},
        geometry=list(merged.values()),
        crs=schema.CRS,
    )
    return schema.complete(name, frame)


def _blocks_of(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    blocks = pd.DataFrame(grids.drop(columns="geometry")).assign(block_code=grids["grid_code"])
    return schema.complete("blocks", gpd.GeoDataFrame(blocks, geometry=grids.geometry, crs=schema.CRS))
