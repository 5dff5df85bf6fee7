"""When what could not be delivered is sent again: each wait four times the one before, never two alike."""

from __future__ import annotations

import random
from datetime import timedelta

GROWTH, LONGEST, JITTER = 4, 6 * 3600.0, 0.25


def wait_after(attempts: int, first_seconds: float, asked_seconds: float = 0.0) -> timedelta:
    """Return how long to wait after so many attempts; a receiver may ask for longer, up to the longest.

    Jitter keeps those that failed together from coming back together; it makes no wait shorter than asked.
    """
    grown = min(first_seconds * GROWTH ** min(attempts - 1, 20), LONGEST)
    spread = grown * random.uniform(1 - JITTER, 1 + JITTER)
    return timedelta(seconds=max(spread, min(asked_seconds, LONGEST)))
