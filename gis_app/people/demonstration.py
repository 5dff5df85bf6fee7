"""The demonstration accounts: one per role, with a published password.

They exist so that a newcomer can look around; a server that can be reached from elsewhere must not have them,
so whoever starts one asks `demonstration_accounts_open` first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from gis_app.errors import Conflict
from gis_app.people.accounts import create_account
from gis_app.people.roles import ROLE_LABELS, Role
from gis_app.storage import people as table
from gis_app.storage.classes import busiest_organisation
from gis_app.storage.engine import Store
from gis_app.storage.station_status import first_station

PASSWORD = "Wangge-2026-demo"
USERNAMES = {
    "leader": Role.LEADER,
    "worker": Role.GRID_WORKER,
    "planner": Role.PLANNER,
    "dispatcher": Role.DISPATCHER,
    "handler": Role.HANDLER,
    "inspector": Role.INSPECTOR,
    "duty": Role.DUTY_STAFF,
    "admin": Role.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """What to show the newcomer."""

    username: str
    password: str
    role: Role
    scope_code: str
    organisation_code: str = ""
    station_code: str = ""


def ensure_demo_accounts(
    store: Store, communities: pd.DataFrame | Iterable[str] = ()
) -> list[DemonstrationAccount]:
    """Make those of the accounts that are missing and return all of them, in a fixed order.

    `communities` is the layer or its codes: the grid worker's scope is the first of them, the whole county
    where there are none. The handler's organisation is the one that handles most classes of incidents; where
    there is no organisation there is nobody to handle anything, and no handler. The duty staff's station is
    the first in the grid worker's scope; where there is no station there are none. An account that exists is
    left as it is.
    """
    with store.read() as conn:
        present = {row.username for row in table.read_accounts(conn)}
        organisation = busiest_organisation(conn)
        station = first_station(conn, _first_code(communities))
    accounts = [_account(name, _first_code(communities), organisation, station) for name in USERNAMES]
    lacking = {Role.HANDLER: not organisation, Role.DUTY_STAFF: not station}
    accounts = [one for one in accounts if not lacking.get(one.role)]
    for one in accounts:
        if one.username in present:
            continue
        try:
            create_account(
                store,
                one.username,
                PASSWORD,
                one.role,
                one.scope_code,
                display_name=f"示范{ROLE_LABELS[one.role]['zh']}",
                demonstration=True,
                organisation_code=one.organisation_code,
                station_code=one.station_code,
            )
        except Conflict:  # another process made it in the same moment
            continue
    return accounts


def _account(username: str, community: str, organisation: str, station: str) -> DemonstrationAccount:
    role = USERNAMES[username]
    return DemonstrationAccount(
        username,
        PASSWORD,
        role,
        community if role is Role.GRID_WORKER else "",
        organisation if role is Role.HANDLER else "",
        station if role is Role.DUTY_STAFF else "",
    )


def demonstration_accounts_open(store: Store) -> bool:
    """Tell whether somebody could sign in with the published password."""
    with store.read() as conn:
        return table.any_demonstration(conn)


def _first_code(communities: pd.DataFrame | Iterable[str]) -> str:
    codes = communities["community_code"] if isinstance(communities, pd.DataFrame) else communities
    return min((str(code) for code in codes), default="")
