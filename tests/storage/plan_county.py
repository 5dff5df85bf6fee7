"""A county small enough to reckon by hand: two communities of twelve square blocks, two grids in each.

Blocks are "B<row><column>", rows from the south, with sixty households each. Community 001 has columns 0 to
2, community 002 columns 3 to 5; the first grid of each has rows 0 and 1, the second rows 2 and 3.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_app import clock
from gis_app.storage import assignments
from gis_app.storage.incidents import replace_incidents
from gis_app.storage.layers import replace_layer
from gis_app.storage.people import insert_account
from tests.storage import samples

WEST, EAST = "410222001001", "410222001002"
SIZE, X0, Y0 = 0.001, 114.4, 34.4
HOUSEHOLDS = 60
COLUMNS, ROWS = 6, 4
A1, A2, B1, B2 = f"{WEST}001", f"{WEST}002", f"{EAST}001", f"{EAST}002"


def block(row: int, column: int) -> str:
    """Return the code of a block."""
    return f"B{row}{column}"


def middle(row: int, column: int) -> tuple[float, float]:
    """Return the middle of a block in degrees."""
    return X0 + (column + 0.5) * SIZE, Y0 + (row + 0.5) * SIZE


def layers() -> dict:
    """Return the layers of the county."""
    row, column = (part.ravel() for part in np.mgrid[0:ROWS, 0:COLUMNS])
    west, south = X0 + column * SIZE, Y0 + row * SIZE
    shapes = shapely.box(west, south, X0 + (column + 1) * SIZE, Y0 + (row + 1) * SIZE)
    community = np.where(column < 3, WEST, EAST)
    grid = np.char.add(community, np.where(row < 2, "001", "002"))
    count = len(shapes)
    codes = sorted(set(grid.tolist()))
    areas = {code: shapely.union_all(shapes[grid == code]) for code in codes}
    wholes = {code: shapely.union_all(shapes[community == code]) for code in (WEST, EAST)}
    blocks = [block(int(r), int(c)) for r, c in zip(row, column, strict=True)]
    homes = shapely.box(west + 0.0003, south + 0.0003, west + 0.0005, south + 0.0005)
    return {
        "county": samples.layer(
            "county", [shapely.union_all(shapes)], county_code=["410222"], name=["通许县"]
        ),
        "subdistricts": samples.layer(
            "subdistricts", [shapely.union_all(shapes)], subdistrict_code=["410222001"], name=["咸平街道"],
            county_code=["410222"],
        ),
        "communities": samples.layer(
            "communities", list(wholes.values()), community_code=list(wholes), name=["西社区", "东社区"],
            subdistrict_code=["410222001"] * 2,
        ),
        "grids": samples.layer(
            "grids", list(areas.values()), grid_code=codes, name=[f"网格{code[-3:]}" for code in codes],
            community_code=[code[:12] for code in codes],
        ),
        "blocks": samples.layer(
            "blocks", shapes, block_code=blocks, name=[""] * count, community_code=community.tolist(),
            grid_code=grid.tolist(), households=[HOUSEHOLDS] * count, land_use=["residential"] * count,
        ),
        "buildings": samples.layer(
            "buildings", homes, building_code=[f"T{code[1:]}" for code in blocks], block_code=blocks,
            households=[HOUSEHOLDS] * count, floors=[6] * count,
        ),
        "stations": samples.layer(
            "stations", shapely.points([middle(0, 0), middle(3, 5)]), station_code=["S1", "S2"],
            name=["西站", "东站"], kind=["warm_station"] * 2, grid_code=[A1, B2], address=["", ""],
            hours=["", ""], amenities=["", ""], capacity=[0, 0], status=["open"] * 2,
        ),
    }  # fmt: skip


def fill(store) -> None:
    """Put the county, its posts, members, incidents and accounts into an empty store."""
    with store.write() as conn:
        for name, frame in layers().items():
            replace_layer(conn, name, frame)
        for name, frame in (("assignments", posts()), ("members", members())):
            assignments.replace_table(conn, name, frame)
        replace_incidents(conn, incidents())
        for username, role, scope in (("planner", "planner", ""), ("worker", "grid_worker", A1)):
            insert_account(conn, account(username, role, scope))


def posts() -> pd.DataFrame:
    """Return a grid worker and a grid leader for every grid, but no leader for the second one in the east."""
    rows = []
    for code in (A1, A2, B1, B2):
        for role in ("grid_worker", "grid_leader"):
            name = "" if (code, role) == (B2, "grid_leader") else f"{role[5]}{code[-6:]}"
            rows.append((f"{role[5]}{code[-6:]}", code, role, name, "138", "", "2023-01-01", ""))
    names = (
        "assignment_code", "area_code", "role", "holder_name", "holder_phone", "organisation_code",
        "term_from", "term_to",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=list(names))


def members() -> pd.DataFrame:
    """Return ten members of one organisation in every grid."""
    codes = [A1, A2, B1, B2]
    return pd.DataFrame({"organisation_code": ["O1"] * 4, "grid_code": codes, "members": [10] * 4})


def incidents() -> pd.DataFrame:
    """Return one incident in the middle of every block, open in even columns, and one without a place."""
    frame = samples.incidents(ROWS * COLUMNS + 1)
    for number in range(ROWS * COLUMNS):
        row, column = divmod(number, COLUMNS)
        frame.loc[number, ["lon", "lat"]] = middle(row, column)
        frame.loc[number, "grid_code"] = (WEST if column < 3 else EAST) + ("001" if row < 2 else "002")
        frame.loc[number, "state"] = "closed" if column % 2 else "dispatched"
    frame.loc[ROWS * COLUMNS, ["lon", "lat"]] = np.nan
    frame.loc[ROWS * COLUMNS, "grid_code"] = A2
    frame.loc[ROWS * COLUMNS, "state"] = "accepted"
    return frame


def account(username: str, role: str, scope_code: str) -> dict:
    """Return the row of an account."""
    return {
        "username": username, "role": role, "scope_code": scope_code, "password_hash": "x", "disabled": False,
        "demonstration": False, "created_at": clock.now(),
    }  # fmt: skip
