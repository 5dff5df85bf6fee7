"""A real browser without the outside world; a console error or a foreign request fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.phone_fixtures import _module_server, phone, photos, place, server  # noqa: F401
from tests.conftest import PASSWORD, USERNAMES
from tests.serving import Server

SCREENSHOTS = Path(__file__).parent / "screenshots"
DESKTOP, PHONE = (1440, 900), (390, 844)
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
REPORT_CSP = """addEventListener("securitypolicyviolation", (violation) => console.error(
  `CSP violation: ${violation.violatedDirective} ${violation.blockedURI} ${violation.sourceFile}`))"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@dataclass
class Watch:
    """What went wrong in a page, in words; a test that provokes an error says which."""

    server: Server
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Let problems that contain this text pass."""
        self.expected.append(part)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", lambda message: message.type == "error" and self.note("console", message.text))
        context.on("weberror", lambda error: self.note("page error", str(error.error)))
        context.on("request", lambda request: self.check_host(request.url))
        context.on(
            "response", lambda answer: answer.status >= 400 and self.note(str(answer.status), answer.url)
        )

    def check_host(self, url: str) -> None:
        """Note a request that leaves the server's origin."""
        parts = urlsplit(url)
        if (
            parts.scheme in ("http", "https", "ws", "wss")
            and parts.netloc != urlsplit(self.server.url).netloc
        ):
            self.note("foreign host", url)

    def note(self, kind: str, text: str) -> None:
        """Keep one problem."""
        self.problems.append(f"{kind}: {text}")

    def unexpected(self) -> list[str]:
        """Return the problems that nobody announced."""
        return [problem for problem in self.problems if not any(part in problem for part in self.expected)]


@pytest.fixture
def watch(live_server: Server) -> Iterator[Watch]:
    """Fail the test afterwards for every problem in its pages."""
    watching = Watch(live_server)
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def new_page(browser: Browser, live_server: Server, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of a given size, signed in when a role is given."""
    contexts: list[BrowserContext] = []

    def open_page(role: str | None = None, size: tuple[int, int] = DESKTOP, **options) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(REPORT_CSP)
        watch.follow(context)
        page = context.new_page()
        if role:
            sign_in(page, role)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Return a desktop page of nobody in particular."""
    return new_page()


def sign_in(page: Page, role: str) -> None:
    """Sign in through the form and wait for the map, which not every role begins with."""
    page.goto("/sign-in?next=/map")
    page.fill("#username", USERNAMES[role])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/map**")


def ready(page: Page) -> None:
    """Wait until every part of the map page listens, its overlay is there, and two frames have been drawn."""
    page.wait_for_selector("html[data-ready=map][data-overlay]", state="attached")
    drawn(page)


def drawn(page: Page) -> None:
    """Wait for two frames: what was asked to be drawn before is on the screen then."""
    page.evaluate(TWO_FRAMES)


def until(page: Page, measure: str, wanted: str, argument: object = None) -> None:
    """Wait until what the function `measure` returns in the page, called `found`, is as `wanted` says."""
    asked = f"(given) => {{ const found = ({measure})(given); return {wanted}; }}"
    page.wait_for_function(asked, arg=argument)


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of what the page shows now."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path)
    return path
