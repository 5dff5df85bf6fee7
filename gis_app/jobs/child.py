"""The process of one job: it reads one order, does the work, and tells on its standard output how far it is.

Each line it writes is JSON: {"progress", "words"} and {"kept"} on the way, {"result"} or {"error"} at last.
Its standard input stays open as long as somebody wants the job; the worker closes it when nobody does.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

PARENT_DEATH_SIGNAL = 1
TELL_EVERY = 0.2


class Job:
    """What the function of a job is given: the store's address, its files, its time, and a way to speak."""

    def __init__(self, order: dict[str, Any], speak) -> None:
        self.database_url: str = order["database_url"]
        self.files = Path(order["files"])
        self.number: int = order["job_id"]
        self.ends = time.monotonic() + order["limit_seconds"]
        self._unwanted = threading.Event()
        self._speak, self._told = speak, 0.0

    @property
    def seconds_left(self) -> float:
        """How long the job may still take."""
        return self.ends - time.monotonic()

    def cancelled(self) -> bool:
        """Tell whether nobody wants the result any more."""
        return self._unwanted.is_set()

    def progress(self, share: float, words: str = "") -> None:
        """Tell how far it is, 0 to 1, in words too; as often as one likes."""
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self._speak({"progress": min(max(float(share), 0.0), 1.0), "words": words})

    def keep(self, result: dict[str, Any]) -> None:
        """Hand over the best so far: the result of the job if it has to be ended from outside.

        The worker then turns the `status` "gap" into why it was ended; see `runner`.
        """
        self._speak({"kept": result})

    def listen(self) -> None:
        """Wait for the end of standard input, in a thread of its own."""
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while os.read(0, 4096):
            pass
        self._unwanted.set()


def main() -> int:
    """Do what the order says; whatever is printed on the way goes to standard error."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def speak(message: dict[str, Any]) -> None:
        out.write(json.dumps(message, ensure_ascii=False, allow_nan=False) + "\n")
        out.flush()

    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    job = Job(order, speak)
    job.listen()
    from gis_app.errors import GisError

    module, _, function = order["function"].partition(":")
    try:
        result = getattr(importlib.import_module(module), function)(order["params"], job)
        speak({"result": result, "cancelled": job.cancelled()})
    except GisError as error:
        fields = "；".join(f"{name}：{value}" for name, value in error.fields.items())
        speak({"error": f"{error.message}{f'（{fields}）' if fields else ''}"})
    except MemoryError:
        speak({"error": "内存不足；请减小规模后重试"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
