"""Work for the tests of jobs, done in the child process as any other: quick, slow, stubborn, broken."""

from __future__ import annotations

import os
import time
from typing import Any


def add(params: dict[str, Any], job) -> dict[str, Any]:
    """Add two numbers, saying so."""
    print("what is printed goes elsewhere")
    job.progress(0.5, "一半")
    return {"sum": params["a"] + params["b"]}


def patient(_params: dict[str, Any], job) -> dict[str, Any]:
    """Work until cancelled and tell what was found so far."""
    begun = time.monotonic()
    while not job.cancelled():
        job.progress(0.3, "仍在计算")
        time.sleep(0.05)
    return {"found": "so far", "seconds": time.monotonic() - begun}


def stubborn(_params: dict[str, Any], job) -> None:
    """Ask nobody and never end."""
    job.progress(0.1, f"pid {os.getpid()}")
    while True:
        time.sleep(1)


def deep(_params: dict[str, Any], job) -> None:
    """Hand over two answers, then be deaf, as a process is inside a solver's large first step."""
    job.keep({"status": "gap", "found": "first"})
    job.keep({"status": "gap", "found": "better"})
    stubborn({}, job)


def dies(_params: dict[str, Any], job) -> None:
    """Hand over an answer, then die."""
    job.keep({"status": "gap", "found": "before"})
    crash({}, job)


def crash(_params: dict[str, Any], _job) -> None:
    """End as a process does that the system ran out of memory for."""
    os.kill(os.getpid(), 9)


def raises(_params: dict[str, Any], _job) -> None:
    """Fail as a mistake in the program does."""
    raise ZeroDivisionError("a mistake")


def refuses(_params: dict[str, Any], _job) -> None:
    """Fail as wrong input does."""
    from gis_app.errors import BadInput

    raise BadInput("bad", "选址条件有误", {"k": "≥ 0"})


def writes(_params: dict[str, Any], job) -> dict[str, Any]:
    """Make a file."""
    name = f"report-{job.number}.txt"
    (job.files / name).write_text("报告", encoding="utf-8")
    return {"file": name, "pages": 1}
