"""Runs `proposals_cases.py` apart, because of ortools."""

from __future__ import annotations

from pathlib import Path

from tests.apart import run_apart


def test_the_job_of_proposals_keeps_what_it_promises(tmp_path: Path):
    run_apart(Path(__file__).with_name("proposals_cases.py"), tmp_path)
