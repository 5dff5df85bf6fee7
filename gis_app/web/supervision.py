"""Rounds of supervision: opened by an inspector, answered by who is responsible, accepted or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import NotFound
from gis_app.incidents import supervision as rules
from gis_app.incidents.incident import Actor
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.incidents.supervision_schedules import next_after
from gis_app.incidents.worktime import standard
from gis_app.storage import supervision as stored
from gis_app.storage.engine import Connection
from gis_app.web import incident_access
from gis_app.web.access import may, requires
from gis_app.web.bytes import matches
from gis_app.web.current import snapshot
from gis_app.web.forms import fresh, known_version, number_of, submitted
from gis_app.web.i18n import language
from gis_app.web.incident_forms import organisation_choices
from gis_app.web.incident_uploads import allow_photos, kept, read_photos
from gis_app.web.incident_words import organisation_names, place_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.supervision_access import areas, may_see, rounds, seen_finding, seen_round
from gis_app.web.supervision_words import answerers, round_words, with_turns

rooms = Blueprint("supervision", __name__)
SIZES = ("full", "thumb")
MAX_ROUNDS = 500


@rooms.get("/supervision/rounds")
@requires("supervision:round:read")
def round_list() -> Response:
    """Show the rounds, and to an inspector the form for a new one."""
    params = Params("state", "subject_kind", "subject_code")
    kind = params.choice("subject_kind", rules.SUBJECTS, "community")
    typed = {"subject_kind": kind, "subject_code": params.text("subject_code", 64)}
    return Response(
        _list_page(typed, state=params.choice("state", rules.ROUND_STATES)), content_type=CONTENT_TYPE
    )


@rooms.post("/supervision/rounds")
@requires("supervision:round:open")
def open_round() -> Response:
    """Open a round on a community, a grid or an incident, of a schedule where one is named."""
    return submitted(_open_round, lambda problem: _list_page(problem["typed"], problem))


@rooms.get("/supervision/rounds/<number>")
@requires("supervision:round:read")
def one_round(number: str) -> Response:
    """Show a round with its findings, their history, and what this person may do now."""
    Params()
    return Response(_round_page(number), content_type=CONTENT_TYPE)


@rooms.post("/supervision/rounds/<number>/findings")
@requires("supervision:round:open")
def add_finding(number: str) -> Response:
    """Add a finding with its due date and who is responsible."""
    allow_photos()

    def save() -> str:
        photos = read_photos()
        with kept(photos), services().store.write() as conn:
            found, _findings = seen_round(conn, number)
            values = rules.new_finding(
                request.form,
                found,
                organisation_names(snapshot()),
                place_names(snapshot()),
                clock.now(),
                standard(),
            )
            values["photos"] = ";".join(photo.photo_hash for photo in photos)
            finding_id = stored.add_finding(conn, found.round_id, values, g.account.username)
        return f"/supervision/rounds/{number}#finding-{finding_id}"

    return submitted(save, lambda problem: _round_page(number, problem | {"form": "finding"}))


@rooms.post("/supervision/rounds/<number>/close")
@requires("supervision:round:open")
def close_round(number: str) -> Response:
    """Close a round whose findings are all accepted."""

    def save() -> str:
        version = known_version()
        with fresh(), services().store.write() as conn:
            found, _visible = seen_round(conn, number)
            rules.check_close(found, stored.findings_of(conn, found.round_id))
            stored.close_round(conn, found.round_id, version, clock.now(), g.account.username)
        return f"/supervision/rounds/{number}"

    return submitted(save, lambda problem: _round_page(number, problem | {"form": "close"}))


@rooms.post("/supervision/findings/<number>/<verb>")
@requires("supervision:round:read")
def act(number: str, verb: str) -> Response:
    """Answer, accept or send back a finding that is still at the version shown; the rules say who may."""
    if verb not in rules.WAYS:
        raise NotFound("unknown_verb", _("没有这个操作"), {"verb": "、".join(rules.WAYS)})
    allow_photos()
    with services().store.read() as conn:
        round_id = str(seen_finding(conn, number).round_id)

    def save() -> str:
        version, photos = known_version(), read_photos()
        with kept(photos), fresh(), services().store.write() as conn:
            _take(conn, number, verb, version, tuple(photo.photo_hash for photo in photos))
        return f"/supervision/rounds/{round_id}#finding-{number}"

    return submitted(save, lambda problem: _round_page(round_id, problem | {"form": f"{verb}-{number}"}))


@rooms.get("/supervision/photos/<photo_hash>.jpg")
@requires("supervision:round:read")
def photo(photo_hash: str) -> Response:
    """Serve a photo of a finding or an answer to those who may see the finding."""
    size = Params("size").choice("size", SIZES, "full")
    services().photos.path(photo_hash, size)
    with services().store.read() as conn:
        shown = stored.find_photo(conn, photo_hash)
    if not any(may_see(finding) for finding in shown):
        raise NotFound("unknown_photo", _("没有这张照片，或您无权查看"))
    etag = f'"{photo_hash}-{size}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    headers["Content-Disposition"] = "inline"
    return Response(services().photos.read(photo_hash, size), headers=headers, content_type="image/jpeg")


def _take(conn: Connection, number: str, verb: str, version: int, photos: tuple[str, ...]) -> None:
    finding, actor, now = seen_finding(conn, number), incident_access.actor(), clock.now()
    answers = stored.answers_of(conn, [finding.finding_id])[finding.finding_id]
    turn = rules.take(finding, verb, actor, request.form, now, standard(), answerers(answers))
    answer = stored.Answer(now, verb, actor.account_id, str(actor.role), turn.note, photos)
    stored.answer_finding(conn, finding.finding_id, version, answer, turn.changes, g.account.username)


def _open_round() -> str:
    data, now, actor = request.form, clock.now(), incident_access.actor()
    with fresh(), services().store.write() as conn:
        values = rules.new_round(data, _area_of(conn, data), actor, now)
        if data.get("schedule_id"):
            values["schedule_id"] = _advance(conn, data["schedule_id"], now.date())
        round_id = stored.open_round(conn, values, g.account.username)
    return f"/supervision/rounds/{round_id}"


def _area_of(conn: Connection, data: Mapping[str, str]) -> str:
    """Return the code of the area in which the subject lies, "" where there is no such subject."""
    code = data.get("subject_code", "").strip()
    if data.get("subject_kind") == "incident":
        return incident_access.seen(conn, code).grid_code if code else ""
    return code if code in place_names(snapshot()) else ""


def _advance(conn: Connection, schedule: str, today: date) -> int:
    """Move a schedule on to its next day after today and return its number."""
    number = number_of(schedule, "unknown_supervision_schedule", _("没有这个督导计划"))
    one = next((row for row in stored.read_schedules(conn) if row.schedule_id == number), None)
    if one is None:
        raise NotFound("unknown_supervision_schedule", _("没有这个督导计划"))
    if not one.active:
        raise Refused("supervision_rejected", [FieldFault("schedule_id", "schedule_not_due")])
    day = next_after(one.kind, date.fromisoformat(one.next_on), today)
    return stored.save_schedule(
        conn, {"next_on": day.isoformat()}, g.account.username, number, known_version()
    )


def _list_page(
    typed: Mapping[str, str], problem: dict[str, Any] | None = None, state: str | None = None
) -> str:
    with services().store.read() as conn:
        frame = rounds(conn)
    shown = frame[frame["state"] == state] if state else frame
    return render_template(
        "supervision/rounds.html",
        rounds=[round_words(one) for one in shown.head(MAX_ROUNDS).itertuples(index=False)],
        total=len(shown),
        state=state,
        states=_labels(rules.ROUND_STATES),
        kinds=_labels(rules.SUBJECTS),
        areas=sorted(areas().items()),
        typed=typed,
        problem=problem,
    )


def _round_page(number: str, problem: dict[str, Any] | None = None) -> str:
    actor: Actor = incident_access.actor()
    with services().store.read() as conn:
        found, visible = seen_round(conn, number)
        answers = stored.answers_of(conn, [one.finding_id for one in visible])
    below = {code: name for code, name in areas().items() if code.startswith(found.area_code)}
    return render_template(
        "supervision/round.html",
        round=round_words(found),
        findings=[with_turns(one, answers[one.finding_id], actor) for one in visible],
        left=sum(one.state != "accepted" for one in visible),
        may_add=may("supervision:round:open") and found.state == "open",
        areas=sorted(below.items()),
        posts=_labels(rules.POSTS),
        organisations=organisation_choices(),
        problem=problem,
        typed=(problem or {}).get("typed", {}),
        tomorrow=clock.now().date().isoformat(),
    )


def _labels(table: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(code, words[language()]) for code, words in table.items()]
