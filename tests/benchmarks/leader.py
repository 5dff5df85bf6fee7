"""The leader's first page: how large its one answer is, how soon it is useful, how long the server takes."""

from __future__ import annotations

import statistics
import time
import urllib.request

from tests.benchmarks import in_browser

QUESTIONS = ("", "level=grid", "level=grid&period=12m&compare=year", "area=410222001")
RUNS = 9


def main(server, cookie: str, cookies: list[dict]) -> list[tuple]:
    """Return the rows of the table."""
    sizes = [len(_answer(server, cookie, query)) for query in QUESTIONS]
    with in_browser.chromium() as browser:
        opened = in_browser.opened(browser, f"{server.url}/leader", cookies)
        beside = in_browser.opened(browser, f"{server.url}/map", cookies)
    asked = [address for address in opened.transferred if "/leader.json" in address]
    useful = f"{opened.seconds:.2f} s ({opened.fastest:.2f} to {opened.slowest:.2f})"
    return [
        ("what", "measured", "limit"),
        ("requests for data", len(asked), "1"),
        ("its answer, gzip, the largest of four questions", f"{max(sizes) / 1000:.1f} kB", "60 kB"),
        ("the same answer made again, median", f"{_warm(server, cookie) * 1000:.1f} ms", ""),
        ("useful, cold cache, median of 7", useful, "1.5 s"),
        ("first overlay of the map page, in the same run", f"{beside.seconds:.2f} s", ""),
    ]


def _answer(server, cookie: str, query: str) -> bytes:
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    request = urllib.request.Request(f"{server.url}/leader.json?{query}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def _warm(server, cookie: str) -> float:
    seconds = []
    for _run in range(RUNS):
        start = time.perf_counter()
        _answer(server, cookie, "")
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
