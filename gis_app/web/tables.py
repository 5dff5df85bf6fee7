"""Sorts, filters and pages the rows of a table as they are shown, in the language they are shown in.

A filter looks at the words people see ("住宅") and at the codes behind them ("residential") alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.web.table_columns import Column, Table

PAGE_ROWS = 50


@dataclass(frozen=True)
class Query:
    """What was asked of a table: a text in any column, exact values by column, an order, a page from 1."""

    text: str = ""
    equals: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True)
class Page:
    """One page of rows, and how many there are."""

    rows: pd.DataFrame
    page: int
    pages: int


def select(table: Table, frame: pd.DataFrame, query: Query, lang: str) -> pd.DataFrame:
    """Return the rows that the query leaves, in its order, with the values as stored."""
    columns = {column.key: column for column in table.columns}
    keep = pd.Series(True, index=frame.index)
    for key, value in query.equals:
        keep &= _equal(columns[key], frame[key], value, lang)
    if query.text:
        keep &= _holds(table, frame, query.text, lang)
    rows = frame[keep]
    if query.sort:
        order = _order(columns[query.sort], rows[query.sort], lang)
        rows = rows.loc[
            order.sort_values(ascending=not query.descending, kind="stable", na_position="last").index
        ]
    return rows


def shown(table: Table, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the table's columns with codes replaced by the words for them."""
    return pd.DataFrame({column.key: worded(column, rows[column.key], lang) for column in table.columns})


def page_of(rows: pd.DataFrame, page: int) -> Page:
    """Return one page of the rows; raise BadInput for a page beyond the last."""
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    if page > pages:
        reason = _("应为 %(low)s 到 %(high)s 之间的整数", low=1, high=pages)
        raise BadInput(
            "bad_parameter",
            _("参数 %(name)s 不正确：%(reason)s", name="page", reason=reason),
            {"page": reason},
        )
    return Page(rows.iloc[(page - 1) * PAGE_ROWS : page * PAGE_ROWS], page, pages)


def worded(column: Column, values: pd.Series, lang: str) -> pd.Series:
    """Return a column as people read it: words for codes, hours in sentences."""
    if column.tell:
        return values.astype(object).map(lambda v: column.tell(v, lang), na_action="ignore")
    if not column.words:
        return values
    words = {code: labels[lang] for code, labels in column.words.items()}
    if column.many:
        return values.astype(object).map(lambda v: _joined(v, words), na_action="ignore")
    return values.astype(object).map(lambda v: words.get(v, v), na_action="ignore")


def _joined(codes: str, words: dict[str, str]) -> str:
    return "、".join(words.get(code, code) for code in codes.split(";") if code)


def _texts(values: pd.Series) -> pd.Series:
    """Return the values as folded text; a whole number has no decimals, a missing value is ""."""
    if pd.api.types.is_bool_dtype(values):
        values = values.map({True: "是 yes true", False: "否 no false"})
    elif pd.api.types.is_float_dtype(values):
        values = values.map(lambda v: f"{v:g}", na_action="ignore")
    return values.astype(object).where(values.notna(), "").astype(str).str.casefold()


def _equal(column: Column, values: pd.Series, wanted: str, lang: str) -> pd.Series:
    folded = wanted.casefold()
    if pd.api.types.is_bool_dtype(values):
        return _texts(values).str.split(" ").map(lambda words: folded in words)
    if column.numeric:
        number = pd.to_numeric(pd.Series([wanted]), errors="coerce").iloc[0]
        if pd.isna(number):
            raise BadInput(
                "bad_parameter",
                _("参数 %(name)s 不正确：%(reason)s", name=column.key, reason=_("应为数字")),
                {column.key: _("应为数字")},
            )
        return values == number
    return (_texts(values) == folded) | (_texts(worded(column, values, lang)) == folded)


def _holds(table: Table, frame: pd.DataFrame, text: str, lang: str) -> pd.Series:
    folded = text.casefold()
    found = pd.Series(False, index=frame.index)
    for column in table.columns:
        found |= _texts(worded(column, frame[column.key], lang)).str.contains(folded, regex=False)
    return found


def _order(column: Column, values: pd.Series, lang: str) -> pd.Series:
    """Return what to sort by: numbers, or texts in the order of GB 18030: Chinese by sound."""
    if column.numeric or pd.api.types.is_bool_dtype(values):
        return values
    return _texts(worded(column, values, lang)).map(lambda text: text.encode("gb18030", "replace"))
