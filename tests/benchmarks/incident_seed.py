"""Fill a store with as many incidents as a benchmark wants: python -m tests.benchmarks.incident_seed URL N

Three years of reports over the grids, classes and organisations that the store has (or invented ones where it
has none), most of them closed long ago, the recent ones in every state. They go in by plain executemany with
the indexes built afterwards, so a million take a minute or two; history is not made.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import shapely
from sqlalchemy import Connection, select

from gis_app import clock
from gis_app.incidents.model import OPEN_STATES
from gis_app.storage.engine import Store, open_store
from gis_app.storage.incidents.changes import note_replacement, take_numbers
from gis_app.storage.layers import read_layer
from gis_app.storage.plans import published_plan
from gis_app.storage.tables import incident_classes, incidents, organisations

YEARS, OPEN_SHARE, AT_ONCE = 3, 0.04, 20_000
DONE = ("closed", "evaluated", "rejected", "duplicate", "returned", "verified", "resolved")
DONE_SHARES = (0.72, 0.18, 0.03, 0.02, 0.01, 0.02, 0.02)
# hours after the report at which each stage comes, at most
STAGES = {
    "accepted_at": 2,
    "dispatched_at": 4,
    "handling_at": 12,
    "resolved_at": 72,
    "verified_at": 90,
    "closed_at": 96,
}
LAST_STAGE = {
    "reported": 0, "accepted": 1, "dispatched": 2, "handling": 3, "paused": 3, "resolved": 4, "verified": 5,
    "closed": 6, "evaluated": 6, "returned": 0, "rejected": 1, "duplicate": 1,
}  # fmt: skip


class Places(NamedTuple):
    """What incidents are spread over."""

    grids: np.ndarray
    centres: np.ndarray
    classes: np.ndarray
    categories: np.ndarray
    organisations: np.ndarray
    plan_id: int | None


def seed(store: Store, count: int, until: datetime | None = None, number: int = 20230101) -> float:
    """Add `count` incidents reported in the three years up to `until`; return the seconds that it took."""
    started = time.perf_counter()
    random = np.random.default_rng(number)
    with store.write() as conn:
        places = _places(conn)
        last = take_numbers(conn, count)
        note_replacement(conn, last)
        indexes = sorted(incidents.indexes, key=lambda index: index.name)
        indexes = [
            index for index in indexes if store.dialect == "postgresql" or not index.name.startswith("gix")
        ]
        for index in indexes:
            index.drop(conn)
        _insert(conn, random, places, count, until or clock.now(), last - count + 1)
        for index in indexes:
            index.create(conn)
    return time.perf_counter() - started


def _insert(
    conn: Connection, random: np.random.Generator, places: Places, count: int, until: datetime, first: int
) -> None:
    end = np.datetime64(int(until.timestamp()), "s")
    reported = np.sort(random.integers(0, YEARS * 365 * 86_400, count))
    reported = end - (YEARS * 365 * 86_400 - reported).astype("timedelta64[s]")
    states = random.choice(np.array(DONE, dtype="U16"), count, p=DONE_SHARES)
    recent = np.arange(count) >= count - int(count * OPEN_SHARE * 1.5)
    still_open = recent & (random.random(count) < 2 / 3)
    states[still_open] = random.choice(OPEN_STATES, int(still_open.sum()))
    for start in range(0, count, AT_ONCE):
        part = slice(start, min(start + AT_ONCE, count))
        columns = _columns(random, places, reported[part], states[part], first + start)
        names = ", ".join(columns)
        marks = ", ".join(["?" if conn.dialect.name == "sqlite" else "%s"] * len(columns))
        rows = list(zip(*columns.values(), strict=True))
        conn.exec_driver_sql(f"INSERT INTO incidents ({names}) VALUES ({marks})", rows)


def _columns(
    random: np.random.Generator, places: Places, reported: np.ndarray, states: np.ndarray, first: int
) -> dict[str, Sequence]:
    """Return the values of a batch by column, as the database driver takes them."""
    count = len(reported)
    grid, kind = random.integers(0, len(places.grids), count), random.integers(0, len(places.classes), count)
    office = np.minimum(random.exponential(12, count).astype(int), len(places.organisations) - 1)
    place = places.centres[grid] + random.normal(0, 0.002, (count, 2))
    reached = np.array([LAST_STAGE[state] for state in states])
    moments = _moments(random, reported, reached)
    years = reported.astype("datetime64[Y]").astype(str)
    codes = [
        f"SEED-{year}-{number:07d}" for year, number in zip(years, range(first, first + count), strict=True)
    ]
    return {
        "incident_code": codes,
        "class_code": places.classes[kind].tolist(),
        "category": places.categories[kind].tolist(),
        "state": states.tolist(),
        "description": [
            f"第 {number} 件：路面积水，影响通行，请尽快处理" for number in range(first, first + count)
        ],
        "grid_code": places.grids[grid].tolist(),
        "organisation_code": np.where(reached >= 2, places.organisations[office], "").tolist(),
        "lon": np.round(place[:, 0], 7).tolist(),
        "lat": np.round(place[:, 1], 7).tolist(),
        **moments,
        "plan_id": [places.plan_id] * count,
        "satisfaction": np.where(states == "evaluated", random.integers(1, 6, count), 0).tolist(),
        "reopen_count": (random.random(count) < 0.03).astype(int).tolist(),
        "reporter_kind": ["staff"] * count,
        "source": ["import"] * count,
        "change_number": list(range(first, first + count)),
    }


def _moments(random: np.random.Generator, reported: np.ndarray, reached: np.ndarray) -> dict[str, Sequence]:
    found, before, latest = {"reported_at": _texts(reported)}, reported, reported
    for step, (name, hours) in enumerate(STAGES.items(), start=1):
        before = before + random.integers(60, hours * 3600, len(reported)).astype("timedelta64[s]")
        latest = np.where(reached >= step, before, latest)
        found[name] = _texts(before, reached >= step)
    due = reported + random.integers(8, 240, len(reported)).astype("timedelta64[h]")
    found["due_at"] = _texts(due, reached >= 2)
    found["updated_at"] = _texts(latest)
    return found


def _texts(moments: np.ndarray, known: np.ndarray | None = None) -> list[str | None]:
    """Return moments as the store keeps them in SQLite; PostgreSQL reads the same."""
    texts = np.char.add(np.datetime_as_string(moments, unit="s"), ".000000+00:00").tolist()
    if known is None:
        return texts
    return [text if yes else None for text, yes in zip(texts, known.tolist(), strict=True)]


def _places(conn: Connection) -> Places:
    grids = read_layer(conn, "grids")
    kinds = conn.execute(
        select(incident_classes.c.class_code, incident_classes.c.category).where(
            incident_classes.c.time_limit != ""
        )
    ).all()
    offices = conn.execute(select(organisations.c.organisation_code)).scalars().all()
    if len(grids):
        centres = shapely.get_coordinates(shapely.point_on_surface(grids.geometry.values))
        codes = grids["grid_code"].to_numpy(str)
    else:
        codes = np.array([f"410222001{1 + n // 4:03d}{1 + n % 4:03d}" for n in range(89)])
        centres = np.stack([114.43 + np.arange(89) % 10 * 0.006, 34.45 + np.arange(89) // 10 * 0.006], axis=1)
    kinds = kinds or [
        (f"C{n:02d}", ("environment", "facilities", "hazard", "mediation")[n % 4]) for n in range(60)
    ]
    offices = offices or [f"ORG{n:03d}" for n in range(1, 105)]
    classes, categories = (np.array(column) for column in zip(*kinds, strict=True))
    return Places(codes, centres, classes, categories, np.array(offices), published_plan(conn))


def main(url: str, count: int) -> None:
    """Seed a store and say how long it took."""
    store = open_store(url)
    print(f"{count:,} incidents in {seed(store, count):.1f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
