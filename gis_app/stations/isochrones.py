"""Isochrones of stations: the ground within a walk of them, in lon/lat, for drawing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis_app.geo.crs import LONLAT
from gis_app.geo.isochrones import WIDTH, isochrones
from gis_app.geo.network import Snap
from gis_app.layers.atlas import Atlas
from gis_app.stations.reach_table import ReachTable


def around(
    table: ReachTable, atlas: Atlas, mask: np.ndarray, limits: tuple[float, ...], width: float = WIDTH
) -> gpd.GeoSeries:
    """Return for each limit the ground within it of the stations where `mask` is true, by limit, in lon/lat.

    Along the streets; circles where the county has none, which the table's `basis` says.
    """
    if table.places.network is None:
        points = shapely.points(table.xy[mask])
        shapes = [shapely.union_all(shapely.buffer(points, limit)) for limit in limits]
    else:
        at = Snap(table.at.edge[mask], table.at.position[mask], table.at.leg[mask])
        shapes = isochrones(table.places.network, at, limits, width)
    series = gpd.GeoSeries(shapes, index=list(limits), crs=atlas.metric_crs)
    return series.to_crs(LONLAT)
