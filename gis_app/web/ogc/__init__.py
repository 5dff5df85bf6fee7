"""The county's layers for other programs: OGC API Features and Tiles, as QGIS and GDAL read them.

`rooms` is the blueprint. It only reads; what the asking role may not see as a place is not there either.
"""

from __future__ import annotations

from gis_app.web.ogc import features, landing, tiles
from gis_app.web.ogc.room import rooms

__all__ = ["features", "landing", "rooms", "tiles"]
