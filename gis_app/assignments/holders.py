"""Who holds which post today: assignments and zones in one shape, one row for each area and role."""

from __future__ import annotations

import pandas as pd

from gis_app import clock
from gis_app.assignments.tables import ORGANISATION_HELD, AssignmentTables

COLUMNS = (
    "code",
    "role",
    "holder_name",
    "holder_phone",
    "organisation_code",
    "organisation_name",
    "zone_code",
    "zone_name",
)
TERM = ("term_from", "term_to")


def current_holders(tables: AssignmentTables) -> pd.DataFrame:
    """Return one row for each post (area and role) in force today, with the columns of `COLUMNS` and `TERM`.

    Texts are "" where nothing is known. Zones appear as the role "zone" of their communities. Where two
    rows name one post, the one whose term began last counts.
    """
    posts = pd.concat([_in_force(tables.assignments), _zone_posts(tables)], ignore_index=True)
    posts = posts.reindex(columns=[*COLUMNS, *TERM]).astype("str").fillna("")
    names = _lookup(tables.organisations, "organisation_code", "name")
    posts["organisation_name"] = posts["organisation_code"].map(names).astype("str").fillna("")
    posts = posts.sort_values("term_from", kind="stable").drop_duplicates(["code", "role"], keep="last")
    return posts[[*COLUMNS, *TERM]].sort_values(["code", "role"], ignore_index=True)


def is_vacant(posts: pd.DataFrame) -> pd.Series:
    """Return for each row whether nobody holds the post: no person, or no organisation where one should."""
    held_by_organisation = posts["role"].isin(ORGANISATION_HELD)
    holder = posts["holder_name"].where(~held_by_organisation, posts["organisation_code"])
    return holder.fillna("").str.strip() == ""


def substitutes_now(tables: AssignmentTables) -> pd.DataFrame:
    """Return who stands in for which post today, one row for each post, the one that began last."""
    rows = tables.substitutes[_valid(tables.substitutes)].sort_values("term_from", kind="stable")
    return rows.drop_duplicates(["role", "area_code"], keep="last").reset_index(drop=True)


def _valid(terms: pd.DataFrame) -> pd.Series:
    """Return for each row whether today lies in its term, first and last day included."""
    today = clock.now().date().isoformat()
    begins, ends = (terms[column].fillna("").astype("str") for column in ("term_from", "term_to"))
    return ((begins == "") | (begins <= today)) & ((ends == "") | (ends >= today))


def _in_force(assignments: pd.DataFrame) -> pd.DataFrame:
    found = assignments[_valid(assignments)].rename(columns={"area_code": "code"})
    only_a_term = (found["role"] == "zone") & (found["holder_name"].fillna("") == "")
    return found[~only_a_term]  # who holds a zone is told by the zones


def _zone_posts(tables: AssignmentTables) -> pd.DataFrame:
    posts = tables.zone_communities.merge(tables.zones, on="zone_code", how="left")
    posts = posts.rename(
        columns={
            "community_code": "code",
            "commissioner_post": "holder_name",
            "commissioner_phone": "holder_phone",
            "name": "zone_name",
        }
    )
    return posts.assign(role="zone", organisation_code="", term_from="")


def _lookup(frame: pd.DataFrame, key: str, value: str) -> pd.Series:
    return frame.drop_duplicates(key).set_index(key)[value]
