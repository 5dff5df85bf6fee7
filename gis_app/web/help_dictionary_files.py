"""The data dictionary to take away: one workbook with a sheet for each part, or one list as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response

from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.exchange.writers.table_files import csv_text
from gis_app.web import help_dictionary_words as words
from gis_app.web.access import requires
from gis_app.web.bytes import digest, respond
from gis_app.web.help_dictionary import COLUMNS, LANGUAGES, Section, sections
from gis_app.web.i18n import language
from gis_app.web.params import Params

rooms = Blueprint("help_dictionary_files", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDTHS = (18, 24, 24, 22, 16, 10, 60, 50, 60)
PLACE: tuple[words.Words, words.Words] = (("表", "Table"), ("表的名称", "Title of the table"))


@rooms.get("/help/dictionary.xlsx")
@requires("help:page:read")
def as_workbook() -> Response:
    """Give the dictionary as a workbook."""
    lang = Params("lang").choice("lang", LANGUAGES, language())
    return _file("xlsx", lang, XLSX, lambda: workbook(_sheets(lang)))


@rooms.get("/help/dictionary.csv")
@requires("help:page:read")
def as_csv() -> Response:
    """Give the dictionary as one list."""
    lang = Params("lang").choice("lang", LANGUAGES, language())
    return _file("csv", lang, CSV, lambda: csv_text(_header(lang), _rows(sections(lang))))


def _file(kind: str, lang: str, mimetype: str, make: Callable[[], bytes]) -> Response:
    parts = ("dictionary", kind, lang, digest(repr(sections(lang))))
    return respond(parts, make, mimetype, f"data-dictionary-{lang}.{kind}")


def _sheets(lang: str) -> list[Sheet]:
    at = LANGUAGES.index(lang)
    return [
        Sheet(said[at], _header(lang), _rows([one for one in sections(lang) if one.part == part]), WIDTHS)
        for part, said in words.PARTS.items()
    ]


def _header(lang: str) -> list[str]:
    at = LANGUAGES.index(lang)
    return [*(said[at] for said in PLACE), *(words.HEADS[name][at] for name in COLUMNS)]


def _rows(found: Iterable[Section]) -> Iterator[list[str]]:
    for section in found:
        for row in section.rows:
            yield [section.name, section.title, *(getattr(row, name) for name in COLUMNS)]
