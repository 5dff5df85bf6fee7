"""Starts a child process for one piece of work: no surroundings of the parent, a folder of its own, an end.

The child limits itself first thing, see `child.confine`; this side gives it little and ends it in time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_confined(
    module: str,
    arguments: Sequence[str],
    folder: Path,
    wall_seconds: float,
    surroundings: Mapping[str, str] | None = None,
) -> int:
    """Run `python -m module arguments` in `folder` and return its exit code, a signal as a negative number.

    `surroundings` are what the child may know of its parent's environment all the same.
    Raises TimeoutError when the time is over; the child and all that it started are ended then.
    """
    child = subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder) | dict(surroundings or {}),
        start_new_session=True,
    )
    try:
        return child.wait(timeout=wall_seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return the child's whole environment: no proxy, no credential, no option of a library."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
