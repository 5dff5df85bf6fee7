"""A receiver of webhooks as others would run one: a real server on loopback that keeps all it gets."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

LOOPBACK = "127.0.0.0/8"


class Got(NamedTuple):
    """One request: when it came, its path, headers in lower case, and body."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Keeps every request, and answers each as `answer(number, got)` says: (status, headers)."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[int, Got], tuple[int, dict[str, str]]] = lambda _number, _got: (200, {})
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                named = {name.lower(): value for name, value in self.headers.items()}
                one = Got(time.monotonic(), self.path, named, body)
                with outer.lock:
                    outer.got.append(one)
                    number = len(outer.got)
                status, headers = outer.answer(number, one)
                with contextlib.suppress(OSError):  # whoever asked may have gone
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(b"taken" if status < 300 else b"no")

            do_GET = do_POST

            def log_message(self, *_given) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """Return the ids of the messages in the order in which they came."""
        return [one.headers["webhook-id"] for one in self.got]

    def wait_for(self, count: int, seconds: float = 15) -> None:
        """Return when so many requests have come; raises TimeoutError."""
        until(lambda: len(self.got) >= count, seconds)


def until(holds: Callable[[], object], seconds: float = 15) -> None:
    """Return when something holds; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver during the block."""
    made = Receiver()
    thread = threading.Thread(target=made._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made._server.shutdown()
        made._server.server_close()
        thread.join()
