"""From a broken rule to a sentence that a person can act on."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from gis_app.errors import Fault
from gis_app.layers.messages import MESSAGES

_TYPE_WORDS = {"str": "文本", "int64": "整数", "bool": "是/否（true/false）"}
_BUILT_IN = {"not_nullable": "missing_value", "field_uniqueness": "duplicate_code"}
MAX_VALUE = 80


def fault(code: str, field: str, *, row: int | None = None, title: str = "", value="", detail="") -> Fault:
    """Make a Fault from a code of `MESSAGES`."""
    message, remedy, severity = MESSAGES[code]
    words = {"field": field, "title": title or field, "value": _shorten(value), "detail": detail}
    return Fault(row, field, code, message.format(**words), remedy.format(**words), severity)


def from_pandera(schema: pa.DataFrameSchema, frame: pd.DataFrame, cases: pd.DataFrame) -> list[Fault]:
    """Return pandera's failure cases as Faults, one for each row and rule."""
    titles = {key: column.title for key, column in schema.columns.items()}
    found: dict[tuple, Fault] = {}
    mistyped = []
    for column, check, value, index in zip(
        cases["column"], cases["check"], cases["failure_case"], cases["index"], strict=True
    ):
        row = None if pd.isna(index) else int(index) + 1
        code, _, detail = _BUILT_IN.get(check, check).partition(":")
        if code == "column_in_dataframe":
            field = str(value)
            found[None, field, code] = fault("missing_column", field, title=titles[field])
        elif code == "code_contradicts_parent":
            found[row, detail, code] = _contradiction(schema, frame, row, detail, titles)
        elif code in MESSAGES:
            found[row, column, code] = fault(
                code, column, row=row, title=titles[column], value=value, detail=detail
            )
        else:
            mistyped.append((column, row, value))
    told = {field for _, field, _ in found}
    for column, row, value in mistyped:
        field = column if column in titles else schema.metadata["code"]
        if field not in told:
            metadata = schema.columns[field].metadata or {}
            words = _TYPE_WORDS.get(metadata.get("kind"), "图形")
            found[row, field, "wrong_type"] = fault(
                "wrong_type", field, row=row, title=titles[field], value=value, detail=words
            )
    return list(found.values())


def _contradiction(schema, frame: pd.DataFrame, row: int | None, parent: str, titles: dict) -> Fault:
    own = schema.metadata["code"]
    child = own if own != "block_code" else "grid_code"
    values = frame.iloc[row - 1] if row else None
    value = f"{values[child]} ≠ {values[parent]}…" if row else ""
    detail = len(str(values[parent])) if row else ""
    return fault("code_contradicts_parent", parent, row=row, title=titles[parent], value=value, detail=detail)


def _shorten(value: object) -> str:
    words = str(value)
    return words if len(words) <= MAX_VALUE else words[:MAX_VALUE] + "…"
