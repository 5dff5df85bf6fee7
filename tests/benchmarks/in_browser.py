"""Seconds until the first overlay is on the screen, in Chromium with an empty cache."""

from __future__ import annotations

import contextlib
import shutil
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

Cookies = Sequence[dict]
SHOWN = """() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no overlay within a minute")), 60000);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "first-overlay") resolve(entry.startTime);
  }).observe({type: "mark", buffered: true});
})"""
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
"""1.6 Mbit/s and 150 ms, as Lighthouse defines slow 4G."""


@dataclass(frozen=True)
class Opened:
    """One page opened several times: the median of seconds, and bytes over the wire by kind of address."""

    seconds: float
    fastest: float
    slowest: float
    html_bytes: int
    transferred: dict[str, int]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's own browser."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-proxy-server"])
        yield browser
        browser.close()


def opened(browser: Browser, url: str, cookies: Cookies = (), slow: bool = False, times: int = 7) -> Opened:
    """Open a page `times` times, each with an empty cache, and return the median."""
    runs = [_open_once(browser, url, cookies, slow) for _ in range(times)]
    seconds = [run[0] for run in runs]
    return Opened(statistics.median(seconds), min(seconds), max(seconds), runs[0][1], runs[0][2])


def _open_once(browser: Browser, url: str, cookies: Cookies, slow: bool) -> tuple[float, int, dict[str, int]]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies(list(cookies))
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    transferred: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda sent: addresses.update({sent["requestId"]: _url(sent)}))

    def finished(event: dict) -> None:
        address = addresses.get(event["requestId"], "")
        transferred[address] = transferred.get(address, 0) + int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)
    if slow:
        wire.send("Network.emulateNetworkConditions", SLOW_4G)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    answer = page.goto(url, wait_until="commit", timeout=120_000)
    seconds = page.evaluate(SHOWN) / 1000
    page.wait_for_load_state("networkidle")
    html = len(answer.body())
    context.close()
    return seconds, html, transferred


def _url(sent: dict) -> str:
    return sent["request"]["url"]
