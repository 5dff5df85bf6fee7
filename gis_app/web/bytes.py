"""Answers made once: a body is computed once per revision and parameters, encoded once per coding, and kept.

The entity tag is a digest of what the answer depends on (route, parameters, snapshot, privacy class,
language), so it is known before anything is computed and a matching If-None-Match never touches geometry.
The cache is bounded in bytes; the least recently used goes first, and two requests for the same answer
compute it once.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

import brotli
import zstandard
from flask import Response, request

from gis_app.web.services import services

# In order of preference where the client values them alike: the smallest answer first.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
# A file that lasts is encoded once in the life of a process, so it is encoded well.
LASTING_ENCODINGS = ENCODINGS | {"br": lambda body: brotli.compress(body, quality=10)}
# A page with a fresh nonce is encoded for every answer, so it is encoded fast.
FAST_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=1),
    "zstd": lambda body: zstandard.ZstdCompressor(level=1).compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=1, mtime=0),
}
MIN_ENCODED = 512
CACHE_CONTROL = "private, no-cache"


class ByteCache:
    """Keeps encoded bodies by key, at most `limit` bytes of them."""

    def __init__(self, limit: int = 128 * 2**20) -> None:
        self.limit = limit
        self._kept: OrderedDict[tuple, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._making: dict[tuple, threading.Lock] = {}

    def get(self, tag: str, encoding: str, make: Callable[[], bytes]) -> bytes:
        """Return the body of `tag` in `encoding` ("" is plain), computing and encoding it at most once."""
        key = (tag, encoding)
        found = self._find(key)
        if found is not None:
            return found
        if not encoding:
            return self._once(key, make)
        return self._once(key, lambda: ENCODINGS[encoding](self.get(tag, "", make)))

    def put(self, tag: str, encoding: str, body: bytes) -> None:
        """Keep a body that was made elsewhere."""
        self._keep((tag, encoding), body)

    @property
    def size(self) -> int:
        """The number of bytes kept."""
        return self._size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _find(self, key: tuple) -> bytes | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _once(self, key: tuple, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                found = self._find(key)
                if found is None:
                    found = make()
                    self._keep(key, found)
                return found
        finally:
            with self._lock:
                self._making.pop(key, None)

    def _keep(self, key: tuple, body: bytes) -> None:
        if len(body) > self.limit:
            return
        with self._lock:
            self._size += len(body) - len(self._kept.get(key, b""))
            self._kept[key] = body
            while self._size > self.limit:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped)


def respond(
    parts: tuple,
    make: Callable[[], bytes],
    content_type: str,
    download: str | None = None,
    tag: str | None = None,
) -> Response:
    """Answer the current request with the bytes that `make` returns, or with 304 where the client has them.

    `parts` holds everything the body depends on; the route and the parameters that were used belong in it.
    `download` is an ASCII file name under which a browser shall save the answer; `tag` replaces the digest of
    the parts where others must know it.
    """
    encoding = negotiated(request.headers.get("Accept-Encoding", ""))
    tag = tag or digest(request.endpoint, *parts)
    etag = f'"{tag}-{encoding}"' if encoding else f'"{tag}"'
    headers = [("ETag", etag), ("Cache-Control", CACHE_CONTROL), ("Vary", "Accept-Encoding, Cookie")]
    if matches(request.headers.get("If-None-Match"), etag):
        response = Response(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    body = services().cache.get(tag, encoding, make)
    if encoding:
        headers.append(("Content-Encoding", encoding))
    if download:
        headers.append(("Content-Disposition", f'attachment; filename="{download}"'))
    return Response(body, headers=headers, content_type=content_type)


def digest(*parts: object) -> str:
    """Return a short stable digest of the parts an answer depends on."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def matches(if_none_match: str | None, etag: str) -> bool:
    """Tell whether an If-None-Match header names the tag (weak comparison, as for GET)."""
    if not if_none_match:
        return False
    if if_none_match == etag:
        return True
    given = (one.strip().removeprefix("W/") for one in if_none_match[:4000].split(","))
    return any(one in (etag, "*") for one in given)


@lru_cache(maxsize=256)
def negotiated(accept_encoding: str) -> str:
    """Return the coding to use for an Accept-Encoding header, "" for none: best wished, then smallest."""
    wishes: dict[str, float] = {}
    for part in accept_encoding[:500].lower().split(","):
        name, _, quality = part.strip().partition(";")
        wishes[name.strip()] = _quality(quality)
    best = max(ENCODINGS, key=lambda name: wishes.get(name, wishes.get("*", 0.0)))
    return best if wishes.get(best, wishes.get("*", 0.0)) > 0 else ""


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
