"""spopt's side of the siting benchmark: run by the Python of its own environment, knowing nothing of ours.

`python siting_peer.py FILE.npz`: arrays cost, weight; numbers k, limit, seconds; texts model ("median" or
"mclp") and solver ("highs" or "cbc"); existing, the positions of what is open already. Prints one JSON line.
spopt's own status is not to be believed for a solve that ran out of time, so HiGHS's own is told.
"""

import contextlib
import json
import resource
import sys
import time

import numpy as np
import pulp
from spopt.locate import MCLP, PMedian


def main() -> None:
    """Build and solve one model."""
    given = np.load(sys.argv[1])
    model, existing = str(given["model"]), given["existing"]
    fixed = np.zeros(given["cost"].shape[1], int)
    fixed[existing] = 1
    options = {"predefined_facilities_arr": fixed} if len(existing) else {}
    count = int(given["k"]) + len(existing)
    seconds = float(given["seconds"])
    begun = time.perf_counter()
    if model == "median":
        made = PMedian.from_cost_matrix(given["cost"], given["weight"], count, **options)
    else:
        made = MCLP.from_cost_matrix(given["cost"], given["weight"], float(given["limit"]), count, **options)
    built = time.perf_counter()
    if str(given["solver"]) == "highs":
        solver = pulp.HiGHS(msg=False, timeLimit=seconds, gapRel=0)
    else:
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, gapRel=0)
    with contextlib.suppress(RuntimeError):  # spopt's way to say that there is no solution
        made = made.solve(solver, results=False)
    ended = time.perf_counter()
    told = getattr(made.problem, "solverModel", None)
    proven = ended - built < seconds
    if told is not None and str(given["solver"]) == "highs":
        proven = told.modelStatusToString(told.getModelStatus()) == "Optimal"
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = {
        "objective": pulp.value(made.problem.objective),
        "proven": proven,
        "build": built - begun,
        "wall": ended - begun,
        "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
