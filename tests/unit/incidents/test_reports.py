"""A new report: every fault at once, each with its code and its words, and the same answer at every door."""

from __future__ import annotations

import json
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.messages import MESSAGES, FieldFault, Refused
from gis_app.incidents.reports import NewReport, check_report
from gis_app.layers.atlas import Atlas
from tests import factory
from tests.unit.incidents.loop import NOW, actor

ATTRIBUTES = json.dumps(
    [
        {"code": "COVER", "description": "类型", "datatype": "singlevaluelist", "required": True,
         "values": [{"key": "rain", "name": "雨水"}, {"key": "power", "name": "电力"}]},
        {"code": "STATE", "description": "现状", "datatype": "multivaluelist",
         "values": [{"key": "loose", "name": "松动"}, {"key": "broken", "name": "破损"}]},
        {"code": "COUNT", "description": "数量", "datatype": "number"},
        {"code": "SINCE", "description": "何时", "datatype": "datetime"},
        {"code": "POLE", "description": "编号", "datatype": "string"},
        {"code": "HINT", "description": "请拨打 119", "datatype": "string", "variable": False},
    ]
)  # fmt: skip
CATALOGUE = Catalogue.of(
    pd.DataFrame(
        [
            ("FAC", "", "公用设施", "facilities", "1", "1", "", ""),
            ("FAC01", "FAC", "井盖", "facilities", "1", "1", "4h", ATTRIBUTES),
            ("FAC02", "FAC", "路灯", "facilities", "1", "1", "2d", ""),
            ("FAC09", "FAC", "旧类", "facilities", "1", "0", "2d", ""),
            ("MED", "", "矛盾纠纷", "mediation", "0", "1", "", ""),
            ("MED01", "MED", "邻里纠纷", "mediation", "0", "1", "5d", ""),
        ],
        columns=["class_code", "parent_code", "name", "category", "location_public", "active", "time_limit",
                 "attributes"],
    )
)  # fmt: skip
LON, LAT = (float(value) for value in factory.lonlat((395, 600))[0])
GOOD = {"class_code": "FAC02", "lon": LON, "lat": LAT}


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.build(factory.toy_layers())


def report(atlas, who=None, *, public_only=False, location_needed=True, **values) -> NewReport:
    return check_report(GOOD | values, CATALOGUE, atlas, who or actor("grid_worker", 5), NOW,
                        public_only=public_only, location_needed=location_needed)  # fmt: skip


def faults(atlas, **values) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        report(atlas, **values)
    assert raised.value.texts("en").keys() == raised.value.fields.keys()
    return {(fault.field, fault.code) for fault in raised.value.faults}


def test_three_taps_are_enough(atlas):
    found = report(atlas)
    assert (found.class_code, found.category, found.grid_code) == ("FAC02", "facilities", factory.GRIDS[0])
    assert (found.reported_at, found.reporter_id, found.reporter_kind) == (NOW, 5, "staff")
    assert found.idempotency_key is None and not found.placing.ask


def test_a_full_report_keeps_what_was_said(atlas):
    found = report(
        atlas,
        actor("public"),
        class_code="FAC01",
        lon=str(LON),
        lat=f" {LAT} ",
        accuracy_m="12.5",
        grid_code=factory.GRIDS[2],
        description=" 井盖e\u0301松动\r\n{{7*7}} <b> ",
        address="东街 5 号旁",
        reported_at="2026-07-28T01:00:00Z",
        attributes={"COVER": "rain", "STATE": ["loose", "broken", "loose"], "COUNT": "2", "POLE": "",
                    "SINCE": "2026-07-28T08:00"},
        contact_name="某先生",
        contact_phone="+86 138-0000-1234",
        contact_email="a@b.cn",
        idempotency_key="0f8fad5b-d9cb-469f-a165-70867728950e",
        photos=["cd" * 32],
    )  # fmt: skip
    assert found.description == "井盖é松动\n{{7*7}} <b>"
    assert (found.grid_code, found.accuracy_m, found.placing.ask) == (factory.GRIDS[2], 12.5, False)
    assert found.attributes == {"COVER": "rain", "STATE": ["loose", "broken"], "COUNT": "2",
                                "SINCE": "2026-07-28T08:00"}  # fmt: skip
    assert found.reported_at == NOW.replace(day=28, hour=9)
    assert (found.reporter_id, found.reporter_kind) == (None, "public")
    assert len(found.photos) == 1 and found.contact_phone == "+86 138-0000-1234"


def test_near_a_border_the_report_says_which_grids_it_may_be(atlas):
    found = report(atlas, accuracy_m=20)
    assert found.placing.ask and {one.grid_code for one in found.placing.candidates} == set(
        factory.GRIDS[0::2]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"class_code": None}, ("class_code", "field_required")),
        ({"class_code": "NONE"}, ("class_code", "unknown_class")),
        ({"class_code": 5}, ("class_code", "field_required")),
        ({"class_code": "FAC"}, ("class_code", "class_is_group")),
        ({"class_code": "FAC09"}, ("class_code", "class_withdrawn")),
        ({"class_code": "MED01", "public_only": True}, ("class_code", "unknown_class")),
        ({"lon": None, "lat": ""}, ("location", "location_required")),
        ({"lon": None}, ("location", "location_unreadable")),
        ({"lat": "north"}, ("location", "location_unreadable")),
        ({"lat": "nan"}, ("location", "location_unreadable")),
        ({"lat": True}, ("location", "location_unreadable")),
        ({"lat": 95}, ("location", "location_out_of_range")),
        ({"lon": LAT, "lat": LON}, ("location", "location_out_of_range")),
        ({"lon": 116.4, "lat": 39.9}, ("location", "outside_county")),
        ({"lon": 0, "lat": 0}, ("location", "outside_county")),
        ({"grid_code": factory.GRIDS[3]}, ("grid_code", "grid_not_near")),
        ({"reported_at": NOW + timedelta(minutes=5, seconds=1)}, ("reported_at", "time_in_future")),
        ({"reported_at": "2027-01-01T00:00:00+08:00"}, ("reported_at", "time_in_future")),
        ({"reported_at": NOW - timedelta(days=90, seconds=1)}, ("reported_at", "time_too_old")),
        ({"reported_at": "0001-01-01T00:00:00+14:00"}, ("reported_at", "time_unreadable")),
        ({"reported_at": "1066-10-14T09:00:00Z"}, ("reported_at", "time_too_old")),
        ({"reported_at": "2026-07-28T09:00:00"}, ("reported_at", "time_unreadable")),
        ({"reported_at": "yesterday"}, ("reported_at", "time_unreadable")),
        ({"reported_at": 5}, ("reported_at", "time_unreadable")),
        ({"accuracy_m": -1}, ("accuracy_m", "accuracy_range")),
        ({"accuracy_m": 10_001}, ("accuracy_m", "accuracy_range")),
        ({"accuracy_m": "inf"}, ("accuracy_m", "accuracy_range")),
        ({"description": "长" * 4001}, ("description", "text_too_long")),
        ({"description": "a\x00b"}, ("description", "control_characters")),
        ({"description": "a\x85b"}, ("description", "control_characters")),
        ({"description": ["a"]}, ("description", "text_wanted")),
        ({"address": "长" * 201}, ("address", "text_too_long")),
        ({"idempotency_key": "short"}, ("idempotency_key", "idempotency_key_format")),
        ({"idempotency_key": "with blanks in it"}, ("idempotency_key", "idempotency_key_format")),
        ({"idempotency_key": "k" * 129}, ("idempotency_key", "idempotency_key_format")),
        ({"idempotency_key": 12345678}, ("idempotency_key", "idempotency_key_format")),
        ({"contact_phone": "call me"}, ("contact_phone", "phone_format")),
        ({"contact_email": "nobody"}, ("contact_email", "email_format")),
        ({"photos": "x"}, ("photos", "photo_hash")),
        ({"attributes": {"COLOUR": "red"}}, ("attribute[COLOUR]", "unknown_attribute")),
        ({"attributes": ["COVER"]}, ("attributes", "attribute_value")),
    ],
)
def test_each_fault_has_its_code(atlas, values, expected):
    assert faults(atlas, **values) == {expected}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ("COVER", "attribute_required")),
        ({"COVER": ""}, ("COVER", "attribute_required")),
        ({"COVER": []}, ("COVER", "attribute_required")),
        ({"COVER": "gas"}, ("COVER", "attribute_value")),
        ({"COVER": ["rain", "power"]}, ("COVER", "attribute_value")),
        ({"COVER": "rain", "STATE": ["loose", "gone"]}, ("STATE", "attribute_value")),
        ({"COVER": "rain", "COUNT": "two"}, ("COUNT", "attribute_value")),
        ({"COVER": "rain", "COUNT": "nan"}, ("COUNT", "attribute_value")),
        ({"COVER": "rain", "SINCE": "once"}, ("SINCE", "attribute_value")),
        ({"COVER": "rain", "POLE": "\x00"}, ("POLE", "control_characters")),
        ({"COVER": "rain", "POLE": "长" * 201}, ("POLE", "text_too_long")),
        ({"COVER": "rain", "POLE": ["a", "b"]}, ("POLE", "attribute_value")),
        ({"COVER": "rain", "HINT": "x"}, ("HINT", "unknown_attribute")),
    ],
)
def test_attributes_are_checked_one_by_one(atlas, answers, expected):
    field, code = expected
    assert faults(atlas, class_code="FAC01", attributes=answers) == {(f"attribute[{field}]", code)}


def test_all_faults_are_told_at_once(atlas):
    wrong = dict.fromkeys(("reported_at", "accuracy_m", "idempotency_key", "contact_phone"), "?")
    found = faults(atlas, class_code="NONE", lon=0, lat=0, description="\x01", **wrong)
    assert len(found) == 7
    with pytest.raises(Refused) as raised:
        report(atlas, class_code="NONE", lon=0, lat=0)
    assert raised.value.code == "report_rejected"
    with pytest.raises(Refused) as raised:
        report(atlas, lon=0, lat=0)
    assert (raised.value.code, raised.value.message) == ("outside_county", "位置不在本县范围内")


def test_just_inside_the_limits_is_good(atlas):
    assert report(atlas, reported_at=NOW + timedelta(minutes=5)).reported_at == NOW
    assert report(atlas, reported_at=NOW - timedelta(days=90)).reported_at == NOW - timedelta(days=90)
    assert len(report(atlas, description="长" * 4000).description) == 4000
    assert report(atlas, accuracy_m=10_000).accuracy_m == 10_000
    assert report(atlas, accuracy_m="0").accuracy_m == 0


def test_an_address_will_do_where_no_location_is_asked(atlas):
    found = report(atlas, lon="", lat=None, address="东街 5 号", location_needed=False)
    assert (found.lon, found.grid_code, found.placing) == (None, "", None)
    assert faults(atlas, lon="", lat=None, location_needed=False) == {("location", "location_required")}


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.binary(max_size=5),
    st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers()), max_size=3),
    st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.text(max_size=5)), max_size=3),
)  # fmt: skip
FIELDS = [
    "class_code", "lon", "lat", "accuracy_m", "description", "address", "reported_at", "attributes",
    "contact_name", "contact_phone", "contact_email", "idempotency_key", "grid_code", "photos",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=8))
def test_whatever_is_sent_is_taken_or_refused(atlas, values):
    try:
        found = report(atlas, **values)
    except Refused as refused:
        assert refused.faults and all(fault.code in MESSAGES for fault in refused.faults)
    else:
        assert found.category == "facilities" and abs(found.lat) <= 90


def test_every_message_is_in_both_languages():
    for code, (chinese, english) in MESSAGES.items():
        assert any("\u4e00" <= char <= "\u9fff" for char in chinese) and english.isascii(), code
        assert FieldFault("x", code).text("en") == english and FieldFault("x", code).text() == chinese
