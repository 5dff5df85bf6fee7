"""Where stations go, beside spopt: same cost matrices, same solver, each solve in a process of its own.

spopt is no part of this project; `GIS_BENCH_SPOPT` names the Python of an environment that has it (with
highspy), else one is made for the run. `GIS_BENCH_SECONDS` (120) ends a solve that does not end by itself; a
peer that ran into it is counted with that time, to its advantage. Seconds are of the wall clock, with the
processor's beside them for busy machines.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gis_app.stations.siting.problem import SitingProblem
from tests.unit.stations.siting_samples import pmed, published, town

HERE, ROOT = Path(__file__).parent, Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("GIS_BENCH_SECONDS") or 120)
SEED, MOST = 7, 62
TOWNS = ((1, 500), (2, 500), (3, 500), (5, 500), (7, 500), (7, 400))
"""Seed and metres of the towns that are covered; at 500 m the proof is the hardest."""


@contextlib.contextmanager
def peer_python() -> Iterator[str]:
    """Yield the Python that has spopt."""
    if given := os.environ.get("GIS_BENCH_SPOPT"):
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "spopt", "highspy"], check=True)
        yield python


def solved(problem: SitingProblem, model: str, python: str = "", solver: str = "highs") -> dict:
    """Solve by spopt where its Python is given, else by us; return objective, proven, wall, cpu."""
    existing = np.flatnonzero(problem.mask(problem.existing))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.npz"
        np.savez(
            file, cost=problem.cost_m, weight=problem.weight, k=problem.k, limit=problem.limit_m,
            existing=existing, model=model, solver=solver, seconds=SECONDS,
        )  # fmt: skip
        script = ["siting_peer.py"] if python else ["-m", "tests.benchmarks.siting_ours"]
        command = [python, str(HERE / script[0])] if python else [sys.executable, *script]
        done = subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(what: str, who: str, found: dict, note: str = "") -> tuple:
    """Return a row of the table."""
    objective = "none" if found["objective"] is None else f"{found['objective']:,.0f}"
    proof = "proven" if found["proven"] else "not proven"
    return what, who, objective, proof, f"{found['wall']:.2f}", f"{found['cpu']:.2f}", note


HEADING = ("problem", "by", "objective", "status", "wall s", "CPU s", "goal")


def p_median(python: str) -> list[tuple]:
    """pmed1 to pmed20: the published optimum proved on all, in less time than spopt with the same solver."""
    rows, sums = [], {}
    for number, best in published("pmed").items():
        problem = pmed(number)
        ours, theirs = solved(problem, "median"), solved(problem, "median", python)
        assert ours["proven"] and ours["objective"] == best and ours["gap"] == 0.0, number
        for who, found in (("ours", ours), ("spopt, HiGHS", theirs)):
            total = sums.setdefault(who, {"objective": 0, "proven": True, "wall": 0.0, "cpu": 0.0})
            total["objective"] += found["objective"] or 0
            total["proven"] &= found["proven"]
            total["wall"], total["cpu"] = total["wall"] + found["wall"], total["cpu"] + found["cpu"]
            rows.append(row(f"pmed{number}", who, found))
    return rows + [row("pmed1–20 together", who, total, "less than spopt") for who, total in sums.items()]


def p_center(_python: str) -> list[tuple]:
    """The instances with p ≥ n/10: each under 4 s."""
    rows = []
    for number, best in published("pcenter").items():
        problem = pmed(number)
        if problem.k * 10 >= len(problem.candidates):
            found = solved(problem, "center")
            assert found["proven"] and found["objective"] == best, number
            rows.append(row(f"p-center pmed{number}", "ours", found, "4 s"))
    return rows


def covering(python: str) -> list[tuple]:
    """MCLP with 62 of 500 candidates for 2,000 places, and 62 existing stations + k new."""
    existing = tuple(f"s{number}" for number in range(MOST))
    asked = {
        f"MCLP 62 of 500, town {seed}, {limit} m": town(seed, k=MOST, limit_m=limit) for seed, limit in TOWNS
    }
    asked |= {f"MCLP 62 existing + {k}": town(SEED, k=k, existing=existing) for k in (5, 10)}
    rows = []
    for what, problem in asked.items():
        ours = solved(problem, "mclp")
        peers = {solver: solved(problem, "mclp", python, solver) for solver in ("cbc", "highs")}
        wall, cpu = (ours[of] / min(found[of] for found in peers.values()) for of in ("wall", "cpu"))
        assert ours["gap"] == 0.0
        rows.append(row(what, "ours", ours, f"{wall:.2f} of the better spopt (CPU {cpu:.2f}); limit 0.5"))
        rows += [row(what, f"spopt, {solver}", found) for solver, found in peers.items()]
    return rows


def large_median(_python: str) -> list[tuple]:
    """p-median with 62 of 500 candidates for 2,000 places: proved within 60 s."""
    return [row("p-median 62 of 500", "ours", solved(town(SEED, k=MOST), "median"), "60 s")]


def main() -> None:
    """Print the table, one part after the other; the words after `siting` choose parts."""
    from tests.benchmarks.__main__ import say

    parts = {"center": p_center, "large": large_median, "cover": covering, "pmed": p_median}
    wanted = [name for name in sys.argv[1:] if name in parts] or list(parts)
    with peer_python() as python:
        for name in wanted:
            print(f"\n## Siting: {parts[name].__doc__.split(':')[0]}\n")
            say(HEADING, *parts[name](python))


if __name__ == "__main__":
    main()
