"""Which stars a community holds at the end of a quarter, and what its scores were: frames in, frames out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gis_app.programme.stars import AWARDED, STARS, months_of

COLUMNS = ["community_code", *STARS, "stars", "judged"]


def quarters(verdicts: pd.DataFrame) -> list[str]:
    """Return the quarters with any verdict, the newest first."""
    return sorted(verdicts["quarter"].unique(), reverse=True)


def latest(verdicts: pd.DataFrame, quarter: str = "") -> pd.DataFrame:
    """Return the verdict in force on each star of each community, as of `quarter` where one is given.

    `verdicts` has star, community_code, quarter, version, verdict; a star keeps its last verdict until the
    next one.
    """
    rows = verdicts[verdicts["quarter"] <= quarter] if quarter else verdicts
    ordered = rows.sort_values(["quarter", "version"], kind="stable")
    return ordered.drop_duplicates(["community_code", "star"], keep="last")


def standings(verdicts: pd.DataFrame, communities: Sequence[str], quarter: str = "") -> pd.DataFrame:
    """Return a row for each community: the verdict on each star ("" for none), `stars` held and `judged`."""
    known = latest(verdicts, quarter)
    known = known[known["star"].isin(STARS) & known["community_code"].isin(communities)]
    table = known.pivot(index="community_code", columns="star", values="verdict")
    table = table.reindex(index=pd.Index(communities, name="community_code"), columns=list(STARS))
    table = table.astype("object").where(table.notna(), "")
    table["stars"] = (table[list(STARS)] == AWARDED).sum(axis=1).astype("int64")
    table["judged"] = (table[list(STARS)] != "").sum(axis=1).astype("int64")
    return table.reset_index()[COLUMNS]


def means(ratings: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return the mean score of a quarter by community and star, with the number of its months entered."""
    rows = ratings[ratings["month"].isin(months_of(quarter))]
    grouped = rows.groupby(["community_code", "star"])["score"]
    return grouped.agg(mean="mean", months="count").reset_index()
