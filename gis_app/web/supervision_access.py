"""Which rounds and findings an account may see: those in its area, a handler those of its organisation."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import g
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.people.permissions import in_scope
from gis_app.people.roles import Role
from gis_app.storage import supervision as stored
from gis_app.storage.engine import Connection
from gis_app.web.current import snapshot
from gis_app.web.forms import number_of
from gis_app.web.incident_words import place_names


def areas() -> dict[str, str]:
    """Return the communities and grids that the account of this request may choose, by code."""
    scope = g.account.scope_code
    return {code: name for code, name in place_names(snapshot()).items() if in_scope(scope, code)}


def findings(conn: Connection) -> pd.DataFrame:
    """Return the findings that the account of this request may see, with their rounds."""
    account = g.account
    if account.role == Role.HANDLER:
        return stored.read_findings(conn, organisation_code=account.organisation_code or "-")
    return stored.read_findings(conn, account.scope_code)


def rounds(conn: Connection) -> pd.DataFrame:
    """Return the rounds that the account of this request may see."""
    if g.account.role == Role.HANDLER:
        every = stored.read_rounds(conn)
        return every[every["round_id"].isin(findings(conn)["round_id"])]
    return stored.read_rounds(conn, g.account.scope_code)


def may_see(finding: Any) -> bool:
    """Tell whether the account of this request may see a finding."""
    if g.account.role == Role.HANDLER:
        return bool(finding.organisation_code) and finding.organisation_code == g.account.organisation_code
    return in_scope(g.account.scope_code, finding.area_code)


def seen_round(conn: Connection, text: str) -> tuple[Any, list[Any]]:
    """Return a round and those of its findings that the account may see; raises NotFound."""
    found = stored.find_round(
        conn, number_of(text, "unknown_supervision_round", _("没有这轮督导，或您无权查看"))
    )
    visible = [one for one in stored.findings_of(conn, found.round_id) if may_see(one)]
    if g.account.role == Role.HANDLER:
        allowed = bool(visible)
    else:
        allowed = in_scope(g.account.scope_code, found.area_code) or bool(visible)
    if not allowed:
        raise NotFound("unknown_supervision_round", _("没有这轮督导，或您无权查看"))
    return found, visible


def seen_finding(conn: Connection, text: str) -> Any:
    """Return a finding; raises NotFound where there is none that the account may see."""
    number = number_of(text, "unknown_supervision_finding", _("没有这个问题，或您无权查看"))
    found = stored.find_finding(conn, number)
    if not may_see(found):
        raise NotFound("unknown_supervision_finding", _("没有这个问题，或您无权查看"))
    return found
