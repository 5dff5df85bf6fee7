"""What people read of star ratings: stars and their teams, standings, scores and verdicts with history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd
from flask import g
from flask_babel import gettext as _

from gis_app.programme import stars as rules
from gis_app.programme.standings import latest, standings
from gis_app.storage import ratings as stored
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment, organisation_names
from gis_app.web.services import services

SHOWN_MONTHS, COMMUNITY_DIGITS = 12, 12


def community_names() -> dict[str, str]:
    """Return the communities by code."""
    frame = snapshot().atlas.communities
    return dict(zip(frame["community_code"], frame["name"], strict=True))


def community_codes() -> list[str]:
    """Return the codes of the communities in order."""
    return sorted(community_names())


def labels(table: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return a table of words as (code, word) in the language of the request."""
    return [(code, words[language()]) for code, words in table.items()]


def stars() -> list[dict[str, str]]:
    """Return the five stars with their names."""
    return [{"code": code, "label": word} for code, word in labels(rules.STARS)]


def teams() -> dict[str, list[str]]:
    """Return the names of the organisations that judge each star."""
    names = organisation_names(snapshot())
    return {star: [names.get(code, code) for code in codes] for star, codes in _teams().items()}


def own_stars() -> tuple[str, ...]:
    """Return the stars that the account of this request may judge."""
    return rules.stars_of(str(g.account.role), g.account.organisation_code, _teams())


def _teams() -> dict[str, tuple[str, ...]]:
    def read() -> dict[str, tuple[str, ...]]:
        with services().store.read() as conn:
            return stored.read_star_teams(conn)

    return snapshot().memo("star_teams", read)


def standing_rows(table: pd.DataFrame, scored: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return a line for each community: its stars held of five, and per star the verdict and mean score."""
    names, lang = community_names(), language()
    found = {} if scored is None else scored.set_index(["community_code", "star"])["mean"].to_dict()
    rows = []
    for row in table.itertuples(index=False):
        cells = []
        for star in rules.STARS:
            verdict = getattr(row, star)
            mean = found.get((row.community_code, star))
            word = rules.VERDICTS[verdict][lang] if verdict else _("未评定")
            cells.append({"star": star, "verdict": verdict, "label": word, "mean": mean})
        rows.append(
            {
                "code": row.community_code,
                "name": names.get(row.community_code, row.community_code),
                "stars": int(row.stars),
                "judged": int(row.judged),
                "cells": cells,
            }
        )
    return rows


def distribution(table: pd.DataFrame) -> list[dict[str, int]]:
    """Return how many communities hold five stars, four, and so on."""
    counts = table["stars"].value_counts()
    return [{"stars": number, "count": int(counts.get(number, 0))} for number in range(5, -1, -1)]


def score_table(scores: pd.DataFrame) -> dict[str, Any]:
    """Return the scores of a community by month and star, the newest month first, corrections marked."""
    months = sorted(scores["month"].unique(), reverse=True)[:SHOWN_MONTHS]
    lines = []
    for month in months:
        rows = scores[scores["month"] == month].sort_values("version")
        cells = []
        for star in rules.STARS:
            versions = list(rows[rows["star"] == star].itertuples(index=False))
            last = versions[-1] if versions else None
            cells.append(
                {
                    "star": star,
                    "score": last.score if last else None,
                    "note": last.note if last else "",
                    "passed": bool(last) and last.score >= rules.PASS,
                    "earlier": [_entry(one) for one in versions[:-1]],
                }
            )
        lines.append({"month": month, "cells": cells})
    return {"lines": lines, "more": scores["month"].nunique() > SHOWN_MONTHS}


def _entry(one: Any) -> str:
    return _("%(score)s 分（%(by)s %(day)s）", score=f"{one.score:g}", by=one.by, day=str(one.at)[:10])


def verdict_table(verdicts: pd.DataFrame) -> list[dict[str, Any]]:
    """Return every verdict on a community, the newest quarter first, what it replaced marked."""
    lang = language()
    rows = verdicts.sort_values(["quarter", "star", "version"], ascending=[False, True, False], kind="stable")
    newest = rows.groupby(["quarter", "star"])["version"].transform("max") if len(rows) else rows["version"]
    order = {star: place for place, star in enumerate(rules.STARS)}
    told = [
        {
            "quarter": one.quarter,
            "star": one.star,
            "star_label": rules.STARS.get(one.star, {}).get(lang, one.star),
            "verdict": one.verdict,
            "label": rules.VERDICTS.get(one.verdict, {}).get(lang, one.verdict),
            "reasons": one.reasons,
            "by": one.by,
            "at": moment(datetime.fromisoformat(one.at)),
            "version": one.version,
            "replaced": one.version != last,
        }
        for one, last in zip(rows.itertuples(index=False), newest, strict=True)
    ]
    return sorted(told, key=lambda one: (one["quarter"], -order.get(one["star"], 9)), reverse=True)


def versions(scores: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, int]:
    """Return the version in force of every entry, as "star month" and "star quarter", for the forms."""
    known: dict[str, int] = {}
    for frame, period in ((scores, "month"), (verdicts, "quarter")):
        top = frame.groupby(["star", period])["version"].max()
        known |= {f"{star} {when}": int(version) for (star, when), version in top.items()}
    return known


def months_back(today: date) -> list[str]:
    """Return the months for which a score may be entered, the newest first."""
    number = today.year * 12 + today.month - 1
    return [f"{(number - n) // 12}-{(number - n) % 12 + 1:02d}" for n in range(rules.MONTHS_BACK + 1)]


def quarters_back(today: date) -> list[str]:
    """Return the quarters on which a verdict may be given, the newest first."""
    told = dict.fromkeys(rules.quarter_of(month) for month in months_back(today))
    return [quarter for quarter in told if rules.is_over(quarter, today)]


class VerdictsNow(NamedTuple):
    """The verdicts in force, and a tag that changes with them."""

    table: pd.DataFrame
    tag: str


def verdicts_now() -> VerdictsNow:
    """Return the verdicts in force, read anew only where any has changed."""
    found = snapshot()
    with services().store.read() as conn:
        tag = stored.ratings_stamp(conn)
        table = found.memo(("verdicts", tag), lambda: stored.read_verdicts(conn))
    return VerdictsNow(table, tag)


def stars_of_area(code: str, verdicts: pd.DataFrame) -> dict[str, Any] | None:
    """Return the stars of the community that an area is or lies in, None where none has been judged."""
    code = code[:COMMUNITY_DIGITS]
    own = verdicts[verdicts["community_code"] == code]
    if not len(own):
        return None
    lang = language()
    now = latest(own).set_index("star")
    row = standings(own, [code]).iloc[0]
    told = [
        {
            "code": star,
            "label": words[lang],
            "verdict": row[star],
            "verdict_label": rules.VERDICTS[row[star]][lang] if row[star] else _("未评定"),
            "quarter": now.loc[star, "quarter"] if star in now.index else "",
        }
        for star, words in rules.STARS.items()
    ]
    return {
        "held": int(row["stars"]),
        "of": len(rules.STARS),
        "quarter": str(own["quarter"].max()),
        "list": told,
        "url": f"/ratings/{code}",
    }


def standing_header() -> list[str]:
    """Return the titles of the standings' columns."""
    return [_("社区编码"), _("社区"), *(star["label"] for star in stars()), _("星数")]


def standing_lines(table: pd.DataFrame) -> list[tuple]:
    """Return the standings as lines of a sheet."""
    return [
        (row["code"], row["name"], *(cell["label"] for cell in row["cells"]), row["stars"])
        for row in standing_rows(table, None)
    ]


def verdict_header() -> list[str]:
    """Return the titles of the verdicts' columns."""
    return [
        _("社区编码"),
        _("社区"),
        _("星"),
        _("季度"),
        _("版本"),
        _("评定"),
        _("理由"),
        _("录入人"),
        _("时间"),
    ]


def verdict_lines(frame: pd.DataFrame) -> list[tuple]:
    """Return every version of every verdict as lines of a sheet."""
    names, lang = community_names(), language()
    return [
        (
            one.community_code,
            names.get(one.community_code, ""),
            rules.STARS.get(one.star, {}).get(lang, one.star),
            one.quarter,
            one.version,
            rules.VERDICTS.get(one.verdict, {}).get(lang, one.verdict),
            one.reasons,
            one.by,
            one.at,
        )
        for one in frame.itertuples(index=False)
    ]


def score_header() -> list[str]:
    """Return the titles of the scores' columns."""
    return [
        _("社区编码"),
        _("社区"),
        _("星"),
        _("月份"),
        _("版本"),
        _("分数"),
        _("备注"),
        _("录入人"),
        _("时间"),
    ]


def score_lines(frame: pd.DataFrame) -> list[tuple]:
    """Return every version of every score as lines of a sheet."""
    names, lang = community_names(), language()
    return [
        (
            one.community_code,
            names.get(one.community_code, ""),
            rules.STARS.get(one.star, {}).get(lang, one.star),
            one.month,
            one.version,
            one.score,
            one.note,
            one.by,
            one.at,
        )
        for one in frame.itertuples(index=False)
    ]
