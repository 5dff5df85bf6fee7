"""From a file's columns to the schema's: names, words, codes as text; what is missing is left missing.

Nothing is judged here that `layers.schema.validate` judges; this only names what cannot be brought to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis_app.errors import Fault
from gis_app.exchange import columns, words
from gis_app.exchange.limits import MOST_FAULTS
from gis_app.exchange.messages import fault
from gis_app.exchange.raw import RawTable
from gis_app.layers import codes, schema

HELPERS = ("community_name", "subdistrict_name", "households")
_NAMED_CODE = re.compile(r"(\d{6}|\d{9}|\d{12}|\d{15})\s+\D.*", re.DOTALL)  # as templates list areas
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_CODES = frozenset(
    {"stated_grid", "county_code", "subdistrict_code", "community_code", "grid_code", "block_code"}
)


@dataclass(slots=True)
class Matched:
    """A layer under the schema's column names, row labels, helpers for what must be made, and faults.

    `frame` has no CRS yet and may lack columns; `helpers` holds `HELPERS` columns by row position.
    """

    frame: gpd.GeoDataFrame
    rows: list[int]
    helpers: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)


def match(
    layer: str, table: RawTable, shapes: np.ndarray, chosen: Mapping[str, str] | None = None
) -> Matched:
    """Return the layer that a file means, its shapes given; `chosen` are the columns that a person named."""
    names = [name for name, values in table.columns.items() if any(value is not None for value in values)]
    faults: list[Fault] = []
    if chosen is None:
        found = columns_of(layer, table, names, faults)
    else:
        found = {field: name for field, name in chosen.items() if field not in columns.COORDINATES}
    _unused(layer, names, found, faults)
    frame, helpers = {}, {}
    for column, name in found.items():
        values = _values(layer, column, table.columns[name], table.rows, faults)
        (helpers if column not in schema.columns(layer) else frame)[column] = values
    index = range(len(table.rows))
    geo = gpd.GeoDataFrame(
        pd.DataFrame(frame, index=index, dtype=object), geometry=_simplified(layer, shapes)
    )
    return Matched(geo, list(table.rows), pd.DataFrame(helpers, index=index, dtype=object), faults)


def columns_of(layer: str, table: RawTable, names: list[str], faults: list[Fault]) -> dict[str, str]:
    """Return schema column (or helper) → column of the file, and note what is doubtful."""
    found = columns.find_columns(layer, names)
    faults += _place_of_code(layer, table, found)
    _name_from_parent(layer, table, found)
    _likely_name(layer, table, found)
    _people(layer, names, found, faults)
    return found


def _place_of_code(layer: str, table: RawTable, found: dict[str, str]):
    """Settle which column holds the code; a doubtful one counts only where its values look like codes."""
    code = columns.CODE_OF[layer]
    if code in found:
        return
    name = columns.find_loose_code(list(table.columns), set(found.values()))
    if name is None:
        return
    texts = pd.Series([as_code(value) for value in table.columns[name]], dtype=object)
    level = next((level for level, own in codes.LAYER_OF_LEVEL.items() if own == layer), None)
    known = texts.dropna()
    if level:
        fits = known.str.fullmatch(rf"\d{{{codes.LENGTHS[level]}}}").any()
    else:
        sure = columns.key(name) in {columns.key(word) for word in ("code", "编码", "代码", "编号")}
        fits = sure or (known.str.fullmatch(r"[0-9A-Za-z_-]{1,32}").all() and known.is_unique and len(known))
    if fits:
        found[code] = name
    elif level:
        yield fault("codes_ignored", code, value=name, detail=code)


def _name_from_parent(layer: str, table: RawTable, found: dict[str, str]) -> None:
    """Take a column of parents' names as the names where every row has another one (community areas)."""
    for helper in ("community_name", "subdistrict_name"):
        if helper not in found:
            continue
        values = [str(value) for value in table.columns[found[helper]] if value is not None]
        coded = values and all(re.fullmatch(r"\d{9}|\d{12}", value) for value in values)
        parent = helper.replace("_name", "_code")
        if coded and parent not in found:
            found[parent] = found.pop(helper)
        elif "name" not in found and len(values) > 1 and len(set(values)) == len(table.rows):
            found["name"] = found.pop(helper)


def _people(layer: str, names: list[str], found: dict[str, str], faults: list[Fault]) -> None:
    if "households" not in columns.SYNONYMS[layer] or "households" in found:
        return
    name = columns.find_people(names)
    if name is not None:
        found["households"] = name
        faults.append(fault("people_as_households", "households", value=name))


def _likely_name(layer: str, table: RawTable, found: dict[str, str]) -> None:
    """Take a text column called something like a name where none is, if it tells all rows apart."""
    if "name" in found or "name" not in columns.SYNONYMS[layer]:
        return
    for name in table.columns:
        if name in found.values() or not columns.LIKE_A_NAME.search(columns.key(name)):
            continue
        values = table.columns[name]
        if all(isinstance(value, str) and value for value in values) and len(set(values)) == len(values):
            found["name"] = name
            return


def _unused(layer: str, names: list[str], found: dict[str, str], faults: list[Fault]) -> None:
    used = set(found.values()) | set(columns.find_coordinates(names).values())
    left = [name for name in names if name not in used and columns.key(name) not in columns.WKT]
    if left:
        faults.append(fault("unused_columns", "columns", value="、".join(left[:20])))


def _values(layer: str, column: str, values: list, rows: list[int], faults: list[Fault]) -> list:
    """Return one column's values in the schema's words."""
    if column in _CODES or column == columns.CODE_OF[layer]:
        return _codes(column, values, rows, faults)
    known = words.WORDS.get((layer, column))
    if known is not None:
        return [
            _word(known, value, layer, column, row, faults) for value, row in zip(values, rows, strict=True)
        ]
    if (layer, column) == ("stations", "hours"):
        return [None if value is None else words.opening_hours(str(value)) for value in values]
    if (layer, column) == ("stations", "amenities"):
        return [None if value is None else words.amenity_codes(str(value)) for value in values]
    if column in ("households", "floors", "capacity"):
        return [_count(value) for value in values]
    return [None if value is None else _as_text(value) for value in values]


def _codes(column: str, values: list, rows: list[int], faults: list[Fault]) -> list:
    result = [as_code(value) for value in values]
    for value, row in zip(result, rows, strict=True):
        if value is not None and _SCIENTIFIC.fullmatch(value) and len(faults) < MOST_FAULTS:
            faults.append(fault("scientific_code", column, row=row, value=value))
    return result


def _word(known: dict[str, str], value: object, layer: str, column: str, row: int, faults: list[Fault]):
    """Return the schema's word; an unknown one becomes the default of open lists, else a fault."""
    if value is None or not str(value).strip():
        return None
    found = known.get(words.plain(value))
    if found is not None:
        return found == "true" if column == "bridge" else found
    if layer in ("streets", "water"):
        return None  # open vocabularies, such as OpenStreetMap's: the default serves
    if len(faults) < MOST_FAULTS:
        title = schema.schema(layer).columns[column].title
        faults.append(
            fault("unknown_word", column, row=row, value=value, title=title, detail=words.choices(known))
        )
    return None


def as_code(value: object) -> str | None:
    """Return a value as a code's text, without what spreadsheets put around it; None for nothing."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().lstrip("'")
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    named = _NAMED_CODE.fullmatch(text)
    return named[1] if named else text or None


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _count(value: object) -> object:
    """Return a count as a number where it can be read as one; "320户" counts."""
    if isinstance(value, str):
        digits = re.fullmatch(r"([+-]?[\d,]+(?:\.\d+)?)\s*(?:户|人|层|个)?", value.strip())
        value = float(digits[1].replace(",", "")) if digits else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _simplified(layer: str, shapes: np.ndarray) -> np.ndarray:
    """Return shapes in the plainest form that holds them: one point, polygons out of a collection."""
    result = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(result)
    single = np.isin(kinds, (4, 7)) & (shapely.get_num_geometries(result) == 1)
    result[single] = shapely.get_geometry(result[single], 0)
    if schema.geometry_types(layer) == schema.AREA:
        for position in np.flatnonzero(shapely.get_type_id(result) == 7):
            parts = shapely.get_parts(result[position])
            if np.isin(shapely.get_type_id(parts), (3, 6)).all():
                result[position] = shapely.union_all(parts) if len(parts) else None
    return result
