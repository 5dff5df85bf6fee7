"""The peers' side of the proposals' benchmark: run by the Python of their own environment.

`python proposals_peer.py FILE.npz metis|gerrychain RUNS`: arrays households, edges, lengths, community,
sizes, low, high of a whole county, blocks numbered through. Prints one JSON line: a label per block, the
seconds of the processor, and in how many communities nothing within the band was found. It knows nothing of
ours; what it finds is measured by the benchmark.
"""

import json
import random
import sys
import time

import networkx as nx
import numpy as np

BURST = 10


def main() -> None:
    """Cut every community by one peer."""
    given = dict(np.load(sys.argv[1]))
    way, runs = {"metis": metis, "gerrychain": gerrychain}[sys.argv[2]], int(sys.argv[3])
    way(graph_of(given, 0), int(given["sizes"][0]), *band(given, 0), 2)  # imports are nobody's time
    labels, missed, begun = np.zeros(len(given["households"]), int), 0, time.process_time()
    for community, n in enumerate(given["sizes"].tolist()):
        graph = graph_of(given, community)
        found = way(graph, n, *band(given, community), runs)
        missed += found is None
        for block, label in (found or {}).items():
            labels[block] = label
    told = {"labels": labels.tolist(), "cpu": time.process_time() - begun, "missed": missed}
    print(json.dumps(told))


def band(given, community):
    """Return the fewest and most households of a grid there."""
    return int(given["low"][community]), int(given["high"][community])


def graph_of(given, community):
    """Return the blocks of a community as a graph with households and metres."""
    members = np.flatnonzero(given["community"] == community)
    inside = np.isin(given["edges"], members).all(axis=1)
    graph = nx.Graph()
    for block in members.tolist():
        graph.add_node(block, households=int(given["households"][block]))
    for (first, second), length in zip(
        given["edges"][inside].tolist(), given["lengths"][inside].tolist(), strict=True
    ):
        graph.add_edge(first, second, metres=length)
    return graph


def holds(graph, labels, n, low, high):
    """Tell whether a labelling has n contiguous grids within the band: METIS's have to be verified."""
    members = [[] for _ in range(n)]
    for block, label in labels.items():
        members[label].append(block)
    loads = [sum(graph.nodes[block]["households"] for block in blocks) for blocks in members]
    return all(low <= load <= high for load in loads) and all(
        blocks and nx.is_connected(graph.subgraph(blocks)) for blocks in members
    )


def border(graph, labels):
    """Return the metres of border between grids."""
    return sum(w for a, b, w in graph.edges(data="metres") if labels[a] != labels[b])


def metis(graph, n, low, high, runs):
    """Return the shortest border of so many seeds of METIS that hold."""
    import pymetis

    blocks = list(graph)
    place = {block: number for number, block in enumerate(blocks)}
    adjacency = [[place[other] for other in graph[block]] for block in blocks]
    starts = np.cumsum([0, *map(len, adjacency)]).tolist()
    beside = [other for others in adjacency for other in others]
    metres = [max(1, int(graph[block][other]["metres"])) for block in blocks for other in graph[block]]
    households = [graph.nodes[block]["households"] for block in blocks]
    csr, best = pymetis.CSRAdjacency(starts, beside), None
    for seed in range(runs):
        options = pymetis.Options(contig=1, seed=seed, ufactor=100)
        _, parts = pymetis.part_graph(
            n, csr, vweights=households, eweights=metres, options=options, recursive=False
        )
        labels = dict(zip(blocks, parts, strict=True))
        length = border(graph, labels)
        if (best is None or length < best[0]) and holds(graph, labels, n, low, high):
            best = length, labels
    return None if best is None else best[1]


def gerrychain(graph, n, low, high, runs):
    """Return the shortest border of so many steps of ReCom in short bursts of ten."""
    from functools import partial

    from gerrychain import Graph, Partition, constraints
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import build_recom_proposal_fn
    from gerrychain.tree import bipartition_tree
    from gerrychain.updaters import Tally

    blocks = list(graph)
    numbered = nx.convert_node_labels_to_integers(graph)
    metres = {frozenset(pair[:2]): pair[2] for pair in numbered.edges(data="metres")}
    rng, ideal = random.Random(1), sum(size for _, size in graph.nodes(data="households")) / n
    share = (min(high - ideal, ideal - low) + 0.5) / ideal
    middle, half = (low + high) / 2, (high - low + 1) / 2  # the chain may use the whole band
    chain = Graph.from_networkx(numbered)
    tree = partial(bipartition_tree, max_attempts=2000, warn_attempts=10**9, allow_pair_reselection=True)
    start = recursive_tree_part(chain, range(n), ideal, "households", share, rng=rng)
    updaters = {"population": Tally("households", alias="population")}
    optimizer = SingleMetricOptimizer(
        build_recom_proposal_fn("households", middle, half / middle, bipartition_tree_fn=tree),
        [constraints.contiguous],
        Partition(chain, start, updaters),
        lambda partition: sum(metres[frozenset(edge)] for edge in partition["cut_edges"]),
        maximize=False,
        rng=rng,
    )
    for _ in optimizer.short_bursts(BURST, runs // BURST):
        pass
    best = optimizer.best_part
    labels = {blocks[node]: int(best.assignment[node]) for node in range(len(blocks))}
    return labels if holds(graph, labels, n, low, high) else None


if __name__ == "__main__":
    main()
