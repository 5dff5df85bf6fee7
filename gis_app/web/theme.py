"""The colours a person chose, written into the page by the server, so that no script runs before the styles.

The choice is a cookie that static/js/header.js writes; `?theme=` in an address goes before it.
"""

from __future__ import annotations

from flask import request

THEMES = ("light", "dark", "sunlight")
COOKIE = "theme"


def theme() -> str:
    """Return the name of the colours for this request, the light ones where nobody chose."""
    wished = request.args.get("theme") or request.cookies.get(COOKIE)
    return wished if wished in THEMES else THEMES[0]
