"""The hash chain: any change to any row is found, at its row."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.audit import trail
from gis_app.audit.tags import TAGS, UnknownTag, known

TEXTS = st.text(max_size=20)


def chain(details: list[dict]) -> tuple[list[trail.Row], trail.Head]:
    rows, head = [], trail.START
    for detail in details:
        rows.append(trail.seal(head, "2023-05-01T00:00:00", "people:session:closed", "wang", "wang", detail))
        head = trail.Head(rows[-1].sequence, rows[-1].hash)
    return rows, head


def test_an_empty_and_an_untouched_chain_are_sound():
    assert trail.first_broken([], trail.START) is None
    assert trail.first_broken(*chain([{"a": 1}, {}, {"b": "网格"}])) is None


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(TEXTS, TEXTS, max_size=3), min_size=1, max_size=6),
    st.data(),
)
def test_a_change_of_any_field_is_found_at_its_row(details, data):
    rows, head = chain(details)
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(trail.Row._fields[1:]))
    value = data.draw(TEXTS.filter(lambda text: text != getattr(rows[at], field)))
    changed = [*rows[:at], rows[at]._replace(**{field: value}), *rows[at + 1 :]]
    assert trail.first_broken(changed, head) == at + 1


@settings(deadline=None)
@given(st.integers(2, 6), st.data())
def test_a_missing_row_is_found_in_the_middle_and_at_the_end(number, data):
    rows, head = chain([{"n": n} for n in range(number)])
    gone = data.draw(st.integers(0, number - 1))
    assert trail.first_broken(rows[:gone] + rows[gone + 1 :], head) == gone + 1
    assert trail.first_broken(rows[:gone], head) == gone + 1


def test_text_cannot_move_from_one_field_to_the_next():
    one = trail.seal(trail.START, "t", "a", "bc", "d", {})
    two = trail.seal(trail.START, "t", "ab", "c", "d", {})
    assert one.hash != two.hash


def test_a_detail_has_one_spelling():
    assert trail.canonical({"b": 1, "a": "网"}) == trail.canonical({"a": "网", "b": 1}) == '{"a":"网","b":1}'
    assert json.loads(trail.canonical({"a": [1, None, True]})) == {"a": [1, None, True]}
    with pytest.raises(ValueError, match="JSON"):
        trail.canonical({"a": float("nan")})


def test_tags_are_a_closed_table_with_words_in_both_languages():
    assert all(re.fullmatch(r"[a-z]+(:[a-z_]+){2}", tag) for tag in TAGS)
    assert all(set(words) == {"zh", "en"} and all(words.values()) for words in TAGS.values())
    assert known("people:session:closed") == "people:session:closed"
    with pytest.raises(UnknownTag):
        known("people:session:invented")
