"""Alerts: rules that the county keeps, judged over the last twelve months, told in the application.

Nothing is stored of an alert but who has seen it: what stands there now is worked out from what is there now.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.attention import ABOVE, SIDES, Rule, broken
from gis_app.incidents.key_figures import KEY_FIGURES, RATE
from gis_app.people.permissions import in_scope
from gis_app.storage import audit
from gis_app.storage import leader as stored
from gis_app.web import geojson
from gis_app.web.access import may, requires
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_frame import incident_frame
from gis_app.web.json_body import Body, fault
from gis_app.web.leader_figures import areas_of, key_figures, parts_of, said, tables_of
from gis_app.web.leader_question import LEVELS, MONTHS, Span, cut_off_now, latest_day, months_before
from gis_app.web.services import services

rooms = Blueprint("leader_alerts", __name__)
MOST_TOLD = 200
MOST_VALUE = 1_000_000
ADDED, CHANGED, DROPPED = (f"leader:alert:{verb}" for verb in ("added", "changed", "dropped"))


@rooms.get("/leader/alerts.json")
@requires("leader:page:read")
def alerts() -> Response:
    """Say every alert that stands now, the rules, and how many of the alerts this account has not seen."""
    return _answer(standing())


@rooms.post("/leader/alerts/seen")
@requires("leader:page:read")
def seen() -> Response:
    """Note that this account has seen the alerts that stand now."""
    told = standing()
    with services().store.write() as conn:
        keys = [(one["rule_id"], one["area"]["code"]) for one in told["alerts"]]
        stored.note_seen(conn, g.account.account_id, keys, clock.now())
    return _answer({"unseen": 0})


@rooms.post("/leader/alerts/rules")
@requires("leader:alert:manage")
def add_rule() -> Response:
    """Add a rule of alert."""
    values = _rule_of(Body("measure", "level", "area", "side", "threshold", "least"))
    with services().store.write() as conn:
        made = {"made_by": g.account.username, "created_at": clock.now()}
        number = stored.add_rule(conn, values | made)
        audit.append(conn, ADDED, g.account.username, str(number), values)
    return _answer({"rule_id": number}, 201)


@rooms.post("/leader/alerts/rules/<int:number>")
@requires("leader:alert:manage")
def change_rule(number: int) -> Response:
    """Switch a rule on or off."""
    body = Body("active", "version")
    values = {"active": body.flag("active", True)}
    with services().store.write() as conn:
        version = stored.change_rule(conn, number, body.whole("version", 1, 2**31 - 1), values)
        audit.append(conn, CHANGED, g.account.username, str(number), values)
    return _answer({"version": version})


@rooms.delete("/leader/alerts/rules/<int:number>")
@requires("leader:alert:manage")
def drop_rule(number: int) -> Response:
    """Delete a rule."""
    with services().store.write() as conn:
        stored.drop_rule(conn, number)
        audit.append(conn, DROPPED, g.account.username, str(number), {})
    return _answer({})


def kept_rules() -> list[Any]:
    """Return the rules of alert as the store holds them."""
    with services().store.read() as conn:
        return stored.read_rules(conn)


def seen_by_account() -> dict:
    """Return what this account has seen."""
    with services().store.read() as conn:
        return stored.read_seen(conn, g.account.account_id)


def standing() -> dict[str, Any]:
    """Return the alerts that stand now for this account, the rules, and how many are new."""
    found, lang = snapshot(), language()
    rules = kept_rules()
    every = [one for rule in rules if rule.active for one in _alerts_of(found, rule, lang)]
    before = seen_by_account()
    for one in every:
        one["new"] = (one["rule_id"], one["area"]["code"]) not in before
    return {
        "alerts": every[:MOST_TOLD],
        "total": len(every),
        "unseen": sum(one["new"] for one in every[:MOST_TOLD]),
        "rules": [_told_rule(rule, lang) for rule in rules],
        "may_manage": may("leader:alert:manage"),
    }


def _alerts_of(found: Snapshot, kept: Any, lang: str) -> list[dict[str, Any]]:
    figure = key_figures(found)[kept.measure]
    end = latest_day()
    span = Span(months_before(end, MONTHS), end)
    parts = parts_of(found, incident_frame(), span, cut_off_now())
    areas = areas_of(found, kept.level, "")
    names = dict(zip(areas["code"], areas["name"], strict=True))
    table = tables_of({kept.measure: parts[kept.measure]}, kept.level, areas["code"])[kept.measure]
    rule = Rule(kept.rule_id, kept.measure, kept.level, kept.area_code, kept.side, kept.threshold, kept.least)
    late = broken(rule, table)
    return [
        {
            "rule_id": kept.rule_id,
            "measure": kept.measure,
            "area": {"code": code, "name": names[code], "level": kept.level},
            "value": round(value, 6),
            "numerator": above,
            "denominator": below,
            "text": _(
                "%(label)s为 %(value)s，%(side)s %(limit)s（%(n)s / %(d)s）",
                label=figure.label[lang],
                value=said(figure, value),
                side=_side(kept.side),
                limit=said(figure, kept.threshold),
                n=f"{above:,.0f}",
                d=f"{below:,.0f}",
            ),
        }
        for code, above, below, value in zip(
            late.index, *(late[name].tolist() for name in ("numerator", "denominator", "value")), strict=True
        )
        if in_scope(g.account.scope_code, code)
    ]


def _told_rule(kept: Any, lang: str) -> dict[str, Any]:
    figure = KEY_FIGURES[kept.measure]
    words = {
        "level": {"subdistrict": _("街道"), "community": _("社区"), "grid": _("网格")}[kept.level],
        "label": figure.label[lang],
        "side": _side(kept.side),
        "limit": said(figure, kept.threshold),
    }
    return {
        "rule_id": kept.rule_id,
        "version": kept.version,
        "active": bool(kept.active),
        "measure": kept.measure,
        "level": kept.level,
        "area": kept.area_code,
        "side": kept.side,
        "threshold": kept.threshold,
        "least": kept.least,
        "text": _("任一%(level)s的%(label)s%(side)s %(limit)s", **words),
    }


def _side(side: str) -> str:
    return _("高于") if side == ABOVE else _("低于")


def _rule_of(body: Body) -> dict[str, Any]:
    found = snapshot()
    measure = body.choice("measure", KEY_FIGURES)
    most = 1.0 if KEY_FIGURES[measure].unit == RATE else MOST_VALUE
    area = body.text("area", 15)
    if area and found.atlas.area(area) is None:
        raise fault("area", _("没有这个区域"))
    if not in_scope(g.account.scope_code, area):
        raise BadInput("bad_parameter", _("区域不在您的管辖范围内"), {"area": area})
    return {
        "measure": measure,
        "level": body.choice("level", LEVELS, "community"),
        "area_code": area,
        "side": body.choice("side", SIDES, ABOVE),
        "threshold": body.number("threshold", 0, most, needed=True),
        "least": body.whole("least", 1, MOST_VALUE, 1),
    }


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(geojson.dumps(value), status, content_type="application/json")
