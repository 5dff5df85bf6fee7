"""Static files, read and compressed once, named by their content so that a browser keeps them for a year.

`asset("css/base.css")` is `/static/css/base.css?v=<digest>`; asked for with that digest a file is
immutable, without it the browser asks again with the entity tag. A path with a part that begins with a
dot, or that leads out of the folder, is answered like one that does not exist. A sheet is several style
files answered as one, so that a page waits for one answer instead of five.
"""

from __future__ import annotations

import mimetypes
import os
import re
import threading
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, request

from gis_app.errors import NotFound
from gis_app.web.access import open_to_all
from gis_app.web.bytes import LASTING_ENCODINGS, MIN_ENCODED, matches, negotiated
from gis_app.web.services import services

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "public, no-cache"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
PRINT_FILE = "css/print.css"
FRAME_FILES = ("css/tokens.css", "css/base.css")
MAP_FILES = ("css/panels.css", "vendor/leaflet/leaflet.css", "css/map.css")
SHEETS = {
    "css/frame_sheet.css": FRAME_FILES,
    "css/map_sheet.css": (*FRAME_FILES, *MAP_FILES, PRINT_FILE),
}
_RELATIVE_URL = re.compile(r"(?<=url\()(?![/#\"']|data:)")
# What may be imported as a module.
MODULES = ("js/**/*.js", "vendor/idb/build/*.js", "vendor/qr/*.js", "vendor/gcoord/*.js")
COMPRESSED = {".js", ".mjs", ".css", ".svg", ".json", ".map", ".webmanifest", ".txt", ".md"}


@dataclass
class Asset:
    """One file in memory: its bytes, type, digest and encoded forms."""

    body: bytes
    content_type: str
    digest: str
    stamp: tuple
    compressible: bool
    encoded: dict[str, bytes] = field(default_factory=dict)

    def form(self, encoding: str) -> bytes:
        """Return the bytes in that coding, making them on the first call."""
        if encoding not in self.encoded:
            self.encoded[encoding] = LASTING_ENCODINGS[encoding](self.body)
        return self.encoded[encoding]


class Assets:
    """The files under one folder, by their path relative to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._kept: dict[str, Asset] = {}
        self._lock = threading.Lock()

    def find(self, path: str) -> Asset:
        """Return the file; raise NotFound for a name that is not one of ours."""
        try:
            if "\x00" in path or any(part.startswith(".") for part in path.split("/")):
                raise NotFound()
            stamp = tuple(map(self._stamp, SHEETS[path])) if path in SHEETS else self._stamp(path)
            kept = self._kept.get(path)
            return kept if kept is not None and kept.stamp == stamp else self._read(path, stamp)
        except OSError:
            raise NotFound() from None

    def url(self, path: str) -> str:
        """Return the address of the file with its digest; a missing file keeps its plain address."""
        try:
            return f"/static/{path}?v={self.find(path).digest}"
        except NotFound:
            return f"/static/{path}"

    def import_map(self) -> dict[str, dict[str, str]]:
        """Return an import map that gives modules, our own and those of libraries, their digests."""
        files = (file for pattern in MODULES for file in self.folder.glob(pattern))
        names = sorted(file.relative_to(self.folder).as_posix() for file in files)
        return {"imports": {f"/static/{name}": self.url(name) for name in names}}

    def _stamp(self, path: str) -> tuple[int, int]:
        stat = os.stat(f"{self.folder}/{path}")
        return stat.st_mtime_ns, stat.st_size

    def _bytes(self, path: str) -> bytes:
        file = self.folder / path
        if not file.is_file() or not file.resolve().is_relative_to(self.folder):
            raise NotFound()
        return file.read_bytes()

    def _joined(self, paths: tuple[str, ...]) -> bytes:
        """Return style files as one, the addresses in them led back to their own folders."""
        return "\n".join(map(self._style, paths)).encode()

    def _style(self, path: str) -> str:
        text = self._bytes(path).decode()
        text = _RELATIVE_URL.sub(f"/static/{path.rpartition('/')[0]}/", text)
        return f"@media print {{\n{text}}}\n" if path == PRINT_FILE else text

    def _read(self, path: str, stamp: tuple) -> Asset:
        body = self._joined(SHEETS[path]) if path in SHEETS else self._bytes(path)
        file = self.folder / path
        suffix = file.suffix.lower()
        content_type = TYPES.get(suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        compressible = suffix in COMPRESSED and len(body) >= MIN_ENCODED
        digest = blake2b(body, digest_size=8).hexdigest()
        made = Asset(body, content_type, digest, stamp, compressible)
        with self._lock:
            self._kept[path] = made
        return made


@open_to_all("the sign-in page needs its look and scripts before anybody can sign in", anonymous=True)
def static(filename: str) -> Response:
    """Serve one static file."""
    asset = services().assets.find(filename)
    encoding = negotiated(request.headers.get("Accept-Encoding", "")) if asset.compressible else ""
    etag = f'"{asset.digest}-{encoding}"' if encoding else f'"{asset.digest}"'
    current = request.args.get("v") == asset.digest
    headers = [("ETag", etag), ("Cache-Control", IMMUTABLE if current else REVALIDATE)]
    if asset.compressible:
        headers.append(("Vary", "Accept-Encoding"))
    if matches(request.headers.get("If-None-Match"), etag):
        response = Response(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    if encoding:
        headers.append(("Content-Encoding", encoding))
    body = asset.form(encoding) if encoding else asset.body
    return Response(body, headers=headers, content_type=asset.content_type)


def install(app: Flask) -> None:
    """Add the route for static files under the endpoint that Flask uses for them."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
