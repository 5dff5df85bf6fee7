"""Writes layers as Shapefiles in UTF-8 (.cpg) with their projection (.prj), and a list of their field names.

The format's own limits are told, not hidden: names of ten bytes, texts of 254 bytes, no difference between an
empty text and none.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gis_app.exchange.writers.frames import write_frame
from gis_app.exchange.writers.model import Layer
from gis_app.exchange.writers.shape_names import cut, short_names
from gis_app.exchange.writers.systems import System
from gis_app.exchange.writers.table_files import csv_text

LONGEST = 254
LEGEND = {
    "zh": ("文件", "字段名", "原字段", "含义"),
    "en": ("file", "field", "full name", "meaning"),
}
SHORTENED = {
    "zh": "{title}：{n} 个文字值超过 Shapefile 的 254 字节上限，已截短；需要全文请用 GeoPackage",
    "en": "{title}: {n} texts exceed Shapefile's 254 bytes and were cut; use GeoPackage for whole texts",
}


def write_shapefile(layer: Layer, system: System, folder: Path, language: str) -> list[str]:
    """Write one layer into a folder and return what has to be said about it."""
    names = short_names(list(layer.frame.columns))
    frame, shortened = _fitting(layer.frame)
    kind = "shp" if layer.shapes is not None else "dbf"
    path = folder / f"{layer.name}.{kind}"
    write_frame(frame.rename(columns=names), layer.shapes, system, path, "ESRI Shapefile", encoding="UTF-8")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    note = SHORTENED[language].format(title=layer.title, n=f"{shortened:,}")
    return [note] if shortened else []


def legend(layers: list[Layer], language: str) -> bytes:
    """Return the list of field names of all layers as CSV bytes."""
    rows = [
        (layer.name, short, name, layer.titles.get(name, name))
        for layer in layers
        for name, short in short_names(list(layer.frame.columns)).items()
    ]
    return csv_text(LEGEND[language], rows)


def _fitting(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame with texts that fit, and how many did not."""
    fitting, shortened = {}, 0
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_bool_dtype(values):
            values = values.astype("int32")
        elif not pd.api.types.is_numeric_dtype(values):
            whole = values.astype(object).where(values.notna(), None)
            values = whole.map(lambda text: cut(str(text), LONGEST), na_action="ignore")
            shortened += int((whole.notna() & (whole.astype(str) != values.astype(str))).sum())
        fitting[name] = values
    return pd.DataFrame(fitting, index=frame.index), shortened
