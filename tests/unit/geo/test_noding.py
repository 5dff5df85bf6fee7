"""Lines that meet share an end afterwards, bridges do not join what they cross, and nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from gis_app.geo.noding import Noded, Tangled, node

CELL = 1e-3


def noded(*lines, apart=None, level=None, **more) -> Noded:
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    apart = np.zeros(len(lines), dtype=bool) if apart is None else np.array(apart)
    level = np.zeros(len(lines), dtype=int) if level is None else np.array(level)
    return node(shapes, apart, level, CELL, **more)


def told(done: Noded) -> list[tuple]:
    return [(int(s), *map(tuple, line.coords)) for s, line in zip(done.source, done.lines, strict=True)]


def test_lines_that_cross_are_cut_at_one_point():
    done = noded([(0, 0), (10, 10)], [(0, 10), (10, 0)])
    assert told(done) == [
        (0, (0, 0), (5, 5)), (0, (5, 5), (10, 10)), (1, (0, 10), (5, 5)), (1, (5, 5), (10, 0)),
    ]  # fmt: skip
    assert done.crossings == 1


@pytest.mark.parametrize(("apart", "level"), [([True, False], [0, 0]), ([False, False], [0, 1])])
def test_a_bridge_does_not_join_what_it_crosses(apart, level):
    done = noded([(0, 0), (10, 10)], [(0, 10), (10, 0)], apart=apart, level=level)
    assert len(done.lines) == 2 and done.crossings == 0


def test_a_bridge_joins_at_its_ends_and_where_both_have_a_vertex():
    done = noded([(4, -3), (4, 0), (4, 3)], [(0, 0), (4, 0), (10, 0)], [(4, 3), (8, 3)], apart=[1, 0, 0])
    assert [source for source, *_ in told(done)] == [0, 0, 1, 1, 2]


def test_an_end_on_a_line_cuts_it_and_a_gap_stays():
    done = noded([(0, 0), (10, 0)], [(3, 0), (3, 5)], [(7, 0.0004), (7, 5)], [(9, 0.2), (9, 5)])
    assert [source for source, *_ in told(done)] == [0, 0, 0, 1, 2, 3]
    ends = {coord for _, *line in told(done) for coord in (line[0], line[-1])}
    assert (7, 0.0004) in ends and (9, 0.2) in ends and (7, 0) not in ends
    assert done.crossings == 0


def test_doubles_and_stubs_are_dropped():
    done = noded([(0, 0), (10, 0)], [(10, 0), (0, 0)], [(5, 0), (15, 0)], [(1, 1), (1, 1)])
    assert told(done) == [(0, (0, 0), (5, 0)), (0, (5, 0), (10, 0)), (2, (10, 0), (15, 0))]
    assert (done.doubles, done.stubs) == (3, 1)


def test_a_line_through_itself_is_cut_there():
    done = noded([(0, 0), (5, 0), (5, 5), (2, 5), (2, -5)])
    assert len(done.lines) == 3 and set(done.source) == {0}


def test_a_tangle_is_refused():
    fan = [[(i, 0), (100 - i, 100)] for i in range(100)]
    with pytest.raises(Tangled):
        noded(*fan, most=1000)


segment = some.tuples(*[some.integers(0, 12)] * 4).filter(lambda s: s[:2] != s[2:])


@settings(max_examples=60, deadline=None)
@given(some.lists(segment, min_size=2, max_size=9))
def test_after_noding_lines_meet_at_ends_only_and_cover_what_they_did(segments):
    lines = [[(a, b), (c, d)] for a, b, c, d in segments]
    done = noded(*lines)
    before = shapely.union_all([shapely.LineString(line) for line in lines])
    assert shapely.hausdorff_distance(before, shapely.union_all(done.lines)) < 5 * CELL
    ends = shapely.union_all([shapely.boundary(line) for line in done.lines])
    for i, one in enumerate(done.lines):
        for other in done.lines[i + 1 :]:
            shared = shapely.intersection(one, other)
            assert shapely.length(shared) < 5 * CELL
            assert shapely.is_empty(shared) or shapely.distance(shared, ends) < 5 * CELL
