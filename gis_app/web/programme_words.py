"""What people read of demands, service projects and activities: names for codes, counts, lines of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gis_app.programme import projects as rules
from gis_app.programme.counts import of_activities
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_words import organisation_names, place_name

STATES: dict[str, Mapping[str, Mapping[str, str]]] = {
    "demands": rules.DEMAND_STATES,
    "projects": rules.PROJECT_STATES,
    "activities": {},
}


def demand_lines(frame: pd.DataFrame, projects: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what a list shows of demands."""
    names, lang = dict(zip(projects["project_code"], projects["name"], strict=True)), language()
    return [
        _common(one, lang)
        | {
            "id": one.demand_id,
            "title": one.title,
            "supporters": one.supporters,
            "state": one.state,
            "state_label": rules.DEMAND_STATES.get(one.state, {}).get(lang, one.state),
            "day": one.proposed_on,
            "project_code": one.project_code,
            "project": names.get(one.project_code, one.project_code),
            "verbs": [
                {"verb": verb, "label": rules.DEMAND_WAYS[verb][2][lang]}
                for verb in rules.demand_verbs(one.state)
            ],
            "version": one.version,
        }
        for one in frame.itertuples(index=False)
    ]


def project_lines(
    frame: pd.DataFrame, adoptions: pd.DataFrame, activities: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return what a list shows of projects: who adopted them, and how many activities they had."""
    lang, names = language(), organisation_names(snapshot())
    standing = adoptions[adoptions["ended_at"] == ""]
    adopters = standing.groupby("project_code")["organisation_code"].agg(list).to_dict()
    counted = of_activities(activities, "project_code").set_index("project_code")
    lines = []
    for one in frame.itertuples(index=False):
        held = counted.loc[one.project_code] if one.project_code in counted.index else None
        lines.append(
            _common(one, lang)
            | {
                "code": one.project_code,
                "title": one.name,
                "state": one.state,
                "state_label": rules.PROJECT_STATES.get(one.state, {}).get(lang, one.state),
                "adopters": [names.get(code, code) for code in adopters.get(one.project_code, [])],
                "day": one.starts_on,
                "ends_on": one.ends_on,
                "served": one.served,
                "activities": 0 if held is None else int(held["activities"]),
                "participants": 0 if held is None else int(held["participants"]),
                "version": one.version,
            }
        )
    return lines


def activity_lines(frame: pd.DataFrame, projects: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what a list shows of activities."""
    lang, organisations = language(), organisation_names(snapshot())
    names = dict(zip(projects["project_code"], projects["name"], strict=True))
    return [
        _common(one, lang)
        | {
            "id": one.activity_id,
            "title": one.name,
            "description": one.note,
            "day": one.held_on,
            "participants": one.participants,
            "project_code": one.project_code,
            "project": names.get(one.project_code, one.project_code),
            "organisation": organisations.get(one.organisation_code, one.organisation_code),
            "state": "",
            "version": one.version,
        }
        for one in frame.itertuples(index=False)
    ]


def _common(one: Any, lang: str) -> dict[str, Any]:
    return {
        "category": one.category,
        "category_label": rules.CATEGORIES.get(one.category, {}).get(lang, one.category),
        "area_code": one.area_code,
        "area": place_name(one.area_code),
        "description": getattr(one, "description", ""),
        "lon": one.lon,
        "lat": one.lat,
    }
