"""What can be wrong with the shapes of one layer, row by row, and where."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis_app.errors import Fault
from gis_app.geo.validity import invalid_places
from gis_app.layers.faults import fault

TYPE_WORDS = {
    "Point": "点",
    "MultiPoint": "多点",
    "LineString": "线",
    "MultiLineString": "多线",
    "Polygon": "面",
    "MultiPolygon": "多面",
}


def geometry_faults(geometry: gpd.GeoSeries, allowed: tuple[str, ...]) -> list[Fault]:
    """Return the faults of longitude/latitude shapes, the first that applies for each row."""
    shapes = np.asarray(geometry.values, dtype=object)
    checks = (_missing, _not_finite, _empty, _wrong_type(allowed), _outside, _invalid, _sizeless)
    faults, left = [], np.arange(len(shapes))
    for check in checks:
        bad, make = check(shapes[left])
        faults += [make(int(i), int(left[i]) + 1) for i in np.flatnonzero(bad)]
        left = left[~bad]
        if len(left) == 0:
            break
    return faults


def _missing(shapes):
    return shapely.is_missing(shapes), lambda i, row: fault("missing_geometry", "geometry", row=row)


def _not_finite(shapes):
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), dtype=bool)
    bad[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    return bad, lambda i, row: fault("nan_coordinate", "geometry", row=row)


def _empty(shapes):
    return shapely.is_empty(shapes), lambda i, row: fault("empty_geometry", "geometry", row=row)


def _wrong_type(allowed):
    def check(shapes):
        kinds = np.array([s.geom_type for s in shapes], dtype=object)
        detail = "、".join(TYPE_WORDS[kind] for kind in allowed)

        def make(i, row):
            value = TYPE_WORDS.get(kinds[i], kinds[i])
            return fault("wrong_geometry_type", "geometry", row=row, value=value, detail=detail)

        return ~np.isin(kinds, allowed), make

    return check


def _outside(shapes):
    bounds = shapely.bounds(shapes)
    lon_ok = (bounds[:, 0] >= -180) & (bounds[:, 2] <= 180)
    lat_ok = (bounds[:, 1] >= -90) & (bounds[:, 3] <= 90)
    could_swap = (bounds[:, 0] >= -90) & (bounds[:, 2] <= 90) & (bounds[:, 1] >= -180) & (bounds[:, 3] <= 180)

    def make(i, row):
        value = f"{bounds[i, 0]:.6f}, {bounds[i, 1]:.6f}"
        return fault("swapped_axes" if could_swap[i] else "out_of_range", "geometry", row=row, value=value)

    return ~(lon_ok & lat_ok), make


def _invalid(shapes):
    bad = ~shapely.is_valid(shapes)
    places = invalid_places(shapes[bad])
    order = np.cumsum(bad) - 1

    def make(i, row):
        place = places[order[i]]
        detail = f"{place.x:.7f}, {place.y:.7f}" if place.located else "未知"
        return fault("invalid_geometry", "geometry", row=row, value=place.reason, detail=detail)

    return bad, make


def _sizeless(shapes):
    dimension = shapely.get_dimensions(shapes)
    flat = (dimension == 2) & (shapely.area(shapes) == 0) | (dimension == 1) & (shapely.length(shapes) == 0)
    return flat, lambda i, row: fault("zero_size", "geometry", row=row)
