"""The description of the service as OpenAPI 3.0, made from the same table of operations as its page.

It stands on its own: it refers to no document elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _

from gis_app.web.data_keys import HEADER, PARAMETER
from gis_app.web.ogc.asking import LIMIT, MOST
from gis_app.web.ogc.collections import Collection
from gis_app.web.ogc.room import FORMATS, GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA, base
from gis_app.web.problem_details import CONTENT_TYPE as PROBLEM
from gis_app.web.session_cookie import cookie_name

VERSION = "1.0.0"
TEXT: dict[str, Any] = {"type": "string"}


class Operation(NamedTuple):
    """One path of the service: what it says, in which formats, and the names of its parameters."""

    path: str
    name: str
    summary: str
    formats: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    fields: Mapping[str, Any] = {}


def operations(offered: Mapping[str, Collection]) -> list[Operation]:
    """Return every operation, those of each collection by its own path."""
    found = [
        Operation("/", "landing", _("首页"), (JSON, HTML)),
        Operation("/conformance", "conformance", _("符合的标准"), (JSON, HTML)),
        Operation("/api", "api", _("接口说明"), (OPENAPI, HTML)),
        Operation("/collections", "collections", _("数据集"), (JSON, HTML)),
        Operation("/tileMatrixSets", "tileMatrixSets", _("切片方案"), (JSON,)),
        Operation("/tileMatrixSets/{matrix_set}", "tileMatrixSet", _("切片方案"), (JSON,), ("matrix_set",)),
    ]
    for one in offered.values():
        path = f"/collections/{one.name}"
        paging = ("bbox", "bbox-crs", "crs", "datetime", "limit", "offset")
        tile = ("matrix_set", "matrix", "row", "column")
        found += [
            Operation(path, f"describe_{one.name}", one.title, (JSON, HTML)),
            Operation(f"{path}/queryables", f"queryables_{one.name}", _("可筛选的属性"), (SCHEMA, HTML)),
            Operation(f"{path}/items", f"items_{one.name}", one.title, (GEOJSON, HTML), paging, one.fields),
            Operation(
                f"{path}/items/{{code}}", f"item_{one.name}", one.title, (GEOJSON, HTML), ("code", "crs")
            ),
            Operation(f"{path}/tiles", f"tilesets_{one.name}", _("矢量切片"), (JSON,)),
            Operation(
                f"{path}/tiles/{{matrix_set}}", f"tileset_{one.name}", _("矢量切片"), (JSON,), tile[:1]
            ),
            Operation(
                f"{path}/tiles/{{matrix_set}}/{{matrix}}/{{row}}/{{column}}",
                f"tile_{one.name}",
                _("矢量切片"),
                (MVT,),
                tile,
            ),
        ]
    return found


def document(offered: Mapping[str, Collection], systems: Sequence[str]) -> dict[str, Any]:
    """Return the OpenAPI document in the language of the request."""
    return {
        "openapi": "3.0.3",
        "info": {"title": _("网格数据服务"), "version": VERSION},
        "servers": [{"url": base()}],
        "security": [{name: []} for name in ("bearer", "header", "basic", "address", "session")],
        "paths": {one.path: {"get": _operation(one)} for one in operations(offered)},
        "components": {
            "securitySchemes": _schemes(),
            "parameters": _parameters(systems),
            "schemas": {"Problem": _problem()},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    names = one.parameters if one.formats == (MVT,) else (*one.parameters, "f")
    own = [_query(key, {"type": field.kind}, field.title) for key, field in one.fields.items()]
    content = {kind: {"schema": TEXT if kind in (HTML, MVT) else {"type": "object"}} for kind in one.formats}
    wrong = {
        "description": "Error",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses = {"200": {"description": "OK", "content": content}}
    responses |= dict.fromkeys(("400", "401", "403", "404", "429"), wrong)
    if one.formats == (MVT,):
        responses["204"] = {"description": _("此切片内没有要素")}
    return {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*({"$ref": f"#/components/parameters/{name}"} for name in names), *own],
        "responses": responses,
    }


def _query(name: str, schema: dict[str, Any], told: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": told,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _path(name: str, schema: dict[str, Any], told: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": told, "schema": schema}


def _parameters(systems: Sequence[str]) -> dict[str, Any]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    system = {**TEXT, "enum": list(systems)}
    whole = {"type": "integer", "minimum": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    return {
        "f": _query("f", {**TEXT, "enum": list(FORMATS)}, _("格式")),
        "bbox": _query("bbox", numbers, _("只要与此范围相交的要素：4 个或 6 个数")),
        "bbox-crs": _query("bbox-crs", system, _("范围所用的坐标系")),
        "crs": _query("crs", system, _("要素所用的坐标系")),
        "datetime": _query("datetime", TEXT, _("时刻或起止时刻，事件按上报时间")),
        "limit": _query("limit", limit, _("每页要素数")),
        "offset": _query("offset", {**whole, "default": 0}, _("跳过的要素数")),
        "code": _path("code", TEXT, _("要素编码")),
        "matrix_set": _path("matrix_set", {**TEXT, "enum": ["WebMercatorQuad"]}, _("切片方案")),
        "matrix": _path("matrix", whole, _("级别")),
        "row": _path("row", whole, _("行")),
        "column": _path("column", whole, _("列")),
    }


def _schemes() -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic", "description": _("密码处填数据密钥，用户名任意")},
        "header": {"type": "apiKey", "in": "header", "name": HEADER},
        "address": {
            "type": "apiKey",
            "in": "query",
            "name": PARAMETER,
            "description": _("只供不能发送请求头的软件使用：地址会留在对方的记录里"),
        },
        "session": {"type": "apiKey", "in": "cookie", "name": cookie_name()},
    }


def _problem() -> dict[str, Any]:
    texts = {"type": "object", "additionalProperties": TEXT}
    members = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "code": TEXT}
    return {"type": "object", "required": list(members), "properties": {**members, "fields": texts}}
