"""Answers what went wrong as GeoReport does: an array of code and description, in the format asked for.

404 for what does not exist, 403 for a key that is missing or wrong, 400 for everything else that the caller
can mend, 429 with Retry-After for a key that is used too often. `code` is the status; the description begins
with our own code and says it in Chinese and in English.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from flask import Blueprint, Response, g, request
from flask_babel import force_locale, gettext
from werkzeug.exceptions import HTTPException

from gis_app.errors import BadInput, Forbidden, GisError, NotFound, TooLarge, TooMany
from gis_app.incidents.messages import MESSAGES, Refused, text
from gis_app.web.open311.formats import CONTENT_TYPES, write
from gis_app.web.problems import WORDS, status_of

log = logging.getLogger("gis_app")
KEPT_STATUSES = {403, 404, 429, 500, 503}
FAULTS: dict[str, tuple[type[GisError], str, str]] = {
    "unknown_path": (NotFound, "没有这个地址", "No such address"),
    "unknown_format": (NotFound, "只有 xml 和 json 两种格式", "The formats are xml and json"),
    "unknown_method": (BadInput, "此地址不支持这种请求方式", "The address does not take this method"),
    "unknown_jurisdiction": (NotFound, "没有这个辖区", "No such jurisdiction_id"),
    "unknown_service": (NotFound, "没有这个 service_code", "No such service_code"),
    "unknown_request": (NotFound, "没有这个 service_request_id", "No such service_request_id"),
    "unknown_token": (NotFound, "没有这个 token", "No such token"),
    "service_code_required": (BadInput, "缺少 service_code", "service_code is missing"),
    "location_required": (
        BadInput,
        "缺少位置：lat 和 long，或 address_string，或 address_id",
        "The location is missing: lat and long, or address_string, or address_id",
    ),
    "address_not_found": (
        BadInput,
        "没有找到这个地址，请给出 lat 和 long",
        "The address was not found; give lat and long",
    ),
    "bad_date": (
        BadInput,
        "日期须为带时区的 W3C 格式，例如 2026-01-01T00:00:00+08:00",
        "Dates are W3C with an offset, such as 2026-01-01T00:00:00Z",
    ),
    "bad_period": (BadInput, "结束时间不能早于开始时间", "The end lies before the start"),
    "period_too_long": (BadInput, "时间范围不能超过 90 天", "The period may span 90 days at most"),
    "bad_status": (BadInput, "status 只能是 open、closed", "status is open, closed, or both"),
    "bad_page": (BadInput, "page 须为 1 至 100000 的整数", "page is a whole number from 1 to 100000"),
    "bad_page_size": (
        BadInput,
        "page_size 须为 1 至 1000 的整数",
        "page_size is a whole number from 1 to 1000",
    ),
    "description_too_long": (BadInput, "description 最多 4000 字", "description has 4000 characters at most"),
    "html_not_allowed": (BadInput, "description 不能含有 HTML", "description may not hold HTML"),
    "bad_media_url": (
        BadInput,
        "media_url 须为 http 或 https 地址，最多 2000 字",
        "media_url is an http or https address of at most 2000 characters",
    ),
    "repeated": (BadInput, "参数只能出现一次", "The parameter may be given once"),
    "unsupported_body": (
        BadInput,
        "请求须为 application/x-www-form-urlencoded 或 multipart/form-data",
        "The body is application/x-www-form-urlencoded or multipart/form-data",
    ),
    "api_key_required": (Forbidden, "缺少 api_key", "api_key is missing"),
    "wrong_api_key": (Forbidden, "api_key 不正确或已吊销", "api_key is wrong or revoked"),
    "too_many_requests": (TooMany, "此 api_key 的请求过于频繁", "This api_key is used too often"),
    "too_large": (TooLarge, "提交的内容超过大小限制", "The body is too large"),
    "many": (BadInput, "请求有多处错误", "The request has several faults"),
}


class Several(BadInput):
    """Several faults at once, each a (code, field)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = list(faults)
        super().__init__("many", FAULTS["many"][1], {field: FAULTS[code][1] for code, field in faults})


def fault(code: str, field: str = "") -> GisError:
    """Return the error of a code of the table, about a parameter where one is named."""
    kind, zh, _en = FAULTS[code]
    return kind(code, zh, {field: zh} if field else {})


def asked_format() -> str:
    """Return the format that the caller asks for, by suffix, else by Accept; XML where he does not say."""
    suffix = request.path.rpartition(".")[2]
    if suffix in CONTENT_TYPES:
        return suffix
    return (
        "json"
        if request.accept_mimetypes["application/json"] > request.accept_mimetypes["text/xml"]
        else "xml"
    )


def answer_all(rooms: Blueprint) -> None:
    """Answer every error of a blueprint's views in this shape."""
    rooms.register_error_handler(GisError, _known)
    rooms.register_error_handler(HTTPException, _http)
    rooms.register_error_handler(Exception, _unexpected)


def _known(error: GisError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error(
            {"message": "request failed", "request": g.get("request_id"), "code": error.code}, exc_info=error
        )
    status = status if status in KEPT_STATUSES else 400
    response = _answer(status, _descriptions(error))
    if error.code == "unknown_method":
        response.headers["Allow"] = error.fields.get("method", "GET")
    return response


def _http(error: HTTPException) -> Response:
    code, status = error.code or 500, (error.code if error.code in KEPT_STATUSES else 400)
    if code == 413:
        return _known(fault("too_large"))
    status = 500 if code >= 500 and code != 503 else status
    return _answer(status, [_general(code if code in WORDS else (400 if code < 500 else 500))])


def _unexpected(error: Exception) -> Response:
    log.error({"message": "unexpected error", "request": g.get("request_id")}, exc_info=error)
    return _answer(500, [_general(500)])


def _general(status: int) -> str:
    """Return in words what a status means wherever it occurs."""
    code, _title, said, _remedy = WORDS[status]
    with force_locale("zh"):
        return _both(code, said=str(said))


def _descriptions(error: GisError) -> list[str]:
    if isinstance(error, Several):
        return [_both(code, field) for code, field in error.faults]
    if isinstance(error, Refused):
        return [_both(one.code, NAMES.get(one.field, one.field)) for one in error.faults]
    return [_both(error.code, next(iter(error.fields), ""), error.message)]


# our names of fields -> GeoReport's
NAMES = {
    "class_code": "service_code",
    "location": "lat, long",
    "address": "address_string",
    "contact_name": "first_name",
    "contact_phone": "phone",
    "contact_email": "email",
    "photos": "media",
}


def _both(code: str, field: str = "", said: str = "") -> str:
    """Return a fault in words: its code, Chinese, English, and the parameter at fault."""
    if code in FAULTS:
        zh, en = FAULTS[code][1:]
    elif code in MESSAGES:
        zh, en = text(code, "zh"), text(code, "en")
    else:
        with force_locale("en"):
            zh, en = said, gettext(said)
    where = f" ({field})" if field else ""
    return f"{code}: {zh} / {en}{where}"


def _answer(status: int, descriptions: Sequence[str]) -> Response:
    format_ = asked_format()
    rows = [{"code": status, "description": text} for text in descriptions]
    response = Response(write(format_, "errors", rows), status, content_type=CONTENT_TYPES[format_])
    if status == 429:
        response.headers["Retry-After"] = str(60 - int(time.time()) % 60)
    elif status == 503:
        response.headers["Retry-After"] = "10"
    return response
