"""Writes GeoJSON (RFC 7946) from frames as bytes: whole columns at a time, 7 decimals, never a NaN.

Seven decimals are a centimetre; six break the borders that neighbours share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

DECIMALS = 7
CONTENT_TYPE = "application/geo+json"
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def feature_collection(
    frame: pd.DataFrame,
    code: str,
    geometry: gpd.GeoSeries | np.ndarray | None = None,
    extra: Mapping[str, Any] | None = None,
) -> bytes:
    """Return a FeatureCollection of the frame's rows, each feature's `id` being its value in column `code`.

    `geometry` is in longitude, latitude, in row order; None writes null geometries, to be joined by id in the
    browser. `extra` adds members beside `features`.
    """
    shapes = geometries(geometry) if geometry is not None else ["null"] * len(frame)
    head = orjson.dumps({"type": "FeatureCollection", **_clean(dict(extra or {}))}, option=_OPTIONS).decode()
    rows = records(frame)
    ids = [orjson.dumps(row[code]).decode() for row in rows]
    texts = [orjson.dumps(row, option=_OPTIONS).decode() for row in rows]
    features = ",".join(
        f'{{"type":"Feature","id":{key},"properties":{text},"geometry":{shape}}}'
        for key, text, shape in zip(ids, texts, shapes, strict=True)
    )
    return f'{head[:-1]},"features":[{features}]}}'.encode()


def geometries(shapes: gpd.GeoSeries | np.ndarray) -> list[str]:
    """Return each geometry as GeoJSON text with 7 decimals, "null" for a missing or empty one."""
    array = np.asarray(shapes, dtype=object)
    if not len(array):
        return []
    flat = shapely.force_2d(array)
    rounded = shapely.transform(flat, lambda xy: np.round(xy, DECIMALS))
    missing = shapely.is_missing(rounded) | shapely.is_empty(rounded)
    texts = shapely.to_geojson(rounded)
    return ["null" if gone else text for gone, text in zip(missing, texts, strict=True)]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as mappings of plain values, None for anything missing."""
    plain = pd.DataFrame(frame)
    # A name may be a kind of text of the database's that JSON does not take for a key.
    columns = {str(name): _plain(plain[name]) for name in plain.columns}
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def dumps(value: Any) -> bytes:
    """Return the value as JSON bytes; NaN and infinity become null."""
    return orjson.dumps(_clean(value), option=_OPTIONS)


def _plain(column: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if pd.isna(v) else v.isoformat() for v in column]
    values = column.to_numpy(dtype=object, na_value=None) if column.hasnans else column.to_numpy(dtype=object)
    return [_scalar(v) for v in values.tolist()]


def _scalar(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    return _scalar(value)
