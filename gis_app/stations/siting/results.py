"""What a siting question is answered with: who is chosen, how good that is, and how much of it is proved."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from gis_app.stations.siting.problem import SitingProblem

STATUSES = ("proven", "gap", "infeasible", "cancelled", "time_limit")
PROVEN_GAP = 1e-6


@dataclass(frozen=True)
class SitingResult:
    """One answer. `chosen` are the stations to open besides the existing ones, those to keep first.

    `objective` and `bound` are in the model's own unit: stations (or their price) for lscp, households
    covered for mclp, household-metres for median and capacitated_median, metres for center; None where
    nothing was found or proved. `gap` is the distance between both as a share of the objective.
    `reason` says in words why there is no answer, or none that is proved.
    """

    model: str
    status: str
    chosen: tuple[str, ...]
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    reason: str = ""
    covered: float = 0.0
    """Households within the limit."""
    households: float = 0.0
    mean_m: float | None = None
    worst_m: float | None = None
    unreached: tuple[str, ...] = ()
    """Demand places that no open station can be walked to from, at most 100 of them."""

    def as_json(self) -> dict:
        """Return the result as plain values."""
        return asdict(self)


def result_of(
    problem: SitingProblem,
    model: str,
    status: str,
    chosen: np.ndarray | None,
    objective: float,
    bound: float,
    seconds: float,
    reason: str = "",
) -> SitingResult:
    """Return the result of a solve; `chosen` is a mask of everything open, None where nothing was found."""
    if chosen is None:
        known = float(bound) if np.isfinite(bound) else None
        return SitingResult(model, status, (), None, known, None, seconds, reason or REASONS.get(status, ""))
    gap = abs(objective - bound) / max(abs(objective), 1e-9) if np.isfinite(bound) else None
    if gap is not None and gap <= PROVEN_GAP and status in ("gap", "time_limit", "cancelled"):
        status = "proven"
    codes = np.asarray(problem.candidates, object)
    existing = problem.mask(problem.existing)
    kept = problem.mask(problem.must_keep) & ~existing
    return SitingResult(
        model=model,
        status=status,
        chosen=(*codes[kept & chosen], *codes[chosen & ~kept & ~existing]),
        objective=float(objective),
        bound=float(bound) if np.isfinite(bound) else None,
        gap=gap,
        seconds=seconds,
        reason=reason or REASONS.get(status, ""),
        **_measures(problem, chosen | existing),
    )


def _measures(problem: SitingProblem, opened: np.ndarray) -> dict:
    """Return what a set of open candidates means for the people, the same for every model."""
    counted, weight = problem.is_counted, problem.weight
    metres = problem.cost_m[:, opened].min(axis=1, initial=np.inf)
    reached = counted & np.isfinite(metres)
    covered = counted & problem.covers()[:, opened].any(axis=1)
    households = float(weight[reached].sum())
    lost = np.asarray(problem.demand, object)[counted & ~reached]
    return {
        "covered": float(weight[covered].sum()),
        "households": float(weight[counted].sum()),
        "mean_m": float((metres[reached] * weight[reached]).sum() / households) if households else None,
        "worst_m": float(metres[reached].max()) if reached.any() else None,
        "unreached": tuple(lost[:100]),
    }


REASONS = {
    "cancelled": "已取消；结果为取消时的最好方案，未证明最优",
    "time_limit": "已到时间上限；结果为到时的最好方案，未证明最优",
    "gap": "结果未证明最优",
}
