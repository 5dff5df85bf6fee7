"""How long the pages of incidents take, from 10,000 to a million.

`python -m tests.benchmarks.incidents_at_scale`

The real server on SQLite with the reference county, asked by one signed-in dispatcher. Each address is asked
as it comes ("kept") and with a report before each request, so that nothing kept can be used ("changed").
Counts may be named: python -m tests.benchmarks.incidents_at_scale 10000 1000000. The table is Markdown.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from gis_app import clock
from gis_app.storage import incidents
from gis_app.storage.engine import Store, open_store
from tests.benchmarks.__main__ import cookie_of, say
from tests.benchmarks.incident_seed import seed
from tests.conftest import gis_app, settings_of
from tests.serving import Server, serve

COUNTS, TIMES = (10_000, 100_000, 1_000_000), 25
PAGES = {
    "inbox": "/incidents",
    "inbox, overdue": "/incidents?tab=overdue",
    "statistics, a year": "/incidents/statistics",
    "statistics, three years, by grid": "/incidents/statistics?from=2022-01-01&to=2030-12-31&by=grid",
    "map's first data": "/overlays/incidents.geojson",
    "map, one category": "/overlays/incidents.geojson?category=hazard",
    "counts by grid": "/overlays/incident-counts.geojson?level=grid&geometry=none",
    "Open311 requests": "/open311/v2/requests.json",
}
LIMIT_MEDIAN, LIMIT_P95 = 300, 1000


def main(counts: list[int]) -> None:
    """Print one table for each count, then the growth from the smallest to the largest."""
    medians: dict[int, dict[str, float]] = {}
    for count in counts or COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            instance = Path(folder) / "instance"
            gis_app("init", instance_dir=instance)
            store = open_store(settings_of(instance).database_url)
            took = seed(store, count)
            started = time.perf_counter()
            with serve(instance, GIS_WORKERS="1") as server:
                first = time.perf_counter() - started
                print(f"\n## {count:,} incidents (seeded in {took:.0f} s, server ready in {first:.1f} s)\n")
                medians[count] = measured(server, store)
            store.dispose()
    low, high = min(medians), max(medians)
    if low != high:
        print(f"\n## Growth from {low:,} to {high:,} incidents ({high / low:.0f} times)\n")
        say(
            ("page", f"{low:,}", f"{high:,}", "times"),
            *((name, f"{medians[low][name]:.0f} ms", f"{medians[high][name]:.0f} ms",
               f"{medians[high][name] / medians[low][name]:.1f}") for name in PAGES),
        )  # fmt: skip


def measured(server: Server, store: Store) -> dict[str, float]:
    """Print how long each page takes and return the medians after a change, in milliseconds."""
    cookie = cookie_of(server, "dispatcher")
    rows, found = [("page", "kept, median ms", "changed, median ms", "changed, p95 ms", "kB", "holds")], {}
    with store.read() as conn:
        any_code = next(iter(incidents.changed_since(conn, 0, 1)["incident_code"]))
    for name, path in PAGES.items():
        asked(server, cookie, path)
        kept = [asked(server, cookie, path)[0] for _ in range(TIMES)]
        changed, size = [], 0
        for number in range(TIMES):
            with store.write() as conn:
                incidents.add_follower(conn, any_code, f"{path}-{number}", clock.now())
            took, size = asked(server, cookie, path)
            changed.append(took)
        median, p95 = statistics.median(changed), statistics.quantiles(changed, n=20)[-1]
        found[name] = median
        holds = "yes" if median < LIMIT_MEDIAN and p95 < LIMIT_P95 else "NO"
        rows.append(
            (
                name,
                f"{statistics.median(kept):.0f}",
                f"{median:.0f}",
                f"{p95:.0f}",
                f"{size / 1000:.0f}",
                holds,
            )
        )
    say(*rows)
    return found


def asked(server: Server, cookie: str, path: str) -> tuple[float, int]:
    """Return the milliseconds and the size of one answer, uncompressed."""
    request = urllib.request.Request(server.url + path, headers={"Cookie": cookie})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        size = len(answer.read())
    return (time.perf_counter() - started) * 1000, size


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]])
