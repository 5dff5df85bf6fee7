"""Pictures for files that cannot hold a drawing: the same drawing as dots, by the same typesetter."""

from __future__ import annotations

from datetime import datetime

from gis_app.paper import typst_run
from gis_app.paper.document import Picture

DPI = 200.0
SOURCE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg")\n'


def png(one: Picture, created: datetime) -> bytes:
    """Return a picture as PNG; raises Unavailable where it cannot be made."""
    return typst_run.compile(SOURCE, {"picture.svg": one.svg}, "png", created, dpi=DPI)
