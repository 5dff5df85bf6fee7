"""Sends one message and says how it was answered: no redirect, no proxy, no patience beyond a few seconds.

The connection goes to the address that was checked; the name is used for the Host header and for TLS alone.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from typing import NamedTuple

from gis_app.webhooks.addresses import Target

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 10.0
ANSWER_BYTES, SHOWN = 4096, 200
AGENT = "gis-app-webhook/1"
GONE = 410
# What went wrong without any answer, by code; the page has the words.
REFUSED, LATE, CUT, TLS = "refused", "late", "cut", "tls"


class Answer(NamedTuple):
    """How a message was answered: status (0 for none), the beginning of the body, or what went wrong."""

    status: int = 0
    text: str = ""
    fault: str = ""
    retry_after: float = 0.0

    @property
    def good(self) -> bool:
        """Tell whether the receiver has taken it."""
        return 200 <= self.status < 300


def send(target: Target, headers: dict[str, str], body: bytes, seconds: float = WHOLE_SECONDS) -> Answer:
    """Send a body by POST and return the answer; whatever the receiver does, it ends within `seconds`."""
    end = time.monotonic() + seconds
    connection = _Pinned(target, min(CONNECT_SECONDS, seconds))
    late = threading.Timer(seconds, connection.cut)
    late.daemon = True
    late.start()
    try:
        return _asked(connection, target, headers, body)
    except ssl.SSLError as error:
        return Answer(fault=TLS, text=_plain(str(error.reason or "")))
    except (TimeoutError, OSError, http.client.HTTPException, ValueError):
        if connection.is_cut or time.monotonic() >= end:
            return Answer(fault=LATE)
        return Answer(fault=CUT if connection.connected else REFUSED)
    finally:
        late.cancel()
        connection.close()


def _asked(connection: _Pinned, target: Target, headers: dict[str, str], body: bytes) -> Answer:
    own = {"Host": target.authority, "User-Agent": AGENT, "Content-Type": "application/json"}
    connection.request("POST", target.path, body, own | headers | {"Connection": "close"})
    answer = connection.getresponse()
    text = answer.read(ANSWER_BYTES).decode("utf-8", "replace")
    if connection.is_cut:  # what ends with the cut, headers above all, only looks whole
        raise TimeoutError
    return Answer(answer.status, _plain(text), retry_after=_seconds(answer.getheader("Retry-After")))


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever its host is called; it can be cut from another thread."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target
        self.connected = self.is_cut = False

    def connect(self) -> None:
        """Connect to the checked address, with TLS for the name where the scheme asks for it."""
        plain = socket.create_connection((self._target.address, self.port), self.timeout)
        self.sock = plain
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        self.connected = True
        self.sock.settimeout(WHOLE_SECONDS)
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        """End it at once, whatever it waits for."""
        self.is_cut = True
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _plain(text: str) -> str:
    """Return the beginning of what a receiver said, as one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in text[: SHOWN * 2]).strip()[:SHOWN]


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0.0
