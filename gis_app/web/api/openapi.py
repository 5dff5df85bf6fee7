"""The description of /api/v1 as OpenAPI 3.1, in the language of whoever asks; it refers to no other document.

`document` is also what a reference page is made from. Every example in it was once answered by the service; a
test asks for each again and compares.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.web.api import (
    assignments,
    coverage,
    deprecation,
    incidents,
    layers,
    news,
    plans,
    problems,
    schemas,
    statistics,
    work,
)
from gis_app.web.api.parameters import parameters_of
from gis_app.web.api.room import JSON, OPERATIONS, PREFIX, Operation, reads
from gis_app.web.bytes import respond
from gis_app.web.data_keys import HEADER
from gis_app.web.i18n import language
from gis_app.web.problem_details import CONTENT_TYPE as PROBLEM
from gis_app.web.session_cookie import cookie_name

VERSION = "1.1.0"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLES = Path(__file__).with_name("examples.json")
# asked by whoever is about to report, so for a session and for no key
OF_PEOPLE = (f"{PREFIX}/incidents/duplicates", f"{PREFIX}/incidents/placing")
TAGS = {
    "layers": _l("区域、地块和站点"),
    "figures": _l("覆盖率与统计"),
    "assignments": _l("岗位"),
    "incidents": _l("事件"),
    "plans": _l("边界方案"),
    "work": _l("后台任务与导出"),
    "api": _l("接口本身"),
}


@reads(
    "/openapi.json",
    "map:page:read",
    "describe",
    _l("本说明"),
    {"type": "object", "required": ["openapi", "paths"]},
    (),
    "api",
)
def openapi() -> Response:
    """Say what the API answers."""
    parts = (VERSION, language(), cookie_name())
    return respond(parts, lambda: orjson.dumps(document()), JSON)


def document() -> dict[str, Any]:
    """Return the OpenAPI document in the language of the request."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {"title": _("网格数据接口"), "version": VERSION, "description": _description()},
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in ("session", "bearer", "key")],
        "tags": [{"name": name, "description": str(words)} for name, words in TAGS.items()],
        "paths": _with_examples(_described() | incidents.paths()),
        "webhooks": news.webhooks(),
        "components": {"securitySchemes": _schemes(), "schemas": _schemas()},
    }


def _described() -> dict[str, Any]:
    return {one.path: {"get": _operation(one)} for one in OPERATIONS.values()}


def _operation(one: Operation) -> dict[str, Any]:
    return {
        "operationId": one.name,
        "summary": str(one.summary),
        "tags": [one.tag],
        "parameters": parameters_of(one),
        "responses": {"200": {"description": "OK", "content": {JSON: {"schema": dict(one.answer)}}}},
    }


def _with_examples(paths: dict[str, Any]) -> dict[str, Any]:
    """Add to every operation what it answers when it cannot, an example, and whether it will go."""
    wrong = {"description": _("错误"), "content": {PROBLEM: {"schema": schemas.ref("Problem")}}}
    for path, operations in paths.items():
        for method, operation in operations.items():
            operation["responses"] |= {"4XX": wrong, "503": wrong}
            if method == "get":
                operation["responses"]["304"] = {"description": _("与请求方已有的相同")}
            _add_example(operation)
            if path in OF_PEOPLE or (path.startswith(f"{PREFIX}/incidents") and method == "post"):
                operation["security"] = [{"session": []}]
    deprecation.mark(paths)
    return paths


def _add_example(operation: dict[str, Any]) -> None:
    found = examples().get(operation["operationId"])
    if found is None:
        return
    given = {**found.get("path", {}), **found.get("query", {}), **found.get("headers", {})}
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in given:
            parameter["example"] = given[parameter["name"]]
    if "body" in found:
        operation["requestBody"]["content"][JSON]["example"] = found["body"]
    operation["responses"][str(found["status"])]["content"][JSON]["example"] = found["answer"]


@lru_cache(maxsize=1)
def examples() -> dict[str, Any]:
    """Return the example of each operation: what was asked, by whom, and what was answered."""
    return json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}


def _schemas() -> dict[str, Any]:
    return {
        "Problem": schemas.problem(),
        "ProblemKind": problems.KIND,
        **{layers.schema_name(name): schemas.layer(name) for name in layers.OFFERED},
        "Coverage": coverage.schema(),
        "Statistics": statistics.STATISTICS,
        "Measures": statistics.MEASURES,
        "Figure": statistics.FIGURE,
        "Post": assignments.POST,
        "Plan": plans.PLAN,
        "PlanGrid": plans.PLAN_GRID,
        "Job": work.JOB,
        "Export": work.EXPORT,
        **incidents.components(),
        **news.components(),
    }


def _schemes() -> dict[str, Any]:
    only_read = _("数据密钥，由管理员在“接口密钥”发放；只能读取")
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie_name()},
        "bearer": {"type": "http", "scheme": "bearer", "description": only_read},
        "key": {"type": "apiKey", "in": "header", "name": HEADER, "description": only_read},
    }


def _description() -> str:
    parts = (
        _("面向其他系统的接口。回答只含请求者的角色可以查看的内容；矛盾纠纷在处置链之外只有数量。"),
        _(
            "分页：limit 与 offset，总数在 total，前后页在 Link 头。"
            "没有声明的参数一律拒绝，并指明是哪一项、怎么改。"
        ),
        _("缓存：每个回答带 ETag，以 If-None-Match 再问，未变则回答 304。"),
        _("错误：RFC 9457 的 application/problem+json，code 是稳定的代号，fields 指明有误的项。"),
        deprecation.policy(),
    )
    return "\n\n".join(parts)
