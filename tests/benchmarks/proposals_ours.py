"""Our side of the proposals' benchmark: each question in a process of its own, as `proposals_peer`."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from gis_app.plans.proposals.propose import propose_community
from tests.benchmarks.proposals_county import town


def main(what: str) -> None:
    """Answer one question and print labels, seconds and what was proved as one JSON line."""
    print(json.dumps(QUESTIONS[what]()))


def searched(goal: str, price: float, within: float | None = None, effort: float = 1.0) -> dict:
    """Propose one plan for every community."""
    county = town()
    problems = county.problems(within=within)
    labels, each = np.zeros(len(county.households), int), []
    for number, problem in enumerate(problems):
        begun = time.process_time()
        found = propose_community(problem, goal, price, count=1, effort=effort)
        each.append(time.process_time() - begun)
        labels[county.community == number] = found.candidates[0].labels
    return {"labels": labels.tolist(), "cpu": sum(each), "each": each, "missed": 0}


def proved(seconds: float) -> dict:
    """Search for the fewest moved and prove it, community by community."""
    from gis_app.plans.proposals.proof import fewest_moved

    county, begun, told = town(), time.process_time(), []
    for problem in county.problems():
        first = propose_community(problem, "least_change", 200.0, count=1).candidates[0]
        proof = fewest_moved(problem, first.labels, seconds)
        told.append(proof.as_json() | {"searched": first.moved})
    return {"cpu": time.process_time() - begun, "proofs": told}


QUESTIONS = {
    "repair": lambda: searched("least_change", 5.0),
    "fewest": lambda: searched("least_change", 200.0),
    "nothing": lambda: searched("from_nothing", 0.0, 0.1, 0.7),
    "prove": lambda: proved(20.0),
}

if __name__ == "__main__":
    main(sys.argv[1])
