"""The pictures of the manual show the product of today: every page is opened, and what it must show is read.

    scripts/test --help-pictures tests/browser/test_help_pictures.py

puts what was seen in place of the committed pictures; gis_app/web/help_pictures.py says why they are.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from gis_app.web.help_pictures import PICTURES, Picture, file_of
from gis_app.web.i18n import LANGUAGES, catalogue_of
from tests.browser.conftest import SCREENSHOTS, drawn, sign_in
from tests.browser.field_fixtures import SPOT
from tests.serving import Server, serve

ROOT = Path(__file__).resolve().parents[2]
STATIC, LONG_MS = ROOT / "static", 60_000
ALL_BYTES, QUALITY = 1_500_000, 32
STILL = {"animations": "disabled", "caret": "hide"}


@pytest.fixture(scope="module")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a county of the module's own: a draft is made in it."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("help") / "instance")
    with serve(Path(copy)) as server:
        yield server


@pytest.fixture(scope="module")
def viewer(browser: Browser, live_server: Server) -> Iterator[Callable[[Picture], Page]]:
    """Return a function that gives a page for a picture, signed in once per role and size."""
    pages: dict[tuple[str, bool], Page] = {}

    def open_page(picture: Picture) -> Page:
        key = (picture.role, picture.phone)
        if key not in pages:
            width, height = picture.pixels
            more = {"permissions": ["geolocation"], "geolocation": SPOT} if picture.phone else {}
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                has_touch=picture.phone,
                is_mobile=picture.phone,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                service_workers="block",
                **more,
            )
            pages[key] = context.new_page()
            sign_in(pages[key], picture.role)
        return pages[key]

    yield open_page
    for page in pages.values():
        page.context.close()


def speak(page: Page, language: str, server: Server) -> None:
    """Choose the language of the pages that follow, and leave the page that is open."""
    page.goto("about:blank")
    page.context.add_cookies([{"name": "language", "value": language, "url": server.url}])


def go(page: Page, picture: Picture) -> None:
    """Open what the picture shows."""
    page.goto(picture.address)
    page.wait_for_selector(picture.ready, state="attached")
    for verb, selector, *value in picture.steps:
        if verb == "wait":
            page.wait_for_selector(selector, state="attached", timeout=LONG_MS)
        elif verb == "upload":
            page.set_input_files(selector, *(ROOT / path for path in value))
        else:
            {"fill": page.fill, "click": page.click}[verb](selector, *value)


def said(text: str, language: str) -> str:
    """Return a sentence of the product in a language."""
    return catalogue_of(language)[0].get(text, text)


def as_webp(png: bytes) -> bytes:
    """Return a small WebP of a screenshot."""
    target = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(target, "WEBP", quality=QUALITY, method=6)
    return target.getvalue()


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_in_a_picture_still_shows_what_it_must(name, viewer, live_server, request):
    picture = PICTURES[name]
    page = viewer(picture)
    for language in LANGUAGES:
        speak(page, language, live_server)
        go(page, picture)
        for text in picture.names:
            found = page.get_by_text(said(text, language)).locator("visible=true").first
            expect(found, f"{text} in {language}").to_be_visible()
        page.wait_for_load_state("networkidle")
        drawn(page)
        png = page.screenshot(**STILL)
        SCREENSHOTS.mkdir(exist_ok=True)
        (SCREENSHOTS / f"help-{name}-{language}.png").write_bytes(png)
        if request.config.getoption("--help-pictures"):
            target = STATIC / file_of(name, language)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(as_webp(png))
        with Image.open(STATIC / file_of(name, language)) as kept:
            assert kept.size == picture.pixels


def test_every_committed_picture_has_its_row_and_all_are_small():
    files = sorted((STATIC / "img" / "help").rglob("*.*"))
    rows = sorted(STATIC / file_of(name, language) for name in PICTURES for language in LANGUAGES)
    assert files == rows
    assert sum(file.stat().st_size for file in files) < ALL_BYTES
