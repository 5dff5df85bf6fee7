"""One JSON line per request: what was asked, how it ended, how long it took. Nothing about people.

The route is the rule, never the address, so that no search word, code or file name gets into a log; an
account is its number, never its name; a caller's network address is left to the proxy in front.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time

import orjson
from flask import Flask, Response, g, request

from gis_app import clock

requests_log = logging.getLogger("gis_app.requests")
log = logging.getLogger("gis_app")


def configure(level: int = logging.INFO) -> None:
    """Send our log lines to standard error, once per process."""
    if any(getattr(handler, "gis_app", False) for handler in log.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    handler.gis_app = True
    log.addHandler(handler)
    log.setLevel(level)
    log.propagate = False


class JsonLine(logging.Formatter):
    """Writes a record as one line of JSON; a mapping given as the message becomes its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {"time": clock.now().isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        if isinstance(record.msg, dict):
            line |= record.msg
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def install(app: Flask) -> None:
    """Number every request and log it when it has been answered."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)


def _finish(response: Response) -> Response:
    response.headers.add("X-Request-Id", g.get("request_id", ""))
    if requests_log.isEnabledFor(logging.INFO):
        account = g.get("account")
        requests_log.info(
            {
                "request": g.get("request_id"),
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 2),
                "account": account.account_id if account else None,
            }
        )
    return response
