"""A sheet as a file: a PDF of one vector page with its fonts in it, a PNG, or the SVG itself."""

from __future__ import annotations

import json
from datetime import datetime

from gis_app.errors import BadInput
from gis_app.paper import typst_run
from gis_app.paper.drawing import draw_map
from gis_app.paper.sheet import MapSheet
from gis_app.paper.text import clean

FORMATS = ("pdf", "svg", "png")
DPIS = (150, 300)
SECONDS = 240
# No word of a person stands in the source: title and description come from a file, the map from another.
SOURCE = """#let told = json("told.json")
#set document(title: told.title, author: told.author, date: datetime(..told.date))
#set page(width: told.width * 1mm, height: told.height * 1mm, margin: 0mm)
#set text(font: "Noto Sans CJK SC", lang: told.lang)
#image("map.svg", width: 100%, height: 100%, alt: told.title)
"""


def made(sheet: MapSheet, format: str, created: datetime, dpi: int = DPIS[0]) -> bytes:
    """Return a sheet as a file of one of `FORMATS`; `created` (aware) is the date that a PDF bears.

    Raises BadInput for a wrong format or resolution, Unavailable where it cannot be typeset.
    """
    if format not in FORMATS:
        raise BadInput("bad_format", "没有这种文件格式", {"format": " ".join(FORMATS)})
    if dpi not in DPIS:
        raise BadInput("bad_dpi", "没有这种分辨率", {"dpi": " ".join(map(str, DPIS))})
    drawing = draw_map(sheet)
    if format == "svg":
        return drawing
    width, height = sheet.size_mm
    told = {
        "title": clean(sheet.title or sheet.legend.get("title", "")),
        "author": clean(sheet.attribution),
        "date": {"year": created.year, "month": created.month, "day": created.day},
        "width": width,
        "height": height,
        "lang": sheet.language,
    }
    files = {"told.json": json.dumps(told, ensure_ascii=False).encode(), "map.svg": drawing}
    return typst_run.compile(SOURCE, files, format, created, dpi=dpi, seconds=SECONDS)
