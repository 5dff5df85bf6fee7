"""From a read file to layers that may be written: match, fill, validate, merge, check, and what follows.

Every step adds to one list of faults and goes on with the rows that are still good, so that a person sees
all that is wrong with a file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from gis_app.errors import Fault
from gis_app.exchange import beside, coding, cross_checks, followers, merging, offsets, streets
from gis_app.exchange.cleaning import clean_overlaps
from gis_app.exchange.context import Existing, usable
from gis_app.exchange.crs import Placed
from gis_app.exchange.matching import Matched, match
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable
from gis_app.layers import schema

_PARENT_OF_CODE = {
    "subdistricts": ("county_code", 6),
    "communities": ("subdistrict_code", 9),
    "grids": ("community_code", 12),
}
_FORMULA = r"[=@＝＠]|[-+－＋](?![\d ]*[\u4e00-\u9fff])"


@dataclass(slots=True)
class Prepared:
    """Layers to write by name, what they change, and every fault and warning.

    `incoming` is the file's own part as it will be, `rows` its row labels.
    """

    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    inserted: int = 0
    updated: int = 0
    removed: int = 0
    incoming: gpd.GeoDataFrame | None = None
    rows: list[int] = field(default_factory=list)


def prepare(
    layer: str,
    table: RawTable,
    placed: Placed,
    existing: Existing,
    mode: str,
    repair: bool,
    county_name: str,
    gates: gpd.GeoDataFrame | None = None,
    chosen: Mapping[str, str] | None = None,
    mender: Callable[[gpd.GeoDataFrame, list[int]], gpd.GeoDataFrame] | None = None,
) -> Prepared:
    """Return what would be written for a file, or why it may not be; `gates` come with an extract.

    `chosen` are the columns that a person named for the fields; `mender` is given the shapes with their row
    labels and repairs them before they are judged.
    """
    done = Prepared(faults=[*table.faults, *placed.faults])
    shapes = placed.shapes if placed.shapes is not None else np.full(len(table.rows), None, dtype=object)
    matched = match(layer, table, shapes, chosen)
    if layer == "streets":
        streets.number_pieces(matched)
    if mender is not None and placed.shapes is not None:
        matched.frame = mender(matched.frame.set_crs(schema.CRS, allow_override=True), matched.rows)
    base = _base(layer, existing)
    frame, brought = _completed(layer, matched, base, existing, mode)
    done.incoming, done.rows = frame, matched.rows
    done.faults += matched.faults + _formulas(frame, matched.rows)
    done.faults += _validated(layer, frame, matched.rows, done.faults, located=placed.shapes is not None)
    if placed.shapes is None:
        return done
    done.faults += cross_checks.check_same_county(layer, frame, base)
    good = _good_rows(frame, matched.rows, done.faults)
    if repair:
        frame, more = clean_overlaps(layer, frame, good)
        done.faults += more
    there = existing.layers[layer]
    if layer == "streets" and mode == "update":
        there = streets.without_former_pieces(there, frame)
    merged = merging.merge(layer, frame, matched.rows, there, mode, brought)
    done.faults += merged.faults
    done.inserted, done.updated, done.removed = merged.inserted, merged.updated, merged.removed
    done.incoming = merged.frame.iloc[len(merged.frame) - len(frame) :].reset_index(drop=True)
    kept, rows = frame[good], [row for row, is_good in zip(matched.rows, good, strict=True) if is_good]
    if len(kept):
        if gates is None:
            done.faults += cross_checks.check_within(layer, kept, rows, base)
        done.faults += offsets.suspicions(layer, kept, placed.source, existing)
        done.faults += _overlaps(layer, merged)
    if layer == "streets" and not any(found.is_error for found in done.faults):
        done.faults += _streets(merged, mode)
    if not any(found.is_error for found in done.faults):
        change = followers.Change(layer, merged.frame, existing, base, _helpers(layer, matched), county_name)
        done.layers, more = followers.follow(change)
        done.faults += more
        done.faults += _grids_differ(layer, frame, matched)
        done.faults += beside.look(layer, existing, done.layers)
        if gates is not None:
            done.layers["gates"] = streets.all_gates(gates, existing, mode)
    return done


def _streets(merged: merging.Merged, mode: str) -> list[Fault]:
    """Join, in place, streets that come to others, and tell of ends that stop short."""
    faults: list[Fault] = []
    if mode != "replace":
        merged.frame, faults = streets.joined_to_others(merged.frame)
    return faults + streets.gaps(merged.frame)


def _grids_differ(layer: str, frame: gpd.GeoDataFrame, matched: Matched) -> list[Fault]:
    """Tell of stations whose stated grid is another than the one they lie in."""
    stated = matched.helpers.get("stated_grid")
    if layer != "stations" or stated is None:
        return []
    differ = stated.notna().to_numpy() & (stated.to_numpy() != frame["grid_code"].to_numpy())
    return [
        fault(
            "grid_differs",
            "grid_code",
            row=matched.rows[at],
            value=stated.iloc[at],
            detail=frame["grid_code"].iloc[at],
        )
        for at in np.flatnonzero(differ)[:50]
    ]


def _base(layer: str, existing: Existing) -> Existing:
    """Return the store's layers without a hierarchy that was made up from the grids now coming in."""
    if layer != "grids" or not (existing.made_up or existing.empty):
        return existing
    layers = dict(existing.layers)
    for name in ("county", "subdistricts", "communities"):
        layers[name] = schema.empty(name)
    return Existing(layers)


def _completed(layer: str, matched: Matched, base: Existing, existing: Existing, mode: str):
    """Return the layer with codes, names and defaults, and the columns that the file itself brought."""
    brought = [column for column in matched.frame.columns if column != "geometry"]
    there = existing.layers[layer]
    if mode == "update":
        merging.recognise(layer, matched, there)
    taken = there[schema.code_column(layer)] if mode != "replace" else pd.Index([])
    coding.fill_codes(layer, matched, base, taken)
    coding.fill_names(layer, matched)
    frame = matched.frame.set_crs(schema.CRS, allow_override=True)
    _fill_places(layer, frame, base)
    return schema.complete(layer, frame), brought


def _fill_places(layer: str, frame: gpd.GeoDataFrame, base: Existing) -> None:
    """Fill, in place, what follows from a row's code or from where it is."""
    if layer in _PARENT_OF_CODE:
        parent, length = _PARENT_OF_CODE[layer]
        if parent in frame:
            own = frame[schema.code_column(layer)].astype("str").str[:length]
            frame[parent] = frame[parent].where(frame[parent].notna(), own)
    if layer == "stations":
        frame["grid_code"] = base.locate("grids", frame.geometry.values)
    if layer == "blocks":
        _fill(frame, "grid_code", base.locate("grids", frame.geometry.values))
        stated = frame["grid_code"].map(lambda code: code[:12] if isinstance(code, str) else None)
        _fill(frame, "community_code", stated.to_numpy(dtype=object))
    if layer in ("buildings", "gates"):
        _fill(frame, "block_code", base.locate("blocks", frame.geometry.values))


def _fill(frame: gpd.GeoDataFrame, column: str, values: np.ndarray) -> None:
    stated = frame.get(column, pd.Series([None] * len(frame), index=frame.index, dtype=object))
    frame[column] = stated.where(stated.notna(), pd.Series(values, index=frame.index, dtype=object))


def _validated(layer: str, frame, rows: list[int], before: list[Fault], located: bool) -> list[Fault]:
    """Return the schema's faults under the file's row numbers, without what has been told already."""
    causes = [found for found in before if found.is_error and found.message_code != "no_parent"]
    told = {(found.row, "geometry") for found in causes if found.row is not None}
    told |= {(found.row, found.field) for found in causes}
    unplaced = {found.row for found in before if found.message_code in coding.WITHOUT_PARENT}
    told |= {(row, field) for row in unplaced for field in coding.fields_of_codes(layer)}
    shape_codes = {"wrong_crs"}
    faults = []
    for found in schema.validate(layer, frame):
        row = rows[found.row - 1] if found.row else None
        if found.message_code in shape_codes or (not located and found.field == "geometry"):
            continue
        if (row, found.field) in told:
            continue
        faults.append(
            Fault(row, found.field, found.message_code, found.message, found.remedy, found.severity)
        )
    return faults


def _formulas(frame: gpd.GeoDataFrame, rows: list[int]) -> list[Fault]:
    """Return names that a spreadsheet would take for a formula; no place is called so."""
    if "name" not in frame:
        return []
    names = frame["name"].astype("str").str.replace("^[\\s'\ufeff]+", "", regex=True)
    bad = np.flatnonzero(names.str.match(_FORMULA).to_numpy(dtype=bool))
    return [fault("formula_name", "name", row=rows[at], value=names.iloc[at][:40]) for at in bad[:50]]


def _good_rows(frame: gpd.GeoDataFrame, rows: list[int], faults: list[Fault]) -> np.ndarray:
    """Return which rows have a usable shape and code, for the checks beside other layers."""
    bad = {found.row for found in faults if found.is_error and found.row is not None}
    return usable(frame.geometry.values) & np.array([row not in bad for row in rows], dtype=bool)


def _overlaps(layer: str, merged: merging.Merged) -> list[Fault]:
    good = usable(merged.frame.geometry.values)
    labels = [label for label, is_good in zip(merged.labels, good, strict=True) if is_good]
    return cross_checks.check_overlaps(layer, merged.frame[good], labels)


def _helpers(layer: str, matched: Matched) -> pd.DataFrame:
    """Return what the file said beyond the schema, by the row's code."""
    return matched.helpers.assign(
        code=matched.frame[schema.code_column(layer)].astype("str"), row=matched.rows
    )
