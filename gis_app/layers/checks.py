"""Whether the layers agree with each other. Each layer alone is `schema.validate`'s matter.

A layer that is not there is not checked against: a county may come with grids alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

import geopandas as gpd
import numpy as np
import shapely

from gis_app.errors import Fault
from gis_app.geo.crs import metric_crs, project
from gis_app.geo.tessellation import Misfit, excesses, gaps, overlaps
from gis_app.layers import schema
from gis_app.layers.faults import fault
from gis_app.layers.streets import codes_of, unconnected

# child layer, parent layer, code they share
PARENTS = (
    ("subdistricts", "county", "county_code"),
    ("communities", "subdistricts", "subdistrict_code"),
    ("grids", "communities", "community_code"),
    ("blocks", "communities", "community_code"),
    ("blocks", "grids", "grid_code"),
    ("buildings", "blocks", "block_code"),
)
TILED = (("grids", "communities", "community_code"),)
INSIDE = (("blocks", "grids", "grid_code"),)
NOT_OVERLAPPING = ("communities", "grids", "blocks")
MAX_PIECES = 20  # of an unconnected network, the longest first


class _Metres:
    """The layers in one metric CRS, and the way back for places."""

    def __init__(self, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
        known = {name: layers[name] for name in schema.LAYERS if layers.get(name) is not None}
        bounds = np.vstack([frame.total_bounds for frame in known.values() if len(frame)])
        self.crs = metric_crs((*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)))
        self.layers = {name: frame.to_crs(self.crs).reset_index(drop=True) for name, frame in known.items()}

    def get(self, name: str) -> gpd.GeoDataFrame | None:
        """Return a layer, None where it is missing or empty."""
        frame = self.layers.get(name)
        return frame if frame is not None and len(frame) else None

    def place(self, x: float, y: float) -> str:
        """Return a place as longitude and latitude."""
        lon, lat = project(np.array([[x, y]]), self.crs, schema.CRS)[0]
        return f"{lon:.7f}, {lat:.7f}"


def check_layers(layers: Mapping[str, gpd.GeoDataFrame]) -> list[Fault]:
    """Return every disagreement between valid layers; `field` is "layer.column", `row` counts there."""
    if not any(frame is not None and len(frame) for frame in layers.values()):
        return []
    metres = _Metres(layers)
    checks = (_unknown_parents, _tiles, _overlaps, _insides, _stations, _households, _streets)
    return [found for check in checks for found in check(metres)]


def _unknown_parents(metres: _Metres) -> Iterator[Fault]:
    for child, parent, code in PARENTS:
        children, parents = metres.get(child), metres.get(parent)
        if children is None or parents is None:
            continue
        missing = children[code].notna() & ~children[code].isin(parents[code])
        if (child, parent) == ("blocks", "grids"):
            missing |= children[code].isna()
        for row in np.flatnonzero(missing):
            title = schema.schema(child).columns[code].title
            yield fault(
                "unknown_parent", f"{child}.{code}", row=int(row) + 1, title=title, value=children[code][row]
            )


def _tiles(metres: _Metres) -> Iterator[Fault]:
    for child, parent, code in TILED:
        children, parents = metres.get(child), metres.get(parent)
        if children is None or parents is None:
            continue
        shapes = {key: part.to_numpy() for key, part in children.geometry.groupby(children[code])}
        for row, (key, whole) in enumerate(zip(parents[code], parents.geometry, strict=True), start=1):
            for gap in gaps(whole, shapes.get(key, [])):
                title = f"{parents['name'][row - 1]}的{schema.title(child)}"
                yield _misfit("gap", metres, f"{parent}.geometry", row, gap, title)
        yield from _beyond(metres, child, parent, code)


def _insides(metres: _Metres) -> Iterator[Fault]:
    for child, parent, code in INSIDE:
        yield from _beyond(metres, child, parent, code)


def _beyond(metres: _Metres, child: str, parent: str, code: str) -> Iterator[Fault]:
    children, parents = metres.get(child), metres.get(parent)
    if children is None or parents is None:
        return
    whole = parents.drop_duplicates(code).set_index(code).geometry
    told = children[children[code].isin(whole.index)]
    own = schema.code_column(child)
    for beyond in excesses(whole.loc[told[code]].to_numpy(), told.geometry.to_numpy()):
        row = int(told.index[beyond.first])
        title = f"{schema.title(child)} {told[own][row]} "
        yield _misfit("outside_parent", metres, f"{child}.geometry", row + 1, beyond, title)


def _overlaps(metres: _Metres) -> Iterator[Fault]:
    for name in NOT_OVERLAPPING:
        frame = metres.get(name)
        if frame is None:
            continue
        own = frame[schema.code_column(name)]
        for pair in overlaps(frame.geometry.to_numpy()):
            title = f"{schema.title(name)} {own[pair.first]} 与 {own[pair.second]} "
            yield _misfit("overlap", metres, f"{name}.geometry", pair.first + 1, pair, title)


def _stations(metres: _Metres) -> Iterator[Fault]:
    stations = metres.get("stations")
    if stations is None:
        return
    for code, name in (("station_outside_county", "county"), ("station_outside_grids", "grids")):
        areas = metres.get(name)
        if areas is None:
            continue
        inside = shapely.STRtree(areas.geometry.to_numpy()).query(
            stations.geometry.to_numpy(), predicate="intersects"
        )[0]
        outside = np.setdiff1d(np.arange(len(stations)), inside)
        for row in outside:
            point = stations.geometry[row]
            yield fault(
                code,
                "stations.geometry",
                row=int(row) + 1,
                value=f"{stations['station_code'][row]} {stations['name'][row]}",
                detail=metres.place(point.x, point.y),
            )


def _households(metres: _Metres) -> Iterator[Fault]:
    blocks, buildings = metres.get("blocks"), metres.get("buildings")
    if blocks is None or buildings is None:
        return
    sums = blocks["block_code"].map(buildings.groupby("block_code")["households"].sum())
    differ = sums.notna() & (sums != blocks["households"])
    for row in np.flatnonzero(differ):
        value = f"{blocks['block_code'][row]} {blocks['households'][row]}"
        yield fault(
            "households_differ", "blocks.households", row=int(row) + 1, value=value, detail=int(sums[row])
        )


def _streets(metres: _Metres) -> Iterator[Fault]:
    streets = metres.get("streets")
    if streets is None:
        return
    lines = np.asarray(streets.geometry.values, dtype=object)
    for piece in islice(unconnected(lines), MAX_PIECES):
        yield fault(
            "streets_unconnected",
            "streets.geometry",
            value=f"{piece.length:.0f}",
            detail=metres.place(piece.place.x, piece.place.y),
            title=codes_of(streets, piece),
        )


def _misfit(code: str, metres: _Metres, field: str, row: int, misfit: Misfit, title: str) -> Fault:
    place = metres.place(misfit.x, misfit.y)
    return fault(code, field, row=row, title=title, value=f"{misfit.area:.1f}", detail=place)
