"""Takes the marked blocks out of a page of the manual: what is to be run, and what it must say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from gis_app import create_app
from tests.conftest import sign_in
from tests.web.county import PASSWORD, make_instance

ANYTHING = "…"


@dataclass
class Block:
    """One <pre> of a page: its data attributes without "data-", and its text."""

    marks: dict[str, str]
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.inside = True
            marks = {name.removeprefix("data-"): value or "" for name, value in attrs}
            self.blocks.append(Block(marks))

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1].text += data


def blocks_of(html: str) -> list[Block]:
    """Return every <pre> of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.blocks


def says(expected: str, said: str) -> bool:
    """Tell whether an output is what a page promises; "…" stands for anything, lines too."""
    parts = (re.escape(part.strip("\n")) for part in expected.strip().split(ANYTHING))
    return re.fullmatch(r"[\s\S]*?".join(parts), said.strip()) is not None


def manual_page(folder: Path, slug: str) -> dict[str, str]:
    """Return a page of the manual by language, as an application of its own on a toy county shows it."""
    client = create_app(make_instance(folder / "instance")).test_client()
    sign_in(client, "administrator", PASSWORD)
    answers = {lang: client.get(f"/help/{slug}?lang={lang}") for lang in ("zh", "en")}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {lang: answer.get_data(as_text=True) for lang, answer in answers.items()}


class _Tables(HTMLParser):
    """Collects the cells of every body row under the nearest heading with an id."""

    def __init__(self) -> None:
        super().__init__()
        self.anchor, self.rows, self.cell = "", {}, None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3"):
            self.anchor = dict(attrs).get("id") or ""
        elif tag == "tbody":
            self.rows.setdefault(self.anchor, [])
        elif tag == "tr" and self.anchor in self.rows:
            self.rows[self.anchor].append([])
        elif tag in ("th", "td") and self.rows.get(self.anchor):
            self.cell = []
        elif self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td") and self.cell is not None:
            self.rows[self.anchor][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def cells_of(html: str) -> dict[str, list[list[str]]]:
    """Return the texts of the cells of each table's body, by the anchor of the heading above it."""
    reader = _Tables()
    reader.feed(html)
    return reader.rows
