"""How long a county of 100,000 blocks and 5,000 grids takes to edit in the store, and to publish.

The county is made up: 250 communities of twenty grids, each of twenty square blocks with a building. Run it
by  python -m tests.benchmarks publishing.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis_app import clock
from gis_app.storage.assignments import replace_table
from gis_app.storage.engine import Store, open_store
from gis_app.storage.incidents import replace_incidents
from gis_app.storage.layers import replace_layer
from gis_app.storage.migrations import migrate
from gis_app.studio import drafts, editing, past, publish
from gis_app.web.current import Snapshots
from tests.storage import samples

COMMUNITIES, GRIDS, BLOCKS = 250, 20, 20  # of the county, of each community, of each grid
SIZE = 0.0005
EDIT_S, PUBLISH_S = 0.1, 30.0


def county() -> dict:
    """Return the layers: communities in rows of 25, each 20 blocks wide and 20 high, a grid for each row."""
    number = np.arange(COMMUNITIES * GRIDS * BLOCKS)
    community, rest = np.divmod(number, GRIDS * BLOCKS)
    row, column = np.divmod(rest, BLOCKS)
    across, up = community % 25 * BLOCKS + column, community // 25 * GRIDS + row
    x, y = 114.0 + across * SIZE, 34.0 + up * SIZE
    shapes = shapely.box(x, y, 114.0 + (across + 1) * SIZE, 34.0 + (up + 1) * SIZE)
    homes = shapely.box(x + 0.0001, y + 0.0001, x + 0.0003, y + 0.0003)
    names = np.array([f"410222{1 + n // 99:03d}{1 + n % 99:03d}" for n in range(COMMUNITIES)])
    owner = names[community]
    grid = np.char.add(owner, np.char.zfill((row + 1).astype(str), 3))
    codes = [f"B{n:06d}" for n in number]
    first = np.flatnonzero(column == 0)
    wide = shapely.coverage_union_all(shapes.reshape(-1, BLOCKS), axis=1)
    count = len(number)
    return {
        "grids": samples.layer(
            "grids", wide, grid_code=grid[first].tolist(),
            name=grid[first].tolist(), community_code=owner[first].tolist(),
        ),
        "blocks": samples.layer(
            "blocks", shapes, block_code=codes, name=[""] * count, community_code=owner.tolist(),
            grid_code=grid.tolist(), households=[20] * count, land_use=["residential"] * count,
        ),
        "buildings": samples.layer(
            "buildings", homes, building_code=[f"T{n:06d}" for n in number], block_code=codes,
            households=[20] * count, floors=[6] * count,
        ),
    }  # fmt: skip


def fill(store: Store, layers: dict) -> None:
    """Put the county into an empty store, with two posts for each grid and 10,000 incidents."""
    grids = layers["grids"]["grid_code"].tolist()
    posts = [
        (f"{role[5]}{code}", code, role, "某人") for code in grids for role in ("grid_worker", "grid_leader")
    ]
    frame = pd.DataFrame(posts, columns=["assignment_code", "area_code", "role", "holder_name"])
    rest = dict.fromkeys(("holder_phone", "organisation_code", "term_from", "term_to"), "")
    reported = samples.incidents(10_000)
    places = shapely.get_coordinates(shapely.centroid(layers["blocks"].geometry.values[::10]))
    reported = reported.assign(
        lon=places[:, 0], lat=places[:, 1], grid_code=layers["blocks"]["grid_code"][::10].tolist()
    )
    with store.write() as conn:
        for name, layer in layers.items():
            replace_layer(conn, name, layer)
        replace_table(conn, "assignments", frame.assign(**rest))
        replace_incidents(conn, reported)


class Clockwork:
    """Notes how long each thing took: what, seconds, and the seconds to reach (None for none)."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float | None]] = []

    def __call__(self, what: str, most: float | None, act, *given):
        began = time.perf_counter()
        result = act(*given)
        self.rows.append((what, time.perf_counter() - began, most))
        return result


def figures() -> list[tuple[str, float, float | None]]:
    """Return every figure: what was done, the seconds it took, and the seconds to reach."""
    timed, layers = Clockwork(), county()
    grids = layers["grids"]["grid_code"].tolist()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gis.sqlite3'}"
        migrate(url)
        store = open_store(url)
        timed("fill the store", None, fill, store, layers)
        draft_id = drafts.open_draft(store, "大", "planner")
        timed("first state, the canvas made", None, editing.draft_state, store, draft_id)
        version = 1
        for what, told in operations(grids):
            version = timed(what, EDIT_S, editing.edit, store, draft_id, version, told, "planner").version
        version = timed(
            "submit, all rules checked", None, publish.submit, store, draft_id, version, "planner"
        )
        version = publish.approve(store, draft_id, version, "leader")
        today = clock.now().date().isoformat()
        timed("publish", PUBLISH_S, publish.publish, store, draft_id, version, today, "leader")
        timed("first reader after it", None, Snapshots(store).newest)
        timed("10,000 incidents under the plan before", None, past.incidents_under, store, 1)
        store.dispose()
    return timed.rows


def operations(grids: list[str]) -> list[tuple[str, dict]]:
    """Return edits in several communities: block to another grid, split, merge."""
    moves = [
        ("transfer", {"verb": "transfer", "blocks": [f"B{20 + 400 * n:06d}"], "to": grids[20 * n]})
        for n in range(5)
    ]
    split = {"verb": "split_parts", "grid": grids[200], "parts": 2}
    return [*moves, ("split in two", split), ("merge", {"verb": "merge", "grids": grids[300:302]})]
