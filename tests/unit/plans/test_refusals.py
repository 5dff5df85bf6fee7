"""Every bad instruction is refused with a place to look at and a remedy, and the plan stays as it was."""

import ast
import copy
from pathlib import Path

import numpy as np
import pytest

from gis_app.errors import BadInput, Conflict, GisError
from gis_app.plans import operations
from gis_app.plans.english import ENGLISH
from gis_app.plans.operations import VERBS, apply
from gis_app.plans.state import State
from tests import factory
from tests.unit.plans.samples import toy_line, toy_state

NORTH, SOUTH, EAST, _ = factory.GRIDS
ACROSS = toy_line((-20, 600), (420, 600))
NAN, INF = float("nan"), float("inf")

BAD = {
    "no mapping": ([], "bad_operation"),
    "no verb": ({}, "unknown_verb"),
    "unknown verb": ({"verb": "erase"}, "unknown_verb"),
    "verb of another type": ({"verb": ["transfer"]}, "unknown_verb"),
    "unknown field": ({"verb": "fill", "all": True}, "bad_operation"),
    "params of another type": ({"verb": "fill", "params": 7}, "bad_operation"),
    "nothing selected": ({"verb": "transfer", "blocks": [], "to": NORTH}, "empty_selection"),
    "nothing selected for a grid": ({"verb": "new_grid", "blocks": []}, "empty_selection"),
    "no target": ({"verb": "transfer", "blocks": ["B00001"]}, "bad_operation"),
    "unknown block": ({"verb": "transfer", "blocks": ["B00001", "B9"], "to": NORTH}, "unknown_block"),
    "block of another type": ({"verb": "transfer", "blocks": [1], "to": NORTH}, "bad_operation"),
    "blocks as text": ({"verb": "transfer", "blocks": "B00001", "to": NORTH}, "bad_operation"),
    "control character": ({"verb": "transfer", "blocks": ["B\x00"], "to": NORTH}, "bad_operation"),
    "unknown grid": ({"verb": "transfer", "blocks": ["B00001"], "to": "999"}, "unknown_grid"),
    "grid as number": ({"verb": "dissolve", "grid": 410222001001001}, "bad_operation"),
    "already there": ({"verb": "transfer", "blocks": ["B00001"], "to": NORTH}, "nothing_changes"),
    "into another community": ({"verb": "transfer", "blocks": ["B00001"], "to": EAST}, "across_communities"),
    "grid of two communities": ({"verb": "new_grid", "blocks": ["B00002", "B00003"]}, "across_communities"),
    "unknown community": (
        {"verb": "new_grid", "blocks": ["B00001"], "community": "410222001999"},
        "unknown_community",
    ),
    "name too long": ({"verb": "rename", "grid": NORTH, "name": "网" * 41}, "bad_operation"),
    "empty name": ({"verb": "rename", "grid": NORTH, "name": "  "}, "bad_operation"),
    "merge across communities": ({"verb": "merge", "grids": [NORTH, EAST]}, "across_communities"),
    "merge with itself": ({"verb": "merge", "grids": [NORTH, NORTH]}, "nothing_to_merge"),
    "merge of one": ({"verb": "merge", "grids": [NORTH]}, "bad_operation"),
    "merge with an unknown one": ({"verb": "merge", "grids": [NORTH, "x"]}, "unknown_grid"),
    "line that misses": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((500, 0), (600, 900))},
        "line_misses",
    ),
    "line along the outside": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((-9, 300), (-9, 900))},
        "line_misses",
    ),
    "line that ends inside": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((-20, 600), (200, 600))},
        "line_ends_inside",
    ),
    "line wholly inside": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((100, 600), (300, 600))},
        "line_ends_inside",
    ),
    "line that crosses itself": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((-9, 500), (300, 700), (300, 500), (-9, 700))},
        "line_crosses_itself",
    ),
    "closed line": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((50, 450), (350, 450), (350, 750), (50, 450))},
        "line_crosses_itself",
    ),
    "line with nobody beyond": (
        {"verb": "split_line", "grid": NORTH, "line": toy_line((3, 300), (3, 900))},
        "line_divides_nothing",
    ),
    "line of one point": ({"verb": "split_line", "grid": NORTH, "line": ACROSS[:1]}, "line_too_short"),
    "line without points": ({"verb": "split_line", "grid": NORTH, "line": []}, "line_too_short"),
    "line of one place": ({"verb": "split_line", "grid": NORTH, "line": [ACROSS[0]] * 3}, "line_too_short"),
    "line too long": ({"verb": "split_line", "grid": NORTH, "line": [ACROSS[0]] * 5001}, "line_too_long"),
    "line of text": ({"verb": "split_line", "grid": NORTH, "line": "LINESTRING (0 0, 1 1)"}, "bad_line"),
    "line of numbers": ({"verb": "split_line", "grid": NORTH, "line": [1, 2]}, "bad_line"),
    "not a number": ({"verb": "split_line", "grid": NORTH, "line": [[NAN, 34], ACROSS[1]]}, "bad_line"),
    "infinite": ({"verb": "split_line", "grid": NORTH, "line": [[114, INF], ACROSS[1]]}, "bad_line"),
    "off the earth": ({"verb": "split_line", "grid": NORTH, "line": [[1e300, 34], ACROSS[1]]}, "bad_line"),
    "huge whole number": ({"verb": "split_line", "grid": NORTH, "line": [[10**400, 1], [1, 1]]}, "bad_line"),
    "true as a coordinate": ({"verb": "split_line", "grid": NORTH, "line": [[True, 1], [1, 1]]}, "bad_line"),
    "point of three": ({"verb": "split_line", "grid": NORTH, "line": [[1, 1, 1], [2, 2, 2]]}, "bad_line"),
    "one part": ({"verb": "split_parts", "grid": NORTH, "parts": 1}, "bad_operation"),
    "parts as text": ({"verb": "split_parts", "grid": NORTH, "parts": "2"}, "bad_operation"),
    "half a part": ({"verb": "split_parts", "grid": NORTH, "parts": 2.5}, "bad_operation"),
    "more parts than blocks": ({"verb": "split_parts", "grid": NORTH, "parts": 3}, "too_few_blocks"),
    "border of no neighbours": (
        {"verb": "move_border", "grid": NORTH, "other": EAST, "line": ACROSS},
        "across_communities",
    ),
    "border with itself": (
        {"verb": "move_border", "grid": NORTH, "other": NORTH, "line": ACROSS},
        "not_neighbours",
    ),
    "border pulled to nowhere": (
        {"verb": "move_border", "grid": NORTH, "other": SOUTH, "line": toy_line((900, 0), (990, 0))},
        "line_misses",
    ),
    "border pulled too little": (
        {"verb": "move_border", "grid": NORTH, "other": SOUTH, "line": toy_line((-9, 410), (420, 410))},
        "line_divides_nothing",
    ),
    "cut of an unknown block": ({"verb": "cut_block", "block": "B9", "line": ACROSS}, "unknown_block"),
    "cut beside the block": (
        {"verb": "cut_block", "block": "B00001", "line": toy_line((900, 0), (990, 0))},
        "line_misses",
    ),
    "cut that ends inside": (
        {"verb": "cut_block", "block": "B00001", "line": toy_line((-9, 600), (100, 600))},
        "line_ends_inside",
    ),
    "cut of a crumb": (
        {"verb": "cut_block", "block": "B00001", "line": toy_line((-5, 407), (5, 397))},
        "cannot_cut",
    ),
    "nothing to fill": ({"verb": "fill"}, "nothing_to_fill"),
    "unlock of the unlocked": ({"verb": "unlock", "what": "grid", "key": NORTH}, "not_locked"),
    "lock of what cannot be": ({"verb": "lock", "what": "county", "key": "410222"}, "bad_operation"),
    "lock of an unknown grid": ({"verb": "lock", "what": "grid", "key": "x"}, "unknown_grid"),
    "lock of half a border": ({"verb": "lock", "what": "border", "key": NORTH}, "bad_operation"),
    "community without a neighbour": (
        {"verb": "move_community", "blocks": ["B00001"], "to": factory.COMMUNITIES[1]},
        "community_torn",
    ),
    "community it is in": (
        {"verb": "move_community", "blocks": ["B00001"], "to": factory.COMMUNITIES[0]},
        "nothing_changes",
    ),
    "community emptied": (
        {
            "verb": "move_community",
            "blocks": ["B00001", "B00002", "B00005", "B00006"],
            "to": factory.COMMUNITIES[1],
        },
        "community_torn",
    ),
    "empty proposal": ({"verb": "adopt", "table": {}}, "bad_operation"),
    "proposal of unknown blocks": ({"verb": "adopt", "table": {"B9": "a"}}, "unknown_block"),
    "proposal across communities": (
        {"verb": "adopt", "table": {"B00001": "a", "B00003": "a"}},
        "across_communities",
    ),
    "proposal for another community": (
        {"verb": "adopt", "table": {"B00001": "a"}, "communities": [factory.COMMUNITIES[1]]},
        "empty_selection",
    ),
    "proposal that changes nothing": ({"verb": "adopt", "table": {"B00001": NORTH}}, "nothing_changes"),
}


@pytest.fixture(scope="module")
def state() -> State:
    return toy_state()


@pytest.mark.parametrize(("operation", "code"), BAD.values(), ids=BAD)
def test_a_bad_instruction_is_refused_with_place_and_remedy_and_nothing_changes(state, operation, code):
    before, table = copy.deepcopy(operation), state.table()
    with pytest.raises(BadInput) as refused:
        apply(state, operation)
    assert refused.value.code == code
    assert refused.value.message and all(refused.value.fields) and all(refused.value.fields.values())
    assert state.table().equals(table)
    assert repr(before) == repr(operation)
    lon, lat = refused.value.place
    assert np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90


def test_every_refusal_is_said_in_english_too():
    found = set()
    for file in Path(operations.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("refusal", "conflict"):
                found.add(ast.literal_eval(node.args[0]))
    assert found == set(ENGLISH)


def test_the_place_of_a_line_that_ends_inside_is_its_end(state):
    with pytest.raises(BadInput) as refused:
        apply(state, BAD["line that ends inside"][0])
    assert np.allclose(refused.value.place, toy_line((200, 600))[0], atol=1e-8)


def test_the_place_of_a_line_that_crosses_itself_is_the_crossing(state):
    with pytest.raises(BadInput) as refused:
        apply(state, BAD["line that crosses itself"][0])
    assert np.allclose(refused.value.place, toy_line((145.5, 600))[0], atol=1e-5)


LOCKED = {
    ("grid", NORTH): {"verb": "split_parts", "grid": NORTH, "parts": 2},
    ("grid", SOUTH): {"verb": "merge", "grids": [NORTH, SOUTH]},
    ("block", "B00001"): {"verb": "cut_block", "block": "B00001", "line": ACROSS},
    ("community", factory.COMMUNITIES[0]): {"verb": "transfer", "blocks": ["B00001"], "to": SOUTH},
    ("border", f"{SOUTH}|{NORTH}"): {"verb": "transfer", "blocks": ["B00001"], "to": SOUTH},
}


@pytest.mark.parametrize(("held", "operation"), LOCKED.items(), ids=lambda one: str(one)[:30])
def test_what_is_locked_refuses_and_can_be_unlocked(state, held, operation):
    what, key = held
    locked = apply(state, {"verb": "lock", "what": what, "key": key})
    with pytest.raises(Conflict) as refused:
        apply(locked, operation)
    assert refused.value.code == "locked" and refused.value.place and refused.value.fields
    free = apply(locked, {"verb": "unlock", "what": what, "key": key})
    assert not apply(free, operation).table().equals(state.table())


def test_a_locked_border_keeps_both_its_grids(state):
    locked = apply(state, {"verb": "lock", "what": "border", "key": f"{NORTH}|{SOUTH}"})
    for operation in ({"verb": "merge", "grids": [NORTH, SOUTH]}, {"verb": "dissolve", "grid": NORTH}):
        with pytest.raises(GisError):
            apply(locked, operation)
    gone = {"verb": "adopt", "table": {"B00001": "a", "B00002": "a"}}
    with pytest.raises(Conflict) as refused:
        apply(locked, gone)
    assert refused.value.code == "locked" and refused.value.place


def test_a_locked_grid_keeps_its_name_and_a_locked_community_its_border(state):
    grid = apply(state, {"verb": "lock", "what": "grid", "key": NORTH})
    with pytest.raises(Conflict):
        apply(grid, {"verb": "rename", "grid": NORTH, "name": "甲"})
    community = apply(state, {"verb": "lock", "what": "community", "key": factory.COMMUNITIES[1]})
    with pytest.raises(Conflict):
        apply(community, {"verb": "move_community", "blocks": ["B00002"], "to": factory.COMMUNITIES[1]})


@pytest.mark.parametrize("verb", VERBS)
def test_rubbish_in_any_field_of_any_verb_is_refused(state, verb):
    rubbish = [None, True, -1, 0.5, NAN, "", "x" * 10_000, [], [None], {}, {"a": 1}, [[[]]], b"x", {1: 2}]
    fields = list(VERBS[verb].model.model_fields) or ["none"]
    for value in rubbish:
        try:
            apply(state, {"verb": verb, **dict.fromkeys(fields, value)})
        except GisError as refused:
            assert refused.message and refused.fields
        else:
            raise AssertionError(f"{verb} took {value!r}")
