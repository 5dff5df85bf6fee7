"""gunicorn's threaded worker, with our headers also on what never reaches the application.

A request that is no HTTP, or too long, is answered by gunicorn itself; that answer is written past every
`after_request`, so the headers are put into it on its way to the socket.
"""

from __future__ import annotations

import socket
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from gis_app.web.headers import ALWAYS, DATA_POLICY

_LINES = (*ALWAYS, ("Content-Security-Policy", DATA_POLICY), ("Cache-Control", "no-store"))
HEADERS = "".join(f"{name}: {value}\r\n" for name, value in _LINES).encode("ascii")


class Worker(ThreadWorker):
    """Serves requests in threads."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read as a request."""
        super().handle_error(req, _WithHeaders(client), addr, exc)


class _WithHeaders:
    """A socket that puts our headers after the status line of what is sent through it."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client

    def sendall(self, data: bytes) -> None:
        status, end, rest = data.partition(b"\r\n")
        self._client.sendall(status + end + HEADERS + rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
