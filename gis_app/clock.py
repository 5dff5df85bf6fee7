"""The current time, in one replaceable place, so that deadlines can be tested and demonstrated.

China keeps one time all year, so a fixed offset serves and no time zone database is needed on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

_source: Callable[[], datetime] = lambda: datetime.now(ZONE)  # noqa: E731


def now() -> datetime:
    """Return the current time, aware, at +08:00."""
    return _source().astimezone(ZONE)


def use(source: Callable[[], datetime]) -> Callable[[], datetime]:
    """Take the time from `source` (aware datetimes) from now on, and return the source used before."""
    global _source
    before, _source = _source, source
    return before


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Let `now()` return `at` inside the block; a naive `at` is read as +08:00."""
    moment = at if at.tzinfo else at.replace(tzinfo=ZONE)
    before = use(lambda: moment)
    try:
        yield moment
    finally:
        use(before)
