"""Who may see which incident, and in what capacity somebody acts on it.

What may not be seen is answered like what does not exist, so that a code cannot be tried out.
"""

from __future__ import annotations

import re
from typing import Any

from flask import g
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.incidents.catalogue import Catalogue
from gis_app.incidents.incident import Actor, Incident
from gis_app.incidents.model import PRIVATE_CATEGORIES
from gis_app.people.permissions import allowed, in_scope
from gis_app.storage import classes as stored_classes
from gis_app.storage import incidents as stored
from gis_app.storage.engine import Connection
from gis_app.web.current import snapshot
from gis_app.web.data_keys import NO_ACCOUNT
from gis_app.web.services import services

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")


def actor() -> Actor:
    """Return the account of this request as one who acts on incidents."""
    account = g.account
    return Actor(account.account_id, str(account.role), account.organisation_code, account.scope_code)


def catalogue() -> Catalogue:
    """Return the classes of incidents and who handles them, read once per revision."""
    found = snapshot()

    def read() -> Catalogue:
        with services().store.read() as conn:
            return Catalogue.of(
                stored_classes.read_incident_classes(conn), stored_classes.read_class_handlers(conn)
            )

    return found.memo("catalogue", read)


def is_private(class_code: str, category: str) -> bool:
    """Tell whether an incident is seen inside its handling chain only."""
    return category in PRIVATE_CATEGORIES or class_code in private_classes()


def private_classes() -> tuple[str, ...]:
    """Return the codes of the classes whose places are not public, their own or their group's."""
    classes = catalogue().classes
    closed = {code for code, kind in classes.items() if not kind.is_public}
    return tuple(code for code, kind in classes.items() if code in closed or kind.parent_code in closed)


def may_see(incident: Incident, account: Any) -> bool:
    """Tell whether an account may see an incident: in its scope and public, or in its handling chain."""
    if account.account_id in (incident.reporter_id, incident.handler_id, incident.verifier_id):
        return True
    if account.organisation_code and account.organisation_code in incident.organisations:
        return True
    if not in_scope(account.scope_code, incident.grid_code):
        return False
    return not is_private(incident.class_code, incident.category) or sees_private(account)


def sees_private(account: Any) -> bool:
    """Tell whether an account may see single incidents of mediation; the key of a program never may."""
    return account.account_id != NO_ACCOUNT and allowed(account.role, "incidents:mediation:read")


def seen(conn: Connection, code: str) -> Incident:
    """Return the incident of that code; raises NotFound where there is none that this account may see."""
    incident = stored.find(conn, code) if CODE.fullmatch(code) else None
    if incident is None or not may_see(incident, g.account):
        raise unknown(code)
    return incident


def unknown(code: str) -> NotFound:
    """Return the answer to a code that names nothing for this account."""
    return NotFound("unknown_incident", _("没有这个事件，或您无权查看"), {"incident_code": code[:40]})


def may_reveal(incident: Incident, account: Any) -> bool:
    """Tell whether an account may see the contact of a reporter: who dispatches, and who handles it."""
    if not allowed(account.role, "incidents:contact:reveal"):
        return False
    own = account.organisation_code
    return str(account.role) != "handler" or bool(own and own in incident.organisations)
