"""Files made to harm go no further at the desk than at the command line, and the desk goes on."""

from __future__ import annotations

import pytest

from tests.exchange.hostile import containers, drawings, expected, shapes
from tests.security import hostile_archives, hostile_databases, hostile_texts
from tests.security.hostile_files import MAKERS, SECRET

CORPUS = (hostile_archives, hostile_databases, hostile_texts, containers, drawings, shapes)
"""Imported for what they add to MAKERS."""
CODES = expected.codes()
# one of each way to harm, and every file that a step of the desk's own met first
CHOSEN = (
    "bomb.zip",
    "deep.geojson",
    "deep_wkt.csv",
    "formula.xlsx",
    "hidden_formula.csv",
    "longest_comb.geojson",
    "null_shapes.geojson",
    "strings.geojson",
    "swapped_row.csv",
)


@pytest.mark.parametrize("name", CHOSEN)
def test_a_hostile_file_is_stopped_at_the_desk_for_its_reason(name, county_desk, tmp_path):
    layer = MAKERS[name](tmp_path / name)
    number = county_desk.put(tmp_path / name)
    state = county_desk.state(number)
    if state["state"] == "choosing":
        state = county_desk.check(number, layer=layer)
        assert "take_in" not in state["can"]
        county_desk.call("shapes", number)
    listed = county_desk.call("faults", number, page_size=200)["items"]
    assert CODES[name] <= {one["code"] for one in listed}
    assert SECRET not in str(state)
