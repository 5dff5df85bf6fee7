"""What is particular about importing streets: OpenStreetMap extracts, codes of pieces, gaps, closed gates.

An extract covers more than a county: what lies outside is left out. The gates it closes replace those that an
earlier extract closed; a county's own gates stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import Fault
from gis_app.exchange import formats
from gis_app.exchange.context import Existing
from gis_app.exchange.crs import Placed
from gis_app.exchange.matching import Matched
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, refuse
from gis_app.exchange.streets_noding import told, tolerance
from gis_app.geo.crs import metric_crs, project
from gis_app.geo.noding import MOST_MEETINGS, Tangled, node
from gis_app.layers import schema

GATE_PREFIX = "OSM"
GAP = 0.5  # metres
TOUCHING = 1e-3
MOST_GAPS = 50
_PIECE = re.compile(r"-\d+$")


def is_extract(path) -> bool:
    """Tell whether a file is an OpenStreetMap extract."""
    return formats.kind_of_name(path) in ("osm", "pbf")


@dataclass(slots=True)
class Extract:
    """An extract's streets, placed, and the gates it closes (None for another kind of file)."""

    table: RawTable
    placed: Placed
    gates: gpd.GeoDataFrame | None = None


def check_layer(layer: str, path) -> None:
    """Raise Rejected where an extract is to go into another layer than the streets."""
    if is_extract(path) and layer != "streets":
        raise refuse("osm_other_layer", "layer", value=schema.title(layer))


def take_apart(table: RawTable, placed: Placed, existing: Existing) -> Extract:
    """Return the streets and the closed gates of an extract, each as far as it is in the county."""
    if placed.shapes is None:
        return Extract(table, placed)
    lines = shapely.get_type_id(placed.shapes) == 1
    inside = np.ones(len(lines), dtype=bool)
    if existing.outline is not None:
        inside = shapely.intersects(existing.outline, placed.shapes)
        if not inside[lines].any():
            raise refuse("another_county", "geometry")
    gates = _gates(table, placed.shapes, np.flatnonzero(~lines & inside))
    kept = np.flatnonzero(lines & inside)
    drop = ("layer", "barrier")
    columns = {
        name: [values[at] for at in kept] for name, values in table.columns.items() if name not in drop
    }
    faults = list(table.faults)
    away = int((lines & ~inside).sum())
    faults += [fault("streets_elsewhere", "geometry", value=away)] if away else []
    faults += [fault("osm_gates", "geometry", value=len(gates))] if len(gates) else []
    streets = RawTable(columns, [table.rows[at] for at in kept], placed.shapes[kept], table.crs, faults)
    return Extract(streets, Placed(placed.shapes[kept], placed.source, placed.faults), gates)


def _gates(table: RawTable, shapes: np.ndarray, rows: np.ndarray) -> gpd.GeoDataFrame:
    data = {
        "gate_code": [table.columns["osm_id"][at] for at in rows],
        "name": [table.columns["name"][at] or "" for at in rows],
        "passage": ["closed"] * len(rows),
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(data, dtype=object), geometry=shapes[rows], crs=schema.CRS)
    return schema.complete("gates", frame.drop_duplicates("gate_code"))


def all_gates(own: gpd.GeoDataFrame, existing: Existing, mode: str) -> gpd.GeoDataFrame:
    """Return the gates there will be: the county's, and those of the extract with their blocks."""
    there = existing.layers["gates"]
    if mode == "replace":
        there = there[~there["gate_code"].str.startswith(GATE_PREFIX)]
    there = there[~there["gate_code"].isin(own["gate_code"])]
    located = existing.locate("blocks", own.geometry.values)
    own = own.assign(block_code=pd.Series(located, index=own.index, dtype="str"))
    whole = pd.concat([there, own], ignore_index=True) if len(there) else own
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=schema.CRS)


def number_pieces(matched: Matched) -> None:
    """Give the pieces of one row, in place, its code and a number; a code on two rows stays a fault."""
    frame = matched.frame
    if "street_code" not in frame:
        return
    key = pd.DataFrame({"row": matched.rows, "code": frame["street_code"]}, index=frame.index)
    known = key["code"].notna()
    groups = key[known].groupby(["row", "code"], sort=False)
    number, size = groups.cumcount() + 1, groups["code"].transform("size")
    several = size.index[size > 1]
    frame.loc[several, "street_code"] = key.loc[several, "code"] + "-" + number[several].astype(str)


def without_former_pieces(there: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what is there without pieces of streets that come in anew, cut in other places."""
    base = {_PIECE.sub("", code) for code in frame["street_code"].astype(str)}
    stale = there["street_code"].map(lambda code: _PIECE.sub("", code) in base)
    return there[~stale | there["street_code"].isin(frame["street_code"])]


def joined_to_others(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Return streets of which some are new cut where they meet; what is cut keeps its code with a number."""
    lines = np.asarray(frame.geometry.values, dtype=object)
    try:
        done = node(lines, frame["bridge"].to_numpy(dtype=bool), np.zeros(len(lines), int), tolerance(lines))
    except Tangled:
        return frame, [fault("streets_tangled", "geometry", value=MOST_MEETINGS)]
    pieces = frame.iloc[done.source].reset_index(drop=True)
    pieces = pieces.set_geometry(gpd.GeoSeries(done.lines, crs=schema.CRS))
    codes, taken = pieces["street_code"], set(frame["street_code"])
    several = codes.duplicated(keep=False)
    fresh = [_free(code, taken) if cut else code for code, cut in zip(codes, several, strict=True)]
    return pieces.assign(street_code=pd.Series(fresh, dtype="str")), told(done)


def _free(code: str, taken: set[str]) -> str:
    base, number = _PIECE.sub("", code), 1
    while f"{base}-{number}" in taken:
        number += 1
    taken.add(f"{base}-{number}")
    return f"{base}-{number}"


def gaps(frame: gpd.GeoDataFrame) -> list[Fault]:
    """Return loose ends that stop within half a metre of another street: told, never closed."""
    crs = metric_crs(tuple(frame.total_bounds))
    lines, of = shapely.get_parts(np.asarray(frame.geometry.to_crs(crs).values, object), return_index=True)
    spots = np.concatenate([shapely.get_point(lines, end) for end in (0, -1)])
    line = np.tile(np.arange(len(lines)), 2)
    end, other = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=GAP)
    own = line[end] == other
    end, other = end[~own], other[~own]
    apart = shapely.distance(spots[end], lines[other])
    held = np.zeros(len(spots), dtype=bool)
    held[end[apart <= TOUCHING]] = True
    held |= shapely.length(lines)[line] <= GAP
    loose = ~held[end]
    end, other, apart = end[loose], other[loose], apart[loose]
    order = np.lexsort((apart, end))
    nearest = order[np.append(True, end[order][1:] != end[order][:-1])[: len(order)]]
    codes = frame["street_code"].to_numpy(dtype=object)[of]
    return _told_gaps(codes, line, spots, crs, end[nearest], other[nearest], apart[nearest])


def _told_gaps(codes, line, spots, crs, end, other, apart) -> list[Fault]:
    faults = []
    for at in range(min(len(end), MOST_GAPS)):
        lon, lat = project(shapely.get_coordinates(spots[end[at]]), crs, schema.CRS)[0]
        faults.append(
            fault(
                "street_gap",
                "geometry",
                value=codes[line[end[at]]],
                title=f"{codes[other[at]]} 相距 {apart[at]:.2f} 米",
                detail=f"{lon:.6f}, {lat:.6f}",
            )
        )
    more = len(end) - len(faults)
    return faults + ([fault("more_beside_others", "street_gap", value=more)] if more > 0 else [])
