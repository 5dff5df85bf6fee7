"""JSON Schemas of what the API answers, made from the same tables as the answers, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gis_app.layers import schema
from gis_app.web.table_columns import TABLES

TEXT: dict[str, Any] = {"type": "string"}
MAYBE: dict[str, Any] = {"type": ["string", "null"]}
WHOLE: dict[str, Any] = {"type": "integer"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
NUMBER: dict[str, Any] = {"type": ["number", "null"]}
SHARE: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
DAY: dict[str, Any] = {**TEXT, "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
FLAG: dict[str, Any] = {"type": "boolean"}
ANY: dict[str, Any] = {"type": "object"}
KINDS = {"str": MAYBE, "int64": WHOLE, "bool": FLAG}


def ref(name: str) -> dict[str, str]:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: Mapping[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of a record that has these members and no others."""
    needed = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "required": needed,
        "properties": dict(properties),
        "additionalProperties": False,
    }


def page_of(name: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of a page of a list."""
    paging = {"total": COUNT, "limit": COUNT, "offset": COUNT, "next": MAYBE, "previous": MAYBE}
    return record({"items": {"type": "array", "items": ref(name)}, **paging, **(more or {})})


def layer(name: str) -> dict[str, Any]:
    """Return the schema of a row of a layer, with its households and, where asked for, its shape."""
    declared = schema.schema(name).columns
    titles = {column.key: str(column.label) for column in TABLES[name].columns}
    columns = {
        key: KINDS[column.metadata["kind"]] | {"title": titles.get(key, key)}
        for key, column in declared.items()
        if key != "geometry"
    }
    code = schema.code_column(name)
    columns[code] = columns[code] | {"type": "string"}
    if name in ("subdistricts", "communities", "grids"):
        columns["households"] = COUNT | {"title": _("户数")}
    if name == "stations":
        columns |= {"lon": NUMBER, "lat": NUMBER, "status_now": TEXT | {"title": titles["status_now"]}}
    return record({**columns, "geometry": {"type": ["object", "null"]}}, ("geometry",))


def problem() -> dict[str, Any]:
    """Return the schema of a problem."""
    texts = {"type": "object", "additionalProperties": TEXT}
    inner = {
        "type": "object",
        "required": ["code", "message", "fields"],
        "properties": {"code": TEXT, "message": TEXT, "fields": texts},
    }
    properties = {
        "type": TEXT | {"format": "uri-reference"},
        "title": TEXT,
        "status": WHOLE | {"minimum": 400, "maximum": 599},
        "detail": TEXT,
        "code": TEXT,
        "fields": texts | {"description": _("有误的项及其改法")},
        "error": inner | {"deprecated": True},
    }
    return record(properties)
