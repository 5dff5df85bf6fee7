"""Service requests read: by every filter of GeoReport, one by one, and by token.

At most 90 days or 1,000 requests, whichever is less; the newest first. Extensions: page and page_size, and
updated_after and updated_before. Rows are chosen in the frame in memory; the store is asked only for those.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from flask import Response

from gis_app import clock
from gis_app.errors import GisError
from gis_app.incidents.statistics_columns import UNKNOWN, Columns
from gis_app.storage import incidents as stored
from gis_app.web.bytes import respond
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue, private_classes
from gis_app.web.incident_frame import IncidentFrame, incident_frame
from gis_app.web.open311.asking import Asked, check_format, check_jurisdiction, period, seconds
from gis_app.web.open311.faults import fault
from gis_app.web.open311.formats import CONTENT_TYPES, write
from gis_app.web.open311.records import CLOSED_STATES, STATUSES, request_of
from gis_app.web.open311.room import Room
from gis_app.web.services import services

LONGEST, MOST, LAST_PAGE = timedelta(days=90), 1000, 100_000


@dataclass(frozen=True)
class Filter:
    """What was asked for; `codes` set aside everything else."""

    codes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    updated_after: int | None = None
    updated_before: int | None = None
    page: int = 1
    page_size: int = MOST


def add_to(room: Room) -> None:
    """Answer requests and tokens in a room."""
    room.add("/requests.<format_>", requests)
    room.add("/requests/<request_id>.<format_>", single)
    room.add("/tokens/<token>.<format_>", token)


def requests(format_: str) -> Response:
    """Say the service requests that the filters leave."""
    check_format(format_)
    wanted = _filter(Asked())
    frame = incident_frame()
    return _answer(format_, frame, wanted, lambda: _chosen(frame, wanted))


def single(request_id: str, format_: str) -> Response:
    """Say one service request, as a list of one."""
    check_format(format_)
    asked = Asked()
    check_jurisdiction(asked.text("jurisdiction_id"))
    frame = incident_frame()
    rows = _by_code(frame, (request_id,))
    if not len(rows):
        raise fault("unknown_request", "service_request_id")
    return _answer(format_, frame, request_id, lambda: rows)


def token(token: str, format_: str) -> Response:
    """Say the service request that a token became.

    Every request gets its number at once, so none is ever waited for; a number is its own token.
    """
    check_format(format_)
    check_jurisdiction(Asked().text("jurisdiction_id"))
    if not len(_by_code(incident_frame(), (token,))):
        raise fault("unknown_token", "token")
    told = [{"service_request_id": token, "token": token}]
    return Response(write(format_, "service_requests", told), content_type=CONTENT_TYPES[format_])


def _filter(asked: Asked) -> Filter:
    check_jurisdiction(asked.text("jurisdiction_id"))
    codes = asked.listed("service_request_id")
    if codes:
        return Filter(codes=codes)
    statuses = asked.listed("status")
    if set(statuses) - set(STATUSES):
        asked.wrong("bad_status", "status")
    start, end = asked.moment("start_date"), asked.moment("end_date")
    after, before = asked.moment("updated_after"), asked.moment("updated_before")
    page = asked.whole("page", LAST_PAGE, "bad_page")
    size = asked.whole("page_size", MOST, "bad_page_size")
    if after and before and before < after:
        asked.wrong("bad_period", "updated_before")
    asked.check()
    first, last = _requested(start, end, whole=bool(after or before))
    return Filter(
        services=_known_services(asked.listed("service_code")),
        statuses=statuses,
        start=first,
        end=last,
        updated_after=seconds(after) if after else None,
        updated_before=seconds(before) if before else None,
        page=page or 1,
        page_size=size or MOST,
    )


def _requested(start: datetime | None, end: datetime | None, whole: bool) -> tuple[int | None, int | None]:
    """Return the period of requested_datetime; whoever asks for updates gets them however old the request."""
    if whole and start is None and end is None:
        return None, None
    # To the next whole minute, so that answers can be kept for as long.
    now = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    found = period(start, end, LONGEST, now)
    if isinstance(found, GisError):
        raise found
    return seconds(found[0]), seconds(found[1])


def _known_services(codes: tuple[str, ...]) -> tuple[str, ...]:
    private, known = private_classes(), catalogue()
    if any(code in private or known.find(code) is None for code in codes):
        raise fault("unknown_service", "service_code")
    return codes


def _chosen(frame: IncidentFrame, wanted: Filter) -> np.ndarray:
    """Return the rows of a filter's page, the newest request first."""
    if wanted.codes:
        return _by_code(frame, wanted.codes)[:MOST]
    columns = frame.columns
    chosen = frame.public(private_classes()).copy()
    if wanted.services:
        chosen &= columns.in_words("class_code", wanted.services)
    if wanted.statuses:
        chosen &= columns.in_words("state", [state for one in wanted.statuses for state in STATUSES[one]])
    if wanted.start is not None:
        chosen &= (columns["reported_at"] >= wanted.start) & (columns["reported_at"] <= wanted.end)
    if wanted.updated_after is not None or wanted.updated_before is not None:
        updated = frame.memo("open311-updated", lambda: _updated(columns))
        chosen &= updated >= (wanted.updated_after if wanted.updated_after is not None else UNKNOWN)
        if wanted.updated_before is not None:
            chosen &= updated <= wanted.updated_before
    rows = np.flatnonzero(chosen)
    order = np.lexsort((rows, -columns["reported_at"][rows]))
    first = (wanted.page - 1) * wanted.page_size
    return rows[order[first : first + wanted.page_size]]


def _updated(columns: Columns) -> np.ndarray:
    """Return what is told as updated_datetime, as seconds."""
    closed = columns.in_words("state", CLOSED_STATES) & (columns["closed_at"] != UNKNOWN)
    last = np.where(columns["updated_at"] != UNKNOWN, columns["updated_at"], columns["reported_at"])
    return np.where(closed, columns["closed_at"], last)


def _by_code(frame: IncidentFrame, codes: tuple[str, ...]) -> np.ndarray:
    """Return the rows of those of the codes that everybody may see, in the order asked for."""
    rows = frame.columns.find(codes)
    rows = rows[rows >= 0]
    return rows[frame.public(private_classes())[rows]]


def _answer(format_: str, frame: IncidentFrame, wanted: object, choose) -> Response:
    found, lang = snapshot(), language()

    def make() -> bytes:
        codes = frame.columns.codes(choose())
        with services().store.read() as conn:
            kept = stored.find_many(conn, codes) if codes else {}
        table = found.tables.organisations
        names = dict(zip(table["organisation_code"], table["name"], strict=True))
        known, private = catalogue(), private_classes()
        shown = (kept[code] for code in codes if code in kept and kept[code].class_code not in private)
        rows = [request_of(one, known, names, lang) for one in shown]
        return write(format_, "service_requests", rows)

    return respond((frame.tag, found.tag, wanted, format_, lang), make, CONTENT_TYPES[format_])
