"""Serves the application in its production form: gunicorn with threads, waitress where gunicorn does not run.

The application is made before the workers are forked, so that they share its modules and the Atlas;
connections to the store are not shared (the store sees to that at the fork). Ctrl-C or SIGTERM lets
running requests end.
"""

from __future__ import annotations

import ipaddress
import logging
import sys

from flask import Flask

from gis_app.errors import Forbidden
from gis_app.people.demonstration import demonstration_accounts_open
from gis_app.settings import Settings
from gis_app.web.application import make_application
from gis_app.web.limits import ADDRESS_CHARACTERS
from gis_app.web.services import KEY, Services
from gis_app.web.warm import warm

log = logging.getLogger("gis_app")
GRACE_SECONDS = 15
REQUEST_SECONDS = 120


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop.

    Raises Forbidden where the address can be reached from elsewhere while the demonstration accounts, whose
    password is published, can sign in.
    """
    app = make_application(settings)
    check_host(app)
    warm(app)
    if sys.platform == "win32":
        _serve_waitress(app, settings)
    else:
        _serve_gunicorn(app, settings)


def check_host(app: Flask) -> None:
    """Raise Forbidden for a host beyond loopback while somebody could sign in with a published password."""
    parts: Services = app.extensions[KEY]
    if not is_loopback(parts.settings.host) and demonstration_accounts_open(parts.store):
        raise Forbidden(
            "demonstration_accounts",
            f"示范账号的密码是公开的，服务只能监听本机地址，不能监听 {parts.settings.host}。"
            "请先停用示范账号或为其设置新密码，或把 GIS_HOST 改回 127.0.0.1",
            {"GIS_HOST": parts.settings.host},
        )


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _serve_gunicorn(app: Flask, settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """Hands our settings and application to gunicorn; it reads no configuration of its own."""

        def load_config(self) -> None:
            for name, value in gunicorn_options(settings).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    Server().run()


def gunicorn_options(settings: Settings) -> dict[str, object]:
    """Return gunicorn's options; its access log and its warnings name network addresses, ours do not."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "gis_app.web.worker.Worker",
        "threads": settings.threads,
        "preload_app": True,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 30,
        "limit_request_line": ADDRESS_CHARACTERS * 2 + 100,
        "limit_request_field_size": 16_384,
        "forwarded_allow_ips": "",
        "accesslog": None,
        "loglevel": "error",
        "control_socket_disable": True,
        "proc_name": "gis-app",
    }


def _serve_waitress(app: Flask, settings: Settings) -> None:
    import waitress

    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.workers * settings.threads,
        ident=None,
        max_request_header_size=16_384,
    )
