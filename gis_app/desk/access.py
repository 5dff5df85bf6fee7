"""Who may do what at the desk: one permission, one's own imports, and only the whole county's accounts.

A layer is replaced as a whole, so an account that answers for a part of the county imports nothing.
"""

from __future__ import annotations

from gis_app.desk.settling import settled
from gis_app.desk.states import CAN
from gis_app.errors import Conflict, Forbidden, Stale
from gis_app.jobs.jobs import Job
from gis_app.people.roles import Role
from gis_app.people.sessions import SignedIn
from gis_app.storage import imports as rows
from gis_app.storage.engine import Row, Store

PERMISSION = "exchange:layer:import"
COUNTY_LETTERS = 6


def may(person: SignedIn) -> None:
    """Raise Forbidden for an account that may not import."""
    if not person.may(PERMISSION):
        raise Forbidden()
    if len(person.scope_code) > COUNTY_LETTERS:
        raise Forbidden("import_scope", "导入会更改全县的图层，须由管辖全县的账户进行")


def whose(person: SignedIn) -> int | None:
    """Return the account whose imports a person sees, None for everybody's."""
    return None if person.role == Role.ADMINISTRATOR else person.account_id


def own_import(store: Store, person: SignedIn, import_id: str) -> tuple[Row, Job | None]:
    """Return an import that a person may see, as it stands; raises NotFound, Forbidden."""
    may(person)
    with store.read() as conn:
        row = rows.find_import(conn, import_id, whose(person))
    return settled(store, row)


def require(row: Row, what: str) -> None:
    """Raise Conflict where an import is in no state for something."""
    if what not in CAN[row.state]:
        raise Conflict("import_state", "现在不能这样做，请刷新后再看", {"state": row.state})


def seen_version(row: Row, version: int | None) -> int:
    """Return the version to act on; raises Stale where it is not the one that was seen."""
    if version is not None and version != row.version:
        raise Stale("import_moved", "这次导入已在别处被更改，请刷新后再继续", {"version": str(row.version)})
    return row.version
