"""Field names that a DBF can hold: at most ten bytes of UTF-8, unique, and the same for the same layer."""

from __future__ import annotations

from collections.abc import Sequence

MOST_BYTES = 10


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return a short name for each field, by field; two names never differ in letter case alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        short, number = cut(name, MOST_BYTES), 1
        while not short or short.casefold() in taken:
            tail = str(number)
            short, number = cut(name, MOST_BYTES - len(tail)) + tail, number + 1
        taken.add(short.casefold())
        found[name] = short
    return found


def cut(text: str, most: int) -> str:
    """Return as much of a text as fits into `most` bytes of UTF-8, never half a character."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
