"""Codes for rows that came without: by place and parent for areas, counted on for everything else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import Fault
from gis_app.exchange.context import Existing, usable
from gis_app.exchange.matching import Matched
from gis_app.exchange.messages import fault
from gis_app.layers import codes, schema

PREFIXES = {"blocks": "B", "buildings": "H", "streets": "R", "water": "W", "stations": "S", "gates": "G"}
_PARENT = {"grids": "communities", "communities": "subdistricts", "subdistricts": "county"}
_PARENT_NAME = {"grids": "community_name", "communities": "subdistrict_name"}
WITHOUT_PARENT = frozenset(["no_parent", "outside_county", "wraps_earth"])
HALF_EARTH = 180.0
_WORD = {"communities": "社区", "subdistricts": "街道", "county": "县域"}


def fields_of_codes(layer: str) -> list[str]:
    """Return the columns that stay empty where a row has no parent to be numbered under."""
    above = _PARENT.get(layer)
    return [schema.code_column(layer), schema.code_column(above)] if above else []


def fill_codes(layer: str, matched: Matched, existing: Existing, taken: pd.Index) -> None:
    """Give a code, in place, to every row without one; `taken` are codes that must not be given again."""
    column = schema.code_column(layer)
    frame = matched.frame
    if column not in frame:
        frame[column] = pd.Series([None] * len(frame), dtype=object)
    missing = frame[column].isna().to_numpy()
    if not missing.any():
        return
    if missing.all():
        matched.faults.append(fault("codes_generated", column, value=column))
    else:
        matched.faults.append(fault("some_codes_generated", column, value=int(missing.sum())))
    used = set(taken) | set(frame.loc[~missing, column])
    if layer in PREFIXES:
        frame.loc[missing, column] = _counted(PREFIXES[layer], int(missing.sum()), used)
    elif layer == "county":
        frame.loc[missing, column] = codes.UNKNOWN_COUNTY
    else:
        matched.faults += _fill_areas(layer, matched, missing, existing, used)


def _counted(prefix: str, count: int, used: set[str]) -> list[str]:
    found, number = [], 0
    while len(found) < count:
        number += 1
        code = f"{prefix}{number:05d}"
        if code not in used:
            found.append(code)
    return found


def _fill_areas(layer: str, matched: Matched, missing, existing: Existing, used: set[str]) -> list[Fault]:
    parents, faults = _parents(layer, matched, missing, existing)
    frame, column = matched.frame, schema.code_column(layer)
    shapes = _placeable(frame)
    for parent in sorted({p for p in parents[missing] if p is not None}):
        here = np.flatnonzero(missing & (parents == parent))
        order = here[codes.reading_order(shapes[here])]
        free = (f"{parent}{n:03d}" for n in range(1, codes.MAX_SEQUENCE + 1))
        free = [code for code in free if code not in used][: len(order)]
        if len(free) < len(order):
            faults.append(fault("too_many_children", column, value=parent, detail=codes.MAX_SEQUENCE))
            continue
        frame.iloc[order, frame.columns.get_loc(column)] = free
    return faults


def _parents(layer: str, matched: Matched, missing, existing: Existing) -> tuple[np.ndarray, list[Fault]]:
    """Return each row's parent code: as stated, else by the parent's name, else by place."""
    above = _PARENT[layer]
    parent_frame = existing.layers[above]
    parent_code = schema.code_column(above)
    stated = matched.frame.get(parent_code, pd.Series([None] * len(matched.frame), dtype=object))
    result = np.array(stated.where(stated.notna(), None), dtype=object)
    if len(parent_frame) == 0:
        chosen = missing & np.array([p is None for p in result])
        result[chosen] = _made_parents(layer, matched, chosen, existing)
        return result, []
    names = matched.helpers.get(_PARENT_NAME.get(layer, ""))
    if names is not None:
        by_name = parent_frame.drop_duplicates("name", keep=False).set_index("name")[parent_code]
        named = names.map(by_name).to_numpy(dtype=object)
        fits = np.array(
            [value is None and isinstance(other, str) for value, other in zip(result, named, strict=True)]
        )
        result[fits] = named[fits]
    open_rows = np.array([value is None for value in result])
    located = existing.locate(above, matched.frame.geometry.values)
    result[open_rows] = located[open_rows]
    lost = [i for i in np.flatnonzero(missing) if result[i] is None]
    return result, _without_parent(matched, lost, above, existing)


def _without_parent(matched: Matched, lost: list, above: str, existing: Existing) -> list[Fault]:
    """Say why rows have no parent: they lie elsewhere, wrap the earth, or in a gap between the parents."""
    shapes, county = np.array(matched.frame.geometry.values, dtype=object)[lost], existing.layers["county"]
    outline = county.union_all() if len(county) else shapely.box(-180, -90, 180, 90)
    bounds, faults = shapely.bounds(shapes), []
    for at, (west, south, east, north) in zip(lost, bounds, strict=True):
        row, spot = matched.rows[at], f"{west:.6f}, {south:.6f}"
        if east - west > HALF_EARTH:
            faults.append(fault("wraps_earth", "geometry", row=row, value=spot))
        elif np.isfinite(west) and shapely.disjoint(shapely.box(west, south, east, north), outline):
            faults.append(fault("outside_county", "geometry", row=row, value=spot))
        else:
            faults.append(fault("no_parent", "geometry", row=row, value=_WORD[above]))
    return faults


def _made_parents(layer: str, matched: Matched, chosen: np.ndarray, existing: Existing) -> np.ndarray:
    """Return parent codes for rows whose parent layer does not exist: one per stated name, else by number."""
    root = existing.county_code or codes.UNKNOWN_COUNTY
    frame = matched.frame
    if layer == "subdistricts":
        return np.full(int(chosen.sum()), root, dtype=object)
    names = matched.helpers.get(_PARENT_NAME[layer])
    level = "community" if layer == "grids" else "subdistrict"
    shapes = _placeable(frame)[chosen]
    if names is not None and names[chosen].notna().all():
        groups = gpd.GeoSeries(shapes).groupby(names[chosen].to_numpy())
        keys = [name for name, _ in groups]
        middles = [part.union_all() for _, part in groups]
        made = dict(zip(keys, codes.generate_area_codes(middles, level, root), strict=True))
        return names[chosen].map(made).to_numpy(dtype=object)
    own = "grid" if layer == "grids" else "community"
    made = codes.generate_area_codes(shapes, own, root)
    return np.array([code[:-3] for code in made], dtype=object)


def _placeable(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return shapes that can be put in an order: a broken one, which keeps the file out, as a point."""
    shapes = np.array(frame.geometry.values, dtype=object)
    shapes[~usable(shapes)] = shapely.Point(0, 0)
    return shapes


def fill_names(layer: str, matched: Matched) -> None:
    """Give a name, in place, to rows without one where the schema asks for one."""
    if "name" not in schema.required_columns(layer):
        return
    frame = matched.frame
    if "name" not in frame:
        frame["name"] = pd.Series([None] * len(frame), dtype=object)
        matched.faults.append(fault("missing_name", "name"))
        title = schema.title(layer).removesuffix("域")
        code = frame[schema.code_column(layer)].astype(str)
        numbers = code.str[-3:] if layer not in PREFIXES else code
        frame["name"] = title + numbers
