"""Every figure beside its peer: python -m tests.benchmarks [serving] [page] [folium] [lookup] [routing] …

Takes a few minutes and wants the machine for itself. The tables are Markdown, kept in README.md beside this.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import in_browser, load, plain_folium, static_pages
from tests.conftest import FROM_OUR_PAGE, PASSWORD, gis_app
from tests.serving import Server, serve

FIRST_OVERLAY = "/overlays/coverage.geojson?level=grid&limit=500m"
OVERLAYS = (
    "/overlays/assignment.geojson?role=grid_worker",
    FIRST_OVERLAY,
    "/overlays/incident-counts.geojson?level=grid&measure=count",
    "/overlays/incidents.geojson",
)


def main(wanted: list[str]) -> None:
    """Run the sections named, or all."""
    pages = (folium_section, serving_section, page_section)
    sections = (*pages, lookup_section, routing_section, siting_section, field_section)
    sections += (coverage_section, leader_section, plans_section, proposals_section, publishing_section)
    for section in sections:
        if not wanted or section.__name__.removesuffix("_section") in wanted:
            section()


def say(*rows: tuple) -> None:
    """Print a Markdown table, the first row as its heading."""
    for number, row in enumerate(rows):
        print(f"| {' | '.join(str(cell) for cell in row)} |", flush=True)
        if number == 0:
            print("|" + "---|" * len(row))


@contextlib.contextmanager
def reference_server() -> Iterator[tuple[Server, str]]:
    """Serve the reference county; yields the server and a leader's cookie."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        gis_app("init", instance_dir=instance)
        with serve(instance) as server:
            yield server, cookie_of(server, "leader")


def cookie_of(server: Server, username: str) -> str:
    """Sign in and return the session cookie."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments):
            return None

    form = urllib.parse.urlencode({"username": username, "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{server.url}/sign-in", data=form, headers=FROM_OUR_PAGE)
    try:
        urllib.request.build_opener(Stay).open(request)
    except urllib.error.HTTPError as answer:
        return answer.headers["Set-Cookie"].split(";")[0]
    raise RuntimeError("signing in did not lead on")


def fetch(server: Server, cookie: str, path: str, encoding: str = "br") -> tuple[int, str]:
    """Return the size on the wire and the ETag of one address."""
    headers = {"Cookie": cookie, "Accept-Encoding": encoding}
    request = urllib.request.Request(server.url + path, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return len(answer.read()), answer.headers.get("ETag", "")


def serving_section() -> None:
    """Requests per second at concurrency 32: the shell, a layer, an overlay, a matching ETag."""
    print(f"\n## Served at concurrency {load.CONNECTIONS} on {os.cpu_count()} cores\n")
    rows = [("what", "requests/s", "goal", "failures", "measured by")]
    with reference_server() as (server, cookie):
        asked = {"Cookie": cookie, "Accept-Encoding": "br"}
        _, etag = fetch(server, cookie, "/layers/grids.geojson")
        for what, path, goal, more, status in (
            ("map page", "/map", "≥ 450", {}, 200),
            ("map shell script", "/map/shell.js", "≥ 450", {}, 200),
            ("layer, precompressed", "/layers/grids.geojson", "≥ 2,000", {}, 200),
            ("overlay", FIRST_OVERLAY, "", {}, 200),
            ("layer, matching ETag (304)", "/layers/grids.geojson", "", {"If-None-Match": etag}, 304),
        ):
            rate = load.measure(server.url + path, asked | more, status)
            rows.append((what, f"{rate.per_second:,.0f}", goal, rate.failures, rate.tool))
    say(*rows)


def page_section() -> None:
    """Weight of the map page and the time to its first overlay, beside a bare Leaflet page."""
    with reference_server() as (server, cookie), in_browser.chromium() as browser:
        weight_table(server, cookie, browser)
        speed_table(server, cookie, browser)


def cookies_for(server: Server, cookie: str) -> list[dict]:
    """Return the cookie as the browser wants it."""
    name, _, value = cookie.partition("=")
    return [{"name": name, "value": value, "url": server.url}]


def weight_table(server: Server, cookie: str, browser) -> None:
    """Print bytes over the wire by kind."""
    print("\n## Weight of the map page, first visit\n")
    visit = in_browser.opened(browser, f"{server.url}/map", cookies_for(server, cookie), times=1)
    assets = sum(size for url, size in visit.transferred.items() if "/static/" in url or "/map/shell" in url)
    data = sum(size for url, size in visit.transferred.items() if ".geojson" in url or ".json" in url)
    overlays = sum(fetch(server, cookie, path)[0] for path in OVERLAYS)
    say(
        ("what", "kB", "limit"),
        ("HTML", f"{visit.html_bytes / 1000:.1f}", "60"),
        ("assets, compressed", f"{assets / 1000:.1f}", "250"),
        ("all overlays of the county, compressed, geometry in each", f"{overlays / 1000:.1f}", "400"),
        ("data fetched until idle, compressed", f"{data / 1000:.1f}", ""),
    )


def speed_table(server: Server, cookie: str, browser) -> None:
    """Print seconds to the first overlay, with and without a slow network and processor."""
    print("\n## First overlay on the screen, cold cache, median of 7 (fastest to slowest)\n")
    request = urllib.request.Request(server.url + FIRST_OVERLAY, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        data = answer.read()
    files = {"/": ("text/html", static_pages.BARE), "/data.geojson": ("application/geo+json", data)}
    rows = [("page", "desktop", "slow 4G, processor 4× slower")]
    with static_pages.static_server(files) as bare:
        visits = {
            "bare Leaflet, same GeoJSON": (f"{bare}/", ()),
            "map page": (f"{server.url}/map", cookies_for(server, cookie)),
        }
        medians = []
        for name, (url, cookies) in visits.items():
            fast = in_browser.opened(browser, url, cookies)
            slow = in_browser.opened(browser, url, cookies, slow=True, times=5)
            medians.append((fast.seconds, slow.seconds))
            rows.append((name, spread(fast), spread(slow)))
    (bare_fast, bare_slow), (ours_fast, ours_slow) = medians
    rows.append(("ratio", f"{ours_fast / bare_fast:.2f} (limit 1.5)", f"{ours_slow / bare_slow:.2f}"))
    rows.append(("limit", "", "2.5 s"))
    say(*rows)


def spread(visit: in_browser.Opened) -> str:
    """Return the median with its range."""
    return f"{visit.seconds:.2f} s ({visit.fastest:.2f} to {visit.slowest:.2f})"


def folium_section() -> None:
    """Plain folium, embedding the data, beside the shell with the data by address."""
    print("\n## Plain folium beside the shell\n")
    rows = [("grids", "way", "server s", "HTML kB", "HTML kB, gzip", "GeoJSON kB, gzip", "on the screen s")]
    with in_browser.chromium() as browser:
        for page in plain_folium.table():
            with static_pages.static_server(page.files) as address:
                seen = in_browser.opened(browser, f"{address}/", times=3).seconds
            rows.append(
                (
                    f"{page.grids:,}",
                    page.way,
                    f"{page.server_s:.3f}",
                    f"{page.html_kb:,.1f}",
                    f"{page.compressed_kb:,.1f}",
                    f"{page.data_kb:,.1f}" if page.data_kb else "inside",
                    f"{seen:.2f}",
                )
            )
    say(*rows)


def lookup_section() -> None:
    """Point to grid beside geopandas.sjoin."""
    from tests.benchmarks import lookup

    lookup.main()


def routing_section() -> None:
    """Nearest station with its way beside networkx, and through HTTP."""
    from tests.benchmarks import routing

    routing.main()


def field_section() -> None:
    """The phone's page: first use, repeat visit offline, nearest station, Lighthouse's questions."""
    from tests.benchmarks import field

    print("\n## The field page at 390×844\n")
    say(("what", "measured", "limit"), *field.main())


def siting_section() -> None:
    """Where stations go, beside spopt with the same solver."""
    from tests.benchmarks import siting

    siting.main()


def proposals_section() -> None:
    """Plans by proposal beside METIS and GerryChain, and what is proved of them."""
    from tests.benchmarks import proposals

    proposals.main()


def coverage_section() -> None:
    """Coverage of blocks, a what-if to the browser, and a million nodes beside scipy and pandana."""
    from tests.benchmarks import coverage

    coverage.main()


def leader_section() -> None:
    """The leader's first page: one answer, how large, how soon useful."""
    from tests.benchmarks import leader

    print("\n## The leader's first page\n")
    with reference_server() as (server, cookie):
        say(*leader.main(server, cookie, cookies_for(server, cookie)))


def publishing_section() -> None:
    """A county of 100,000 blocks and 5,000 grids, edited in the store and published."""
    from tests.benchmarks import plan_publish

    told = [(what, f"{s:.3f} s", f"{most:g} s" if most else "") for what, s, most in plan_publish.figures()]
    say(("100,000 blocks, 5,000 grids", "took", "to reach"), *told)


def plans_section() -> None:
    """Edits and checks of plans: the reference county, and 100,000 blocks in 5,000 grids."""
    from tests.benchmarks import plans

    print("\n## Plans edited and checked\n")
    say(("what", "measured", "limit"), *plans.main())


if __name__ == "__main__":
    main(sys.argv[1:])
