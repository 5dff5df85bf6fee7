"""A decision paper in a browser: asked for from the comparison, watched, downloaded, looked at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import PHONE, SCREENSHOTS, screenshot
from tests.browser.studio_hands import opened, ready, version
from tests.serving import Server, serve
from tests.unit.paper.monthly_samples import fonts_not_embedded, inked_shares, texts_of
from tests.unit.paper.monthly_samples import opened as opened_pdf

LONG_WAIT = 120_000


@pytest.fixture(scope="module")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a county of the module's own: drafts are made in it."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("decision") / "instance")
    with serve(Path(copy)) as server:
        yield server


def redrawn(page: Page) -> list[str]:
    """Open a draft, give a block of one grid to the next, and return the codes of both."""
    opened(page, "印发前的方案")
    before = version(page)
    codes = page.evaluate(
        """async () => {
          const { shapes, state, keyOf, pairs } = window.studio;
          const [one, other] = pairs()[0];
          const told = { verb: "transfer", blocks: [shapes.codes[other]], to: keyOf(one) };
          const codes = [keyOf(one), keyOf(other)];
          await fetch(`${location.pathname}/operations`, {
            method: "POST",
            headers: { "Content-Type": "application/json", "If-Match": `"${state.version}"` },
            body: JSON.stringify(told),
          });
          return codes;
        }"""
    )
    page.reload()
    ready(page)
    assert version(page) > before
    return codes


def render(body: bytes) -> None:
    """Keep a picture of every page, to be looked at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with opened_pdf(body) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=1.4).to_pil().save(SCREENSHOTS / f"decision_page_{number:02d}.png")
            page.close()


def test_a_decision_paper_is_asked_for_from_the_comparison_and_downloaded(new_page, tmp_path):
    page = new_page("planner")
    codes = redrawn(page)
    page.goto(f"{page.url}/compare")
    expect(page.get_by_role("heading", name="工作量的分布")).to_be_visible()
    screenshot(page, "decision_compare")
    page.click("#ask-paper")
    page.wait_for_url(re.compile(r"/papers#paper-\d+$"))
    line = page.locator(f"#{page.url.rpartition('#')[2]}")
    expect(line.locator(".state")).to_have_text("已完成", timeout=LONG_WAIT)
    screenshot(page, "decision_papers")
    assert faults(page, least=None) == {}
    with page.expect_download() as told:
        line.locator("a", has_text="PDF").click()
    pdf = tmp_path / "decision.pdf"
    told.value.save_as(pdf)
    body = pdf.read_bytes()
    render(body)
    text = "".join(texts_of(body))
    assert [code for code in codes if code not in text] == [] and "印发前的方案" in text
    assert min(inked_shares(body)) > 0.005 and fonts_not_embedded(body) == 0


def test_on_a_phone_nothing_of_the_papers_is_too_small_or_too_wide(new_page):
    page = new_page("planner", PHONE)
    opened(page, "手机上看")
    page.goto(f"{page.url}/decide")
    screenshot(page, "decision_decide_phone")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.click("#to-papers")
    expect(page.get_by_role("heading", level=1)).to_have_text("决策书")
    screenshot(page, "decision_papers_phone")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == {}
