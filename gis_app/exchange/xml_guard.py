"""Refuse XML that could harm before any parser sees it: document types, entities, text hidden by encoding."""

from __future__ import annotations

import re

from gis_app.errors import Rejected
from gis_app.exchange.messages import fault

ENCODINGS = frozenset(
    ["utf-8", "utf8", "utf-16", "us-ascii", "ascii", "gbk", "gb2312", "gb18030", "iso-8859-1", "windows-1252"]
)
_FORBIDDEN = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
_DECLARED = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_TAIL = 64


class XmlGuard:
    """Watches XML go by in pieces; `feed` raises Rejected at the first thing that is not allowed."""

    def __init__(self) -> None:
        self._tail, self._begun = b"", False

    def feed(self, chunk: bytes) -> None:
        """Look at the next piece; NUL bytes are dropped, so that UTF-16 hides nothing."""
        plain = chunk.replace(b"\0", b"")
        if not self._begun:
            self._begun = True
            _check_start(plain)
        if _FORBIDDEN.search(self._tail + plain):
            raise Rejected([fault("xml_entities", "file")])
        self._tail = (self._tail + plain)[-_TAIL:]


def _check_start(plain: bytes) -> None:
    words = plain
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        words = words.removeprefix(mark)
    words = words.lstrip()
    if words and not words.startswith(b"<"):
        raise Rejected([fault("xml_encoding", "file", value="未知")])
    declared = _DECLARED.match(words)
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name not in ENCODINGS:
        raise Rejected([fault("xml_encoding", "file", value=name)])
