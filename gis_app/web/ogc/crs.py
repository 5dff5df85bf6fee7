"""The coordinate systems that features are given in, by their URIs, with each system's own order of axes.

CRS84 is longitude, latitude; the systems of EPSG say latitude or northing first, and so does the answer.
Degrees of CGCS2000 and WGS 84 are the same to the centimetre and are not transformed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from gis_app.geo.crs import LONLAT, project

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
STORED = f"{EPSG}4490"
DEGREES = (4326, 4490)


@dataclass(frozen=True)
class System:
    """One coordinate system: its URI, its EPSG number, whether its first axis runs north, its decimals."""

    uri: str
    epsg: int
    north_first: bool
    decimals: int

    @property
    def in_degrees(self) -> bool:
        """Tell whether coordinates are degrees."""
        return self.epsg in DEGREES

    def shapes(self, lonlat: np.ndarray) -> np.ndarray:
        """Return shapes (longitude, latitude) in this system, x before y whatever the order of its axes."""
        if self.in_degrees:
            return lonlat
        return shapely.transform(lonlat, lambda xy: project(xy, LONLAT, self.epsg))

    def texts(self, shapes: np.ndarray) -> list[str]:
        """Return shapes of this system as GeoJSON texts, in the order of its axes; "null" for none."""
        if not len(shapes):
            return []
        turn = slice(None, None, -1) if self.north_first else slice(None)
        written = shapely.transform(shapely.force_2d(shapes), lambda xy: np.round(xy, self.decimals)[:, turn])
        missing = shapely.is_missing(written) | shapely.is_empty(written)
        texts = shapely.to_geojson(written)
        return ["null" if gone else text for gone, text in zip(missing, texts, strict=True)]


def systems(metric: pyproj.CRS) -> dict[str, System]:
    """Return the systems on offer by URI, CRS84 first; `metric` is the county's zone in metres."""
    found = [System(CRS84, 4326, False, 7)]
    found += [System(f"{EPSG}{epsg}", epsg, True, 7) for epsg in DEGREES]
    if epsg := metric.to_epsg():
        north = metric.axis_info[0].direction.lower() == "north"
        found.append(System(f"{EPSG}{epsg}", epsg, north, 3))
    return {one.uri: one for one in found}
