"""Makes layers to write out of the rows of tables: which fields, called what, and what a file never holds.

A file leaves the chain of handling, so mediation and other incidents whose place is not public are in none,
whoever asks. Fields are the stored ones under their code words, or those of the screen in people's words.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.exchange.writers.model import Layer
from gis_app.incidents.model import PRIVATE_CATEGORIES
from gis_app.layers import schema
from gis_app.web import tables
from gis_app.web.table_columns import Table

YES_NO = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
LABEL = "name"


def public(table: Table, frame: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a file may hold."""
    if table.name != "incidents":
        return frame
    closed = set(classes["class_code"][~classes["location_public"].astype(bool)])
    private = set(classes["class_code"][classes["parent_code"].isin(closed)]) | closed
    return frame[~(frame["category"].isin(PRIVATE_CATEGORIES) | frame["class_code"].isin(private))]


def layer_of(table: Table, rows: pd.DataFrame, lang: str, words: bool) -> Layer:
    """Return rows of a table as a layer, in people's words or under the code words."""
    shapes = np.asarray(rows["geometry"].array, dtype=object) if "geometry" in rows else None
    frame, titles = _in_words(table, rows, lang) if words else _in_codes(table, rows)
    label = next((str(one.label) for one in table.columns if one.key == LABEL), "") if words else LABEL
    return Layer(table.name, str(table.title), frame.reset_index(drop=True), titles, shapes, label)


def filter_words(table: Table, query: tables.Query, lang: str) -> str:
    """Return in words what a filter leaves, "" for everything."""
    titles = {column.key: str(column.label) for column in table.columns}
    parts = [f"“{query.text}”"] if query.text else []
    parts += [f"{titles[key]} = {value}" for key, value in query.equals]
    return {"zh": "；", "en": "; "}[lang].join(parts)


def _in_words(table: Table, rows: pd.DataFrame, lang: str) -> tuple[pd.DataFrame, dict[str, str]]:
    shown = tables.shown(table, rows, lang)
    for name in shown.columns:
        if pd.api.types.is_bool_dtype(shown[name]):
            shown[name] = shown[name].map(YES_NO[lang])
    frame = shown.set_axis([str(column.label) for column in table.columns], axis=1)
    return frame, {name: name for name in frame.columns}


def _in_codes(table: Table, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    titles = {column.key: str(column.label) for column in table.columns}
    if table.name in schema.LAYERS:
        declared = schema.schema(table.name).columns
        stored = {name: column.title for name, column in declared.items() if name != "geometry"}
        titles = {name: titles.get(name, title) for name, title in stored.items()} | titles
    # A name may be a kind of text of the database's that a writer does not take for one.
    return pd.DataFrame(rows[list(titles)]).set_axis([str(name) for name in titles], axis=1), titles
