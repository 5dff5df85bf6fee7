"""Everybody who answers for one place, from the county leader down to the grid worker."""

from __future__ import annotations

from dataclasses import dataclass

from gis_app.assignments.holders import current_holders, is_vacant
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
    return [_link(atlas, role, line[ROLES[role]["level"]], here) for role in wanted]


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
    )
