"""Make the organisations, the seven zones, the posts of every area, and the counts of members reported in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gis_app.reference_county.names import Names

MEMBERS_TOTAL = 2_046
IN_ZONES, ZONES, LEADERS = 73, 7, 6
VACANT_WORKERS, VACANT_LEADERS = 6, 2
TERM = ("2023-01-01", "")


@dataclass(frozen=True)
class People:
    """Where invented holders of posts come from."""

    names: Names
    rng: np.random.Generator

    def draw(self, count: int) -> tuple[list[str], list[str]]:
        """Return names and masked telephones."""
        return self.names.people(count, self.rng)


def read_organisations(path: Path) -> pd.DataFrame:
    """Return the organisations of a list (name, kind) with their codes: organisation_code, name, kind."""
    frame = pd.read_csv(path, dtype=str)
    frame.insert(0, "organisation_code", [f"ORG{i:03d}" for i in range(1, len(frame) + 1)])
    return frame


def zone_of_communities(xy: np.ndarray) -> np.ndarray:
    """Return the zone number of each community: seven groups of neighbours, read from west to east."""
    centres = xy[np.argsort(xy[:, 0], kind="stable")][np.linspace(0, len(xy) - 1, ZONES).round().astype(int)]
    for _ in range(40):
        label = np.hypot(xy[:, None, 0] - centres[:, 0], xy[:, None, 1] - centres[:, 1]).argmin(axis=1)
        centres = np.array(
            [xy[label == z].mean(axis=0) if (label == z).any() else centres[z] for z in range(ZONES)]
        )
    order = centres[:, 0].argsort(kind="stable").argsort(kind="stable")
    return order[label]


def leaders(xy: np.ndarray) -> np.ndarray:
    """Return the county leader's number of each community: four neighbours each."""
    columns = np.argsort(xy[:, 0], kind="stable").reshape(3, -1)
    order = np.concatenate([column[np.argsort(xy[column, 1], kind="stable")] for column in columns])
    label = np.empty(len(xy), dtype=int)
    label[order] = np.arange(len(xy)) // (len(xy) // LEADERS)
    return label


def _zone_names(communities: pd.DataFrame, xy: np.ndarray, zone: np.ndarray) -> list[str]:
    """Return zone names after the community nearest to the middle of each zone."""
    names = []
    for number in range(ZONES):
        own = np.flatnonzero(zone == number)
        nearest = own[np.hypot(*(xy[own] - xy[own].mean(axis=0)).T).argmin()]
        names.append(communities.name.iloc[nearest].removesuffix("社区") + "片区")
    return names


def zone_tables(
    orgs: pd.DataFrame, communities: pd.DataFrame, xy: np.ndarray, zone: np.ndarray, people: People
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return organisations with zone_code (73 of 104), zones, and zone_communities."""
    rng = people.rng
    codes = [f"Z{z + 1}" for z in range(ZONES)]
    zone_code = np.full(len(orgs), "", dtype=object)
    chosen = rng.permutation(len(orgs))[:IN_ZONES]
    zone_code[chosen] = [codes[i % ZONES] for i in range(IN_ZONES)]
    orgs = orgs.assign(zone_code=zone_code)
    holders, phones = people.draw(ZONES)
    assisting = [";".join(orgs.organisation_code[orgs.zone_code == code].iloc[[0, 1]]) for code in codes]
    zones = pd.DataFrame(
        {
            "zone_code": codes,
            "name": _zone_names(communities, xy, zone),
            "commissioner_post": holders,
            "commissioner_phone": phones,
            "assisting_organisation_codes": assisting,
        }
    )
    membership = pd.DataFrame(
        {"zone_code": np.array(codes)[zone], "community_code": communities.community_code}
    )
    return orgs, zones, membership.sort_values(["zone_code", "community_code"]).reset_index(drop=True)


def pair_communities(orgs: pd.DataFrame, membership: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return for each organisation the community it is paired with, in its own zone where it has one."""
    in_zone = membership.groupby("zone_code").community_code.apply(list).to_dict()
    everywhere = sorted(membership.community_code)
    taken = dict.fromkeys(everywhere, 0)
    rows = []
    for code, zone in zip(orgs.organisation_code, orgs.zone_code, strict=True):
        pool = in_zone[zone] if zone else everywhere
        fewest = min(taken[c] for c in pool)
        community = str(rng.choice([c for c in pool if taken[c] == fewest]))
        taken[community] += 1
        rows.append((code, community))
    return pd.DataFrame(rows, columns=["organisation_code", "community_code"])


def member_counts(pairs: pd.DataFrame, grids: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the members reported in, per organisation and grid of its community; counts, never names."""
    joined = pairs.merge(grids[["grid_code", "community_code"]], on="community_code")
    joined = joined[rng.random(len(joined)) < 0.86].sort_values(["organisation_code", "grid_code"])
    weight = rng.gamma(2.2, 1.0, len(joined)) + 0.2
    share = weight / weight.sum() * (MEMBERS_TOTAL - len(joined))
    members = np.floor(share).astype(int) + 1
    members[np.argsort(-(share % 1), kind="stable")[: MEMBERS_TOTAL - members.sum()]] += 1
    return joined.assign(members=members)[["organisation_code", "grid_code", "members"]].reset_index(
        drop=True
    )


def assignments(
    communities: pd.DataFrame, grids: pd.DataFrame, pairs: pd.DataFrame, leader: np.ndarray, people: People
) -> pd.DataFrame:
    """Return every post of every area; `leader` is the county leader's number per community."""
    posts = _posts(communities, grids)
    names, phones = people.draw(len(posts) + LEADERS)
    posts["holder_name"], posts["holder_phone"] = names[LEADERS:], phones[LEADERS:]
    lead = (posts.role == "county_leader").to_numpy()
    posts.loc[lead, "holder_name"] = np.array(names)[leader]
    posts.loc[lead, "holder_phone"] = np.array(phones)[leader]
    first = pairs.groupby("community_code").organisation_code.first()
    paired = (posts.role == "paired_organisation").to_numpy()
    posts["organisation_code"] = np.where(paired, posts.area_code.map(first).fillna(""), "")
    for role, count in (("grid_worker", VACANT_WORKERS), ("grid_leader", VACANT_LEADERS)):
        rows = np.sort(people.rng.permutation(np.flatnonzero(posts.role == role))[:count])
        posts.loc[rows, ["holder_name", "holder_phone"]] = ""
    posts.insert(0, "assignment_code", [f"AS{i:04d}" for i in range(1, len(posts) + 1)])
    return posts.assign(term_from=TERM[0], term_to=TERM[1])[
        [
            "assignment_code",
            "area_code",
            "role",
            "holder_name",
            "holder_phone",
            "organisation_code",
            "term_from",
            "term_to",
        ]
    ]


def _posts(communities: pd.DataFrame, grids: pd.DataFrame) -> pd.DataFrame:
    of_community = [
        "county_leader",
        "community_secretary",
        "judge",
        "police_officer",
        "procurator",
        "civility_instructor",
        "paired_organisation",
    ]
    rows = [(code, role) for role in of_community for code in communities.community_code]
    rows += [(code, role) for role in ("grid_leader", "grid_worker") for code in grids.grid_code]
    return pd.DataFrame(rows, columns=["area_code", "role"])
