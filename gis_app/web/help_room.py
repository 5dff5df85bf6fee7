"""The manual in the application: contents, pages, search, and the whole of it to be printed.

Everybody who is signed in may read every page; it holds no data of the county. Its pages use no script but
the header's and no nonce, so that a page can have an entity tag: the policy that goes with it is the same for
a fresh answer and for one that the browser kept.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, current_app, g, render_template, request

from gis_app.errors import NotFound
from gis_app.web.access import requires
from gis_app.web.bytes import CACHE_CONTROL, digest, matches
from gis_app.web.help_links import chapter_for
from gis_app.web.help_pages import BY_SLUG, HELP_PAGES, PARTS
from gis_app.web.help_search import Entry, Index, highlighted, snippet
from gis_app.web.help_text import Chapter, Page, every_page, page_text
from gis_app.web.i18n import LANGUAGES, language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params

rooms = Blueprint("help", __name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)


@rooms.app_context_processor
def _words() -> dict:
    account = g.get("account")
    return {"help_href": chapter_for(request.path, account.role if account else None)}


@rooms.get("/help")
@requires("help:page:read")
def index() -> Response:
    """Show the contents list, the reader's own manual first."""
    Params()
    lang = language()
    own = next((page for page in HELP_PAGES if g.account.role in page.roles), None)
    parts = [(PARTS[part][lang], [page for page in HELP_PAGES if page.part == part]) for part in PARTS]
    chapters = {page.slug: page_text(page.slug, lang).contents for page in HELP_PAGES}
    return _answer("help/index.html", own=own, parts=parts, chapters=chapters, lang=lang)


@rooms.get("/help/<slug>")
@requires("help:page:read")
def page(slug: str) -> Response:
    """Show one page of the manual; `lang` gives it in the other language than the interface."""
    lang = Params("lang").choice("lang", LANGUAGES, language())
    if slug not in BY_SLUG:
        raise NotFound()
    at = HELP_PAGES.index(BY_SLUG[slug])
    before, after = HELP_PAGES[max(at - 1, 0) : at], HELP_PAGES[at + 1 : at + 2]
    return _answer(
        "help/page.html",
        one=page_text(slug, lang),
        before=before[0] if before else None,
        after=after[0] if after else None,
        parts=[(PARTS[part][lang], [page for page in HELP_PAGES if page.part == part]) for part in PARTS],
        lang=lang,
    )


@rooms.get("/field/help")
@requires("help:page:read")
def field() -> Response:
    """Show the worker's manual as a phone keeps it, within the reach of the field page's service worker."""
    Params()
    lang = language()
    return _answer("help/field.html", one=page_text("worker", lang), lang=lang)


@rooms.get("/help/search")
@requires("help:page:read")
def search() -> Response:
    """Show the chapters that hold what was typed, in the reader's language first."""
    query = Params("q").text("q")
    found = [_hit(entry.key, entry, query) for entry in _found(query)]
    return _answer("help/search.html", query=query, found=found, lang=language())


@rooms.get("/help/book")
@requires("help:page:read")
def book() -> Response:
    """Show all manuals as one page, to be printed."""
    Params()
    lang = language()
    return _answer("help/book.html", pages=every_page(lang), lang=lang)


def _found(query: str) -> list[Entry]:
    """Return the chapters found, each in one language only."""
    known: dict[tuple[str, str], Entry] = {}
    app = current_app._get_current_object()
    for lang in sorted(LANGUAGES, key=lambda one: one != language()):
        for entry in _index(app, lang).find(query):
            _, slug, anchor = entry.key
            known.setdefault((slug, anchor), entry)
    return list(known.values())


@lru_cache(maxsize=8)
def _index(_app: object, lang: str) -> Index:
    return Index([entry for text in every_page(lang) for entry in _entries(text)])


def _entries(text: Page) -> list[Entry]:
    """Return an entry for each chapter, and one for the page itself where it begins with a heading."""
    found = [_entry(text, chapter) for chapter in text.chapters]
    if all(chapter.anchor for chapter in text.chapters):
        title, summary = text.page.title[text.language], text.page.summary[text.language]
        found.insert(0, Entry((text.language, text.page.slug, ""), title, summary))
    return found


def _entry(text: Page, chapter: Chapter) -> Entry:
    heading = chapter.heading or text.page.title[text.language]
    return Entry((text.language, text.page.slug, chapter.anchor), heading, chapter.text)


def _hit(key: tuple[str, str, str], entry: Entry, query: str) -> dict:
    lang, slug, anchor = key
    asked = "" if lang == language() else f"?lang={lang}"
    return {
        "href": f"/help/{slug}{asked}" + (f"#{anchor}" if anchor else ""),
        "page": BY_SLUG[slug].title[lang],
        "lang": "en" if lang == "en" else "zh-CN",
        "heading": highlighted(entry.heading, query),
        "text": snippet(entry.text, query),
    }


def _answer(template: str, **context) -> Response:
    """Answer with a page, or with 304 where the browser has it; the tag is weak, for codings differ."""
    body = render_template(template, **context)
    etag = f'W/"{digest(body)}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, "Content-Security-Policy": POLICY}
    if matches(request.headers.get("If-None-Match"), etag.removeprefix("W/")):
        return Response(status=304, headers=headers | {"Vary": "Accept-Encoding, Cookie"})
    return Response(body, headers=headers, content_type=CONTENT_TYPE)
