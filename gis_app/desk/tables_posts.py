"""What a row of posts must keep: the right kind of area, a holder of the right kind, a term that can be.

Who holds an office is told; nothing else about a person is taken.
"""

from __future__ import annotations

import hashlib
import re

import pandas as pd

from gis_app.assignments.tables import ORGANISATION_HELD, ROLES
from gis_app.desk.tables_known import Known
from gis_app.desk.tables_messages import fault
from gis_app.errors import Fault
from gis_app.incidents.personal import personal_fault
from gis_app.layers import codes

PHONE = re.compile(r"[0-9*+() -]*")
ZONE = "zone"
POST = ["role", "area_code", "term_from"]
ENDLESS = "9999-12-31"


def recognise(frame: pd.DataFrame, known: Known) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the posts, those without a code with that of the same post and day where there is one."""
    blank = frame["assignment_code"] == ""
    there = known.posts.drop_duplicates(POST).set_index(POST)["assignment_code"]
    found = pd.Series(_looked_up(there, frame), frame.index, dtype=object)
    found = found.where(blank & ~found.isin(set(frame["assignment_code"])), "")
    codes = frame["assignment_code"].where(found == "", found)
    faults = [
        fault("post_recognised", "assignment_code", row=row, value=code)
        for row, code in found[found != ""].items()
    ]
    return frame.assign(assignment_code=codes), faults


def complete(frame: pd.DataFrame, _known: Known) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the posts with a code each, the same for the same post and day."""
    blank = frame["assignment_code"] == ""
    if not blank.any():
        return frame, []
    frame = frame.copy()
    made = [code_of(*post) for post in frame.loc[blank, POST].itertuples(index=False, name=None)]
    frame.loc[blank, "assignment_code"] = made
    return frame, [fault("codes_given", "assignment_code", value=int(blank.sum()))]


def _looked_up(there: pd.Series, frame: pd.DataFrame) -> list[str]:
    posts = frame[POST].itertuples(index=False, name=None)
    known = there.to_dict()
    return [known.get(post, "") for post in posts]


def code_of(role: str, area_code: str, begins: str) -> str:
    """Return the code of a post's term, the same for the same post and day."""
    return "A" + hashlib.sha256("|".join((role, area_code, begins)).encode()).hexdigest()[:24]


def check(frame: pd.DataFrame, known: Known, mode: str) -> list[Fault]:
    """Return the faults of posts, rows named by the frame's index."""
    faults = []
    named = frame["role"] != ""
    placed = frame[named & (frame["area_code"] != "")]
    wanted = placed["role"].map({role: words["level"] for role, words in ROLES.items()})
    found = placed["area_code"].str.len().map(codes.LEVEL_OF_LENGTH)
    for row, role, code in _rows(placed[wanted != found], "role", "area_code"):
        faults.append(fault("wrong_level", "area_code", row=row, value=code, detail=ROLES[role]["zh"]))
    faults += _holders(frame[named]) + _personal(frame) + _terms(frame)
    return faults + _same_posts(frame) + _overlaps(frame, known, mode)


def _holders(frame: pd.DataFrame) -> list[Fault]:
    faults = []
    zone, organisation = frame["role"] == ZONE, frame["role"].isin(ORGANISATION_HELD)
    named, told = frame["holder_name"] != "", frame["organisation_code"] != ""
    for (row,) in _rows(frame[zone & (named | told | (frame["holder_phone"] != ""))]):
        faults.append(fault("zone_holder", "holder_name", row=row))
    for row, role in _rows(frame[organisation & named & ~told], "role"):
        detail = ROLES[role]["zh"]
        faults.append(fault("wanted_organisation", "organisation_code", row=row, detail=detail))
    vacant = ~zone & ~named & ~told
    for row, role in _rows(frame[vacant], "role"):
        field = "organisation_code" if role in ORGANISATION_HELD else "holder_name"
        faults.append(fault("holder_blank", field, row=row))
    return faults


def _personal(frame: pd.DataFrame) -> list[Fault]:
    """Refuse numbers of identity cards, and contacts in place of a name; the office's telephone may stand."""
    faults = []
    for row, name, phone in _rows(frame, "holder_name", "holder_phone"):
        found = personal_fault(name) if name else ""
        if found and found != "personal_name":
            faults.append(fault(found, "holder_name", row=row, title="姓名"))
        if phone and personal_fault(phone) == "personal_id":
            faults.append(fault("personal_id", "holder_phone", row=row, title="工作电话"))
        elif not PHONE.fullmatch(phone):
            faults.append(fault("bad_phone", "holder_phone", row=row, value=phone))
    return faults


def _terms(frame: pd.DataFrame) -> list[Fault]:
    both = (frame["term_from"] != "") & (frame["term_to"] != "")
    wrong = frame[both & (frame["term_to"] < frame["term_from"])]
    return [
        fault("bad_term", "term_to", row=row, value=f"{ends} < {begins}")
        for row, begins, ends in _rows(wrong, "term_from", "term_to")
    ]


def _same_posts(frame: pd.DataFrame) -> list[Fault]:
    known = frame[(frame["role"] != "") & (frame["area_code"] != "")]
    first = pd.Series(known.index, index=known.index).groupby([known[name] for name in POST]).transform("min")
    again = first[first.to_numpy() != known.index.to_numpy()]
    return [fault("same_post", "term_from", row=row, detail=other) for row, other in again.items()]


def _overlaps(frame: pd.DataFrame, known: Known, mode: str) -> list[Fault]:
    """Warn of terms of one post that run at the same time, in the file and beside what stays."""
    columns = ["role", "area_code", "term_from", "term_to"]
    new = frame[columns].assign(row=frame.index, label=[f"第 {row} 行" for row in frame.index])
    parts = [new]
    if mode != "replace":
        stays = known.posts[~known.posts["assignment_code"].isin(frame["assignment_code"])]
        parts.append(stays[columns].assign(row=-1, label=stays["assignment_code"]))
    terms = pd.concat(parts, ignore_index=True)
    terms = terms[(terms["role"] != "") & (terms["area_code"] != "")]
    terms = terms.sort_values(columns[:3], kind="stable")
    before = terms.groupby(columns[:2])[["term_from", "term_to", "row", "label"]].shift(1)
    ends = before["term_to"].replace("", ENDLESS)
    same_day = before["term_from"] == terms["term_from"]
    clash = before["label"].notna() & (ends >= terms["term_from"]) & ~same_day
    faults = []
    for row, other_row, label, other in zip(
        terms["row"][clash], before["row"][clash], terms["label"][clash], before["label"][clash], strict=True
    ):
        at, beside = (row, other) if row >= 0 else (int(other_row), label)
        if at >= 0:
            faults.append(fault("term_overlaps", "term_from", row=int(at), value=beside))
    return faults


def _rows(frame: pd.DataFrame, *columns: str):
    """Yield (row, values…) of these columns."""
    return zip(frame.index, *(frame[name] for name in columns), strict=True)
