"""The ledger of incidents: its states agree with its moments, its places with the county; it names nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.desk import tables, tables_states, workbook
from gis_app.desk.tables_fields import LEDGER_STATES
from gis_app.exchange.context import Existing
from gis_app.exchange.raw import RawTable
from gis_app.geo.crs import wgs84_to_gcj02
from gis_app.incidents.transitions import NOT_YET, TABLE
from gis_app.layers import schema
from gis_app.storage.engine import open_store
from tests.unit.desk.tables_of_files import INCIDENT, reference, table, told


@pytest.fixture(scope="module")
def known(reference_instance: Path) -> tables.Known:
    """Return what the reference county holds."""
    store = open_store(f"sqlite:///{reference_instance / 'gis.sqlite3'}")
    with store.read() as conn:
        found = tables.read_known(conn)
    store.dispose()
    return found


def prepare(known: tables.Known, *changes: dict, **asked) -> tables.Prepared:
    return tables.prepare("incidents", table(INCIDENT, *changes), known, **asked)


def test_the_counties_own_ledger_comes_back_without_a_word_and_changes_nothing(known):
    raw = reference("incidents")
    done = tables.prepare("incidents", raw, known)
    assert done.faults == []
    assert (done.inserted, done.updated, done.unchanged) == (0, len(raw.rows), len(raw.rows))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"小类": "XYZ99"}, ("class_code", "unknown_class")),
        ({"小类": "ENV"}, ("class_code", "class_is_group")),
        ({"状态": "搁置"}, ("state", "unknown_word")),
        ({"状态": "重复"}, ("state", "unknown_word")),
        ({"上报时间": ""}, ("reported_at", "missing_value")),
        ({"上报时间": "昨天"}, ("reported_at", "bad_moment")),
        ({"上报时间": "2099-01-01 09:00"}, ("reported_at", "in_the_future")),
        ({"上报时间": "1987-01-01"}, ("reported_at", "long_ago")),
        ({"受理时间": ""}, ("accepted_at", "state_needs")),
        ({"处置单位": ""}, ("organisation_code", "state_needs")),
        ({"结案时间": ""}, ("closed_at", "state_needs")),
        ({"状态": "已派遣", "处置时间": ""}, ("closed_at", "state_has_not")),
        ({"处置时间": "2025-03-01 08:00"}, ("resolved_at", "wrong_order")),
        ({"时限": "2025-02-01"}, ("due_at", "wrong_order")),
        ({"经度": ""}, ("lon", "half_a_place")),
        ({"经度": "东边"}, ("lon", "bad_coordinate")),
        ({"经度": 113.0}, ("lon", "outside_county")),
        ({"经度": "", "纬度": ""}, ("grid_code", "no_place_no_grid")),
        ({"网格编码": "410222001006999"}, ("grid_code", "unknown_area")),
        ({"处置单位": "没有的单位"}, ("organisation_code", "unknown_organisation")),
        ({"描述": "联系 13812345678"}, ("description", "personal_phone")),
        ({"描述": "身份证 41022219900307123X"}, ("description", "personal_id")),
        ({"描述": "联系人：李晓明"}, ("description", "personal_name")),
        ({"描述": "a@b.cn 来信"}, ("description", "personal_contact")),
        ({"描述": "长" * 4001}, ("description", "text_too_long")),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_with_its_column(known, change: dict, expected: tuple):
    assert (3, *expected) in told(prepare(known, {}, change))


def test_every_state_has_behind_it_what_some_way_through_the_transitions_gives():
    assert tables_states.STATES.keys() == LEDGER_STATES.keys()
    for way in TABLE:
        if way.verb in ("return", "reopen", "report_again") or way.next not in LEDGER_STATES:
            continue
        before = () if way.state == NOT_YET else tables_states.STATES.get(way.state, ((),))[0]
        needs, lacks = tables_states.STATES[way.next]
        assert set(before) <= set(needs) | {"accepted_at"}, way
        assert not set(needs) & set(lacks), way


def test_an_open_incident_has_only_the_moments_it_has_come_to(known):
    states = [
        {"状态": "已上报", "受理时间": "", "派遣时间": "", "处置时间": "", "结案时间": "", "处置单位": ""},
        {"状态": "已受理", "派遣时间": "", "处置时间": "", "结案时间": "", "处置单位": ""},
        {"状态": "处置中", "处置时间": "", "结案时间": ""},
        {"状态": "已核查", "结案时间": ""},
        {"状态": "已退回", "派遣时间": "", "处置时间": "", "结案时间": "", "处置单位": ""},
    ]
    assert told(prepare(known, *states)) == []


def test_what_the_ledger_leaves_open_is_filled_from_place_class_and_calendar(known):
    done = prepare(known)
    assert done.frame.loc[2, "grid_code"] == "410222001017003"
    assert done.frame.loc[2, "category"] == "environment"
    assert done.frame.loc[2, "due_at"] == "2025-03-03T15:00:00+08:00"
    assert {code for _, _, code in told(done, "warning")} == {"codes_given", "due_reckoned"}


def test_a_finished_incident_of_which_only_the_ends_are_known_is_taken_and_told(known):
    ends = {"受理时间": "", "派遣时间": "", "处置时间": "", "处置单位": ""}
    done = prepare(known, ends, ends | {"结案时间": ""})
    assert told(done) == [(3, "closed_at", "state_needs")]
    assert (2, "accepted_at", "only_ends_known") in told(done, "warning")


def test_a_due_time_before_dispatch_is_left_out_and_told(known):
    accepted = {
        "状态": "已受理",
        "派遣时间": "",
        "处置时间": "",
        "结案时间": "",
        "处置单位": "",
        "时限": "2025-03-09",
    }
    done = prepare(known, accepted)
    assert done.ok and done.frame.loc[2, "due_at"] == ""
    assert (2, "due_at", "due_before_dispatch") in told(done, "warning")


def test_a_grid_that_is_stated_stays_and_the_difference_is_told(known):
    done = prepare(known, {"网格编码": "410222001006001"})
    assert done.frame.loc[2, "grid_code"] == "410222001006001" and done.ok
    assert (2, "grid_code", "ledger_grid_differs") in told(done, "warning")


def test_names_of_classes_and_organisations_serve_as_well_as_codes(known):
    name = known.organisations.set_index("organisation_code").loc["ORG061", "name"]
    done = prepare(known, {"小类": "暴露垃圾", "处置单位": name}, {"小类": "ENV01 暴露垃圾"})
    assert set(done.frame["class_code"]) == {"ENV01"}
    assert set(done.frame["organisation_code"]) == {"ORG061"}


def test_a_moment_keeps_its_zone_and_is_beijing_time_without_one(known):
    done = prepare(known, {"上报时间": "2025-03-01T00:30:00Z"}, {"上报时间": "2025年3月1日 8时30分"})
    assert set(done.frame["reported_at"]) == {"2025-03-01T08:30:00+08:00"}


def test_swapped_coordinates_are_recognised(known):
    done = prepare(known, {}, {}, {"经度": 34.4755931, "纬度": 114.4640985})
    assert (4, "lon", "outside_county_swapped") in told(done)


def test_coordinates_of_map_applications_are_brought_back(known):
    lonlat = np.array([[114.4640985, 34.4755931]])
    lon, lat = wgs84_to_gcj02(lonlat)[0]
    done = prepare(known, {"经度": float(lon), "纬度": float(lat)}, crs="GCJ-02")
    assert np.abs(done.frame[["lon", "lat"]].to_numpy("float64") - lonlat).max() < 1e-6
    assert done.frame.loc[2, "grid_code"] == "410222001017003"


def test_points_of_a_geographic_file_are_the_places(known):
    raw = table({name: value for name, value in INCIDENT.items() if name not in ("经度", "纬度")})
    shapes = np.array([shapely.Point(114.4640985, 34.4755931)], dtype=object)
    done = tables.prepare("incidents", RawTable(raw.columns, [1], shapes, "EPSG:4490"), known)
    assert done.ok and done.frame.loc[1, ["lon", "lat"]].tolist() == [114.4640985, 34.4755931]


def test_the_ledger_says_nothing_of_who_reported_and_takes_no_such_column(known):
    done = prepare(known, {"上报人": "李晓明", "上报人电话": "13812345678"})
    assert (None, "columns", "unused_columns") in told(done, "warning")
    assert not {"李晓明", "13812345678"} & set(done.frame.astype(str).to_numpy().ravel())


def test_no_cell_however_odd_does_more_than_make_a_fault(known):
    odd = [
        float("inf"),
        float("nan"),
        True,
        10**400,
        "x" * 20_000,
        "2026-01-01" + " " * 15_000 + "x",
        "\ud800",
        1e300,
    ]
    for kind in tables.KINDS:
        cells = {field.zh: odd for field in tables.FIELDS[kind]}
        done = tables.prepare(kind, RawTable(cells, list(range(2, len(odd) + 2))), known)
        assert not done.ok
        frame = pd.DataFrame(cells, index=range(2, len(odd) + 2), dtype=object)
        assert workbook.fault_list(frame, done.faults, done.columns, kind)


def test_a_column_that_is_not_there_is_told_once_not_at_every_row(known):
    raw = table({name: value for name, value in INCIDENT.items() if name != "状态"}, {}, {})
    assert told(tables.prepare("incidents", raw, known)) == [(None, "state", "missing_column")]


def test_a_store_without_a_county_gives_templates_and_says_what_is_unknown(known):
    nothing = replace(
        known, existing=Existing({name: schema.empty(name) for name in schema.LAYERS}),
        classes=known.classes[:0], organisations=known.organisations[:0], posts=known.posts[:0],
        incidents=known.incidents[:0],
    )  # fmt: skip
    assert all(workbook.template(kind, nothing) for kind in workbook.KINDS)
    found = {code for _, _, code in told(prepare(nothing))}
    assert found == {"unknown_class", "unknown_organisation", "no_grid_here"}


def test_an_update_leaves_what_the_file_does_not_bring_and_the_grid_follows_a_new_place(known):
    closed = known.ledger[known.ledger["state"] == "closed"].iloc[0]
    code, there = closed["incident_code"], "410222001006001"
    done = tables.prepare("incidents", table({"事件编号": code, "描述": "已查"}), known)
    assert done.ok and done.frame.iloc[0]["description"] == "已查"
    assert (
        done.frame.iloc[0]["closed_at"] == closed["closed_at"] and done.frame.iloc[0]["lon"] == closed["lon"]
    )
    grid = known.existing.layers["grids"].set_index("grid_code").geometry[there].representative_point()
    moved = table({"事件编号": code, "经度": grid.x, "纬度": grid.y})
    assert tables.prepare("incidents", moved, known).frame.iloc[0]["grid_code"] == there
