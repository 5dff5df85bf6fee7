"""Where along the streets a new station may stand: the middles of streets, thinned so that none are alike.

Two streets whose middles fall into the same square of `APART` metres offer one place, that of the longer
one: what a walk to either differs by is less than anybody would notice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_app.geo.crs import to_metres
from gis_app.layers.atlas import Atlas

APART = 120.0


def street_points(atlas: Atlas) -> pd.DataFrame:
    """Return code, name, community_code and geometry (a lon/lat point) of every place along the streets."""
    streets = atlas.streets
    if not len(streets):
        return pd.DataFrame(columns=["code", "name", "community_code", "geometry"], dtype=object)
    shapes = to_metres(streets, atlas.metric_crs).geometry.values
    lengths = shapely.length(shapes)
    middles = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.5, normalized=True))
    order = np.lexsort((streets["street_code"].to_numpy(object).astype(str), -lengths))
    squares = np.floor(middles[order] / APART).astype(int)
    _, first = np.unique(squares, axis=0, return_index=True)
    kept = np.sort(order[np.sort(first)])
    chosen = streets.iloc[kept]
    points = shapely.line_interpolate_point(chosen.geometry.values, 0.5, normalized=True)
    grids = pd.Series(atlas.grids_at(shapely.get_coordinates(points)), dtype=object)
    inside = grids.notna().to_numpy()
    return pd.DataFrame(
        {
            "code": chosen["street_code"].to_numpy(object)[inside],
            "name": chosen["name"].to_numpy(object)[inside],
            "community_code": grids[inside].str[:12].to_numpy(object),
            "geometry": list(points[inside]),
        }
    )
