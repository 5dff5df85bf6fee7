"""Runs a file of tests in a process of its own.

highspy and ortools break each other in one process, so the tests of what is proved by ortools stand in files
that are not collected, and a test beside each runs it here. `pytest FILE` runs such a file by itself too.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

NO_TESTS_FAILED = 0


def run_apart(file: Path, folder: Path, seconds: float = 900) -> None:
    """Run the tests of a file; fails with their output unless all pass."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={folder / 'apart'}",
        file,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == NO_TESTS_FAILED, done.stdout + done.stderr
