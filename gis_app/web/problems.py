"""Turns what went wrong into an answer: one table error → status, one JSON shape, one plain page for people.

Programs get `{"error": {"code", "message", "fields"}}`, under /api and /ogc within a problem of RFC 9457;
people get what happened and what to do. Neither ever gets a stack, a statement or a path of this machine:
those go to the log, under the number of the request.
"""

from __future__ import annotations

import logging

import orjson
from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from gis_app import errors
from gis_app.web import data_keys, problem_details
from gis_app.web.i18n import language
from gis_app.web.problem_words import told

log = logging.getLogger("gis_app")

# The nearest ancestor of an error's class counts.
STATUSES: dict[type[errors.GisError], int] = {
    errors.BadInput: 400,
    errors.Rejected: 400,
    errors.NotSignedIn: 401,
    errors.SignInRefused: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.VersionWanted: 428,
    errors.TooLarge: 413,
    errors.LockedOut: 429,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.GisError: 500,
}
# status -> (code, title, what happened, what to do)
WORDS: dict[int, tuple] = {
    400: ("bad_request", _l("请求有误"), _l("请求的内容不完整或不正确"), _l("请检查地址或填写的内容后重试")),
    401: ("not_signed_in", _l("需要登录"), _l("请先登录"), _l("登录后可继续刚才的操作")),
    403: ("forbidden", _l("没有权限"), _l("没有权限进行此操作"), _l("如需此项权限，请联系管理员")),
    404: ("not_found", _l("没有找到"), _l("没有找到所请求的内容"), _l("请检查地址，或从地图页重新进入")),
    405: (
        "method_not_allowed",
        _l("不支持此操作"),
        _l("此地址不支持这种请求方式"),
        _l("请从页面上的按钮或链接操作"),
    ),
    409: ("conflict", _l("内容已变化"), _l("内容已被他人修改"), _l("请刷新后重试")),
    412: ("stale_version", _l("内容已变化"), _l("内容已被他人更新，请刷新后重试"), _l("请刷新后重试")),
    413: ("too_large", _l("内容过大"), _l("提交的内容超过大小限制"), _l("请减小内容后重试")),
    414: ("address_too_long", _l("地址过长"), _l("请求的地址过长"), _l("请减少筛选条件后重试")),
    415: ("unsupported_type", _l("格式不支持"), _l("提交内容的格式不支持"), _l("请从页面上的表单提交")),
    428: (
        "version_required",
        _l("缺少版本号"),
        _l("请求缺少版本号，请刷新页面后重试"),
        _l("请刷新后重试"),
    ),
    429: ("too_many_requests", _l("请求过于频繁"), _l("尝试次数过多，请稍后再试"), _l("请过几分钟再试")),
    500: (
        "internal_error",
        _l("系统出错"),
        _l("系统出现意外错误，数据未受影响"),
        _l("请稍后重试；若仍出现，请把代号告诉管理员"),
    ),
    503: ("unavailable", _l("暂时不可用"), _l("服务暂时不可用，请稍后再试"), _l("数据未受影响，请稍候刷新")),
}
DATA_SUFFIXES = (".json", ".geojson", ".csv", ".js")
DATA_PATHS = ("/healthz", "/readyz")
DATA_FOLDERS = ("/api/", "/field/")
SERVICE = "/ogc"
RETRY_SECONDS = {429: "60", 503: "10"}


def install(app: Flask) -> None:
    """Answer every kind of error of the application."""
    app.register_error_handler(errors.GisError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.GisError) -> int:
    """Return the status of an error, that of its nearest known ancestor."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def wants_data() -> bool:
    """Tell whether a program asks (by suffix or Accept) rather than a person."""
    path = request.path
    if request.method == "PUT":  # which no form of a page sends
        return True
    if path.endswith(DATA_SUFFIXES) or path in DATA_PATHS or path.startswith(DATA_FOLDERS):
        return True
    accept = request.accept_mimetypes
    if path.startswith(SERVICE):  # a program there seldom says what it takes; one with a key is none else
        return (
            data_keys.PARAMETER in request.args
            or accept.best_match(["application/json", "text/html"]) != "text/html"
        )
    return accept["application/json"] > accept["text/html"]


def _known(error: errors.GisError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error(
            {"message": "request failed", "request": g.get("request_id"), "code": error.code}, exc_info=error
        )
    if isinstance(error, errors.NotSignedIn) and not wants_data():
        return _to_sign_in()
    return problem(status, error.code, *told(error, language()), data=getattr(error, "data", None))


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    response = problem(status if status in WORDS else (400 if status < 500 else 500))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _unexpected(error: Exception) -> Response:
    log.error({"message": "unexpected error", "request": g.get("request_id")}, exc_info=error)
    return problem(500)


def problem(
    status: int,
    code: str | None = None,
    message: str | None = None,
    fields: dict | None = None,
    data: dict | None = None,
) -> Response:
    """Answer with a problem, in the one JSON shape (with what there is to choose) or as a plain page."""
    default_code, title, default_message, remedy = WORDS.get(status, WORDS[500])
    code, message = code or default_code, message or str(default_message)
    if wants_data():
        error = {
            **(data or {}),
            "code": code,
            "message": message,
            "fields": {str(k): str(v) for k, v in (fields or {}).items()},
        }
        response = _data(status, default_code, str(title), error)
    else:
        if status == 500:
            code = f"{code} {g.get('request_id', '')}".strip()
        response = _page(status, str(title), message, str(remedy), code)
    if status in RETRY_SECONDS:
        response.headers["Retry-After"] = RETRY_SECONDS[status]
    return response


def _data(status: int, kind: str, title: str, error: dict) -> Response:
    if not problem_details.is_wanted():
        return Response(orjson.dumps({"error": error}), status, content_type="application/json")
    body = orjson.dumps(problem_details.details(status, kind, title, error))
    response = Response(body, status, content_type=problem_details.CONTENT_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="gis-app"'
    return response


def _page(status: int, title: str, message: str, remedy: str, code: str) -> Response:
    try:
        page = render_template(
            "errors/problem.html", status=status, title=title, message=message, remedy=remedy, code=code
        )
    except Exception as error:  # a page about an error must not become one
        log.error({"message": "problem page failed", "request": g.get("request_id")}, exc_info=error)
        page = (
            f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(message)}</p>"
        )
    return Response(page, status, content_type="text/html; charset=utf-8")


def _to_sign_in() -> Response:
    back = None
    if request.method in ("GET", "HEAD") and request.path != "/":
        back = request.full_path if request.query_string else request.path
    return redirect(url_for("people.sign_in_form", next=back), code=303)
