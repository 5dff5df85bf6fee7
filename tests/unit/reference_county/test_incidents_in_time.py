"""Invented incidents go through their states in order and while people work."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.class_edits import check_class
from gis_app.incidents.model import CATEGORIES
from gis_app.reference_county.work_hours import SHANGHAI, add_work_hours, is_workday, limit_in_hours

REACHED = {
    "reported": ["reported_at"],
    "accepted": ["reported_at", "accepted_at"],
    "returned": ["reported_at", "accepted_at"],
    "dispatched": ["reported_at", "accepted_at", "dispatched_at"],
    "handling": ["reported_at", "accepted_at", "dispatched_at"],
    "resolved": ["reported_at", "accepted_at", "dispatched_at", "resolved_at"],
    "verified": ["reported_at", "accepted_at", "dispatched_at", "resolved_at"],
    "closed": ["reported_at", "accepted_at", "dispatched_at", "resolved_at", "closed_at"],
}
MOMENTS = REACHED["closed"]


@pytest.mark.parametrize("state", REACHED)
def test_moments_fit_the_state_and_follow_each_other(files, state):
    own = files["incidents"].query("state == @state")
    filled = own[MOMENTS] != ""
    assert filled.apply(lambda column: column.name in REACHED[state], axis=0).equals(filled.any())
    assert (filled.any() == filled.all()).all()
    moments = own[REACHED[state]].apply(pd.to_datetime)
    assert (moments.T.diff().iloc[1:] >= pd.Timedelta(0)).all(axis=None)
    assert ((own.due_at != "") == (own.dispatched_at != "")).all()
    assert ((own.organisation_code != "") == (own.dispatched_at != "")).all()


def test_people_dispatch_resolve_and_close_in_office_hours(files):
    for column in MOMENTS[2:]:
        text = files["incidents"][column]
        for moment in map(datetime.fromisoformat, text[text != ""]):
            assert is_workday(moment.date()) and 8 <= moment.hour <= 18


def test_due_is_the_time_limit_of_the_class_after_dispatch(files):
    limits = files["incident_classes"].set_index("class_code").time_limit
    dispatched = files["incidents"].query("dispatched_at != ''").head(200)
    for row in dispatched.itertuples():
        due = add_work_hours(
            datetime.fromisoformat(row.dispatched_at), limit_in_hours(limits[row.class_code])
        )
        assert abs((due - datetime.fromisoformat(row.due_at)).total_seconds()) < 2


def test_work_hours_skip_nights_weekends_and_holidays():
    friday = datetime(2023, 9, 28, 17, 0, tzinfo=SHANGHAI)
    assert add_work_hours(friday, 2.0) == datetime(2023, 10, 7, 9, 30, tzinfo=SHANGHAI)
    assert is_workday(date(2023, 10, 8)) and not is_workday(date(2023, 10, 2))


def test_descriptions_are_short_and_come_from_the_list(files, geodata):
    listed = pd.read_csv(geodata / "sources" / "incident_classes.csv", keep_default_na=False)
    known = set(listed.descriptions[listed.descriptions != ""].str.split(";").explode())
    assert set(files["incidents"].description) <= known
    assert not any(char.isdigit() for text in known for char in text)


def test_classes_are_of_two_levels_and_cover_the_seven_categories(files):
    classes = files["incident_classes"]
    first, second = classes[classes.parent_code == ""], classes[classes.parent_code != ""]
    assert len(second) >= 40 and classes.class_code.is_unique
    assert set(first.category) == set(CATEGORIES) and len(first) == len(CATEGORIES)
    assert set(second.parent_code) == set(first.class_code)
    assert (second.parent_code.map(first.set_index("class_code").category) == second.category).all()
    assert set(files["incidents"].class_code) <= set(second.class_code)
    assert second.time_limit.str.fullmatch(r"\d+[hd]").all()


def test_every_class_names_who_handles_it_and_holds_its_own_rules(files):
    known = set(files["organisations"].organisation_code)
    classes = files["incident_classes"]
    catalogue = Catalogue.of(classes, files["class_handlers"])
    for row in classes.to_dict("records"):
        kind = catalogue.find(row["class_code"])
        assert check_class(row, catalogue, known, kind) == kind
        assert kind.is_group or catalogue.organisation_for(kind.class_code, "410222001006001") in known
    assert set(files["class_handlers"].organisation_code) <= known
