"""What hangs on grids goes where the households go: posts, members, incidents, by rule, reckoned by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.studio import hand_over
from gis_app.studio.hand_over import Succession

A, B, C, D = (f"41022200100100{n}" for n in range(1, 5))
DAY = "2026-03-10"


def lineage(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return a lineage of (from, to, households)."""
    frame = pd.DataFrame(rows, columns=["from_grid", "to_grid", "households"]).assign(kind="changed")
    for side, share in (("from_grid", "share_from"), ("to_grid", "share_to")):
        frame[share] = frame["households"] / frame.groupby(side)["households"].transform("sum").clip(lower=1)
    return frame


def posts(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return assignments of (code, area, holder, end of term)."""
    frame = pd.DataFrame(rows, columns=["assignment_code", "area_code", "holder_name", "term_to"])
    more = {"role": "grid_worker", "holder_phone": "", "organisation_code": "", "term_from": "2023-01-01"}
    return frame.assign(**more)


def test_both_halves_of_a_split_keep_the_holder_and_the_new_one_is_to_confirm():
    split = Succession.of(lineage((A, A, 200), (A, C, 100)))
    done = hand_over.posts(posts(("P1", A, "张", "2027-01-01")), split, DAY)
    (row,) = done.carried.itertuples()
    assert (row.grid_code, row.from_grid, row.holder_name) == (C, A, "张")
    assert (row.rule, row.to_confirm) == ("continues", True)
    (new,) = done.added.itertuples()
    assert (new.area_code, new.term_from, new.term_to) == (C, DAY, "2027-01-01")
    assert done.ended == [] and len(done.gaps) == 0


def test_of_a_merge_the_larger_keeps_its_holder_and_the_other_is_listed():
    merge = Succession.of(lineage((A, A, 200), (B, A, 100)))
    done = hand_over.posts(posts(("P1", A, "张", ""), ("P2", B, "李", "")), merge, DAY)
    (row,) = done.carried.itertuples()
    assert (row.grid_code, row.holder_name, row.rule) == (B, "李", "ends")
    assert done.ended == ["P2"] and len(done.added) == 0


def test_a_vacant_post_takes_up_the_holder_of_the_grid_it_takes_up():
    merge = Succession.of(lineage((A, A, 200), (B, A, 100)))
    done = hand_over.posts(posts(("grid_worker-" + A, A, "", ""), ("P2", B, "李", "")), merge, DAY)
    assert [(row.area_code, row.holder_name) for row in done.added.itertuples()] == [(A, "李")]
    assert done.added["assignment_code"].tolist() == [f"grid_worker-{A}-2"]


def test_a_new_grid_takes_its_holder_from_where_most_households_come_from():
    flows = Succession.of(lineage((A, A, 200), (A, C, 40), (B, B, 200), (B, C, 60)))
    done = hand_over.posts(posts(("P1", A, "张", ""), ("P2", B, "李", "")), flows, DAY)
    assert done.added["holder_name"].tolist() == ["李"]


def test_a_term_that_is_over_is_carried_by_nobody_and_told_as_a_gap():
    split = Succession.of(lineage((A, A, 200), (A, C, 100)))
    done = hand_over.posts(posts(("P1", A, "张", "2025-12-31")), split, DAY)
    assert len(done.added) == 0
    assert [(row.grid_code, row.role) for row in done.gaps.itertuples()] == [(C, "grid_worker")]


def test_what_moves_between_grids_that_stay_moves_no_member():
    shift = Succession.of(lineage((A, A, 200), (A, B, 100), (B, B, 300)))
    table = pd.DataFrame({"organisation_code": ["O"], "grid_code": [A], "members": [9]})
    assert len(hand_over.members(table, shift)) == 0


def test_a_grid_of_nobody_that_is_no_more_still_gives_its_members():
    gone = Succession.of(lineage((A, B, 0), (B, B, 300)))
    table = pd.DataFrame({"organisation_code": ["O"], "grid_code": [A], "members": [9]})
    (row,) = hand_over.members(table, gone).itertuples()
    assert (row.to_grid, row.members) == (B, 9)


@given(
    flows=st.lists(st.integers(0, 400), min_size=4, max_size=4),
    counts=st.lists(st.integers(1, 60), min_size=2, max_size=2),
)
def test_no_member_is_lost_or_made_up(flows, counts):
    names = [(A, A), (A, C), (B, C), (B, D)]  # B is no more; C and D are new
    found = Succession.of(lineage(*((*pair, flow) for pair, flow in zip(names, flows, strict=True))))
    table = pd.DataFrame({"organisation_code": ["O", "O"], "grid_code": [A, B], "members": counts})
    moves = hand_over.members(table, found)
    went = moves.groupby("from_grid")["members"].sum()
    left = table.set_index("grid_code")["members"].sub(went, fill_value=0)
    assert (moves["members"] > 0).all() and left[B] == 0 and left[A] >= 0
    exact = counts[0] * flows[1] / max(1, flows[0] + flows[1])
    assert abs(went.get(A, 0) - exact) <= 1


@pytest.mark.parametrize(
    ("own", "before", "after", "to"),
    [
        (A, A, C, C),  # its place is in another grid now
        (A, B, C, ""),  # somebody chose its grid against its place, and that grid stays
        (B, None, None, C),  # no place: the heir
        (B, A, A, C),  # its grid is no more, its place did not move: the heir
        ("", A, C, ""),  # in no grid before
        (A, A, None, ""),  # nowhere now
    ],
)
def test_an_incident_follows_its_place_or_else_the_heir_of_its_grid(own, before, after, to):
    succession = Succession.of(lineage((A, A, 100), (A, C, 50), (B, C, 80)))
    table = pd.DataFrame({"incident_code": ["E1"], "grid_code": [own]})
    found = hand_over.incidents(table, np.array([before], object), np.array([after], object), succession)
    assert found["to_grid"].tolist() == ([to] if to else [])
