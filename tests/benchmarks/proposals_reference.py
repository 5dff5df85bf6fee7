"""The reference county as it lies: its own today's plan repaired, and how few households any plan could move.

Run in a process of its own with the address of a filled store; prints one JSON line. Two of its communities
cannot keep today's number of grids, and blocks of up to 448 households make every repair there a large one.
"""

from __future__ import annotations

import json
import sys
import time

from gis_app.plans.proposals.county import Wish, tasks
from gis_app.plans.proposals.proof import fewest_moved
from gis_app.plans.proposals.propose import propose_community
from gis_app.storage.engine import open_store
from gis_app.storage.plans import published_plan
from gis_app.studio.states import base
from tests.unit.plans.proposals import checker


def main(url: str, seconds: float) -> None:
    """Search, check and prove every community."""
    store = open_store(url)
    with store.read() as conn:
        state = base(store, conn, published_plan(conn)).state
    store.dispose()
    told, begun = [], time.process_time()
    for task in tasks(state, Wish()):
        found = [propose_community(task.problem, "least_change", price, count=1) for price in (5.0, 200.0)]
        first = [proposal.candidates[0] for proposal in found]
        told.append({"moved": [candidate.moved for candidate in first], "task": task, "first": first})
    searched = time.process_time() - begun
    proofs = [fewest_moved(one["task"].problem, one["first"][1].labels, seconds) for one in told]
    shapes = [
        [value for one in told for value in checker.shapes(one["task"].problem, one["first"][turn].labels)]
        for turn in (0, 1)
    ]
    faults = sum(len(checker.faults(one["task"].problem, c.labels)) for one in told for c in one["first"])
    answer = {
        "households": int(state.households.sum()),
        "out": int(((state.households < 300) | (state.households > 500)).sum()),
        "faults": faults,
        "moved": [sum(one["moved"][turn] for one in told) for turn in (0, 1)],
        "pp": [sum(values) / len(values) for values in shapes],
        "proven": sum(proof.proven for proof in proofs),
        "bound": sum(proof.bound for proof in proofs),
        "solver": sum(proof.moved for proof in proofs),
        "cpu": [searched, time.process_time() - begun - searched],
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
