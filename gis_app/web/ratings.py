"""Star ratings of communities: who holds which star, scores by month, and the quarterly verdicts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from gis_app import clock
from gis_app.errors import Forbidden, NotFound
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.people.permissions import in_scope
from gis_app.programme import stars as rules
from gis_app.programme.standings import means, quarters, standings
from gis_app.storage import audit
from gis_app.storage import ratings as stored
from gis_app.web import rating_words as words
from gis_app.web.access import may, requires
from gis_app.web.forms import fresh, known_version_of, submitted
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.services import services

rooms = Blueprint("ratings", __name__)
EXPORTED_TAG = "programme:table:exported"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@rooms.get("/ratings")
@requires("ratings:rating:read")
def page() -> Response:
    """Show every community with its five stars as of a quarter."""
    quarter, verdicts, entries = _asked(Params("quarter"))
    table = standings(verdicts, words.community_codes(), quarter)
    shown = render_template(
        "programme/ratings.html",
        rows=words.standing_rows(table, means(entries, quarter) if quarter else None),
        stars=words.stars(),
        teams=words.teams(),
        quarter=quarter,
        quarters=quarters(verdicts),
        distribution=words.distribution(table),
        may_export=may("ratings:rating:export"),
        verdict_words=words.labels(rules.VERDICTS),
    )
    return Response(shown, content_type=CONTENT_TYPE)


@rooms.get("/ratings/<community_code>")
@requires("ratings:rating:read")
def community(community_code: str) -> Response:
    """Show the scores and verdicts of a community with their history, and the forms for new ones."""
    Params()
    _known(community_code)
    return Response(_community_page(community_code), content_type=CONTENT_TYPE)


@rooms.post("/ratings/<community_code>/scores")
@requires("ratings:rating:enter")
def enter(community_code: str) -> Response:
    """Enter the score of a star for a month, over the version that the form knows."""
    _known(community_code)

    def save() -> str:
        own = words.own_stars()
        data = {**request.form, "community_code": community_code}
        entry = rules.check_entry(data, words.community_codes(), own, clock.now().date())
        _in_scope(community_code)
        version, who = known_version_of(entry.star, entry.month), g.account.username
        with fresh(), services().store.write() as conn:
            stored.enter_rating(
                conn,
                entry.star,
                entry.community_code,
                entry.month,
                entry.score,
                entry.note,
                who,
                clock.now(),
                version,
            )
        return f"/ratings/{community_code}#scores"

    return submitted(save, lambda problem: _community_page(community_code, problem | {"form": "score"}))


@rooms.post("/ratings/<community_code>/verdicts")
@requires("ratings:verdict:decide")
def decide(community_code: str) -> Response:
    """Give the verdict on a star for a quarter, over the version that the form knows."""
    _known(community_code)

    def save() -> str:
        _in_scope(community_code)
        chosen = request.form.get("star", ""), request.form.get("quarter", "")
        version, who = known_version_of(*chosen), g.account.username
        with fresh(), services().store.write() as conn:
            entries = stored.read_ratings(conn)
            own = entries[entries["community_code"] == community_code]
            entered = set(zip(own["star"], own["community_code"], own["month"], strict=True))
            data = {**request.form, "community_code": community_code}
            given = rules.check_verdict(data, words.community_codes(), entered, clock.now().date())
            stored.give_verdict(
                conn,
                given.star,
                community_code,
                given.quarter,
                given.verdict,
                given.reasons,
                who,
                clock.now(),
                version,
            )
        return f"/ratings/{community_code}#verdicts"

    return submitted(save, lambda problem: _community_page(community_code, problem | {"form": "verdict"}))


@rooms.get("/ratings/ratings.xlsx")
@requires("ratings:rating:export")
def export() -> Response:
    """Say standings, verdicts and scores with every version as a workbook, and note who took it."""
    quarter, _verdicts, _entries = _asked(Params("quarter"))
    with services().store.read() as conn:
        verdicts, entries = stored.read_verdicts(conn, history=True), stored.read_ratings(conn, history=True)
    table = standings(verdicts, words.community_codes(), quarter)
    told, given = words.verdict_lines(verdicts), words.score_lines(entries)
    sheets = [
        Sheet(_("星级"), words.standing_header(), words.standing_lines(table), (16, 16, *[14] * 5, 8)),
        Sheet(_("季度评定"), words.verdict_header(), told, (16, 16, 14, 10, 8, 10, 60, 14, 26)),
        Sheet(_("月度评分"), words.score_header(), given, (16, 16, 14, 10, 8, 8, 40, 14, 26)),
    ]
    body = workbook(sheets)
    with services().store.write() as conn:
        audit.append(conn, EXPORTED_TAG, g.account.username, "ratings", {"quarter": quarter})
    headers = {"Content-Disposition": 'attachment; filename="ratings.xlsx"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=XLSX)


def _asked(params: Params) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Return the quarter that is asked for, the newest where none is, with the verdicts and scores."""
    with services().store.read() as conn:
        verdicts, entries = stored.read_verdicts(conn), stored.read_ratings(conn)
    known = quarters(verdicts)
    return params.choice("quarter", known, known[0] if known else "") or "", verdicts, entries


def _known(code: str) -> None:
    if code not in words.community_codes():
        raise NotFound("unknown_area", _("没有编码为 %(code)s 的区域", code=code[:40]), {"code": code[:40]})


def _in_scope(code: str) -> None:
    if not in_scope(g.account.scope_code, code):
        raise Forbidden()


def _community_page(code: str, problem: dict[str, Any] | None = None) -> str:
    with services().store.read() as conn:
        every, entries = stored.read_verdicts(conn, history=True), stored.read_ratings(conn, history=True)
    verdicts, scores = every[every["community_code"] == code], entries[entries["community_code"] == code]
    table = standings(verdicts, [code])
    own = words.own_stars() if may("ratings:rating:enter") else ()
    today, mine = clock.now().date(), in_scope(g.account.scope_code, code)
    return render_template(
        "programme/community.html",
        code=code,
        name=words.community_names()[code],
        standing=words.standing_rows(table, None)[0],
        stars=words.stars(),
        teams=words.teams(),
        own_stars=[one for one in words.stars() if one["code"] in own] if mine else [],
        scores=words.score_table(scores),
        verdicts=words.verdict_table(verdicts),
        verdict_choices=words.labels(rules.VERDICTS),
        may_decide=may("ratings:verdict:decide") and mine,
        months=words.months_back(today),
        quarters=words.quarters_back(today),
        versions=words.versions(scores, verdicts),
        problem=problem,
        typed=(problem or {}).get("typed", {}),
        passing=rules.PASS,
    )
