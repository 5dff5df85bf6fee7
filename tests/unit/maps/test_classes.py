"""Legend classes: every value in exactly one, readable bounds, and none never the same as no data."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.maps.classes import PALETTES, assign, categories, classify, legend

numbers = st.one_of(
    st.just(math.nan),
    st.integers(0, 500).map(float),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 6)),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(numbers, max_size=40), st.integers(2, 7), st.sampled_from(sorted(PALETTES)))
def test_every_value_falls_in_exactly_one_class(values, k, palette):
    found = classify(values, k=k, palette=palette)
    members = assign(values, found)
    assert (members >= 0).all()
    assert sum(one["count"] for one in found) == len(values)
    for index, one in enumerate(found):
        assert one["count"] == (members == index).sum()
    ranges = [one for one in found if one["kind"] == "range"]
    for before, after in pairwise(ranges):
        assert before["upper"] == after["lower"] < after["upper"]
    assert len({one["colour"] for one in found}) == len(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_percent_stays_between_0_and_100(values):
    for one in classify(values, unit="%"):
        assert 0 <= one["lower"] <= one["upper"] <= 100


def test_none_and_no_data_are_classes_of_their_own():
    found = classify([0, 0, math.nan, 3.0, 8.0, None])
    assert (found[0]["kind"], found[0]["label"], found[0]["count"]) == ("none", "无", 2)
    assert (found[-1]["kind"], found[-1]["label"], found[-1]["count"]) == ("no_data", "无数据", 2)
    assert len({one["colour"] for one in found}) == len(found)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([], []),
        ([5, 5, 5], ["5"]),
        ([1, 2, 3], ["1", "2", "3"]),
        ([0, 0], ["无"]),
        ([100.0, 100.0], ["100"]),
    ],
)
def test_few_values_need_few_classes(values, labels):
    assert [one["label"] for one in classify(values)] == labels


def test_bounds_are_readable():
    values = np.random.default_rng(7).gamma(2, 57.3, 300)
    for one in classify(values):
        for bound in (one["lower"], one["upper"]):
            assert len(f"{bound:g}".replace(".", "").replace("-", "").strip("0")) <= 2, one


def test_whole_numbers_are_told_by_the_first_and_last_that_belong():
    values = [3, 7, 12, 18, 25, 33, 41, 58, 77, 90]
    found = [one for one in classify(values) if one["kind"] == "range"]
    for one in found:
        first, _, last = one["label"].partition("–")
        inside = [v for v in values if int(first) <= v <= int(last or first)]
        assert len(inside) == one["count"]


def test_a_diverging_palette_is_symmetrical_around_its_norm():
    values = np.random.default_rng(3).normal(400, 60, 89)
    found = classify(values, palette="PuOr", centre=400)
    edges = [found[0]["lower"], *[one["upper"] for one in found]]
    assert len(found) % 2 == 1
    assert np.allclose(np.array(edges) - 400, -(np.array(edges[::-1]) - 400))


def test_many_values_are_classified_in_a_moment_and_the_same_way_each_time():
    values = np.random.default_rng(11).gamma(1.3, 20, 100_000)
    assert classify(values) == classify(values)


def test_a_value_unknown_to_the_classes_is_told_apart():
    assert (
        list(assign([5, 50], classify([1, 2, 3, 4, 5.5, 6]))) == [4, -1]
        or assign([50], classify([1, 2]))[0] == -1
    )


def test_a_legend_carries_what_a_reader_needs():
    classes = categories(["甲"], ["#000000"], [3])
    found = legend("责任", classes, unit="个", date="2023-12-31", rule="按姓名")
    assert set(found) == {"title", "unit", "classes", "date", "rule"}
    assert classes[0]["kind"] == "category"
