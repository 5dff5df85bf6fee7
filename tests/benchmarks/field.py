"""The field page on a cheap phone: first use on slow 4G with a slow processor, and the repeat visit offline.

Useful is when the nearest stations stand in the list; the page marks the moment itself. Bytes are those on
the wire: of the page until it rests, and of what the service worker then keeps for a start without a network.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tests.benchmarks.in_browser import SLOW_4G
from tests.browser.lighthouse_like import checks
from tests.browser.phone import KEPT, Phone, wait_until
from tests.conftest import gis_app
from tests.serving import serve

PLACE = (114.467, 34.480)
TIMES, SLOWER = 5, 4
USEFUL = "() => document.documentElement.dataset.useful"
ANSWERED = "() => Number(document.documentElement.dataset.useful)"
READY = "html[data-ready='1']"
# what the service worker keeps besides what the page had fetched, as the wire would carry it
KEPT_FILES = """async (had) => {
  const text = await (await fetch("/field/service-worker.js")).text();
  const lists = [...text.matchAll(/^self\\.(?:LATER_)?FILES = (\\[.*\\]);$/gm)];
  return lists.flatMap(([, list]) => JSON.parse(list)).filter((url) => !had.includes(url));
}"""
NEAREST = """async (times) => {
  const near = await import("/static/js/field/nearest.js");
  const around = near.stations(), took = [];
  for (let at = 0; took.length < times; at += 1) {
    const { lon, lat } = around[at % around.length];
    const place = { lon: lon + (Math.random() - 0.5) / 200, lat: lat + (Math.random() - 0.5) / 200 };
    const began = performance.now();
    const [first] = near.nearest(place, { open: true }, Date.now());
    if (first?.way().length) took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}"""


def main() -> list[tuple]:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        instance = Path(folder) / "instance"
        gis_app("init", instance_dir=instance)
        with serve(instance) as server:
            rows = first_use(playwright, Path(folder), server.url)
            rows += again(playwright, Path(folder), server.url)
    return rows


def first_use(playwright: Playwright, folder: Path, url: str) -> list[tuple]:
    """Open the page `TIMES` times on a phone that has never seen it, signed in beforehand."""
    seconds, weights, kept = [], [], []
    for number in range(TIMES):
        phone = Phone(playwright, folder / f"phone{number}", url, PLACE)
        page = phone.on()
        cookies = signed_in(playwright, folder / f"other{number}", url)
        phone.context.add_cookies(cookies)
        wire = phone.context.new_cdp_session(page)
        sizes = weigh(wire)
        slow(wire)
        page.goto("/field", wait_until="commit", timeout=120_000)
        page.wait_for_function(f"{USEFUL}", timeout=60_000)
        assert page.locator("#nearest article").count(), "useful without a station"
        seconds.append(page.evaluate(ANSWERED) / 1000)
        weights.append(sum(sizes.values()) / 1000)
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_load_state("networkidle")
        whole = sum(sizes.values())
        if number == 0:
            wire.send("Network.emulateNetworkConditions", {**SLOW_4G, "latency": 0, "downloadThroughput": -1})
            had = [address.removeprefix(url) for address in sizes]
            kept += [whole / 1000, later(phone, page.evaluate(KEPT_FILES, had)) / 1000]
        phone.off()
    return [
        ("first use, slow 4G and processor 4× slower: useful", spread(seconds, "s"), "3 s"),
        ("bytes until useful", f"{statistics.median(weights):.0f} kB", "350 kB"),
        ("bytes of the first use, until the page rests", f"{kept[0]:.0f} kB", "350 kB"),
        ("bytes that the service worker adds for use offline, later", f"{kept[1]:.0f} kB", ""),
    ]


def again(playwright: Playwright, folder: Path, url: str) -> list[tuple]:
    """Open the page without a network on a phone that knows it, look for stations, run the checks."""
    phone = Phone(playwright, folder / "known", url, PLACE)
    page = phone.on()
    phone.sign_in()
    wait_until(page, KEPT)
    rows = [
        (f"check: {name}", "; ".join(faults) or "passed", "passed") for name, faults in checks(page).items()
    ]
    phone.context.set_offline(True)
    wire = phone.context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    seconds = []
    for _ in range(TIMES):
        page.goto("/field", wait_until="commit")
        page.wait_for_function(f"{USEFUL}", timeout=60_000)
        seconds.append(page.evaluate(ANSWERED) / 1000)
        page.wait_for_selector(READY, timeout=60_000)
    took = page.evaluate(NEAREST, 200)
    phone.off()
    return [
        ("repeat visit offline, processor 4× slower: useful", spread(seconds, "s"), "1 s"),
        ("nearest open station and its way on the phone, offline, processor 4× slower: median, p95",
         f"{took[100]:.0f} ms, {took[190]:.0f} ms", "200 ms"),
        *rows,
    ]  # fmt: skip


def signed_in(playwright: Playwright, folder: Path, url: str) -> list[dict]:
    """Return the cookies of a grid worker who signed in with another browser."""
    other = Phone(playwright, folder, url, PLACE)
    other.on()
    other.sign_in()
    cookies = other.context.cookies()
    other.off()
    return cookies


def slow(wire) -> None:
    """Make network and processor those of a cheap phone with two bars."""
    wire.send("Network.emulateNetworkConditions", SLOW_4G)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def weigh(wire) -> dict[str, int]:
    """Return a dictionary that fills with the bytes of each address."""
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on(
        "Network.requestWillBeSent", lambda one: addresses.update({one["requestId"]: one["request"]["url"]})
    )

    def finished(event: dict) -> None:
        address = addresses.get(event["requestId"], "")
        sizes[address] = sizes.get(address, 0) + int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)
    return sizes


def later(phone: Phone, addresses: list[str]) -> int:
    """Return the bytes on the wire of what the service worker fetched for itself, headers not counted."""
    asked = {"Accept-Encoding": "br"}
    answers = [
        phone.context.request.get(f"{phone.base_url}{address}", headers=asked) for address in addresses
    ]
    return sum(int(answer.headers["content-length"]) for answer in answers)


def spread(values: list[float], unit: str) -> str:
    """Return the median with its range."""
    return f"{statistics.median(values):.2f} {unit} ({min(values):.2f} to {max(values):.2f})"
