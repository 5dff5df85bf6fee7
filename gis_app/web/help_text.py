"""Renders the fragments of the manual in either language, and divides each into its chapters.

A fragment is rendered in its own language whatever the request's is, so that the search knows both; the names
of buttons come from the catalogue that the product itself is translated with. What is made here is kept for
the life of the process: a manual changes with the program only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from flask import current_app, render_template
from flask_babel import force_locale
from markupsafe import Markup

from gis_app.incidents.transitions import VERBS
from gis_app.web.help_pages import BY_SLUG, HELP_PAGES, HelpPage
from gis_app.web.help_pictures import PICTURES, file_of
from gis_app.web.i18n import catalogue_of
from gis_app.web.services import services

HEADINGS = {"h2": 2, "h3": 3}
QUOTES = {"zh": ("「", "」"), "en": (Markup('"'), Markup('"'))}
STEPS = {labels["zh"]: labels for labels in VERBS.values()}
"""The steps of an incident, which no catalogue holds."""
_SPACE = re.compile(r"\s+")
_WIDE = "\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
_BETWEEN_CHINESE = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_IDS = re.compile(r'((?<![\w-])(?:id|for|aria-labelledby|aria-describedby|aria-controls)="|href="#)')


@dataclass
class Chapter:
    """One heading of a page with the text under it; the text before the first heading has anchor ""."""

    anchor: str
    level: int
    heading: str = ""
    text: str = ""


@dataclass
class Page:
    """One page in one language: its HTML and its chapters."""

    page: HelpPage
    language: str
    html: Markup
    chapters: list[Chapter] = field(default_factory=list)

    @property
    def contents(self) -> list[Chapter]:
        """The chapters that have a heading."""
        return [chapter for chapter in self.chapters if chapter.anchor]

    def within_book(self) -> Markup:
        """Return the HTML with its anchors made unlike those of the other pages of the book."""
        return Markup(_IDS.sub(rf"\g<1>{self.page.slug}-", str(self.at_once())))

    def at_once(self) -> Markup:
        """Return the HTML with its pictures loaded at once: paper does not scroll, a network may be lost."""
        return Markup(str(self.html).replace('loading="lazy"', 'loading="eager"'))


def page_text(slug: str, language: str) -> Page:
    """Return a page of the table in a language, rendered once."""
    return _page(current_app._get_current_object(), slug, language)


def every_page(language: str) -> list[Page]:
    """Return all pages of the manual in a language, in the order of the table."""
    return [page_text(page.slug, language) for page in HELP_PAGES]


@lru_cache(maxsize=64)
def _page(_app: object, slug: str, language: str) -> Page:
    page = BY_SLUG[slug]
    with force_locale(language):
        html = render_template(
            f"help/{language}/{page.template}",
            help_language=language,
            ui=lambda text: name_of(text, language),
            picture=lambda name: _picture(name, language),
            **(page.fill(language) if page.fill else {}),
        )
    return Page(page, language, Markup(html), chapters_of(html))


def name_of(text: str, language: str) -> Markup:
    """Return how the product calls a button in a language, marked as such; `text` is the Chinese sentence."""
    before, after = QUOTES[language]
    said = catalogue_of(language)[0].get(text) or STEPS.get(text, {}).get(language, text)
    return Markup('<b class="ui">{}{}{}</b>').format(before, said, after)


def _picture(name: str, language: str) -> Markup:
    picture = PICTURES[name]
    width, height = picture.pixels
    src = services().assets.url(file_of(name, language))
    shape = "phone" if picture.phone else "desktop"
    return Markup(
        '<figure class="help-picture {}">'
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy"></figure>'
    ).format(shape, src, width, height, picture.alt[language])


def chapters_of(html: str) -> list[Chapter]:
    """Return the chapters of a fragment, each with its text in one line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for chapter in reader.chapters:
        chapter.heading, chapter.text = _line(chapter.heading), _line(chapter.text)
    return [chapter for chapter in reader.chapters if chapter.anchor or chapter.text]


def _line(text: str) -> str:
    """Return a text in one line; a line break between two Chinese characters is no space."""
    return _BETWEEN_CHINESE.sub("", _SPACE.sub(" ", text)).strip()


class _Reader(HTMLParser):
    """Collects the text of a fragment under its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.chapters = [Chapter("", 2)]
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id")
        if tag in HEADINGS and anchor:
            self.chapters.append(Chapter(anchor, HEADINGS[tag]))
            self._inside = tag
        elif tag not in {"b", "em", "strong", "code", "a", "kbd", "span", "mark"}:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        chapter = self.chapters[-1]
        if self._inside:
            chapter.heading += data
        else:
            chapter.text += data
