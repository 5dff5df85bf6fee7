"""Proposals beside METIS and GerryChain: the same made-up county, the same band, one run.

The county has 1,500 blocks in 24 communities and 89 grids, of which 24 are out of the band today. Every
answer is checked and measured here by networkx and plain sums, whoever gave it. Seconds are of the processor;
each side has a process of its own. `GIS_BENCH_PLANS` names the Python of an environment that has gerrychain,
pymetis and networkx, else one is made for the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gis_app.plans.proposals.candidate import matched
from tests.benchmarks.proposals_county import Town, town
from tests.conftest import gis_app
from tests.unit.plans.proposals import checker

HERE, ROOT = Path(__file__).parent, Path(__file__).resolve().parents[2]
WITHIN = 0.1


@contextlib.contextmanager
def peer_python() -> Iterator[str]:
    """Yield the Python that has the peers."""
    if given := os.environ.get("GIS_BENCH_PLANS"):
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        packages = ["gerrychain>=1.0", "pymetis", "networkx"]
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        yield python


def asked(command: list[str]) -> dict:
    """Return what a process of its own found."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def ours(what: str) -> dict:
    """Ask ours."""
    return asked([sys.executable, "-m", "tests.benchmarks.proposals_ours", what])


def peer(python: str, county: Town, way: str, runs: int) -> dict:
    """Ask a peer for plans from nothing within the narrow band."""
    problems = county.problems(within=WITHIN)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "county.npz"
        np.savez(
            file, households=county.households, edges=county.edges, lengths=county.lengths,
            community=county.community, sizes=county.sizes,
            low=[problem.band[0] for problem in problems], high=[problem.band[1] for problem in problems],
        )  # fmt: skip
        return asked([python, str(HERE / "proposals_peer.py"), str(file), way, str(runs)])


def row(who: str, county: Town, found: dict, within: float | None, limit: str = "") -> tuple:
    """Check and measure a whole plan, whoever made it."""
    given, bad, moved, metres, shapes = np.array(found["labels"]), 0, 0, 0.0, []
    for number, problem in enumerate(county.problems(within=within)):
        labels = matched(problem, given[county.community == number]).tolist()
        bad += len(checker.faults(problem, labels))
        moved += checker.moved(problem, labels)
        metres += checker.border(problem, labels)
        shapes += checker.shapes(problem, labels)
    return (
        who, bad, f"{moved / county.households.sum():.2%}", f"{np.mean(shapes):.3f}", f"{min(shapes):.3f}",
        f"{metres / 1000:.1f}", f"{found['cpu']:.2f}", limit,
    )  # fmt: skip


HEADING = ("plan", "faults", "moved", "PP mean", "PP least", "border km", "CPU s", "limit")


def main() -> None:
    """Print repair, proofs and from nothing."""
    from tests.benchmarks.__main__ import say

    county = town()
    today = {"labels": county.today.tolist(), "cpu": 0.0}
    print("\n## Repair of today's plan, 300 to 500 households\n")
    repair, fewest = ours("repair"), ours("fewest")
    say(
        HEADING,
        row("today", county, today, None),
        row("proposal, 5 m per household", county, repair, None, "≤ 4.6 %, ≥ .58, ≤ 3 s"),
        row("proposal, fewest moved", county, fewest, None, "≤ 2.7 %, ≤ 3 s"),
    )
    each = [1000 * seconds for seconds in repair["each"]]
    print(f"\nOne community: median {statistics.median(each):.0f} ms, longest {max(each):.0f} ms (limit 50).")
    print("\n## Proof of the fewest movable households\n")
    say(*proof_rows(county))
    reference_table()
    print("\n## From nothing, ±10 % around each community's mean\n")
    with peer_python() as python:
        say(
            HEADING,
            row("proposal", county, ours("nothing"), WITHIN, "better and faster than either"),
            row("METIS, best of 100 verified", county, peer(python, county, "metis", 100), WITHIN),
            row(
                "GerryChain, 1,000 steps in bursts", county, peer(python, county, "gerrychain", 1000), WITHIN
            ),
        )


def proof_rows(county: Town) -> list[tuple]:
    """Return the solver's bounds, summed up."""
    told = ours("prove")
    proofs, total = told["proofs"], county.households.sum()
    proven = sum(proof["status"] == "optimal" for proof in proofs)
    bound, moved = (sum(proof[name] for proof in proofs) for name in ("bound", "moved"))
    searched = sum(proof["searched"] for proof in proofs)
    return [
        ("communities proven", "bound", "solver's plan", "search alone", "gap", "CPU s", "limit"),
        (
            f"{proven} of {len(proofs)}",
            f"{bound} ({bound / total:.2%})",
            f"{moved} ({moved / total:.2%})",
            f"{searched} ({searched / total:.2%})",
            f"{(moved - bound) / max(1, moved):.2%}",
            f"{told['cpu']:.1f}",
            "≥ 23, ≤ 60 s",
        ),
    ]


def reference_table() -> None:
    """Print what repair comes to in the reference county as it lies."""
    from tests.benchmarks.__main__ import say

    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        gis_app("init", instance_dir=instance)
        url = f"sqlite:///{instance / 'gis.sqlite3'}"
        told = asked([sys.executable, "-m", "tests.benchmarks.proposals_reference", url, "5"])
    of, bound = told["households"], told["bound"]
    print(f"\n## The reference county as it lies, {told['out']} of 89 grids out of the band\n")
    say(
        ("plan", "faults", "moved", "PP mean", "CPU s", "no plan moves less than"),
        *(
            (who, told["faults"], f"{told['moved'][turn] / of:.2%}", f"{told['pp'][turn]:.3f}", cpu, "")
            for turn, (who, cpu) in enumerate(
                (("5 m per household", f"{told['cpu'][0]:.1f} together"), ("fewest moved", ""))
            )
        ),
        (
            f"solver, {told['proven']} of 24 proven", "", f"{told['solver'] / of:.2%}", "",
            f"{told['cpu'][1]:.1f}", f"{bound / of:.2%}",
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
