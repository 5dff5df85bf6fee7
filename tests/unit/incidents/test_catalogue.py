"""The classes: two levels, who handles where, and every fault of an edit at once."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from gis_app.errors import BadInput
from gis_app.incidents.attributes import parse_attributes
from gis_app.incidents.catalogue import Catalogue, IncidentClass, class_of
from gis_app.incidents.class_edits import check_class, check_handlers
from gis_app.incidents.messages import Refused

GEODATA = Path(__file__).resolve().parents[3] / "geodata"
ORGANISATIONS = {"ORG035", "ORG059", "ORG061"}
NEW = {
    "class_code": "ENV11",
    "parent_code": "ENV",
    "name": "绿地脏乱",
    "category": "environment",
    "handling_role": "handler",
    "handling_organisation_code": "ORG035",
    "location_public": "1",
    "accept_limit": "1h",
    "time_limit": "2d",
    "active": "1",
}
COVER = [{"code": "COVER", "description": "井盖类型", "datatype": "singlevaluelist", "required": True,
          "values": [{"key": "rain", "name": "雨水"}]}]  # fmt: skip


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(GEODATA / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.of(read("incident_classes"), read("class_handlers"))


def faults(catalogue: Catalogue, existing: str = "", **values) -> dict[str, str]:
    """Return field → code of what is wrong with a class; {} where nothing is."""
    kind = catalogue.find(existing)
    try:
        check_class((({} if existing else NEW) | values), catalogue, ORGANISATIONS, kind)
    except Refused as refused:
        assert refused.fields.keys() == refused.texts("en").keys()
        return {fault.field: fault.code for fault in refused.faults}
    return {}


def test_the_two_levels(catalogue):
    assert [kind.class_code for kind in catalogue.groups()] == [
        "ENV",
        "FAC",
        "HAZ",
        "MED",
        "CON",
        "LIV",
        "DIS",
    ]
    assert [kind.name for kind in catalogue.children("DIS")] == [
        "乱停乱放", "乱搭乱建", "乱堆乱放", "乱贴乱画", "乱摆乱占",
    ]  # fmt: skip
    assert catalogue.group_name(catalogue.find("DIS02")) == "五乱治理"
    assert catalogue.find("DIS02").stages.count(":") == 3
    reportable = catalogue.reportable()
    assert not any(kind.is_group for kind in reportable) and len(reportable) == 43
    assert {kind.category for kind in catalogue.reportable(public_only=True)}.isdisjoint({"mediation"})
    assert not catalogue.find("MED01").is_public and catalogue.find("ENV01").is_public
    assert catalogue.children("") == [] and catalogue.find("NONE") is None


def test_withdrawn_classes_and_groups_are_not_offered(catalogue):
    frame = read("incident_classes").set_index("class_code", drop=False)
    frame.loc["ENV01", "active"] = "0"
    frame.loc["DIS", "active"] = "0"
    fewer = Catalogue.of(frame)
    assert len(fewer.reportable()) == 43 - 1 - 5
    assert "ENV01" not in [kind.class_code for kind in fewer.children("ENV")]
    assert "ENV01" in [kind.class_code for kind in fewer.children("ENV", active_only=False)]


def test_the_smallest_area_names_the_organisation(catalogue):
    areas = {"410222": "ORG001", "410222001": "ORG002", "410222001006001": "ORG003"}
    rows = pd.DataFrame([("ENV03", *area) for area in areas.items()],
                        columns=["class_code", "area_code", "organisation_code"])  # fmt: skip
    found = Catalogue.of(read("incident_classes"), rows)
    assert found.organisation_for("ENV03", "410222001006001") == "ORG003"
    assert found.organisation_for("ENV03", "410222001006002") == "ORG002"
    assert found.organisation_for("ENV03", "410222205001001") == "ORG001"
    assert found.organisation_for("ENV03", "") == "ORG061"
    assert found.organisation_for("ENV01", "410222001006001") == "ORG061"
    assert found.organisation_for("NONE", "410222001006001") == ""
    assert catalogue.organisation_for("FAC03", "410222205001001") == "ORG059"


def test_a_table_of_one_level_serves_another_county():
    columns = ["class_code", "name", "category", "location_public", "time_limit"]
    frame = pd.DataFrame([("C1", "x", "hazard", True, "4h")], columns=columns)
    found = Catalogue.of(frame)
    assert [kind.class_code for kind in found.reportable()] == ["C1"]
    assert found.find("C1").handling_role == "handler" and found.find("C1").version == 1


def test_a_class_of_the_store_is_the_class_of_the_file():
    assert class_of(asdict(IncidentClass("A1", "x", "hazard", location_public=False, version=3))) == (
        IncidentClass("A1", "x", "hazard", location_public=False, version=3)
    )
    assert not class_of({"class_code": "A", "name": "", "category": "", "active": "0"}).active
    assert (
        class_of({"class_code": "A", "name": "", "category": "", "standard_ref": float("nan")}).standard_ref
        == ""
    )


def test_a_good_class_is_taken_as_it_is(catalogue):
    kind = check_class(NEW | {"attributes": json.dumps(COVER)}, catalogue, ORGANISATIONS)
    assert (kind.class_code, kind.location_public, kind.attribute_list[0].code) == ("ENV11", True, "COVER")
    edited = check_class({"time_limit": "3d"}, catalogue, None, catalogue.find("ENV02"))
    assert (edited.time_limit, edited.name) == ("3d", "积存渣土")
    assert faults(catalogue, "DIS02", time_limit="25d", stages="停工:4h;拆除:25d") == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"class_code": ""}, {"class_code": "field_required"}),
        ({"class_code": "env 11"}, {"class_code": "class_code_format"}),
        ({"class_code": "ENV01"}, {"class_code": "class_code_taken"}),
        ({"name": ""}, {"name": "field_required"}),
        ({"name": "长" * 61}, {"name": "text_too_long"}),
        ({"name": 5}, {"name": "text_wanted"}),
        ({"category": "crime"}, {"category": "unknown_category"}),
        ({"category": "hazard"}, {"category": "category_of_parent"}),
        ({"parent_code": "NONE"}, {"parent_code": "unknown_parent"}),
        ({"parent_code": "ENV01"}, {"parent_code": "two_levels_only"}),
        ({"handling_role": "", "handling_organisation_code": ""}, {"handling_role": "handler_wanted"}),
        ({"handling_role": "king"}, {"handling_role": "unknown_role"}),
        ({"handling_organisation_code": "ORG999"}, {"handling_organisation_code": "unknown_organisation"}),
        ({"time_limit": ""}, {"time_limit": "field_required"}),
        ({"time_limit": "soon", "accept_limit": "0h"},
         {"time_limit": "bad_limit", "accept_limit": "bad_limit"}),
        ({"stages": "stop"}, {"stages": "bad_stages"}),
        ({"stages": "one:2d;two:2d"}, {"stages": "stages_order"}),
        ({"stages": "one:15h;two:2d"}, {"stages": "stages_order"}),
        ({"stages": "one:4h;two:1d"}, {"stages": "stages_end"}),
        ({"location_public": "maybe"}, {"location_public": "bad_flag"}),
        ({"attributes": "{"}, {"attributes": "bad_attributes"}),
        (
            {"parent_code": "MED", "category": "mediation", "location_public": "1"},
            {"location_public": "private_category"},
        ),
        (
            {"class_code": "", "name": "", "time_limit": "x", "active": "?"},
            {"class_code": "field_required", "name": "field_required", "time_limit": "bad_limit",
             "active": "bad_flag"},
        ),
    ],
)  # fmt: skip
def test_every_fault_of_a_new_class_is_told_at_once(catalogue, values, expected):
    assert faults(catalogue, **values) == expected


@pytest.mark.parametrize(
    ("existing", "values", "expected"),
    [
        ("ENV01", {"class_code": "ENV99"}, {"class_code": "class_code_fixed"}),
        ("ENV01", {"parent_code": "ENV01"}, {"parent_code": "two_levels_only"}),
        (
            "ENV",
            {"parent_code": "FAC"},
            {"category": "category_of_parent", "parent_code": "parent_has_children"},
        ),
        ("ENV", {"category": "hazard"}, {"category": "category_of_parent"}),
        ("ENV", {"active": "0"}, {"active": "children_active"}),
        ("MED01", {"location_public": True}, {"location_public": "private_category"}),
    ],
)
def test_every_fault_of_an_edit_is_told(catalogue, existing, values, expected):
    found = faults(catalogue, existing, **values)
    assert {field: found.get(field) for field in expected} == expected


def test_handlers_of_areas():
    areas = {"410222001": "ORG035", "410222002": ""}
    assert check_handlers(areas, areas, ORGANISATIONS) == {"410222001": "ORG035"}
    with pytest.raises(Refused) as raised:
        check_handlers({"9": "ORG035", "410222001": "ORG999"}, areas, ORGANISATIONS)
    assert raised.value.fields.keys() == {"handlers[9]", "handlers[410222001]"}


def test_attributes_come_in_their_order_with_their_defaults():
    found = parse_attributes(
        json.dumps([COVER[0] | {"order": 9}, {"code": "B", "description": "b", "order": 2}])
    )
    assert [one.code for one in found] == ["B", "COVER"]
    assert (found[0].datatype, found[0].required, found[1].values) == ("string", False, (("rain", "雨水"),))
    assert parse_attributes("  ") == ()


@pytest.mark.parametrize(
    "definition",
    [
        "[1]", "5", "{}x", '[{"code": "A"}]', "[" * 5000,
        '[{"code": "A B", "description": ""}]',
        '[{"code": "A", "description": "", "datatype": "image"}]',
        '[{"code": "A", "description": "", "datatype": "singlevaluelist"}]',
        '[{"code": "A", "description": "", "values": [{"key": "k", "name": "n"}]}]',
        '[{"code": "A", "description": "", "datatype": "singlevaluelist",'
        ' "values": [{"key": "", "name": "n"}]}]',
        '[{"code": "A", "description": "", "order": 0}]',
        '[{"code": "A", "description": ""}, {"code": "A", "description": ""}]',
        '[{"code": "A", "description": "", "order": 1}, {"code": "B", "description": "", "order": 1}]',
    ],
)  # fmt: skip
def test_attributes_that_cannot_be_read_are_refused(definition):
    with pytest.raises(BadInput) as raised:
        parse_attributes(definition)
    assert raised.value.code == "bad_attributes"
