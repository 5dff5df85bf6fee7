"""The inbox: what waits for whoever asks, what is overdue, what is theirs, a page at a time.

Every filter stands in the address; what an account may not see is never asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app import clock
from gis_app.errors import BadInput
from gis_app.incidents.model import CATEGORIES, OPEN_STATES, PRIVATE_CATEGORIES, STATES, label
from gis_app.incidents.worktime import standard
from gis_app.people.roles import Role
from gis_app.storage import incidents as stored
from gis_app.storage.incidents import InboxQuery
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import CODE, catalogue, private_classes, sees_private
from gis_app.web.incident_words import line, organisation_names, place_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("incident_inbox", __name__)
PAGE_ROWS, COUNTED = 50, 1000
SOON = timedelta(hours=4)
RUNNING = ("dispatched", "handling")
# role -> the states in which something waits for it
WAITING: dict[Role, tuple[str, ...]] = {
    Role.DISPATCHER: ("reported", "accepted", "verified"),
    Role.HANDLER: ("dispatched", "handling"),
    Role.GRID_WORKER: ("resolved",),
    Role.INSPECTOR: ("resolved",),
    Role.LEADER: ("closed",),
    Role.PLANNER: ("returned",),
    Role.DUTY_STAFF: ("returned",),
    Role.ADMINISTRATOR: (),
}
FILTERS = (
    "tab",
    "state",
    "category",
    "class",
    "organisation",
    "area",
    "from",
    "to",
    "q",
    "order",
    "near",
    "after",
)
# What may stand in the address of the page: not where somebody is.
OF_PAGE = tuple(name for name in FILTERS if name != "near")
ORDERS = ("due", "reported", "distance")
DUE = "due"


@dataclass(frozen=True)
class Tab:
    """One way to look at the incidents: its word, and what it narrows a question to."""

    title: Any
    narrow: Callable[[InboxQuery, Any], InboxQuery]
    empty: Any


def _waiting(query: InboxQuery, account: Any) -> InboxQuery:
    states = WAITING[account.role]
    if account.role in (Role.PLANNER, Role.DUTY_STAFF):
        query = replace(query, reporter_id=account.account_id)
    return _states(query, states or OPEN_STATES)


def _overdue(query: InboxQuery, account: Any) -> InboxQuery:
    return replace(_states(query, RUNNING), due_before=clock.now())


def _soon(query: InboxQuery, account: Any) -> InboxQuery:
    now = clock.now()
    end = standard().add_seconds(now, SOON.total_seconds())
    return replace(_states(query, RUNNING), due_after=now, due_before=end)


def _mine(query: InboxQuery, account: Any) -> InboxQuery:
    shown = replace(query, without_categories=(), without_classes=(), organisation_code="", scope_code="")
    return replace(shown, reporter_id=account.account_id)


TABS: dict[str, Tab] = {
    "waiting": Tab(_l("待我处理"), _waiting, _l("没有等您处理的事件。新的事件到来时会出现在这里。")),
    "overdue": Tab(_l("已超期"), _overdue, _l("没有超期的事件。")),
    "soon": Tab(_l("即将超期"), _soon, _l("接下来 4 个工作时内没有到期的事件。")),
    "open": Tab(_l("全部在办"), lambda query, account: _states(query, OPEN_STATES), _l("没有在办的事件。")),
    "mine": Tab(_l("我上报的"), _mine, _l("您还没有上报过事件。发现问题时，点“上报事件”。")),
    "all": Tab(_l("全部"), lambda query, account: query, _l("没有符合条件的事件。放宽筛选条件再试。")),
}


@rooms.get("/incidents")
@requires("incidents:incident:read")
def inbox() -> Response:
    """Show one page of the incidents that the chosen tab and filters select."""
    return _shown(Params(*OF_PAGE), request.args)


@rooms.post("/incidents")
@requires("incidents:incident:read")
def inbox_from_here() -> Response:
    """Show the same page by distance; where somebody is comes in the form, as addresses are logged."""
    return _shown(Params(*FILTERS, values=request.form), request.form)


def _shown(params: Params, given: Mapping[str, str]) -> Response:
    tab = params.choice("tab", TABS, "waiting")
    asked = asked_for(params, tab)
    query = TABS[tab].narrow(asked, g.account)
    with services().store.read() as conn:
        page = stored.inbox(conn, query)
        counts = {name: _counted(conn, one.narrow(asked, g.account)) for name, one in TABS.items()}
    shown = render_template(
        "incidents/inbox.html",
        tab=tab,
        tabs=[(name, one.title, counts[name]) for name, one in TABS.items()],
        lines=[line(one) for one in page.lines],
        next=page.next,
        empty=TABS[tab].empty,
        filters=chosen(given, OF_PAGE),
        near=given.get("near", ""),
        order=asked.order,
        filtered=any(given.get(name) for name in OF_PAGE if name not in ("tab", "order", "after")),
        choices=choices(),
        organisations=sorted(organisation_names(snapshot()).items(), key=lambda one: one[1]),
        may_dispatch=may("incidents:incident:dispatch"),
    )
    return Response(shown, content_type=CONTENT_TYPE)


def usual_order(tab: str) -> str:
    """Return the order of a tab where none is asked for: by due time where clocks run, else newest first."""
    running = set(WAITING[g.account.role]) <= set(RUNNING)
    return DUE if tab in ("overdue", "soon", "open") or (tab == "waiting" and running) else "reported"


def asked_for(params: Params, tab: str) -> InboxQuery:
    """Return the question that the filters of the address ask, kept to what the account may see."""
    order = params.choice("order", ORDERS, usual_order(tab))
    near = _near(params.text("near", 60)) if order == "distance" else None
    first, last = params.period()
    state = params.choice("state", STATES)
    category = params.choice("category", CATEGORIES)
    kind = params.choice("class", catalogue().classes)
    below = tuple(one.class_code for one in catalogue().children(kind, active_only=False)) if kind else ()
    text = params.text("q", 60)
    query = InboxQuery(
        states=(state,) if state else (),
        categories=(category,) if category else (),
        classes=(kind, *below) if kind else (),
        organisation_code=params.choice("organisation", organisation_names(snapshot()), "") or "",
        area_code=params.choice("area", place_names(snapshot()), "") or "",
        reported_from=_midnight(first) if first else None,
        reported_to=_midnight(last) + timedelta(days=1) if last else None,
        near=near,
        order=order or DUE,
        limit=PAGE_ROWS,
        after=params.text("after", 300),
    )
    return visible(_about(query, text))


def visible(query: InboxQuery) -> InboxQuery:
    """Return the question narrowed to what the account of this request may see."""
    account = g.account
    query = replace(query, scope_code=account.scope_code)
    if account.role == Role.HANDLER:
        return replace(query, organisation_code=account.organisation_code)
    if sees_private(account):
        return query
    return replace(query, without_categories=PRIVATE_CATEGORIES, without_classes=private_classes())


def chosen(given: Mapping[str, str], names: Sequence[str] = FILTERS) -> dict[str, str]:
    """Return those of the named filters that are set."""
    return {name: given[name] for name in names if given.get(name)}


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what the filters offer, as (code, name)."""
    lang, found = language(), snapshot()
    communities = found.atlas.communities
    return {
        "state": [(code, label(code, lang)) for code in STATES],
        "category": [(code, label(code, lang)) for code in CATEGORIES],
        "class": [(one.class_code, one.name) for one in catalogue().classes.values()],
        "area": list(zip(communities["community_code"], communities["name"], strict=True)),
    }


def _states(query: InboxQuery, states: tuple[str, ...]) -> InboxQuery:
    """Narrow to the states, those of the filter first; none in common is a list with nothing in it."""
    both = tuple(state for state in query.states if state in states) if query.states else states
    return replace(query, states=both) if both else replace(query, states=states[:1], code_prefix="~")


def _about(query: InboxQuery, text: str) -> InboxQuery:
    """Narrow to a code or its beginning, else to words of the description or address."""
    if not text:
        return query
    if CODE.fullmatch(text) and any(c.isdigit() for c in text):
        return replace(query, code_prefix=text)
    return replace(query, text=text)


def _counted(conn: Any, query: InboxQuery) -> str:
    count = stored.count_inbox(conn, replace(query, after=""), COUNTED)
    return f"{count:,}" if count < COUNTED else f"{COUNTED - 1}+"


def _near(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = float("nan")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput("bad_parameter", _("按距离排序需要您的位置：经度,纬度"), {"near": "114.46,34.48"})
    return lon, lat


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(0), clock.ZONE)
