"""The data dictionary: every layer, table, field and code, made from the schemas themselves.

A field that a schema gains is on the page at once; what it means in words stands in help_dictionary_words.py.
Nothing here is data of a county: incident classes and organisations are, so only their fields are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from gis_app.assignments.tables import ROLES
from gis_app.desk.tables_fields import FIELDS as TABLE_FIELDS
from gis_app.desk.tables_fields import TITLES as TABLE_TITLES
from gis_app.exchange.columns import SYNONYMS
from gis_app.incidents.catalogue import COLUMNS as CLASS_COLUMNS
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.layers import codes, schema
from gis_app.people.roles import Role
from gis_app.storage.tables import metadata
from gis_app.web import help_dictionary_words as words
from gis_app.web import table_columns as shown

LANGUAGES = ("zh", "en")
Labels = Mapping[str, Mapping[str, str]]
VALUES: dict[tuple[str, str], Labels] = {
    ("stations", "kind"): shown.STATION_KINDS,
    ("stations", "status"): shown.STATUSES,
    ("stations", "amenities"): shown.AMENITIES,
    ("blocks", "land_use"): shown.LAND_USES,
    ("streets", "road_class"): shown.ROAD_CLASSES,
    ("gates", "passage"): shown.PASSAGES,
    ("water", "kind"): shown.WATER_KINDS,
}
STATED = {("stations", "grid_code"): "stated_grid"}
DIVIDED = ("subdistricts", "communities", "grids")  # whose parents' codes begin their own
CODES: dict[str, tuple[words.Words, Labels]] = {
    "state": (("事件状态", "States of an incident"), STATES),
    "category": (("事件类别", "Categories of incidents"), CATEGORIES),
    "post": (("责任角色", "Posts"), ROLES),
    "organisation": (("单位性质", "Kinds of organisations"), shown.ORGANISATION_KINDS),
}


@dataclass(frozen=True)
class Row:
    """One field or code; a column of the dictionary where no row of a section has anything is left out."""

    name: str
    title: str = ""
    kind: str = ""
    needed: str = ""
    rules: str = ""
    meaning: str = ""
    accepted: str = ""


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True)
class Section:
    """One layer, table or list of codes: `anchor` is its place on the page, `name` what programs call it."""

    part: str
    anchor: str
    name: str
    title: str
    summary: str
    rows: tuple[Row, ...]

    @property
    def columns(self) -> list[str]:
        """The columns in which any row has something."""
        return [name for name in COLUMNS if any(getattr(row, name) for row in self.rows)]


@lru_cache(maxsize=len(LANGUAGES))
def sections(language: str) -> tuple[Section, ...]:
    """Return the whole dictionary in "zh" or "en"."""
    made = (_layers, _tables, _classes, _codes, _store)
    return tuple(section for part in made for section in part(LANGUAGES.index(language)))


def context(language: str) -> dict:
    """Return what the page of the manual needs."""
    at = LANGUAGES.index(language)
    found = sections(language)
    parts = [(key, said[at], [one for one in found if one.part == key]) for key, said in words.PARTS.items()]
    return {"dictionary": parts, "heads": {key: said[at] for key, said in words.HEADS.items()}}


def _layers(at: int) -> Iterator[Section]:
    for name, declared in schema.SCHEMAS.items():
        title = declared.title if at == 0 else name.capitalize()
        rows = tuple(_field(name, key, column, at) for key, column in declared.columns.items())
        yield Section("layers", f"layer-{name}", name, title, words.LAYERS.get(name, ("", ""))[at], rows)


def _field(layer: str, key: str, column, at: int) -> Row:
    english, meaning = words.FIELDS.get(key, (key, ("", "")))
    if key == "geometry":
        kind = words.KINDS[" ".join(schema.geometry_types(layer))][at]
        return Row(key, (column.title, english)[at], kind, words.YES[at], "", meaning[at])
    needed = "" if column.metadata["optional"] else words.YES[at]
    return Row(
        key,
        (column.title, english)[at],
        words.KINDS[column.metadata["kind"]][at],
        needed,
        ("；", "; ")[at].join(_rules(layer, key, column, at)),
        meaning[at],
        " ".join(dict.fromkeys(SYNONYMS[layer].get(STATED.get((layer, key), key), "").split())),
    )


def _rules(layer: str, key: str, column, at: int) -> Iterator[str]:
    """Yield the rules of a column in words, its values with their labels."""
    if column.unique:
        yield words.RULES["unique"][at]
    for check in column.checks:
        code, _, detail = str(check.error).partition(":")
        if code in words.RULES:
            yield words.RULES[code][at].format(detail=detail)
    labels = VALUES.get((layer, key))
    if labels:
        yield _labelled(labels, at)
    default = column.metadata["default"]
    if column.metadata["optional"] and default not in (None, "", 0, False):
        yield words.RULES["default"][at].format(detail=default)
    if column.metadata["optional"] and layer in DIVIDED:
        yield words.RULES["from_code"][at]


def _labelled(labels: Labels, at: int) -> str:
    said = (f"{code} {one[LANGUAGES[at]]}" for code, one in labels.items())
    return ("、", ", ")[at].join(said)


def _tables(at: int) -> Iterator[Section]:
    for name, found in TABLE_FIELDS.items():
        rows = tuple(
            Row(
                one.name,
                one.label(LANGUAGES[at]),
                words.KINDS.get(one.kind, (one.kind,) * 2)[at],
                words.YES[at] if one.required else "",
                _labelled(one.choices, at) if one.choices else "",
                (one.help, words.TABLE_FIELDS.get(one.name, ""))[at],
                one.synonyms,
            )
            for one in found
        )
        yield Section("tables", f"table-{name}", name, TABLE_TITLES[name][LANGUAGES[at]], "", rows)


def _classes(at: int) -> Iterator[Section]:
    rows = []
    for name in CLASS_COLUMNS:
        title, meaning = words.CLASS_FIELDS.get(name, ((name, name), ("", "")))
        rows.append(Row(name, title[at], meaning=meaning[at]))
    title = words.PARTS["classes"][at]
    yield Section("classes", "incident-class", "incident_classes", title, "", tuple(rows))


def _codes(at: int) -> Iterator[Section]:
    language = LANGUAGES[at]
    digits = tuple(
        Row(level, _level(level, at), rules=words.RULES["code_digits"][at].format(detail=length))
        for level, length in codes.LENGTHS.items()
    )
    yield Section("codes", "codes-area", "area_code", ("区域编码", "Area codes")[at], "", digits)
    roles = tuple(Row(role.value, role.label(language)) for role in Role)
    yield Section("codes", "codes-role", "role", ("账户角色", "Roles of accounts")[at], "", roles)
    for name, (title, labels) in CODES.items():
        rows = tuple(Row(code, one[language]) for code, one in labels.items())
        yield Section("codes", f"codes-{name}", name, title[at], "", rows)


def _level(level: str, at: int) -> str:
    layer = codes.LAYER_OF_LEVEL[level]
    return schema.title(layer) if at == 0 else level.capitalize()


def _store(at: int) -> Iterator[Section]:
    for name, said in words.STORE.items():
        rows = tuple(
            Row(
                column.name,
                kind=_kind(column),
                needed="" if column.nullable else words.YES[at],
                rules=", ".join(_keys(column)),
            )
            for column in metadata.tables[name].columns
        )
        yield Section("store", f"store-{name}", name, name, said[at], rows)


def _kind(column) -> str:
    return type(column.type).__name__.lower()


def _keys(column) -> Iterator[str]:
    if column.primary_key:
        yield "primary key"
    for key in column.foreign_keys:
        yield f"→ {key.target_fullname}"
