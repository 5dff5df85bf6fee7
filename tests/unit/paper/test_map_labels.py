"""Names on a map: each in its polygon or at the end of a leader line, none over another, the rest counted."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.layers.atlas import Atlas
from gis_app.paper.county import sheet_of
from gis_app.paper.drawing import SMALLEST_TEXT, arranged
from gis_app.paper.labels import LONGEST, place, size_of_box
from gis_app.paper.text import clean, shortened, width, wrapped
from gis_app.storage.layers import read_layers
from tests.unit.paper.map_sheets import many_grids, order, with_slivers

FRAME = (0.0, 0.0, 300.0, 200.0)


@pytest.fixture(scope="module")
def county(reference_store) -> Atlas:
    with reference_store.read() as conn:
        return Atlas.build(read_layers(conn))


def check(placed, shapes, frame, sizes) -> None:
    """Hold every rule of placing against names that were placed."""
    boxes = shapely.box(*np.array([label.box for label in placed.labels]).reshape(-1, 4).T)
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    assert not (one != other).any(), "two names overlap"
    assert shapely.within(boxes, shapely.box(*frame)).all(), "a name leaves the map"
    for label, box in zip(placed.labels, boxes, strict=True):
        assert sizes[1] - 1e-9 <= label.size <= sizes[0] + 1e-9
        assert np.allclose(
            np.ptp(np.reshape(label.box, (2, 2)), axis=0), size_of_box(label.lines, label.size)
        )
        if label.leader is None:
            assert shapes[label.of].contains_properly(box), "a name without a leader line leaves its polygon"
        else:
            start, end = shapely.points([label.leader[:2], label.leader[2:]])
            assert shapes[label.of].intersects(start), "a leader line begins elsewhere"
            assert box.boundary.distance(end) < 1e-6, "a leader line ends short of its name"
    lines = [shapely.LineString(np.reshape(one.leader, (2, 2))) for one in placed.labels if one.leader]
    for number, line in enumerate(lines):
        assert not any(line.crosses(other) for other in lines[number + 1 :]), "leader lines cross"


@pytest.mark.parametrize("paper", ["A3", "A1"])
@pytest.mark.parametrize("level", ["grid", "community", "subdistrict", "block"])
def test_every_area_of_the_county_has_its_name_on_a_wall_map(county, paper, level):
    sheet = sheet_of(order(county, level, paper=paper), county)
    drawn = arranged(sheet)
    x0, y0, x1, y1 = drawn.layout.map
    sizes = (3.3 * drawn.layout.unit, max(1.9 * drawn.layout.unit, SMALLEST_TEXT))
    check(drawn.names, drawn.fit.apply(sheet.names.shapes), (x0, y0, x1, y1), sizes)
    assert drawn.names.left_out == 0
    assert len(drawn.names.labels) == len(sheet.names.shapes)


def test_a_name_that_does_not_fit_stands_at_the_end_of_a_leader_line():
    atlas = with_slivers(3)
    sheet = sheet_of(order(atlas), atlas)
    drawn = arranged(sheet)
    thin = [label for label in drawn.names.labels if sheet.names.texts[label.of][-1][-1].startswith("90")]
    assert len(thin) == 3
    assert all(label.leader for label in thin)
    check(drawn.names, drawn.fit.apply(sheet.names.shapes), drawn.layout.map, (3.3, 1.9))


def test_of_more_than_a_thousand_grids_names_are_thinned_and_the_rest_is_told():
    atlas = many_grids(60, 30)
    sheet = sheet_of(order(atlas), atlas)
    began = time.perf_counter()
    drawn = arranged(sheet)
    assert time.perf_counter() - began < 15
    assert len(drawn.names.labels) + drawn.names.left_out == 1800
    assert drawn.names.left_out > 0
    assert f"{drawn.names.left_out:,}" in drawn.notes[0]
    check(drawn.names, drawn.fit.apply(sheet.names.shapes), drawn.layout.map, (3.3, 1.9))


def test_on_a_larger_sheet_more_names_find_room():
    atlas = many_grids(40, 30)
    small, large = (arranged(sheet_of(order(atlas, paper=paper), atlas)).names for paper in ("A4", "A1"))
    assert large.left_out < small.left_out


cells = st.lists(st.floats(5, 60), min_size=1, max_size=6)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=40, deadline=None)
@given(cells, cells, st.lists(words, min_size=36, max_size=36), st.integers(0, 12))
def test_the_rules_hold_for_any_cells_and_any_names(widths, heights, names, points):
    xs, ys = np.cumsum([0, *widths]), np.cumsum([0, *heights])
    west, south = (one.ravel() for one in np.meshgrid(xs[:-1], ys[:-1]))
    east, north = (one.ravel() for one in np.meshgrid(xs[1:], ys[1:]))
    shapes = shapely.box(west, south, east, north)
    told = [clean(name) for name in names[: len(shapes)]]
    texts = [((name, "001", "45.6%"), (name, "001")) for name in told]
    frame = (0.0, 0.0, float(xs[-1]) + 60, float(ys[-1]) + 30)
    marks = np.random.default_rng(points).uniform(0, 60, (points, 2))
    placed = place(shapes, texts, (4.0, 2.0), frame, marks, 1.5)
    assert len(placed.labels) + placed.left_out == len(shapes)
    if placed.labels:
        check(placed, shapes, frame, (4.0, 2.0))


def test_areas_without_a_name_or_without_extent_take_no_room():
    shapes = np.array([shapely.box(0, 0, 50, 50), shapely.Polygon()])
    placed = place(shapes, [((),), (("有名",),)], (4.0, 2.0), FRAME)
    assert placed.labels == ()
    assert placed.left_out == 0


def test_a_very_long_name_is_cut_with_an_ellipsis():
    assert width(shortened("很长的名称" * 30, LONGEST)) <= LONGEST
    assert shortened("很长的名称" * 30, LONGEST).endswith("…")
    assert shortened("短", LONGEST) == "短"


@given(words, st.floats(2, 40))
@settings(max_examples=100, deadline=None)
def test_wrapped_lines_are_never_wider_than_asked(text, most):
    text = clean(text)
    lines = wrapped(text, most)
    assert all(width(line) <= most + 1e-9 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
