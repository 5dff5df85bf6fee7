"""Territory by who answers for it: one row for each area of a role, coloured so that neighbours differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_app.assignments.holders import COLUMNS, TERM, current_holders, is_vacant
from gis_app.assignments.tables import ORGANISATION_HELD, ROLES, AssignmentTables
from gis_app.errors import BadInput
from gis_app.layers.atlas import CODE_OF_LEVEL, Atlas

COLOURS = 8


def territories(atlas: Atlas, tables: AssignmentTables, role: str) -> pd.DataFrame:
    """Return every area of the role's level with its holder.

    Columns: code, level, name, holder_name, holder_phone, organisation_code, organisation_name, zone_code,
    zone_name, vacant, holder (what makes two areas one territory, "" if vacant), colour (0 to 7; neighbours
    with different holders differ where eight colours suffice). Raises BadInput for an unknown role.
    """
    if role not in ROLES:
        raise BadInput("bad_role", "不支持该责任角色", {"role": " ".join(ROLES)})
    level = ROLES[role]["level"]
    layer = atlas.level(level)
    areas = pd.DataFrame({"code": layer[CODE_OF_LEVEL[level]], "level": level, "name": layer["name"]})
    posts = current_holders(tables)
    found = areas.merge(posts[posts["role"] == role].drop(columns=["role", *TERM]), on="code", how="left")
    texts = [column for column in COLUMNS if column not in ("code", "role")]
    found[texts] = found[texts].fillna("")
    found["vacant"] = is_vacant(found.assign(role=role))
    found["holder"] = _holder(found, role).where(~found["vacant"], "")
    found["colour"] = _colour(layer.geometry.values, found["holder"])
    return found


def _holder(found: pd.DataFrame, role: str) -> pd.Series:
    if role == "zone":
        return found["zone_code"]
    if role in ORGANISATION_HELD:
        return found["organisation_code"]
    return found["holder_name"].str.cat(found["holder_phone"], sep="\t").str.strip()


def _colour(geometries: np.ndarray, holder: pd.Series) -> np.ndarray:
    """Return a colour for each area: one for each holder, the holders with most neighbours choosing first."""
    number, _ = pd.factorize(holder, sort=True)
    if len(number) == 0:
        return np.empty(0, dtype=int)
    one, other = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    pairs = np.unique(np.column_stack([number[one], number[other]]), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    neighbours: dict[int, list[int]] = {}
    for a, b in pairs.tolist():
        neighbours.setdefault(a, []).append(b)
    colour = np.full(number.max() + 1, -1)
    used = np.zeros(COLOURS, dtype=int)
    for a in sorted(range(len(colour)), key=lambda key: (-len(neighbours.get(key, [])), key)):
        taken = {colour[b] for b in neighbours.get(a, [])}
        free = [c for c in range(COLOURS) if c not in taken] or list(range(COLOURS))
        colour[a] = min(free, key=lambda c: (used[c], c))
        used[colour[a]] += 1
    return colour[number]
