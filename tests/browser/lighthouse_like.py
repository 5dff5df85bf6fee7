"""What Lighthouse would ask of a phone's page, asked by script: each check gives the faults that it finds.

The page must be one of a browser with a folder of its own: what is opened incognito cannot be installed.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.axe import grave, small

MOST_SHIFT = 0.1

VIEWPORT = """() => {
  const said = document.querySelector("meta[name=viewport]")?.content ?? "";
  const fits = document.documentElement.scrollWidth <= innerWidth;
  return [
    !said.includes("width=device-width") && `viewport: ${said}`,
    /user-scalable=no|maximum-scale=[01]\\b/.test(said) && "may not be enlarged",
    !fits && `${document.documentElement.scrollWidth} px wide on ${innerWidth}`,
  ].filter(Boolean);
}"""
DOCUMENT = """() => [
  !document.title && "no title",
  !document.documentElement.lang && "no language",
  document.doctype?.name !== "html" && "no doctype",
  document.characterSet !== "UTF-8" && document.characterSet,
  !document.querySelector("meta[name=theme-color]") && "no theme colour",
  !document.querySelector("meta[name=description]")?.content && "no description",
  !document.querySelector("link[rel=apple-touch-icon]") && "no icon for a home screen without a manifest",
  ...[...document.images].filter((one) => !one.hasAttribute("alt")).map((one) => `no alt: ${one.src}`),
].filter(Boolean)"""
BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((one) => new URL(one.name).origin !== location.origin || one.renderBlockingStatus === "blocking")
  .map((one) => `${one.renderBlockingStatus} ${one.name}`)"""
TEXT_SIZES = """(least) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), tiny = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || one.closest("script, style, template, .visually-hidden") || !one.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < least) tiny.push(`${size} px: ${text.slice(0, 30)}`);
  }
  return tiny;
}"""
SECURE = """() => [
  !isSecureContext && "no secure context",
  ...[...document.querySelectorAll("[src], [href], [action]")]
    .map((one) => one.getAttribute("src") ?? one.getAttribute("href") ?? one.getAttribute("action"))
    .filter((url) => url.startsWith("http:")),
  ...performance.getEntriesByType("resource").map((one) => one.name)
    .filter((url) => new URL(url).host !== location.host),
].filter(Boolean)"""
SHIFT = """() => new Promise((resolve) => {
  const sum = (list) => list.getEntries().reduce((total, one) => total + one.value, 0);
  new PerformanceObserver((list) => resolve(sum(list))).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(0), 500);
})"""
HEADERS = """async () => {
  const seen = performance.getEntriesByType("resource").filter((one) => one.name.includes("/static/"));
  const faults = [];
  for (const { name } of seen) {
    const { headers } = await fetch(name, { cache: "reload" });
    if (!/max-age=\\d{7,}/.test(headers.get("Cache-Control") ?? "")) faults.push(`not cached: ${name}`);
    const text = /javascript|css|svg|json/.test(headers.get("Content-Type") ?? "");
    const large = Number(headers.get("Content-Length") ?? 0) > 1400;
    if (text && large && !headers.get("Content-Encoding")) faults.push(`not compressed: ${name}`);
  }
  return faults;
}"""


def checks(page: Page) -> dict[str, list[str]]:
    """Return every check by name with the faults that it found; the page is open, ready and online."""
    wire = page.context.new_cdp_session(page)
    installable = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = wire.send("Page.getAppManifest")
    shift = page.evaluate(SHIFT)
    return {
        "installable": [one["errorId"] for one in installable],
        "manifest": [one["message"] for one in manifest["errors"]] + ([] if manifest["url"] else ["none"]),
        "viewport": page.evaluate(VIEWPORT),
        "document": page.evaluate(DOCUMENT),
        "nothing blocks the first paint, nothing is foreign": page.evaluate(BLOCKING),
        "text of 12 px at least": page.evaluate(TEXT_SIZES, 12),
        "targets of 44 px at least": small(page),
        "ready for https": page.evaluate(SECURE),
        "compressed and cached": page.evaluate(HEADERS),
        "nothing jumps": [f"{shift:.3f}"] if shift > MOST_SHIFT else [],
        "axe-core: serious and critical": grave(page),
    }
