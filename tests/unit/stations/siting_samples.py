"""Siting problems with answers known from elsewhere: published optima, and brute force over small ones."""

from __future__ import annotations

import zipfile
from itertools import combinations
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from gis_app.stations.siting.problem import TOLERANCE, SitingProblem

ORLIB = Path(__file__).parent / "orlib"


def published(kind: str) -> dict[int, int]:
    """Return instance number → published optimum; kind "pmed" or "pcenter"."""
    lines = (ORLIB / f"{kind}opt.txt").read_text().split("\n")
    words = [line.split() for line in lines if line.startswith("pmed")]
    return {int(name.removeprefix("pmed")): int(value) for name, value in words}


def pmed(number: int) -> SitingProblem:
    """Return an OR-Library instance: every vertex is a place of weight 1 and a candidate."""
    with zipfile.ZipFile(ORLIB / "pmed.zip") as instances:
        values = list(map(int, instances.read(f"pmed{number}.txt").split()))
    n, edges, p = values[:3]
    graph = np.zeros((n, n))
    for u, v, cost in np.array(values[3 : 3 + 3 * edges]).reshape(-1, 3):
        graph[u - 1, v - 1] = graph[v - 1, u - 1] = cost  # of parallel edges the last one counts
    names = [str(vertex) for vertex in range(1, n + 1)]
    return SitingProblem(names, names, np.ones(n), shortest_path(csr_array(graph), directed=False), k=p)


def town(seed: int, places: int = 2000, candidates: int = 500, **options) -> SitingProblem:
    """Return a town of 6 × 6 km at random, walking being 1.3 times as far as the crow flies."""
    random = np.random.default_rng(seed)
    doors, sites = random.uniform(0, 6000, (places, 2)), random.uniform(0, 6000, (candidates, 2))
    metres = 1.3 * np.linalg.norm(doors[:, None] - sites[None], axis=2)
    names = [f"s{number}" for number in range(candidates)]
    weight = random.integers(5, 60, places)
    return SitingProblem(names, [f"d{number}" for number in range(places)], weight, metres, **options)


@st.composite
def small_problems(draw) -> SitingProblem:
    """Draw a problem small enough for brute force, with any mixture of rules."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    metres = random.integers(0, 1000, (n, m)) + (random.random((n, m)) if draw(st.booleans()) else 0.0)
    if draw(st.booleans()):
        metres = np.where(random.random((n, m)) < 0.3, np.inf, metres)
    names = np.array([f"c{number}" for number in range(m)], object)
    role = random.choice(4, m, p=[0.6, 0.15, 0.1, 0.15])
    rich = draw(st.booleans())
    return SitingProblem(
        candidates=tuple(names),
        demand=tuple(f"d{number}" for number in range(n)),
        weight=random.integers(0, 30, n),
        cost_m=metres,
        k=draw(st.one_of(st.none(), st.integers(0, 6))),
        existing=tuple(names[role == 1]),
        must_keep=tuple(names[role == 2]),
        forbidden=tuple(names[role == 3]),
        price=random.integers(1, 9, m) if rich else None,
        budget=draw(st.one_of(st.none(), st.integers(0, 25).map(float))),
        capacity=random.integers(5, 120, m),
        community=tuple(f"k{number}" for number in random.integers(0, 3, m)),
        quota={f"k{number}": int(random.integers(0, 3)) for number in range(3)} if rich else {},
    )


def choices(problem: SitingProblem):
    """Yield every set of open candidates (a mask) that the rules allow."""
    free = np.flatnonzero(problem.is_free)
    most = len(free) if problem.left is None else problem.left
    community = np.array(problem.community, object)
    for count in range(min(most, len(free)) + 1):
        for chosen in combinations(free, count):
            opened = problem.is_fixed.copy()
            opened[list(chosen)] = True
            dear = problem.budget is not None and problem.prices[opened].sum() > problem.budget + 1e-9
            few = any((opened & (community == name)).sum() < least for name, least in problem.quota.items())
            if not dear and not few:
                yield opened


def brute(problem: SitingProblem, model: str, share: float = 1.0) -> float | None:
    """Return the best objective of all sets the rules allow, None where there is none."""
    best = None
    counted, weight = problem.weight > 0, problem.weight
    for opened in choices(problem):
        metres = problem.cost_m[:, opened].min(axis=1, initial=np.inf)
        covered = weight[metres <= problem.limit_m + TOLERANCE].sum()
        value = {
            "mclp": lambda covered=covered: -covered,
            "lscp": lambda covered=covered, opened=opened: (
                problem.prices[opened].sum() if covered >= share * weight.sum() - 1e-9 else np.inf
            ),
            "median": lambda metres=metres: (weight[counted] * metres[counted]).sum(),
            "center": lambda metres=metres: metres[counted].max(initial=0.0),
        }[model]()
        if np.isfinite(value) and (best is None or value < best):
            best = float(value)
    return -best if best is not None and model == "mclp" else best
