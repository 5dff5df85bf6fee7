"""A store to try something on: whatever is written is checked as ever, and then taken back.

So a dry run goes through the very code of the real one, and nothing has to be said twice. What is read after
a write shows the state before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gis_app.storage.engine import Connection, Store


class _TakenBack(Exception):
    """Ends a transaction without keeping anything of it."""


class Trial:
    """A store of which every `write()` is rolled back when its block ends well."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self, wait: bool = True) -> Iterator[Connection]:
        """Lend a connection whose changes nobody else ever sees."""
        try:
            with self._store.write(wait) as conn:
                yield conn
                raise _TakenBack
        except _TakenBack:
            return
