"""What each further station brings: the best answer for k = 1, 2, … 10, each proved on its own.

The curve is what tells a leader where to stop. The stations chosen for k + 1 may be
others than those for k, and are told with each point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gis_app.stations.siting.cover import mclp
from gis_app.stations.siting.exact import Watch
from gis_app.stations.siting.median import median
from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.results import SitingResult

LONGEST = 10
MODELS: dict[str, Callable[[SitingProblem, Watch], SitingResult]] = {"mclp": mclp, "median": median}


@dataclass(frozen=True)
class GainPoint:
    """The best answer with k stations, and what the last one added (households, or household-metres)."""

    k: int
    result: SitingResult
    gain: float | None


def gain_curve(
    problem: SitingProblem, watch: Watch, model: str = "mclp", longest: int = LONGEST
) -> list[GainPoint]:
    """Return the points for k = 0 (as it is) to `longest`; a curve that was stopped ends where it was."""
    points: list[GainPoint] = []
    for k in range(longest + 1):
        part = Watch(watch.left, watch.cancelled)
        result = MODELS[model](replace(problem, k=k + len(problem.must_keep)), part)
        before = points[-1].result.objective if points else None
        gain = None if before is None or result.objective is None else abs(result.objective - before)
        points.append(GainPoint(k, result, gain))
        watch.progress((k + 1) / (longest + 1), 0.0)
        watch.keep(points)
        if watch.over():
            break
    return points
