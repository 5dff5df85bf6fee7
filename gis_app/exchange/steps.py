"""The steps of an import that the command line and the import desk take alike, between reading and writing.

A table that was read is placed on the earth, and made into layers that may be written. Nothing is read from a
file here and nothing is written to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pyproj

from gis_app.errors import Rejected
from gis_app.exchange import crs as placing
from gis_app.exchange import streets
from gis_app.exchange.columns import COORDINATES
from gis_app.exchange.context import Existing
from gis_app.exchange.coordinates import points_of
from gis_app.exchange.crs import Placed
from gis_app.exchange.messages import fault
from gis_app.exchange.preparing import Prepared, prepare
from gis_app.exchange.raw import RawTable, refuse
from gis_app.layers import schema
from gis_app.layers.faults import fault as layer_fault

MODES = ("replace", "add", "update")
# Areas come as one whole set; stations come as news about some of them.
DEFAULT_MODE = dict.fromkeys(schema.LAYERS, "replace") | {"stations": "update"}
DIMENSIONS = {schema.AREA: 2, schema.LINE: 1, schema.POINT: 0}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one file.

    `crs` is the declared system, None for the file's own; `seen` says that a person has looked at it on the
    map, so that it goes before what the file says. `columns` (field →
    column of the file) and `mender` are a person's too. `extract` marks an OpenStreetMap extract.
    """

    layer: str
    mode: str
    crs: str | None = None
    county_name: str = ""
    repair: bool = False
    extract: bool = False
    columns: Mapping[str, str] | None = None
    mender: Callable[[gpd.GeoDataFrame, list[int]], gpd.GeoDataFrame] | None = None
    seen: bool = False


def check_request(layer: str, mode: str) -> None:
    """Raise Rejected for a layer or a way of importing that does not exist."""
    faults = []
    if layer not in schema.LAYERS:
        faults.append(layer_fault("unknown_layer", "layer", value=layer, detail=" ".join(schema.LAYERS)))
    if mode not in MODES:
        faults.append(fault("unknown_mode", "mode", value=mode, detail=" ".join(MODES)))
    if faults:
        raise Rejected(faults)


def place(asked: Asked, table: RawTable) -> Placed:
    """Return a table's shapes in EPSG:4490; one without shapes is given, in place, the points it tells of.

    Raises Rejected where there are no coordinates, and for a system that is not known.
    """
    declared = placing.declared_source(asked.crs) if asked.crs else None
    assumed = _find_points(asked, table, declared.crs if declared else None) if table.table else False
    return placing.place(table.geometry, table.rows, table.crs, asked.crs, assumed, overrule=asked.seen)


def _find_points(asked: Asked, table: RawTable, crs: pyproj.CRS | None) -> bool:
    """Give a table its points, in place, and tell whether their columns are named longitude and latitude."""
    if DIMENSIONS[schema.geometry_types(asked.layer)] != 0:
        raise refuse("no_coordinates", "geometry", row=1)
    chosen = None
    if asked.columns is not None:
        chosen = {field: name for field, name in asked.columns.items() if field in COORDINATES}
    points = points_of(table, crs, chosen)
    table.geometry = points.shapes
    table.faults += points.faults
    return points.named_lonlat


def make_ready(asked: Asked, table: RawTable, placed: Placed, existing: Existing) -> Prepared:
    """Return the layers that a placed table would make, what they change, and every fault."""
    gates = None
    if asked.extract:
        extract = streets.take_apart(table, placed, existing)
        table, placed, gates = extract.table, extract.placed, extract.gates
    return prepare(
        asked.layer,
        table,
        placed,
        existing,
        asked.mode,
        asked.repair,
        asked.county_name,
        gates,
        asked.columns,
        asked.mender,
    )
