"""An independent opinion on a candidate: networkx for what hangs together, plain sums for what it costs."""

from __future__ import annotations

from itertools import permutations

import networkx as nx

from gis_app.plans.proposals.candidate import Candidate
from gis_app.plans.proposals.problem import Problem


def graph_of(problem: Problem) -> nx.Graph:
    """Return the blocks with the ways that a grid may take between them."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(problem.households)))
    for (first, second), open_ in zip(problem.edges.tolist(), problem.passable.tolist(), strict=True):
        if open_:
            graph.add_edge(first, second)
    return graph


def faults(problem: Problem, labels) -> list[str]:
    """Return which rules a labelling breaks."""
    labels, graph, found = [int(label) for label in labels], graph_of(problem), []
    low, high = problem.band
    for label in range(problem.n):
        members = [block for block, own in enumerate(labels) if own == label]
        total = sum(int(problem.households[block]) for block in members)
        if not members:
            found.append(f"grid {label} is empty")
        elif not nx.is_connected(graph.subgraph(members)):
            found.append(f"grid {label} is torn")
        if not low <= total <= high:
            found.append(f"grid {label} has {total} households")
    if not set(labels) <= set(range(problem.n)):
        found.append("a block is in no grid of the problem")
    for block, fixed in enumerate(problem.fixed.tolist()):
        if fixed and 0 <= problem.today[block] < problem.n and labels[block] != problem.today[block]:
            found.append(f"block {block} is locked and was moved")
    return found


def moved(problem: Problem, labels) -> int:
    """Count the households whose grid changes."""
    return sum(
        int(size)
        for size, label, today in zip(problem.households, labels, problem.today, strict=True)
        if today >= 0 and today != label
    )


def border(problem: Problem, labels) -> float:
    """Add up the border between grids in metres."""
    return sum(
        float(length)
        for (first, second), length in zip(problem.edges, problem.lengths, strict=True)
        if labels[first] != labels[second]
    )


def shapes(problem: Problem, labels) -> list[float]:
    """Return each grid's Polsby–Popper from sums of areas and borders."""
    found = []
    for label in range(problem.n):
        inside = [block for block in range(len(labels)) if labels[block] == label]
        area = sum(float(problem.area[block]) for block in inside)
        around = sum(float(problem.outside[block]) for block in inside)
        for (first, second), length in zip(problem.edges, problem.lengths, strict=True):
            if (labels[first] == label) != (labels[second] == label):
                around += float(length)
        found.append(4 * 3.141592653589793 * area / around**2)
    return found


def fewest_by_renaming(problem: Problem, labels) -> int:
    """Return the fewest moved households over all ways to name the same grids; at most 6 grids."""
    return min(moved(problem, [names[label] for label in labels]) for names in permutations(range(problem.n)))


def agrees(problem: Problem, candidate: Candidate) -> None:
    """Assert that everything a candidate tells of itself is so."""
    labels = candidate.labels.tolist()
    broken = faults(problem, labels)
    assert candidate.valid == (not [fault for fault in broken if "locked" not in fault]), broken
    assert not [fault for fault in broken if "locked" in fault]
    assert candidate.moved == moved(problem, labels)
    assert abs(candidate.border_m - border(problem, labels)) < 1e-6 * max(1.0, candidate.border_m)
    found = shapes(problem, labels)
    assert abs(candidate.pp - sum(found) / len(found)) < 1e-9
    assert abs(candidate.worst_pp - min(found)) < 1e-9
