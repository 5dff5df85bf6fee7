"""What axe-core and a ruler say about any page: serious findings, and targets that a thumb would miss.

axe.min.js comes from npm into tests/vendor/ (scripts/machine/assets.py) and is never served; it is put into
the page over the browser's own wire, so that the content security policy stays as it is.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
THEMES = ("light", "sunlight", "dark")
GRAVE = ("serious", "critical")
THUMB_PX = 44

RUN = """async () => {
  const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: true } };
  const { violations } = await window.axe.run(document, { resultTypes: ["violations"], rules });
  const said = ({ any, all, none }) => [...any, ...all, ...none].map((one) => one.message).join("; ");
  const told = (id, impact, node) =>
    ({ id, impact: node.impact ?? impact, target: node.target.join(" "), said: said(node) });
  return violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => told(id, impact, node)));
}"""
SMALL = """(least) => {
  const asked = "a[href], button, input, select, textarea, summary, [role=button], [role=link]";
  const labelled = (one) =>
    ["checkbox", "radio", "file"].includes(one.type) ? one.labels?.[0] ?? one : one;
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !one.closest(".visually-hidden, [inert]") && !one.matches(".skip-link:not(:focus)");
  const usable = [...document.querySelectorAll(asked)]
    .filter((one) => !one.disabled && one.type !== "hidden");
  return [...new Set(usable.map(labelled))].filter(seen)
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width && box.height && Math.min(box.width, box.height) < least - 0.5)
    .map(({ one, box }) => `${one.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`);
}"""


def grave(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical in what the page shows now."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    return [
        f"{one['impact']} {one['id']}: {one['target']} ({one['said']})"
        for one in page.evaluate(RUN)
        if one["impact"] in GRAVE
    ]


def small(page: Page, least: int = THUMB_PX) -> list[str]:
    """Return the targets that are narrower or lower than so many pixels."""
    return page.evaluate(SMALL, least)


def wear(page: Page, theme: str) -> None:
    """Show the page in other colours, as its own menu does, and wait for what fades."""
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")


def faults(
    page: Page, themes: tuple[str, ...] = THEMES, least: int | None = THUMB_PX
) -> dict[str, list[str]]:
    """Return every fault by theme, and the small targets under "targets" (none asked for: least=None)."""
    found: dict[str, list[str]] = {}
    for theme in themes:
        wear(page, theme)
        if said := grave(page):
            found[theme] = said
    wear(page, themes[0])
    if least and (tight := small(page, least)):
        found["targets"] = tight
    return found
