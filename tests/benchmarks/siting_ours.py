"""Our side of the siting benchmark: the same file as `siting_peer`, in a process of its own too."""

import json
import sys
import time

import numpy as np

from gis_app.stations.siting.center import center
from gis_app.stations.siting.cover import mclp
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.median import median
from gis_app.stations.siting.problem import SitingProblem

MODELS = {"median": median, "mclp": mclp, "center": center}


def main() -> None:
    """Solve one model from the matrix to the proved answer."""
    import highspy  # noqa: F401  the peer's clock starts after its imports, too

    given = np.load(sys.argv[1])
    wall, cpu = time.perf_counter(), time.process_time()
    places, sites = given["cost"].shape
    names = [f"s{number}" for number in range(sites)]
    problem = SitingProblem(
        candidates=names,
        demand=[f"d{number}" for number in range(places)],
        weight=given["weight"],
        cost_m=given["cost"],
        k=int(given["k"]),
        existing=[names[position] for position in given["existing"]],
        limit_m=float(given["limit"]),
    )
    result = MODELS[str(given["model"])](problem, Watch(float(given["seconds"])))
    told = {"objective": result.objective, "proven": result.status == "proven", "gap": result.gap}
    told |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
