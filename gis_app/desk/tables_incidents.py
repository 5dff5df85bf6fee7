"""What a row of the ledger of incidents must keep: its class, its place, its moments, and nobody's name."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import shapely

from gis_app.desk import tables_states
from gis_app.desk.tables_known import Known
from gis_app.desk.tables_messages import fault
from gis_app.errors import BadInput, Fault
from gis_app.geo.lookup import AreaIndex
from gis_app.incidents import worktime
from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.deadlines import due_at
from gis_app.incidents.personal import personal_fault

TOLD_AT_MOST = 2_000


def recognise(frame: pd.DataFrame, _known: Known) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the incidents as they are: nothing but its code tells one from another."""
    return frame, []


def complete(frame: pd.DataFrame, known: Known) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the incidents with category, grid and due time; what has no code gets one when it is written."""
    frame, faults = frame.copy(), []
    categories = dict(zip(known.classes["class_code"], known.classes["category"], strict=True))
    frame["category"] = frame["class_code"].map(categories).astype(object).fillna("").astype("str")
    blank = int((frame["incident_code"] == "").sum())
    if blank:
        faults.append(fault("codes_given", "incident_code", value=blank))
    there = grids_at(frame, known)
    unnamed = frame["grid_code"] == ""
    frame["grid_code"] = frame["grid_code"].where(~unnamed, there)
    lost = unnamed & (there == "") & frame["lon"].notna()
    faults += [_place("no_grid_here", frame, row, "grid_code") for row in frame.index[lost]]
    differs = ~unnamed & (there != "") & (there != frame["grid_code"])
    for row, said, found in zip(
        frame.index[differs], frame["grid_code"][differs], there[differs], strict=True
    ):
        faults.append(fault("ledger_grid_differs", "grid_code", row=row, value=said, detail=found))
    return frame, faults + _drop_due(frame) + _fill_due(frame, known)


def grids_at(frame: pd.DataFrame, known: Known) -> pd.Series:
    """Return the grid in which each incident lies, "" where it has no place or lies in none."""
    grids = known.existing.layers["grids"]
    found = pd.Series("", frame.index, dtype=object)
    placed = (frame["lon"].notna() & frame["lat"].notna()).to_numpy()
    if placed.any() and len(grids):
        index = AreaIndex(grids.geometry.values, grids["grid_code"])
        codes = index.at(frame.loc[placed, ["lon", "lat"]].to_numpy("float64"))
        found[placed] = [code or "" for code in codes]
    return found


def _drop_due(frame: pd.DataFrame) -> list[Fault]:
    """Empty, in place, the due time of what was not dispatched, since the clock starts there."""
    early = (frame["due_at"] != "") & frame["state"].isin(tables_states.WITHOUT_CLOCK)
    frame.loc[early, "due_at"] = ""
    return [fault("due_before_dispatch", "due_at", row=row) for row in frame.index[early]]


def _fill_due(frame: pd.DataFrame, known: Known) -> list[Fault]:
    """Reckon, in place, the due time of what was dispatched and has none."""
    wanted = (frame["due_at"] == "") & (frame["dispatched_at"] != "") & (frame["class_code"] != "")
    catalogue, calendar = Catalogue.of(known.classes), worktime.standard()
    filled: dict = {}
    for row, code, at in zip(
        frame.index[wanted], frame["class_code"][wanted], frame["dispatched_at"][wanted], strict=True
    ):
        kind = catalogue.find(code)
        try:
            due = due_at(datetime.fromisoformat(at), kind.time_limit, calendar, kind.stages) if kind else None
        except BadInput:
            continue  # beyond the calendar, which the check of moments tells
        if due is not None:
            filled[row] = due.isoformat(timespec="seconds")
    for row, due in filled.items():
        frame.at[row, "due_at"] = due
    return [fault("due_reckoned", "due_at", value=len(filled))] if filled else []


def check(frame: pd.DataFrame, known: Known, mode: str) -> list[Fault]:
    """Return the faults of incidents, rows named by the frame's index."""
    faults = _classes(frame, known) + _places(frame, known) + tables_states.check(frame)
    faults += _descriptions(frame)
    live = set(known.incidents["incident_code"][known.incidents["ours"]])
    taken = frame["incident_code"][frame["incident_code"].isin(live)]
    return faults + [
        fault("incident_is_live", "incident_code", row=row, value=code) for row, code in taken.items()
    ]


def _classes(frame: pd.DataFrame, known: Known) -> list[Fault]:
    classes = known.classes
    groups = set(classes["class_code"][classes["parent_code"] == ""])
    withdrawn = set(classes["class_code"][~classes["active"].astype(bool)]) - groups
    codes = frame["class_code"]
    told = [("class_is_group", codes[codes.isin(groups)]), ("class_withdrawn", codes[codes.isin(withdrawn)])]
    return [fault(code, "class_code", row=row, value=v) for code, rows in told for row, v in rows.items()]


def _places(frame: pd.DataFrame, known: Known) -> list[Fault]:
    east, north = frame["lon"].notna(), frame["lat"].notna()
    faults = [
        fault("half_a_place", "lon" if north[row] else "lat", row=row) for row in frame.index[east ^ north]
    ]
    nowhere = ~east & ~north & (frame["grid_code"] == "")
    faults += [fault("no_place_no_grid", "grid_code", row=row) for row in frame.index[nowhere]]
    outline, placed = known.existing.outline, frame[east & north]
    if outline is None or placed.empty:
        return faults
    lon, lat = placed["lon"].to_numpy("float64"), placed["lat"].to_numpy("float64")
    outside = ~shapely.intersects_xy(outline, lon, lat)
    mirrored = shapely.intersects_xy(outline, lat, lon)
    for at in np.flatnonzero(outside):
        code = "outside_county_swapped" if mirrored[at] else "outside_county"
        faults.append(_place(code, placed, placed.index[at], "lon"))
    return faults


def _place(code: str, frame: pd.DataFrame, row, field: str) -> Fault:
    spot = f"{frame.at[row, 'lon']:.6f}, {frame.at[row, 'lat']:.6f}"
    return fault(code, field, row=row, value=spot)


def _descriptions(frame: pd.DataFrame) -> list[Fault]:
    """Refuse what names a person; a text is looked at once, however often it comes."""
    found = {text: personal_fault(text) for text in frame["description"].unique() if text}
    codes = frame["description"].map(found).astype(object).fillna("")
    return [fault(code, "description", row=row, title="描述") for row, code in codes[codes != ""].items()]
