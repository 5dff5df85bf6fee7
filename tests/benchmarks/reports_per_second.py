"""Fifty reports a second from twenty senders for a minute: python -m tests.benchmarks.reports_per_second [S]

Through the store itself, on SQLite with synchronous FULL: twenty threads in two processes, as a server has
them, each sending its share at fixed times whether or not the one before was answered late, so that waiting
counts. One report in twenty is sent twice with one key. Afterwards every acknowledged code must be there,
once, with one line of history, and the audit trail must be sound.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from gis_app import clock
from gis_app.incidents.incident import Incident
from gis_app.storage import audit, incidents, tables
from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate

PER_SECOND, SENDERS, PROCESSES, SECONDS = 50, 20, 2, 60
LIMIT_MS, TWICE_IN = 500, 20


def send(
    store: Store, sender: int, start: float, seconds: float, answers: list[tuple[str, str, float]]
) -> None:
    """Send one sender's reports at their times and note (key, code, milliseconds since its time) of each."""
    interval = SENDERS / PER_SECOND
    for number in range(int(seconds / interval)):
        due = start + sender * interval / SENDERS + number * interval
        time.sleep(max(due - time.time(), 0))
        key = f"{sender}:{number}"
        for _ in range(2 if number % TWICE_IN == 0 else 1):
            with store.write() as conn:
                code = incidents.insert_report(conn, report(sender, key), actor=f"worker{sender}")
            answers.append((key, code, (time.time() - due) * 1000))


def report(sender: int, key: str) -> Incident:
    """Return a report such as a grid worker sends."""
    return Incident(
        incident_code="",
        class_code="ENV01",
        category="environment",
        description="路边有积存垃圾，请清运",
        lon=114.46 + sender * 1e-4,
        lat=34.47,
        accuracy_m=12.0,
        grid_code=f"410222001001{sender:03d}",
        reporter_id=sender + 1,
        reported_at=clock.now(),
        idempotency_key=key,
    )


def process(url: str, first: int, start: float, seconds: float) -> None:
    """Run one process's share of the senders and print their answers."""
    store, answers = open_store(url), []
    threads = [
        threading.Thread(target=send, args=(store, sender, start, seconds, answers))
        for sender in range(first, SENDERS, PROCESSES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(answers))


def measure(url: str, seconds: float = SECONDS) -> dict[str, Any]:
    """Send reports to a migrated store for some seconds and return what came of it."""
    start = time.time() + 3.0  # the processes need a moment to begin
    command = [sys.executable, "-m", "tests.benchmarks.reports_per_second"]
    children = [
        subprocess.Popen([*command, url, str(n), str(start), str(seconds)], stdout=subprocess.PIPE)
        for n in range(PROCESSES)
    ]
    answers = [tuple(answer) for child in children for answer in json.loads(child.communicate()[0])]
    store = open_store(url)
    try:
        return {**_told(answers, seconds), **_kept(store, {code for _, code, _ in answers}, answers)}
    finally:
        store.dispose()


def _told(answers: list[tuple[str, str, float]], seconds: float) -> dict[str, Any]:
    taken = np.array([milliseconds for _, _, milliseconds in answers])
    codes_of: dict[str, set[str]] = {}
    for key, code, _ in answers:
        codes_of.setdefault(key, set()).add(code)
    return {
        "answers": len(answers),
        "per_second": len(codes_of) / seconds,
        "p50_ms": float(np.percentile(taken, 50)),
        "p95_ms": float(np.percentile(taken, 95)),
        "longest_ms": float(taken.max()),
        "keys_with_two_codes": sum(len(codes) > 1 for codes in codes_of.values()),
        "keys": len(codes_of),
    }


def _kept(store: Store, codes: set[str], answers: list) -> dict[str, Any]:
    """Compare what was acknowledged with what the store holds."""
    with store.read() as conn:
        kept = set(conn.execute(select(tables.incidents.c.incident_code)).scalars())
        lines = conn.execute(select(func.count()).select_from(tables.incident_history)).scalar_one()
        return {
            "lost": len(codes - kept),
            "doubled": len(kept) - len({key for key, _, _ in answers}),
            "history_rows": lines,
            "broken_audit_row": audit.verify(conn),
        }


def main(seconds: float) -> None:
    """Measure on a temporary SQLite file and print the figures as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gis.sqlite3'}"
        migrate(url)
        found = measure(url, seconds)
    print(f"| {SENDERS} senders, {PER_SECOND}/s for {seconds:.0f} s | |\n|---|---|")
    for name, value in found.items():
        print(f"| {name} | {f'{value:,.1f}' if isinstance(value, float) else value} |")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        process(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
