"""What hangs on grids when one plan follows another: who gets which post, which members, incidents, accounts.

Pure: frames in, frames out. A grid that keeps its code keeps what it has. A grid that is new takes from the
one that most of its households come from; what hung on a grid that is no more goes to where most of its
households went. `lineage` has from_grid, to_grid, kind, households, share_from and share_to, "" for none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.assignments.tables import ORGANISATION_HELD, ROLES

GRID_ROLES = tuple(role for role, about in ROLES.items() if about["level"] == "grid")
POSTS = ("grid_code", "role", "from_grid", "holder_name", "rule", "to_confirm", "assignment_code")
MEMBERS = ("organisation_code", "from_grid", "to_grid", "members")


@dataclass(frozen=True, eq=False)
class Succession:
    """Which grids are no more, which are new, and the order in which each inherits.

    `heirs` maps a grid that is no more to where most of its households went; `sources` a grid that is new, or
    took one up, to those its households come from, the largest first.
    """

    lineage: pd.DataFrame
    retired: frozenset[str]
    fresh: frozenset[str]
    heirs: dict[str, str]
    sources: dict[str, list[str]]

    @classmethod
    def of(cls, lineage: pd.DataFrame) -> Succession:
        """Return the succession that a lineage tells."""
        order = ["households", "share_from", "share_to", "to_grid", "from_grid"]
        ranked = lineage.sort_values(order, ascending=[False, False, False, True, True], kind="stable")
        both = ranked[(ranked["from_grid"] != "") & (ranked["to_grid"] != "")]
        old, new = set(ranked["from_grid"]) - {""}, set(ranked["to_grid"]) - {""}
        retired, fresh = frozenset(old - new), frozenset(new - old)
        lost = both[both["from_grid"].isin(retired)].drop_duplicates("from_grid")
        heirs = dict(zip(lost["from_grid"], lost["to_grid"], strict=True))
        taken = both[both["to_grid"].isin(fresh) | both["from_grid"].isin(retired)]
        sources = {grid: part.tolist() for grid, part in taken.groupby("to_grid", sort=True)["from_grid"]}
        return cls(lineage, retired, fresh, heirs, sources)

    def heir(self, codes: pd.Series) -> pd.Series:
        """Return each code, or the heir of one that is no more ("" where it has none)."""
        return codes.map(lambda code: self.heirs.get(code, "") if code in self.retired else code)


@dataclass(frozen=True, eq=False)
class Posts:
    """What becomes of posts.

    `carried` (columns POSTS) has one row for each post that gets a holder ("continues", to confirm) and each
    holder whose post is no more ("ends"); `ended` the codes of the assignments that end, `added` the new ones
    with the columns of assignments, `gaps` (grid_code, role) the posts of changed grids that nobody holds.
    """

    carried: pd.DataFrame
    ended: list[str]
    added: pd.DataFrame
    gaps: pd.DataFrame


def posts(assignments: pd.DataFrame, succession: Succession, day: str) -> Posts:
    """Return what becomes of the posts of grids on the day (YYYY-MM-DD) a plan takes effect."""
    rows = assignments.fillna("").astype("str")
    grid_rows = rows[rows["role"].isin(GRID_ROLES)]
    running = (grid_rows["term_to"] == "") | (grid_rows["term_to"] >= day)
    ended = grid_rows[grid_rows["area_code"].isin(succession.retired) & running]
    holding = grid_rows[running & ((grid_rows["term_from"] == "") | (grid_rows["term_from"] <= day))]
    holding = holding[_held(holding)].sort_values("term_from", kind="stable")
    holders = holding.drop_duplicates(["area_code", "role"], keep="last").set_index(["area_code", "role"])
    used = [role for role in GRID_ROLES if role in set(grid_rows["role"])]
    added, carried = [], []
    for grid, froms in succession.sources.items():
        for role in used:
            source = next((one for one in froms if (one, role) in holders.index), None)
            if source is None or (grid, role) in holders.index:
                continue
            before = holders.loc[(source, role)]
            carried.append((grid, role, source, before["holder_name"], "continues", True, ""))
            added.append(_continued(before, grid, role, day, set(rows["assignment_code"])))
    taken = {(grid, role) for grid, role, *_ in carried}
    for row in ended[_held(ended)].itertuples():
        carried.append(
            (row.area_code, row.role, row.area_code, row.holder_name, "ends", False, row.assignment_code)
        )
    wanted = [(grid, role) for grid in sorted({*succession.fresh, *succession.sources}) for role in used]
    gaps = [one for one in wanted if one not in taken and one not in holders.index]
    return Posts(
        _named(carried, POSTS),
        ended["assignment_code"].tolist(),
        pd.DataFrame(added, columns=assignments.columns),
        _named(gaps, ("grid_code", "role")),
    )


def members(table: pd.DataFrame, succession: Succession) -> pd.DataFrame:
    """Return how many members of which organisation move from which grid to which, columns MEMBERS.

    Members go with the households to grids that are new, and all go from a grid that is no more; what a grid
    gives to one that was there before moves nobody. Sums are kept.
    """
    flows = succession.lineage
    moving = flows["to_grid"].isin(succession.fresh) | flows["from_grid"].isin(succession.retired)
    flows = flows[moving & (flows["from_grid"] != "") & (flows["to_grid"] != "")]
    flows = flows[flows["from_grid"] != flows["to_grid"]]
    parts = dict(iter(flows.groupby("from_grid")))
    found = []
    for row in table[table["grid_code"].isin(parts)].itertuples():
        part = parts[row.grid_code]
        stays = 0.0 if row.grid_code in succession.retired else max(0.0, 1 - part["share_from"].sum())
        shares = _whole(row.members, np.append(part["share_from"].to_numpy(float), stays))
        for to_grid, count in zip(part["to_grid"], shares[:-1], strict=True):
            if count:
                found.append((row.organisation_code, row.grid_code, to_grid, int(count)))
    return _named(found, MEMBERS)


def incidents(
    table: pd.DataFrame, before: np.ndarray, after: np.ndarray, succession: Succession
) -> pd.DataFrame:
    """Return incident_code, from_grid and to_grid of the incidents that another grid answers for.

    `before` and `after` (n,) are the grids that each place lies in under the two plans, None for none. An
    incident follows its place; where that is unknown, or was not what decided, the heir of its grid.
    """
    own = table["grid_code"].fillna("").astype("str")
    old, new = (pd.Series(one, index=table.index, dtype=object).fillna("") for one in (before, after))
    by_place = (old != new) & (new != "") & ((old == own) | own.isin(succession.retired))
    to = new.where(by_place, succession.heir(own))
    moved = (own != "") & (to != own) & (to != "")
    found = {"incident_code": table["incident_code"], "from_grid": own, "to_grid": to}
    return pd.DataFrame(found)[moved].astype("str").reset_index(drop=True)


def codes_moved(codes: pd.Series, succession: Succession) -> dict[str, str]:
    """Return the codes among these that are no more, each with its heir."""
    gone = sorted(set(codes[codes.isin(succession.retired)]))
    return {code: succession.heirs[code] for code in gone if code in succession.heirs}


def _held(rows: pd.DataFrame) -> pd.Series:
    by_organisation = rows["role"].isin(ORGANISATION_HELD)
    return rows["holder_name"].where(~by_organisation, rows["organisation_code"]).str.strip() != ""


def _continued(before: pd.Series, grid: str, role: str, day: str, taken: set[str]) -> dict[str, str]:
    kept = {name: before[name] for name in ("holder_name", "holder_phone", "organisation_code", "term_to")}
    code = f"{role}-{grid}"[:28]
    if code in taken:  # the post is older than the plan, and was vacant
        code = next(f"{code}-{n}" for n in range(2, 1000) if f"{code}-{n}" not in taken)
    return {"assignment_code": code, "area_code": grid, "role": role, "term_from": day, **kept}


def _whole(count: int, shares: np.ndarray) -> np.ndarray:
    """Return `count` in whole parts by shares, largest remainders first; equal parts without shares."""
    total = shares.sum()
    exact = count * (
        shares / total if total > 0 else np.append(np.ones(len(shares) - 1), 0) / (len(shares) - 1)
    )
    parts = np.floor(exact + 1e-9).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: int(count) - parts.sum()]] += 1
    return parts


def _named(rows: list, columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))
