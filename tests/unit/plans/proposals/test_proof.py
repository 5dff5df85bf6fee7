"""Runs `proof_cases.py` apart, because of ortools."""

from __future__ import annotations

from pathlib import Path

from tests.apart import run_apart


def test_every_bound_that_is_claimed_holds(tmp_path: Path):
    run_apart(Path(__file__).with_name("proof_cases.py"), tmp_path)
