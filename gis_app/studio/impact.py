"""What a draft means for those who do the work, for reach, and for last year's incidents.

Grids are told by the codes they would be published under. Who holds a post is only a means of adding up: what
comes out names the areas of a post, never its holder.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gis_app.assignments.holders import current_holders
from gis_app.assignments.load import Balance, balance
from gis_app.assignments.tables import AssignmentTables
from gis_app.plans.figures import Extras, figures
from gis_app.plans.impact import WORK, reach, shared_out, work_of
from gis_app.plans.state import State
from gis_app.storage.assignments import read_tables
from gis_app.storage.engine import Connection, Store
from gis_app.storage.plan_drafts import find_draft
from gis_app.studio import states
from gis_app.studio.effects import Effects

GRID_WORKER = "grid_worker"
SIDES = ("before", "after")


@dataclass(frozen=True, eq=False)
class Impact:
    """The impact of a draft; every frame tells `_before` and `_after`, NaN where a grid is on one side only.

    `workers`: one row for each grid worker whose grids or work change: grids (tuples of codes), households,
    incidents. `spread`: how each kind of WORK is spread over workers, (before, after). `unheld`: grids
    without a worker, (before, after). `reach`: by grid code, households, within (those near a station),
    share and stations. `county_reach`: share of all households (before, after). `incidents`: by grid code,
    last year's incidents counted under either plan, and per 1,000 households.
    """

    workers: pd.DataFrame
    spread: dict[str, tuple[Balance, Balance]]
    unheld: tuple[int, int]
    reach: pd.DataFrame
    county_reach: tuple[float, float]
    incidents: pd.DataFrame


def impact(store: Store, draft_id: int, effects: Effects) -> Impact:
    """Return the impact of a draft as it stands, as of now; `effects` are those of the same draft."""
    with store.read() as conn:
        row = find_draft(conn, draft_id)
        base = states.base(store, conn, row.base_plan_id)
        state = states.state_at(store, conn, row, row.head_operation_id)
        holders = workers_now(conn)
    return impact_of(base.state, state, Extras.of(base.canvas, base.atlas), holders, effects)


def impact_of(base: State, state: State, extras: Extras, holders: dict[str, str], effects: Effects) -> Impact:
    """Return the impact of a state on a base; `holders` maps grid codes to who works there today."""
    codes = effects.codes
    after_work = work_of(state).rename(index=codes)
    works = (work_of(base), after_work)
    shares = [
        shared_out(work, who) for work, who in zip(works, (holders, heirs(holders, effects)), strict=True)
    ]
    reached = [_reach(base, extras, base), _reach(state, extras, base).rename(index=codes)]
    return Impact(
        workers=_changed(_beside(*shares)),
        spread={name: tuple(balance(one[name]) for one in shares) for name in WORK},
        unheld=tuple(
            int(len(work) - one["grids"].map(len).sum()) for work, one in zip(works, shares, strict=True)
        ),
        reach=_beside(*reached),
        county_reach=tuple(_share(one) for one in reached),
        incidents=_beside(*(_rate(work) for work in works)),
    )


def heirs(holders: dict[str, str], effects: Effects) -> dict[str, str]:
    """Return who would work in each grid of the draft, by code: who does today, else who is carried over."""
    posts = effects.posts
    carried = posts[(posts["role"] == GRID_WORKER) & (posts["rule"] == "continues")]
    taken = {row.grid_code: holders.get(row.from_grid, "") for row in carried.itertuples()}
    return taken | {code: who for code, who in holders.items() if code in set(effects.codes.values())}


def workers_now(conn: Connection) -> dict[str, str]:
    """Return the grid worker of each grid that has one, name and number, by grid code."""
    posts = current_holders(AssignmentTables(**read_tables(conn)))
    posts = posts[(posts["role"] == GRID_WORKER) & (posts["holder_name"].str.strip() != "")]
    return dict(zip(posts["code"], posts["holder_name"] + "\t" + posts["holder_phone"], strict=True))


def _reach(state: State, extras: Extras, base: State) -> pd.DataFrame:
    return reach(state, extras).assign(stations=figures(state, base, extras)["stations"])


def _share(found: pd.DataFrame) -> float:
    total = int(found["households"].sum())
    return float(found["within"].sum() / total) if total else float("nan")


def _rate(work: pd.DataFrame) -> pd.DataFrame:
    homes = work["households"].where(work["households"] > 0)
    return work[["incidents"]].assign(rate=work["incidents"] / homes * 1000)


def _beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    return before.add_suffix("_before").join(after.add_suffix("_after"), how="outer").sort_index()


def _changed(workers: pd.DataFrame) -> pd.DataFrame:
    """Return the workers whose grids or work differ, in the order of their first grid."""
    for side in SIDES:
        grids = workers[f"grids_{side}"]
        workers[f"grids_{side}"] = [one if isinstance(one, tuple) else () for one in grids]
        for name in WORK:
            workers[f"{name}_{side}"] = workers[f"{name}_{side}"].fillna(0).astype(int)
    same = pd.Series(True, index=workers.index)
    for name in (*WORK, "grids"):
        same &= workers[f"{name}_before"] == workers[f"{name}_after"]
    order = (workers["grids_before"] + workers["grids_after"]).map(min)
    return workers[~same].iloc[order[~same].argsort(kind="stable")].reset_index(drop=True)
