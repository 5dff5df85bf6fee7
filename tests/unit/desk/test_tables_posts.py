"""Posts from a table: every rule is named at its row, and what a spreadsheet does to cells is undone."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from gis_app.desk import tables
from gis_app.errors import BadInput, NotFound
from gis_app.storage.engine import open_store
from tests.unit.desk.tables_of_files import POST, reference, table, told


@pytest.fixture(scope="module")
def known(reference_instance: Path) -> tables.Known:
    """Return what the reference county holds."""
    store = open_store(f"sqlite:///{reference_instance / 'gis.sqlite3'}")
    with store.read() as conn:
        found = tables.read_known(conn)
    store.dispose()
    return found


def prepare(known: tables.Known, *changes: dict, mode: str = "update") -> tables.Prepared:
    return tables.prepare("posts", table(POST, *changes), known, mode)


def test_the_counties_own_posts_come_back_without_an_error_and_change_nothing(known):
    raw = reference("assignments")
    done = tables.prepare("posts", raw, known)
    assert done.ok and {code for _, _, code in told(done, "warning")} == {"holder_blank"}
    assert (done.inserted, done.updated, done.unchanged) == (0, len(raw.rows), len(raw.rows))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"岗位": "村长"}, ("role", "unknown_word")),
        ({"岗位": ""}, ("role", "missing_value")),
        ({"区域编码": ""}, ("area_code", "missing_value")),
        ({"区域编码": "\ufeff \ufeff"}, ("area_code", "missing_value")),
        ({"区域编码": "410222001006999"}, ("area_code", "unknown_area")),
        ({"区域编码": "4.10222E+14"}, ("area_code", "scientific_code")),
        ({"区域编码": "410222001006"}, ("area_code", "wrong_level")),
        ({"岗位": "社区书记"}, ("area_code", "wrong_level")),
        ({"到任日": "2026-02-30"}, ("term_from", "bad_day")),
        ({"届满日": "2025-01-01"}, ("term_to", "bad_term")),
        ({"姓名": "韩" * 41}, ("holder_name", "text_too_long")),
        ({"姓名": "韩\x07梅"}, ("holder_name", "control_characters")),
        ({"姓名": "11010119900307123X"}, ("holder_name", "personal_id")),
        ({"工作电话": "11010119900307123X"}, ("holder_phone", "personal_id")),
        ({"工作电话": "见办公室"}, ("holder_phone", "bad_phone")),
        ({"岗位编号": "甲 1"}, ("assignment_code", "bad_code")),
        ({"单位编码": "ORG999"}, ("organisation_code", "unknown_organisation")),
        ({"岗位": "片区", "区域编码": "410222001006"}, ("holder_name", "zone_holder")),
        ({"岗位": "包联单位", "区域编码": "410222001006"}, ("organisation_code", "wanted_organisation")),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_with_its_column(known, change: dict, expected: tuple):
    assert told(prepare(known, {"区域编码": "410222001006002"}, change)) == [(3, *expected)]


def test_a_cell_is_read_in_every_usual_way(known):
    changes = [
        {"岗位": "grid_worker", "区域编码": 410222001006001.0, "到任日": datetime.date(2026, 1, 1)},
        {"岗位": " 网 格 员", "区域编码": "410222001006002 某网格", "到任日": "2026年1月1日"},
        {"岗位": "Grid worker", "区域编码": "410222001007001", "到任日": "2026/1/1"},
        {
            "岗位": "包联单位",
            "区域编码": "410222001006",
            "姓名": "",
            "到任日": "20260101",
            "单位": "县委办公室",
        },
    ]
    done = prepare(known, *changes)
    assert told(done) == []
    assert list(done.frame["role"]) == ["grid_worker"] * 3 + ["paired_organisation"]
    assert set(done.frame["term_from"]) == {"2026-01-01"}
    assert list(done.frame["area_code"]) == [
        *("410222001006001", "410222001006002", "410222001007001"), "410222001006",
    ]  # fmt: skip
    assert done.frame["organisation_code"].iloc[3] == "ORG001"


def test_a_code_or_a_post_that_stands_twice_is_a_fault(known):
    twice = prepare(known, {"岗位编号": "N1"}, {"岗位编号": "N1", "区域编码": "410222001006002"})
    assert told(twice) == [(3, "assignment_code", "duplicate_code")]
    assert told(prepare(known, {"岗位编号": "N1"}, {"岗位编号": "N2"})) == [(3, "term_from", "same_post")]


def test_terms_that_run_at_the_same_time_are_told_but_not_refused(known):
    done = prepare(known, {"到任日": "2026-01-01", "届满日": "2026-12-31"}, {"到任日": "2026-06-01"})
    assert (3, "term_from", "term_overlaps") in told(done, "warning") and done.ok


def test_a_row_without_code_is_the_same_post_of_the_same_day(known):
    one = known.posts.iloc[0]
    change = {"岗位": one["role"], "区域编码": one["area_code"], "到任日": one["term_from"]}
    done = prepare(known, change)
    assert done.frame["assignment_code"].iloc[0] == one["assignment_code"]
    assert (done.inserted, done.updated) == (0, 1)
    assert prepare(known, change, mode="add").inserted == 1


def test_adding_refuses_a_code_that_is_there(known):
    there = known.posts["assignment_code"].iloc[0]
    assert told(prepare(known, {"岗位编号": there}, mode="add")) == [(2, "assignment_code", "existing_code")]


def test_columns_may_be_chosen_instead_of_guessed(known):
    raw = table({"甲": "网格员", "乙": "410222001006001", "姓名": "韩梅"})
    guessed = tables.prepare("posts", raw, known)
    assert {field for _, field, code in told(guessed) if code == "missing_column"} == {"role", "area_code"}
    done = tables.prepare("posts", raw, known, columns={"role": "甲", "area_code": "乙", "holder_name": None})
    assert done.ok and done.frame["holder_name"].iloc[0] == ""


def test_a_table_without_rows_an_unknown_table_and_an_unknown_mode_are_refused(known):
    empty = table(POST)
    empty.rows, empty.columns = [], {name: [] for name in empty.columns}
    assert "no_rows" in {code for _, _, code in told(tables.prepare("posts", empty, known))}
    with pytest.raises(NotFound):
        tables.prepare("residents", table(POST), known)
    with pytest.raises(BadInput):
        tables.prepare("posts", table(POST), known, "overwrite")


def test_an_update_leaves_what_the_file_does_not_bring(known):
    one = known.posts[known.posts["holder_phone"] != ""].iloc[0]
    raw = table({"岗位编号": one["assignment_code"], "届满日": "2027-06-30"})
    done = tables.prepare("posts", raw, known)
    kept = [name for name in known.posts.columns if name != "term_to"]
    assert done.ok and done.frame.iloc[0][kept].to_dict() == one[kept].to_dict()
    assert done.frame["term_to"].iloc[0] == "2027-06-30" and (done.updated, done.unchanged) == (1, 0)
    new = tables.prepare("posts", table({"岗位编号": "N1", "届满日": "2027-06-30"}), known)
    assert {code for _, _, code in told(new)} == {"missing_column"}
    emptied = table(
        {"岗位编号": one["assignment_code"], "工作电话": ""}, {}, {"岗位编号": "N1", "工作电话": "12345"}
    )
    emptied.rows, emptied.columns = [2], {name: cells[:1] for name, cells in emptied.columns.items()}
    assert (
        tables.prepare("posts", emptied, known, columns={"holder_phone": "工作电话"}).frame.iloc[0][
            "holder_phone"
        ]
        == ""
    )
