"""The manual names what the product has, in both languages: buttons, commands, settings, chapters."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from gis_app.people.roles import Role
from gis_app.settings import documented_settings
from gis_app.web.help_links import CHAPTERS, OTHERWISE, chapter_for
from gis_app.web.help_pages import HELP_PAGES, MANUALS
from gis_app.web.help_pictures import PICTURES
from gis_app.web.help_text import STEPS, every_page, page_text
from gis_app.web.i18n import LANGUAGES, catalogue_of
from tests.house.test_translations import CHINESE, marked, named

ROOT = Path(__file__).resolve().parents[2]
PAGE_LINK = re.compile(r"/help/[a-z]+(#.*)?$")
OWN = ("templates/help/", "gis_app/web/help")
UI = re.compile(r'<b class="ui">[「"](.*?)[」"]</b>')
QUOTED = {"zh": re.compile(r"「(.*?)」"), "en": re.compile(r"$^")}
MANUAL_SLUGS = [page.slug for page in HELP_PAGES if page.part == MANUALS]


@pytest.fixture(scope="module")
def product() -> set[str]:
    """Return every Chinese sentence that the product shows outside the manual."""
    elsewhere = {text for text, place in marked().items() if not place.startswith(OWN)}
    return elsewhere | named().keys() | STEPS.keys()


@pytest.fixture
def told(toy_app: Flask):
    """Return a function that renders a page of the manual."""

    def render(slug: str, language: str):
        with toy_app.test_request_context("/help"):
            return page_text(slug, language)

    return render


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, tag: str, name: str) -> list[str]:
        """Return an attribute of every such tag."""
        return [attrs[name] for one, attrs in self.found if one == tag and name in attrs]


def test_every_page_has_the_same_chapters_in_both_languages(told):
    for page in HELP_PAGES:
        anchors = [[one.anchor for one in told(page.slug, language).contents] for language in LANGUAGES]
        assert anchors[0] == anchors[1], page.slug
        assert len(set(anchors[0])) == len(anchors[0]) > 0, page.slug


@pytest.mark.parametrize("slug", MANUAL_SLUGS)
def test_every_button_that_a_manual_names_is_one_of_the_product(slug, told, product):
    english = {catalogue_of("en")[0].get(text) or STEPS.get(text, {}).get("en") for text in product}
    known = {"zh": product, "en": english}
    for language in LANGUAGES:
        html = str(told(slug, language).html)
        buttons = UI.findall(html) + QUOTED[language].findall(re.sub(r"<[^>]+>", "", html))
        assert len(buttons) >= 2
        assert [name for name in buttons if name.replace("&#39;", "'") not in known[language]] == [], language


@pytest.mark.parametrize("slug", MANUAL_SLUGS)
def test_a_manual_is_prose_of_its_language_and_no_stub(slug, told):
    zh, en = (" ".join(one.text for one in told(slug, language).chapters) for language in LANGUAGES)
    assert len(CHINESE.findall(zh)) > 700
    assert len(re.findall(r"[a-z]{2,}", en.lower())) > 450
    assert CHINESE.findall(en.replace("中文", "")) == []


def test_every_chapter_that_a_page_links_to_exists(told):
    known = {f"{page.slug}#{one.anchor}" for page in HELP_PAGES for one in told(page.slug, "zh").contents}
    known |= {page.slug for page in HELP_PAGES}
    asked = set(CHAPTERS.values()) | {one for table in OTHERWISE.values() for one in table.values()}
    assert asked - known == set()
    for page in HELP_PAGES:
        for language in LANGUAGES:
            links = Tags(str(told(page.slug, language).html)).values("a", "href")
            inside = {link.removeprefix("/help/") for link in links if PAGE_LINK.match(link)}
            inside |= {page.slug + link for link in links if link.startswith("#")}
            assert inside - known == set(), page.slug


def test_the_help_of_a_page_is_the_chapter_about_it():
    assert chapter_for("/plans/drafts/3/compare", "planner") == "/help/planner#tools"
    assert chapter_for("/plans/drafts/3", "leader") == "/help/leader#decide"
    assert chapter_for("/plansx", "planner") == "/help"
    assert chapter_for("/incidents", "grid_worker") == "/help/worker#tasks"
    assert chapter_for("/incidents", None) == "/help/administrator#inbox"


def test_every_page_of_the_menus_has_its_chapter():
    parts = [(ROOT / "templates" / "_parts" / name).read_text() for name in ("header.html", "account.html")]
    addresses = {href for text in parts for href in re.findall(r'href="(/[a-z][^"#?]*)', text)}
    assert len(addresses) >= 17
    assert {address for address in addresses if chapter_for(address, "administrator") == "/help"} == set()


def test_every_picture_is_in_a_manual_and_says_in_words_what_it_shows(told):
    for language in LANGUAGES:
        shown = []
        for page in HELP_PAGES:
            tags = Tags(str(told(page.slug, language).html))
            shown += [source.split("/")[-1].split(".")[0] for source in tags.values("img", "src")]
            assert all(len(alt) > 10 for alt in tags.values("img", "alt"))
        assert sorted(set(shown)) == sorted(PICTURES)


def test_every_setting_that_a_manual_names_exists(told):
    known = {row.variable for row in documented_settings()}
    for slug in MANUAL_SLUGS:
        for language in LANGUAGES:
            assert set(re.findall(r"GIS_[A-Z_]+", str(told(slug, language).html))) <= known, slug


def test_every_command_that_the_operator_is_told_exists(told):
    from gis_app.cli import main

    for language in LANGUAGES:
        html = re.sub(r"<[^>]+>", "\n", str(told("operator", language).html))
        asked = re.findall(r"gis-app ([a-z-]+)(?: ([a-z]+))?", html)
        assert len(asked) >= 15
        for command, rest in asked:
            assert command in main.commands, command
            if hasattr(main.commands[command], "commands"):
                assert rest in main.commands[command].commands, (command, rest)


def test_every_role_has_a_manual_of_its_own():
    for role in Role:
        assert [page.slug for page in HELP_PAGES if role in page.roles], role


def test_every_page_is_rendered_in_both_languages(toy_app: Flask):
    with toy_app.test_request_context("/help"):
        assert [len(every_page(language)) for language in LANGUAGES] == [len(HELP_PAGES)] * 2
