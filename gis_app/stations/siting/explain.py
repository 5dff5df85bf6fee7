"""Say why a siting question has no answer: which place nobody can reach, which rule asks too much"""

from __future__ import annotations

import numpy as np

from gis_app.stations.siting.problem import SitingProblem
from gis_app.stations.siting.rules import Rules

NAMED = 5


def contradiction(problem: SitingProblem) -> str:
    """Return why the rules contradict each other, "" where they do not."""
    rules = Rules.of(problem)
    if problem.left is not None and problem.left < 0:
        return f"必须保留的站点有 {problem.k - problem.left} 个，多于可设的 {problem.k} 个"
    if rules.money < -1e-9:
        return f"必须保留的站点已超出预算 {-rules.money:g}"
    for number, name in enumerate(problem.quota):
        there = int(np.count_nonzero(rules.group == number))
        if rules.wanted[number] > there:
            return f"社区 {name} 还须设 {rules.wanted[number]} 个站点，但只有 {there} 个可用的候选点"
    if rules.wanted.sum() > rules.most:
        return f"各社区合计还须设 {rules.wanted.sum()} 个站点，多于可设的 {rules.most} 个"
    least = sum(
        np.sort(rules.price[rules.group == number])[:wanted].sum()
        for number, wanted in enumerate(rules.wanted)
    )
    if least > rules.money + 1e-9:
        return f"满足各社区最低数量至少需要 {least:g}，超出剩余预算 {rules.money:g}"
    return ""


def unreachable(problem: SitingProblem, limit_m: float | None = None) -> str:
    """Return which places no candidate can ever serve (within a limit, if given), "" without any."""
    usable = problem.is_fixed | problem.is_free
    table = problem.covers(limit_m) if limit_m is not None else np.isfinite(problem.cost_m)
    lost = problem.is_counted & ~table[:, usable].any(axis=1)
    if not lost.any():
        return ""
    codes = np.asarray(problem.demand, object)[lost]
    within = "" if limit_m is None else f"在 {limit_m:g} 米内"
    more = f"等 {len(codes)} 处" if len(codes) > NAMED else ""
    return f"没有任何候选点能{within}服务：{'、'.join(map(str, codes[:NAMED]))}{more}"


def not_enough(problem: SitingProblem) -> str:
    """Return the sentence for a question whose rules, taken together, leave no answer."""
    parts = ["" if problem.k is None else f"{problem.k} 个站点"]
    parts.append("" if problem.budget is None else f"预算 {problem.budget:g}")
    parts.append("各社区最低数量" if problem.quota else "")
    given = "、".join(part for part in parts if part) or "所给条件"
    return f"{given}之下，无法让每一处需求点都有站点可达；请增加站点数或预算，或放宽条件"
