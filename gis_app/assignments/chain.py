"""Everybody who answers for one place, from the county leader down to the grid worker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gis_app.assignments.holders import current_holders, is_vacant, substitutes_now
from gis_app.assignments.tables import ROLES, AssignmentTables
from gis_app.errors import NotFound
from gis_app.layers import codes
from gis_app.layers.atlas import Atlas

ORDER = (
    "county_leader",
    "zone",
    "paired_organisation",
    "community_secretary",
    "judge",
    "police_officer",
    "procurator",
    "civility_instructor",
    "grid_leader",
    "grid_worker",
)


@dataclass(frozen=True, slots=True)
class Link:
    """One post in the chain; texts are "" where nothing is known."""

    role: str
    level: str
    area_code: str
    area_name: str
    holder_name: str
    phone: str
    organisation_code: str
    organisation_name: str
    zone_code: str
    zone_name: str
    vacant: bool
    term_from: str = ""
    term_to: str = ""
    substitute: str = ""
    substitute_role: str = ""
    substitute_area_code: str = ""


def chain(atlas: Atlas, tables: AssignmentTables, area_code: str) -> list[Link]:
    """Return the chain of responsibility of an area, with every role from `ORDER` that the county uses.

    A role that is used elsewhere but has nobody here is told as vacant. Raises NotFound for an unknown area.
    """
    if atlas.area(area_code) is None:
        raise NotFound("unknown_area", "没有该区域", {"code": area_code})
    posts = current_holders(tables)
    posts = posts.assign(vacant=is_vacant(posts))
    used = set(posts["role"])
    line = codes.parse(area_code)
    wanted = [role for role in ORDER if role in used and ROLES[role]["level"] in line]
    here = posts[posts["code"].isin(line.values())].set_index(["role", "code"]).to_dict("index")
    acting = substitutes_now(tables).set_index(["role", "area_code"]).to_dict("index")
    links = [_link(atlas, role, line[ROLES[role]["level"]], here) for role in wanted]
    return [_with_substitute(link, acting.get((link.role, link.area_code)), atlas, tables) for link in links]


def _link(atlas: Atlas, role: str, code: str, here: dict) -> Link:
    post = here.get((role, code), {})
    return Link(
        role=role,
        level=ROLES[role]["level"],
        area_code=code,
        area_name=atlas.name_of(code),
        holder_name=post.get("holder_name", ""),
        phone=post.get("holder_phone", ""),
        organisation_code=post.get("organisation_code", ""),
        organisation_name=post.get("organisation_name", ""),
        zone_code=post.get("zone_code", ""),
        zone_name=post.get("zone_name", ""),
        vacant=bool(post.get("vacant", True)),
        term_from=post.get("term_from", ""),
        term_to=post.get("term_to", ""),
    )


def _with_substitute(link: Link, acting: dict | None, atlas: Atlas, tables: AssignmentTables) -> Link:
    """Return the link with who stands in while the post is vacant: a post's area, or an organisation."""
    if acting is None or not link.vacant:
        return link
    organisation, by = acting["organisation_code"], acting["by_area_code"]
    known = tables.organisations
    names = known.loc[known["organisation_code"] == organisation, "name"]
    name = atlas.name_of(by) if by else (names.iloc[0] if len(names) else organisation)
    return replace(
        link, substitute=name, substitute_role=acting["by_role"], substitute_area_code=by or organisation
    )
