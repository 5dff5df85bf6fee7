"""The peers in the browser: bare Leaflet pages and plain folium pages, from a static server with gzip."""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor" / "leaflet"
SHOWN = "requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('first-overlay')));"
HEAD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>bare</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/leaflet.css"><script src="/leaflet.js"></script>
<style>html, body, #map { height: 100%; margin: 0 }</style></head><body><div id="map"></div><script>"""
BARE = (
    HEAD
    + """fetch("/data.geojson").then((answer) => answer.json()).then((data) => {
  const map = L.map("map", {preferCanvas: true}), layer = L.geoJSON(data);
  map.fitBounds(layer.getBounds());
  layer.addTo(map);
  """
    + SHOWN
    + "});</script></body></html>"
)


def folium_page(html: str) -> str:
    """Return a page that folium rendered, with Leaflet from here and a mark when its polygons are drawn."""
    return html.replace("</html>", f"<script>{SHOWN}</script></html>")


@contextlib.contextmanager
def static_server(files: dict[str, tuple[str, str | bytes]]) -> Iterator[str]:
    """Serve {path: (content type, content)} and Leaflet on loopback; yields the address."""
    contents = {path: (kind, _packed(content)) for path, (kind, content) in files.items()}
    contents["/leaflet.js"] = ("text/javascript", _packed((VENDOR / "leaflet.js").read_bytes()))
    contents["/leaflet.css"] = ("text/css", _packed((VENDOR / "leaflet.css").read_bytes()))

    class Handler(BaseHTTPRequestHandler):
        """Answer from the dictionary."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """Send one of the files."""
            kind, body = contents.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in contents else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if body:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _packed(content: str | bytes) -> bytes:
    return gzip.compress(content if isinstance(content, bytes) else content.encode(), 9)
