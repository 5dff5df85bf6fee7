"""Put what comes in together with what is there, by code: replace, add, update."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from gis_app.errors import Fault
from gis_app.exchange.matching import Matched
from gis_app.exchange.messages import fault
from gis_app.layers import schema


@dataclass(slots=True)
class Merged:
    """The whole layer as it would be; `labels` name each row: a row number, or the code of an old row."""

    frame: gpd.GeoDataFrame
    labels: list
    faults: list[Fault] = field(default_factory=list)
    inserted: int = 0
    updated: int = 0
    removed: int = 0


def recognise(layer: str, matched: Matched, there: gpd.GeoDataFrame) -> None:
    """Give rows without a code, in place, the code of the one thing of the same name that is there."""
    code = schema.code_column(layer)
    frame = matched.frame
    if "name" not in frame or len(there) == 0:
        return
    if code not in frame:
        frame[code] = pd.Series([None] * len(frame), dtype=object)
    known = there.drop_duplicates("name", keep=False).set_index("name")[code]
    alone = ~frame["name"].duplicated(keep=False)
    found = frame["name"].map(known).astype(object)
    use = frame[code].isna() & alone & found.notna() & ~found.isin(set(frame[code].dropna()))
    frame.loc[use, code] = found[use]


def merge(
    layer: str,
    frame: gpd.GeoDataFrame,
    rows: list[int],
    there: gpd.GeoDataFrame,
    mode: str,
    brought: list[str],
) -> Merged:
    """Return the layer after the import; in an update, columns the file did not bring keep their values."""
    code = schema.code_column(layer)
    known = frame[code].isin(there[code])
    if mode == "replace":
        removed = int((~there[code].isin(frame[code])).sum())
        return Merged(frame, list(rows), [], int((~known).sum()), int(known.sum()), removed)
    faults = []
    if mode == "add":
        faults = [
            fault("existing_code", code, row=row, value=value)
            for row, value, is_known in zip(rows, frame[code], known, strict=True)
            if is_known
        ]
    else:
        frame = _with_old_values(frame, there, code, known, brought)
    kept = there[~there[code].isin(frame[code])]
    whole = pd.concat([kept, frame], ignore_index=True) if len(kept) else frame
    whole = gpd.GeoDataFrame(whole, geometry="geometry", crs=schema.CRS)
    labels = [*kept[code], *rows]
    return Merged(whole, labels, faults, int((~known).sum()), int(known.sum()), 0)


def _with_old_values(frame, there, code: str, known: pd.Series, brought: list[str]) -> gpd.GeoDataFrame:
    """Fill columns that the file did not bring from the rows that are there."""
    derived = {code, "geometry", "grid_code"}
    missing = [column for column in frame.columns if column not in brought and column not in derived]
    if not missing or not known.any():
        return frame
    result = frame.copy()
    old = there.drop_duplicates(code).set_index(code)
    for column in missing:
        values = frame[code].map(old[column])
        result[column] = result[column].where(~known, values).astype(result[column].dtype)
    return result
