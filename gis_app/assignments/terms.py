"""Every post with its term: who holds it until when, which are vacant, and who stands in meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from gis_app import clock
from gis_app.assignments.holders import current_holders, substitutes_now
from gis_app.assignments.tables import ORGANISATION_HELD, ROLES, AssignmentTables
from gis_app.assignments.territories import territories
from gis_app.errors import BadInput
from gis_app.layers import codes
from gis_app.layers.atlas import Atlas

SOON = timedelta(days=60)
# how a post stands -> words; the first that holds counts
STATES: dict[str, dict[str, str]] = {
    "vacant": {"zh": "空缺", "en": "Vacant"},
    "substituted": {"zh": "空缺，有人代理", "en": "Vacant, with a substitute"},
    "ending": {"zh": "60 天内届满", "en": "Term ends within 60 days"},
    "open_ended": {"zh": "未定届满日", "en": "No end of term set"},
    "held": {"zh": "在任", "en": "Held"},
}
COLUMNS = (
    "role", "level", "code", "name", "holder_name", "organisation_code", "organisation_name", "term_from",
    "term_to", "ended_on", "state", "by_role", "by_area_code", "by_organisation_code", "by_until",
)  # fmt: skip


def posts(atlas: Atlas, tables: AssignmentTables) -> pd.DataFrame:
    """Return every post of the roles the county uses, with the columns of `COLUMNS`, by role, then code.

    `term_from` and `term_to` are those of whoever holds it today ("" where not set), `ended_on` the day on
    which the last term of a vacant post ended; `by_…` say who stands in today, and until when.
    """
    used = used_roles(atlas, tables)
    parts = [territories(atlas, tables, role).assign(role=role) for role in used]
    if not parts:
        return pd.DataFrame({column: pd.Series([], dtype="str") for column in COLUMNS})
    found = pd.concat(parts, ignore_index=True)
    today = clock.now().date()
    found = found.merge(_terms(tables, today), on=["role", "code"], how="left")
    found = found.merge(_acting(tables), on=["role", "code"], how="left")
    texts = [column for column in COLUMNS if column not in ("state", "level")]
    found[texts] = found[texts].fillna("").astype("str")
    found.loc[~found["vacant"].astype(bool), "ended_on"] = ""
    found["state"] = [
        _state(*row, today)
        for row in zip(
            found["vacant"], found["by_role"] + found["by_organisation_code"], found["term_to"], strict=True
        )
    ]
    return found[list(COLUMNS)]


def used_roles(atlas: Atlas, tables: AssignmentTables) -> list[str]:
    """Return the roles of which the county has any post, even one whose term is over."""
    named = set(current_holders(tables)["role"]) | set(tables.assignments["role"])
    return [role for role in ROLES if role in named]


def check_term(form, required: bool = True) -> tuple[str, str]:
    """Return (term_from, term_to) of a form; raises BadInput naming the field."""
    days = {}
    for name in ("term_from", "term_to"):
        text = (form.get(name) or "").strip()
        days[name] = check_day(name, text) if text else ""
    if required and not days["term_to"]:
        raise BadInput("bad_term", "请填写届满日", {"term_to": "YYYY-MM-DD"})
    if days["term_from"] and days["term_to"] and days["term_to"] < days["term_from"]:
        raise BadInput("bad_term", "届满日不能早于到任日", {"term_to": f"≥ {days['term_from']}"})
    return days["term_from"], days["term_to"]


def check_day(name: str, text: str) -> str:
    """Return the day as YYYY-MM-DD; raises BadInput naming the field."""
    try:
        if len(text) != 10 or not 1900 <= date.fromisoformat(text).year <= 2200:
            raise ValueError(text)
    except ValueError:
        message = "日期应为 YYYY-MM-DD 格式，例如 2023-06-30"
        raise BadInput("bad_day", message, {name: "YYYY-MM-DD"}) from None
    return text


def check_substitute(atlas: Atlas, tables: AssignmentTables, form) -> dict[str, str]:
    """Return the values of a substitute; raises BadInput for a post or a substitute that is not there.

    Whoever stands in is another post that somebody holds, or an organisation where organisations answer.
    """
    role, code = form.get("role", ""), form.get("area_code", "")
    known = posts(atlas, tables)
    found = known[(known["role"] == role) & (known["code"] == code)]
    if not len(found):
        raise BadInput("bad_post", "没有这个岗位", {"area_code": code[:40]})
    if found["state"].iloc[0] not in ("vacant", "substituted"):
        raise BadInput("post_is_held", "该岗位有人在任，不需要代理", {"area_code": code})
    begins, ends = check_term(form)
    values = {"role": role, "area_code": code, "term_from": begins, "term_to": ends}
    values |= {"by_role": "", "by_area_code": "", "organisation_code": ""}
    if not begins:
        raise BadInput("bad_term", "请填写代理开始日", {"term_from": "YYYY-MM-DD"})
    if role in ORGANISATION_HELD:
        by = form.get("organisation_code", "")
        if by not in set(tables.organisations["organisation_code"]):
            raise BadInput("bad_substitute", "请选择代理单位", {"organisation_code": by[:40]})
        return values | {"organisation_code": by}
    by_role, _, by_code = form.get("by", "").partition(":")
    held = known[~known["state"].isin(("vacant", "substituted"))]
    if not ((held["role"] == by_role) & (held["code"] == by_code)).any():
        raise BadInput("bad_substitute", "请选择有人在任的岗位代理", {"by": form.get("by", "")[:60]})
    return values | {"by_role": by_role, "by_area_code": by_code}


def stand_ins(known: pd.DataFrame, role: str, code: str) -> pd.DataFrame:
    """Return the held posts that may stand in for one: of the same community, or of the posts above it."""
    community = code[: codes.LENGTHS["community"]]
    near = known["code"].str.startswith(community) & ~known["role"].isin(ORGANISATION_HELD)
    held = ~known["state"].isin(("vacant", "substituted"))
    return known[near & held & (known["role"] != "zone")]


def _state(vacant: bool, acting: str, ends: str, today: date) -> str:
    if vacant:
        return "substituted" if acting else "vacant"
    if not ends:
        return "open_ended"
    return "ending" if ends <= (today + SOON).isoformat() else "held"


def _terms(tables: AssignmentTables, today: date) -> pd.DataFrame:
    """Return role, code, term_from and term_to of the term in force, else the day the last one ended."""
    rows = tables.assignments[["role", "area_code", "term_from", "term_to"]].fillna("").astype("str")
    rows = rows.rename(columns={"area_code": "code"}).sort_values("term_from", kind="stable")
    day = today.isoformat()
    over = (rows["term_to"] != "") & (rows["term_to"] < day)
    present = rows[~over & (rows["term_from"] <= day)].drop_duplicates(["role", "code"], keep="last")
    past = rows[over].groupby(["role", "code"])["term_to"].max().rename("ended_on").reset_index()
    return present.merge(past, on=["role", "code"], how="outer")


def _acting(tables: AssignmentTables) -> pd.DataFrame:
    rows = substitutes_now(tables)
    return pd.DataFrame(
        {
            "role": rows["role"],
            "code": rows["area_code"],
            "by_role": rows["by_role"],
            "by_area_code": rows["by_area_code"],
            "by_organisation_code": rows["organisation_code"],
            "by_until": rows["term_to"],
        }
    )
