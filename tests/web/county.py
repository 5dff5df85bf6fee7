"""Fills a store with the toy county of the factory, people who answer for it, and accounts of all roles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gis_app.assignments.tables import COLUMNS
from gis_app.people.accounts import create_account
from gis_app.people.roles import Role
from gis_app.settings import Settings, load_settings
from gis_app.storage import assignments, incidents, layers
from gis_app.storage.engine import Store, open_store
from gis_app.storage.migrations import migrate
from tests.factory import COMMUNITIES, GRIDS, toy_incidents, toy_layers

PASSWORD = "a-long-password-for-tests"
SCOPES = {Role.GRID_WORKER: COMMUNITIES[0]}


def toy_tables() -> dict[str, pd.DataFrame]:
    """Return the five tables of the assignments room; the second grid has no grid worker."""
    rows = {
        "organisations": [
            ("ORG001", "县教育局", "government", "Z1"),
            ("ORG002", "县医院", "institution", ""),
        ],
        "zones": [("Z1", "第一片区", "片区督导员", "139****0001", "ORG002;ORG001")],
        "zone_communities": [("Z1", code) for code in COMMUNITIES],
        "assignments": [
            ("A1", COMMUNITIES[0], "county_leader", "赵县长", "138****1111", "", "2023-01-01", ""),
            ("A2", COMMUNITIES[0], "community_secretary", "钱书记", "138****2222", "", "2023-01-01", ""),
            ("A3", COMMUNITIES[0], "paired_organisation", "", "", "ORG001", "", ""),
            ("A4", GRIDS[0], "grid_worker", "孙一", "138****3333", "", "", ""),
            ("A5", GRIDS[1], "grid_worker", "", "", "", "", ""),
            ("A6", GRIDS[2], "grid_worker", "李三", "138****4444", "", "", ""),
            ("A7", GRIDS[3], "grid_worker", "周四", "138****5555", "", "", ""),
        ],
        "members": [("ORG001", GRIDS[0], 12), ("ORG002", GRIDS[2], 5)],
    }
    return {name: pd.DataFrame(rows[name], columns=list(COLUMNS[name])) for name in rows}


def toy_classes() -> pd.DataFrame:
    """Return one class whose place is public and one whose place is not."""
    return pd.DataFrame(
        {
            "class_code": ["C1", "C2"],
            "name": ["路面积水", "邻里纠纷"],
            "category": ["facilities", "mediation"],
            "standard_ref": "",
            "location_public": [True, False],
            "time_limit": "5d",
        }
    )


def fill(store: Store, *, shapes=None, tables=None, classes=None, reports=None) -> None:
    """Put the toy county into a migrated store, or the given frames in place of its own."""
    with store.write() as conn:
        for name, frame in (shapes or toy_layers()).items():
            layers.replace_layer(conn, name, frame)
        for name, frame in (tables or toy_tables()).items():
            assignments.replace_table(conn, name, frame)
        incidents.replace_incident_classes(conn, toy_classes() if classes is None else classes)
        incidents.replace_incidents(conn, toy_incidents() if reports is None else reports)


def make_instance(folder: Path, **frames) -> Settings:
    """Make an instance folder with the toy county and an account for every role, named like the role."""
    settings = load_settings(instance_dir=folder, geodata_dir=folder / "none")
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    fill(store, **frames)
    for role in Role:
        create_account(
            store,
            role.value,
            PASSWORD,
            role,
            SCOPES.get(role, ""),
            display_name=f"测试{role.label()}",
            organisation_code="ORG001" if role == Role.HANDLER else "",
            station_code="Z001" if role == Role.DUTY_STAFF else "",
        )
    store.dispose()
    return settings
