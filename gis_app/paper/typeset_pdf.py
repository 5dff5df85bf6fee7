"""A report as PDF: the document as JSON, set by a fixed template.

No word of the document is ever part of the template's source, so nothing in a name can be read as a command.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from gis_app.paper import typst_run
from gis_app.paper.document import (
    NOTHING,
    Block,
    Document,
    Figures,
    Pair,
    Paragraph,
    Picture,
    Signatures,
    Table,
    said,
)
from gis_app.paper.text import clean

TEMPLATE = Path(__file__).parent / "templates" / "monthly.typ"
NUMERALS = "一二三四五六七八九十"
MARKS = {"good": "●", "bad": "▲"}
_LONG = re.compile(r"[!-~\u00a1-\u024f]{20,}")
_PIECE = 12
UNBROKEN = 14  # a table of so few rows stays on one page


def pdf(made: Document) -> bytes:
    """Return the report as PDF; raises Unavailable where it cannot be typeset."""
    files = {"report.json": json.dumps(told(made), ensure_ascii=False, allow_nan=False).encode()}
    files |= {f"{one.key}.svg": one.svg for one in made.pictures()}
    return typst_run.compile(TEMPLATE.read_text(encoding="utf-8"), files, "pdf", made.created)


def told(made: Document) -> dict[str, Any]:
    """Return the document as the template reads it: texts only, all values in words."""
    numbers = _Numbers(made)
    return {
        "language": made.language,
        "title": words(made.title),
        "county": words(made.county),
        "period": words(made.period),
        "name": words(f"{made.county} {made.title} {made.period}"),
        "mark": made.mark,
        "words": {name: words(text) for name, text in made.words.items()},
        "facts": [[words(label), words(text)] for label, text in made.facts],
        "sections": [
            {
                "title": words(numbered(section.title, number, made.language)),
                "page": section.page,
                "blocks": [numbers.told(block) for block in section.blocks],
            }
            for number, section in enumerate(made.sections)
        ],
    }


def numbered(title: str, number: int, language: str) -> str:
    """Return a section's title with its number as the language counts."""
    return f"{NUMERALS[number]}、{title}" if language == "zh" else f"{number + 1}. {title}"


def words(text: object) -> str:
    """Return a text without control characters, with places to break where a word is longer than a column."""
    return _LONG.sub(lambda match: "\u200b".join(_pieces(match[0])), clean(text))


def _pieces(word: str) -> list[str]:
    return [word[start : start + _PIECE] for start in range(0, len(word), _PIECE)]


class _Numbers:
    """Numbers tables and pictures as they come."""

    def __init__(self, made: Document) -> None:
        self.words = made.words
        self.tables = self.pictures = 0

    def told(self, block: Block) -> dict[str, Any]:
        """Return one block as the template reads it."""
        return _TOLD[type(block)](self, block)

    def paragraph(self, one: Paragraph) -> dict[str, Any]:
        return {"kind": "paragraph", "text": words(one.text), "quiet": one.quiet}

    def figures(self, one: Figures) -> dict[str, Any]:
        cards = [
            {
                "label": words(figure.label),
                "said": figure.said,
                "unit": words(figure.unit),
                "counts": figure.counts,
                "change": words(figure.change),
                "target": figure.target,
                "verdict": figure.verdict,
                "mark": words(f"{MARKS[figure.verdict]} {self.words[figure.verdict]}")
                if figure.verdict
                else "",
            }
            for figure in one.figures
        ]
        return {"kind": "figures", "figures": cards}

    def table(self, one: Table) -> dict[str, Any]:
        self.tables += bool(one.rows)
        kinds = [column.kind for column in one.columns]
        rows = [
            [words(said(value, kind)) for value, kind in zip(row, kinds, strict=True)] for row in one.on_paper
        ]
        return {
            "kind": "table",
            "title": words(f"{self.words['table']} {self.tables} · {one.title}" if one.rows else one.title),
            "columns": [words(column.title) for column in one.columns],
            "widths": [column.width for column in one.columns],
            "aligned": [column.aligned for column in one.columns],
            "whole": len(rows) <= UNBROKEN,
            "rows": rows,
            "note": words(one.note),
            "empty": words(one.empty or self.words.get("nothing", NOTHING)),
        }

    def picture(self, one: Picture) -> dict[str, Any]:
        self.pictures += 1
        return {
            "kind": "picture",
            "title": words(f"{self.words['picture']} {self.pictures} · {one.title}"),
            "file": f"{one.key}.svg",
            "alt": words(one.alt),
            "note": words(one.note),
        }

    def pair(self, one: Pair) -> dict[str, Any]:
        sides = [
            {"title": words(side.title), "file": f"{side.key}.svg", "alt": words(side.alt)}
            for side in (one.left, one.right)
        ]
        self.pictures += 1
        title = words(f"{self.words['picture']} {self.pictures} · {one.title}")
        return {"kind": "pair", "title": title, "sides": sides}

    def signatures(self, one: Signatures) -> dict[str, Any]:
        return {
            "kind": "signatures",
            "fields": [words(name) for name in one.fields],
            "lines": [words(line) for line in one.lines],
        }


_TOLD = {
    Paragraph: _Numbers.paragraph,
    Figures: _Numbers.figures,
    Table: _Numbers.table,
    Picture: _Numbers.picture,
    Pair: _Numbers.pair,
    Signatures: _Numbers.signatures,
}
