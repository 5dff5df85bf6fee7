"""How long lists of incidents take, from 10,000 to a million: python -m tests.benchmarks.incident_lists

Each list is asked of the store itself, median of several, on SQLite in a temporary folder (a million take
1.5 GB), or on the store whose address is given. The table is Markdown.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from gis_app import clock
from gis_app.incidents.model import OPEN_STATES
from gis_app.storage import incidents
from gis_app.storage.engine import Store, open_store
from gis_app.storage.incidents import InboxQuery
from gis_app.storage.migrations import migrate
from tests.benchmarks.incident_seed import seed

COUNTS, TIMES = (10_000, 100_000, 1_000_000), 15
HERE = (114.465, 34.475)


def questions(grid: str) -> dict[str, InboxQuery]:
    """Return the lists that are timed, by what they are called; `grid` is one that has incidents."""
    now, month = clock.now(), timedelta(days=30)
    community = grid[:12]
    wide = InboxQuery(order="reported")
    return {
        "waiting, by due time": InboxQuery(states=("reported", "accepted", "verified")),
        "open, by due time": InboxQuery(states=OPEN_STATES),
        "all, by due time": InboxQuery(),
        "all, newest first": wide,
        "overdue": InboxQuery(states=("dispatched", "handling"), due_before=now),
        "of an organisation, open": InboxQuery(states=OPEN_STATES, organisation_code="ORG010"),
        "of an organisation, newest": replace(wide, organisation_code="ORG003"),
        "of a seldom organisation, newest": replace(wide, organisation_code="ORG098"),
        "of a community, by due time": InboxQuery(scope_code=community),
        "of a community, newest": replace(wide, scope_code=community),
        "of a grid, closed, newest": replace(wide, scope_code=grid, states=("closed",)),
        "of a subdistrict, newest": replace(wide, scope_code=grid[:9]),
        "of a category, newest": replace(wide, categories=("hazard",)),
        "of a class, by due time": InboxQuery(classes=("HAZ01",)),
        "of a class in a community": InboxQuery(classes=("HAZ01",), scope_code=community),
        "of a class and an organisation": InboxQuery(classes=("HAZ01",), organisation_code="ORG003"),
        "of a month, by due time": InboxQuery(reported_from=now - 6 * month, reported_to=now - 5 * month),
        "of a month, newest": replace(wide, reported_from=now - 12 * month, reported_to=now - 11 * month),
        "rejected, of a category in a grid": InboxQuery(
            states=("rejected",), categories=("hazard",), scope_code=grid
        ),
        "by the beginning of a code": InboxQuery(code_prefix="SEED-2025-00055"),
        "by a short beginning of a code": InboxQuery(code_prefix="SEED-2025"),
        "nearest, open": InboxQuery(states=OPEN_STATES, order="distance", near=HERE),
        "nearest": InboxQuery(order="distance", near=HERE),
        "nothing private, newest": replace(wide, without_categories=("mediation",)),
        "text that nobody wrote, open": InboxQuery(states=OPEN_STATES, text="查无此事"),
        "text that nobody wrote": replace(wide, text="查无此事"),
    }


def timed(work: Callable[[], object], times: int = TIMES) -> tuple[float, float]:
    """Return the median and the longest time of some runs in milliseconds, the first not counted."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), max(taken)


def measure(store: Store) -> dict[str, tuple[float, float]]:
    """Return (median, longest) in milliseconds of every question, first and second page alike."""
    found = {}
    with store.read() as conn:
        grid = incidents.inbox(conn, InboxQuery(limit=1)).lines[0].grid_code
        for name, query in questions(grid).items():
            found[name] = timed(lambda query=query: incidents.inbox(conn, query))
            first = incidents.inbox(conn, query)
            if first.next:
                second = replace(query, after=first.next)
                found[name] = max(found[name], timed(lambda query=second: incidents.inbox(conn, query)))
        found |= _others(conn)
    return found


def _others(conn: Connection) -> dict[str, tuple[float, float]]:
    since = clock.now() - timedelta(days=7)
    code = incidents.inbox(conn, InboxQuery(limit=1)).lines[0].incident_code
    number = incidents.change_number(conn)
    return {
        "count of the open ones, to 1,000": timed(
            lambda: incidents.count_inbox(conn, InboxQuery(states=OPEN_STATES))
        ),
        "likely duplicates": timed(lambda: incidents.nearby_open(conn, "HAZ01", *HERE, 250, since)),
        "one incident": timed(lambda: incidents.find(conn, code)),
        "the change number": timed(lambda: incidents.change_number(conn)),
        "the latest 100 changes": timed(lambda: incidents.changed_since(conn, number - 100)),
    }


def table(columns: dict[str, dict[str, tuple[float, float]]]) -> None:
    """Print a row for each question and a column for each number of incidents."""
    print("| list | " + " | ".join(f"{name}: median (longest) ms" for name in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for name in next(iter(columns.values())):
        cells = [f"{found[name][0]:.1f} ({found[name][1]:.1f})" for found in columns.values()]
        print(f"| {name} | {' | '.join(cells)} |")


def main(urls: list[str]) -> None:
    """Measure the stores given, else three temporary ones."""
    if urls:
        table({url.rpartition("/")[2]: measure(open_store(url)) for url in urls})
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for count in COUNTS:
            url = f"sqlite:///{Path(folder) / f'{count}.sqlite3'}"
            migrate(url)
            store = open_store(url)
            seed(store, count)
            found[f"{count:,}"] = measure(store)
            store.dispose()
        table(found)


if __name__ == "__main__":
    main(sys.argv[1:])
