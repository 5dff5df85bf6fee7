"""The reference of the interfaces, made from their own OpenAPI documents: what a program may ask and gets.

The documents are made once for each language and hold no data of the county; the examples in them are the
ones that the tests ask for. What is said here names no other host.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from gis_app.layers.schema import LAYERS
from gis_app.layers.schema import title as layer_title
from gis_app.web.api import openapi as api
from gis_app.web.ogc import openapi as ogc
from gis_app.web.ogc.incidents import INCIDENTS

COLLECTION = "{collection}"
MOST_LINES = 40
BODIES = ("application/json", "multipart/form-data")


@dataclass(frozen=True)
class Value:
    """One parameter or property: its name, where it stands, its type in words, what it means."""

    name: str
    kind: str
    said: str = ""
    place: str = ""
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Asking:
    """One operation: the request with its parameters and body, an example of both, and what is answered."""

    name: str
    method: str
    path: str
    summary: str
    deprecated: bool
    parameters: tuple[Value, ...]
    body: tuple[Value, ...]
    request: str
    sent: str
    answer: str
    answered: str


@dataclass(frozen=True)
class Part:
    """Operations that belong together under one heading."""

    anchor: str
    title: str
    operations: tuple[Asking, ...]


def context(language: str) -> dict[str, Any]:
    """Return what the page of the manual needs."""
    with force_locale(language):
        one, other = api.document(), _ogc()
        return {
            "api_description": one["info"]["description"].split("\n\n"),
            "api_parts": [*_parts(one), Part("ogc", str(_("数据服务")), tuple(_operations(other)))],
            "schemas": {
                name: _properties(found, one) for name, found in one["components"]["schemas"].items()
            },
            "news": list(one.get("webhooks", {})),
            "news_said": next(iter(one["webhooks"].values()))["post"] if one.get("webhooks") else {},
            "collections": [*((name, layer_title(name)) for name in LAYERS), (INCIDENTS, str(_("事件")))],
        }


def _ogc() -> dict[str, Any]:
    """Return the description of the data service with one collection that stands for all."""
    any_one = SimpleNamespace(name=COLLECTION, title=str(_("要素")), fields={})
    return ogc.document({COLLECTION: any_one}, ())


def _parts(document: Mapping[str, Any]) -> Iterator[Part]:
    found = list(_operations(document))
    tags = {
        one["operationId"]: one["tags"][0]
        for operations in document["paths"].values()
        for one in operations.values()
    }
    for tag in document["tags"]:
        own = tuple(one for one in found if tags[one.name] == tag["name"])
        yield Part(f"api-{tag['name']}", tag["description"], own)


def _operations(document: Mapping[str, Any]) -> Iterator[Asking]:
    prefix = "/ogc" if document["openapi"].startswith("3.0") else ""
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            yield _asking(document, method, prefix + path, one)


def _asking(document: Mapping[str, Any], method: str, path: str, one: Mapping[str, Any]) -> Asking:
    parameters = tuple(_parameter(document, given) for given in one.get("parameters", ()))
    content = one.get("requestBody", {}).get("content", {})
    sent = next((content[kind] for kind in BODIES if kind in content), {})
    answers = one["responses"].get("200", one["responses"].get("201", {})).get("content", {})
    answer = next(iter(answers.values()), {})
    return Asking(
        one["operationId"],
        method.upper(),
        path,
        one.get("summary", ""),
        bool(one.get("deprecated")),
        parameters,
        tuple(_properties(sent.get("schema", {}), document)),
        _request(method, path, parameters),
        _pretty(sent.get("example")),
        ", ".join(answers) if prefix_of(path) else _kind(answer.get("schema", {})),
        _pretty(_example_of(one)),
    )


def prefix_of(path: str) -> bool:
    """Tell whether a path is the data service's, whose answers differ by their format only."""
    return path.startswith("/ogc")


def _example_of(one: Mapping[str, Any]) -> Any:
    """Return the example of an answer that went well, None where there is none."""
    kinds = (kind for told in one["responses"].values() for kind in told.get("content", {}).values())
    return next((kind["example"] for kind in kinds if "example" in kind), None)


def _parameter(document: Mapping[str, Any], given: Mapping[str, Any]) -> Value:
    one = _resolved(given, document)
    return Value(
        one["name"],
        _kind(one["schema"]),
        one.get("description", ""),
        one["in"],
        bool(one.get("required")),
        str(one.get("example", "")),
    )


def _properties(schema: Mapping[str, Any], document: Mapping[str, Any]) -> list[Value]:
    """Return the properties of an object, those of all its parts."""
    found = _resolved(schema, document)
    values = [value for part in found.get("allOf", ()) for value in _properties(part, document)]
    needed = found.get("required", ())
    for name, one in found.get("properties", {}).items():
        values.append(Value(name, _kind(one), str(one.get("description", "")), required=name in needed))
    return values


def _resolved(found: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in found:
        target: Any = document
        for step in found["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        found = target
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """Return a schema in few words: a type, its choices and limits, or the name of a schema."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    for key, joined in (("anyOf", " | "), ("oneOf", " | "), ("allOf", " + ")):
        if key in schema:
            return joined.join(_kind(part) for part in schema[key])
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    types = schema.get("type", "object")
    types = " | ".join(types) if isinstance(types, list) else types
    if types == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if types == "object" and "items" in schema.get("properties", {}):
        return f"{{items: {_kind(schema['properties']['items'])}, …}}"
    return " ".join([types, *_limits(schema)])


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "format" in schema:
        yield f"({schema['format']})"
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')}–{schema.get('maximum', '')}"
    if "maxLength" in schema:
        yield f"≤ {schema['maxLength']}"
    if "default" in schema:
        yield f"= {schema['default']}"


def _request(method: str, path: str, parameters: tuple[Value, ...]) -> str:
    """Return the request of an example: its line, and the headers that it must have."""
    for one in parameters:
        if one.place == "path" and one.example:
            path = path.replace(f"{{{one.name}}}", one.example)
    asked = "&".join(
        f"{one.name}={one.example}" for one in parameters if one.place == "query" and one.example
    )
    headers = [f"{one.name}: {one.example}" for one in parameters if one.place == "header" and one.example]
    return "\n".join([f"{method.upper()} {path}{'?' if asked else ''}{asked}", *headers])


def _pretty(example: Any) -> str:
    """Return an example as JSON of a bearable length."""
    if example is None:
        return ""
    lines = json.dumps(example, ensure_ascii=False, indent=1).splitlines()
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…"])
