"""Make a layer out of a DXF drawing: keep the shapes that are meant, take names from the text inside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable, refuse

NAMES = {2: "面", 1: "线", 0: "点"}


def text_encoding(path: Path) -> str:
    """Return the encoding of a drawing's texts; drawings say it wrongly or not at all."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def mended_texts(texts: list, encoding: str) -> list:
    """Return texts as they are meant, where GDAL took a drawing without a header for Latin."""
    return [_mended(text, encoding) if isinstance(text, str) else text for text in texts]


def _mended(text: str, encoding: str) -> str:
    try:
        return text.encode("latin-1").decode(encoding)
    except UnicodeError:
        return text


def only_wanted(table: RawTable, dimension: int | None) -> RawTable:
    """Return the shapes of one dimension (2 areas, 1 lines, 0 points), with `layer` and `text` columns.

    Text that lies inside an area becomes its name, digits its code.
    """
    shapes = _closed_as_areas(table.geometry) if dimension == 2 else table.geometry
    texts = np.array(table.columns.get("Text", [None] * len(shapes)), dtype=object)
    is_text = np.array([isinstance(value, str) and bool(value.strip()) for value in texts], dtype=bool)
    is_text &= shapely.get_dimensions(shapes) == 0
    keep = shapely.get_dimensions(shapes) == (2 if dimension is None else dimension)
    keep &= ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)
    if dimension == 2:
        keep &= ~is_text
    if not keep.any():
        raise refuse("empty_layer_file")
    chosen = np.flatnonzero(keep)
    columns = {"layer": [table.columns.get("Layer", [None] * len(shapes))[i] for i in chosen]}
    if dimension == 2:
        columns |= _labels(shapes[chosen], shapes[is_text], texts[is_text])
    else:
        columns["名称"] = [texts[i] for i in chosen]
    left = int((~keep & ~is_text).sum())
    faults = [fault("drawing_rest", "geometry", value=left)] if left else []
    rows = list(range(1, len(chosen) + 1))
    return RawTable(columns, rows, shapes[chosen], table.crs, faults, table.encoding)


def _closed_as_areas(shapes: np.ndarray) -> np.ndarray:
    """Turn closed lines of at least four points into polygons."""
    result = shapes.copy()
    lines = shapely.get_type_id(shapes) == 1
    closed = lines & (shapely.get_num_points(shapes) >= 4)
    closed[closed] = shapely.is_closed(shapes[closed])
    if closed.any():
        result[closed] = shapely.polygons(
            shapely.linearrings(
                shapely.get_coordinates(shapes[closed], return_index=False), indices=_owners(shapes[closed])
            )
        )
    return result


def _owners(shapes: np.ndarray) -> np.ndarray:
    return shapely.get_coordinates(shapes, return_index=True)[1]


def _labels(areas: np.ndarray, points: np.ndarray, texts: np.ndarray) -> dict[str, list]:
    names: list = [None] * len(areas)
    codes: list = [None] * len(areas)
    if len(points):
        valid = np.where(shapely.is_valid(areas), areas, None)
        which, where = shapely.STRtree(valid).query(shapely.centroid(points), predicate="within")
        for text, area in zip(texts[which], where, strict=True):
            words = str(text).strip()
            target = codes if words.isdigit() and len(words) in (9, 12, 15) else names
            target[area] = target[area] or words
    found = {"名称": names, "编码": codes}
    return {name: values for name, values in found.items() if any(values)}
