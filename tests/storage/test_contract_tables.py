"""Assignments and incidents come out of the store as they went in, on both databases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from gis_app.assignments.tables import COLUMNS, AssignmentTables, empty_table
from gis_app.errors import Conflict, NotFound
from gis_app.incidents import model
from gis_app.storage import audit
from gis_app.storage.assignments import read_table, read_tables, replace_table
from gis_app.storage.incidents import (
    read_incident_classes,
    read_incidents,
    replace_incident_classes,
    replace_incidents,
)
from gis_app.storage.revision import revision
from tests.storage import samples


def text_frame(**columns: list) -> pd.DataFrame:
    return pd.DataFrame({key: pd.Series(values, dtype="str") for key, values in columns.items()})


def test_empty_tables_have_the_columns_and_types_of_their_room(store):
    with store.read() as conn:
        found = AssignmentTables(**read_tables(conn))
        incidents, classes = read_incidents(conn), read_incident_classes(conn)
    for name in COLUMNS:
        assert_frame_equal(getattr(found, name), empty_table(name))
    assert_frame_equal(incidents, model.empty_incidents())
    assert list(classes.columns) == [
        "class_code", "name", "category", "standard_ref", "location_public", "time_limit", "parent_code",
        "group", "handling_role", "handling_organisation_code", "accept_limit", "stages", "keywords",
        "attributes", "active", "version",
    ]  # fmt: skip


def test_assignments_come_out_as_they_went_in(store):
    frame = text_frame(
        assignment_code=["A1", "A2"],
        area_code=[samples.COMMUNITY, samples.grid_codes(1)[0]],
        role=["judge", "grid_worker"],
        holder_name=["张三", ""],
        holder_phone=["138****1234", ""],
        organisation_code=["", ""],
        term_from=["2023-01-01", ""],
        term_to=["", ""],
    )
    with store.write() as conn:
        assert replace_table(conn, "assignments", frame[::-1]) == 1
    with store.read() as conn:
        assert_frame_equal(read_table(conn, "assignments"), frame)
        assert audit.read_rows(conn)[0].tag == "assignments:table:replaced"


def test_member_counts_are_numbers_and_unknown_texts_are_empty(store):
    members = pd.DataFrame({"organisation_code": ["O1"], "grid_code": ["G1"], "members": [25.0]})
    zones = text_frame(zone_code=["Z1"], name=[None], commissioner_post=["甲"], commissioner_phone=[np.nan])
    with store.write() as conn:
        replace_table(conn, "members", members)
        replace_table(conn, "zones", zones)
    with store.read() as conn:
        found = read_table(conn, "members")
        assert found["members"].dtype == "int64" and found["members"].tolist() == [25]
        assert read_table(conn, "zones").loc[0].tolist() == ["Z1", "", "甲", "", ""]
        assert revision(conn) == 2


def test_a_table_nobody_declared_is_not_found_and_a_duplicate_is_a_conflict(store):
    with pytest.raises(NotFound, match="unknown_table"), store.read() as conn:
        read_table(conn, "accounts")
    pair = text_frame(zone_code=["Z1", "Z2"], community_code=["C1", "C1"])
    with pytest.raises(Conflict), store.write() as conn:
        replace_table(conn, "zone_communities", pair)


def test_incidents_come_out_as_they_went_in(store):
    frame = samples.incidents(6)
    with store.write() as conn:
        replace_incidents(conn, frame[::-1])
    with store.read() as conn:
        assert_frame_equal(read_incidents(conn), frame)


def test_incident_times_are_shown_at_our_own_time_whatever_zone_they_came_in(store):
    frame = samples.incidents(1).assign(
        reported_at="2023-05-01T00:00:00Z", due_at=pd.Timestamp("2023-05-01 09:30", tz="Europe/Paris")
    )
    with store.write() as conn:
        replace_incidents(conn, frame)
    with store.read() as conn:
        found = read_incidents(conn).loc[0]
    assert found["reported_at"] == "2023-05-01T08:00:00+08:00"
    assert found["due_at"] == "2023-05-01T15:30:00+08:00"


def test_no_incidents_may_replace_some(store):
    with store.write() as conn:
        replace_incidents(conn, samples.incidents())
        replace_incidents(conn, model.empty_incidents())
    with store.read() as conn:
        assert len(read_incidents(conn)) == 0


def test_incident_classes_come_out_as_they_went_in(store):
    frame = text_frame(class_code=["E01"], name=["暴露垃圾"], category=["environment"], standard_ref=[""])
    frame = frame.assign(location_public=[1], time_limit=pd.Series(["4h"], dtype="str"))
    with store.write() as conn:
        replace_incident_classes(conn, frame)
    with store.read() as conn:
        found = read_incident_classes(conn)
    assert_frame_equal(found[list(frame.columns)], frame.astype({"location_public": "bool"}))
    assert found[["parent_code", "stages", "active", "version"]].loc[0].tolist() == ["", "", True, 1]
