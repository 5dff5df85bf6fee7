"""Every edit and every publish in any order: one plan in force at any moment, and nothing lost between plans.

The edits are those of `tests/unit/plans/machine.py`; here what they come to is published, for today or a
later day, taken back before its day, and superseded, in a store with incidents, posts, members and accounts.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from gis_app import clock
from gis_app.storage import plan_drafts as rows
from gis_app.storage.assignments import read_table, replace_table
from gis_app.storage.engine import open_store
from gis_app.storage.incidents import replace_incidents
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.storage.migrations import migrate
from gis_app.storage.people import insert_account, read_accounts
from gis_app.storage.plan_hand_over import pending_incidents
from gis_app.storage.plan_layers import read_grids
from gis_app.storage.plan_layers import read_table as read_plan_table
from gis_app.storage.plan_rows import read_lineage
from gis_app.studio import drafts, past, publish, states
from tests import factory
from tests.storage import plan_county, samples
from tests.unit.plans.machine import PlanMachine
from tests.unit.plans.samples import patchwork

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
# What a random edit breaks now and then does not keep a plan from being published here.
RULES = {name: {"hard": False} for name in ("contiguous", "no_exclave", "one_community")}
MEMBERS = 10


class PublishingMachine(PlanMachine):
    """A county in a store: plans follow each other, and the draft departs from the last of them."""

    @initialize(seed=st.integers(0, 5))
    def begin(self, seed: int):
        """Start with a plan in force, at noon."""
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "gis.sqlite3"
        shutil.copyfile(template(seed), path)
        self.store = open_store(f"sqlite:///{path}")
        self.now = NOON
        self.before = clock.use(lambda: self.now)
        self.kept: dict[int, tuple] = {}
        self.depart()
        self.area = float(self.base.canvas.area_m2.sum())
        self.ground = shapely.coverage_union_all(self.base.canvas.shapes)

    def depart(self) -> None:
        """Let the next draft begin at the last plan."""
        with self.store.read() as conn:
            self.last = past.plans.last_plan(conn)
            self.base = states.base(self.store, conn, self.last).state
        self.path, self.undone, self.seen = [], [], None

    @precondition(lambda self: self.path)
    @rule(days=st.integers(0, 3))
    def publish(self, days: int):
        """Publish the draft as of a day."""
        draft_id = self.drawn()
        version = drafts.find_draft(self.store, draft_id, "planner").version
        before = self.base.table()
        try:
            version = publish.submit(self.store, draft_id, version, "planner")
        except publish.Conflict as refused:
            assert refused.code == "nothing_changed"
            assert before.equals(self.state.table()) and self.state.names == self.base.names
            return
        version = publish.approve(self.store, draft_id, version, "leader")
        base = past.find_plan(self.store, self.last)
        self.now += timedelta(seconds=1)
        first = base.effective_from + timedelta(days=1) if base.state == "scheduled" else self.now
        day = (first + timedelta(days=days)).date().isoformat()
        state = self.state
        done = publish.publish(self.store, draft_id, version, day, "leader")
        self.depart()
        assert self.last == done.plan_id
        assert self.base.table().to_dict() == state.table().map(done.codes).to_dict()
        assert shapely.equals_exact(state.canvas.shapes, self.base.canvas.shapes, 1e-6).all()
        self.store_holds()

    def drawn(self) -> int:
        """Keep the operations of the path as a draft, as one edit after the other would have."""
        draft_id = drafts.open_draft(self.store, "草案", "planner", rules=RULES)
        with self.store.write() as conn:
            head = None
            for operation, _ in self.path:
                head = rows.insert_operation(
                    conn, draft_id, head, self.last, operation, "planner", clock.now()
                )
            values = {"head_operation_id": head}
            rows.change_draft(conn, draft_id, 1, "edit", values, "planner", clock.now(), head)
            number = states.base(self.store, conn, self.last).number
        states.remember(self.store, number, head, self.state)
        return draft_id

    @rule(hours=st.integers(1, 80))
    def pass_time(self, hours: int):
        """Let time pass until somebody looks."""
        self.now += timedelta(hours=hours)
        if publish.activate_due(self.store):
            with self.store.read() as conn:
                base = states.base(self.store, conn, self.last).state
            assert base.table().equals(self.base.table())
            self.store_holds()

    @rule()
    def withdraw(self):
        """Take the last plan back where its day has not come."""
        plan = past.find_plan(self.store, self.last)
        version = drafts.find_draft(self.store, plan.draft_id, "planner").version if plan.draft_id else 1
        if plan.state == "scheduled":
            publish.withdraw(self.store, plan.draft_id, version, "leader")
            self.depart()
            self.store_holds()

    def store_holds(self) -> None:
        """Check what must hold in the store."""
        plans = [row for row in past.read_plans(self.store) if row.state != "withdrawn"]
        (in_force,) = (row.plan_id for row in plans if row.state == "published")
        self.one_after_the_other(plans, in_force)
        self.nothing_published_changed(plans)
        self.lineage_is_closed(plans)
        self.whole_county(in_force)

    def one_after_the_other(self, plans, in_force: int) -> None:
        """Check that at any moment exactly one plan is in force."""
        line = plans[::-1]
        assert [row.base_plan_id for row in line] == [None, *(row.plan_id for row in line[:-1])]
        assert line[0].effective_from is None
        for row, following in pairwise(line):
            end = following.effective_from if following.state != "scheduled" else None
            assert row.effective_to == end and row.plan_id < following.plan_id
            assert row.effective_from is None or row.effective_from < following.effective_from
            just_before = following.effective_from - timedelta(microseconds=1)
            assert past.plan_in_force(self.store, just_before) == row.plan_id
            assert past.plan_in_force(self.store, following.effective_from) == following.plan_id
        assert past.plan_in_force(self.store) == in_force

    def nothing_published_changed(self, plans) -> None:
        """Check that a published plan is what it was when it was published."""
        with self.store.read() as conn:
            for row in plans:
                if row.state == "scheduled":
                    continue
                grids = read_grids(conn, row.plan_id)
                found = (
                    tuple(grids["grid_code"]),
                    tuple(grids["name"]),
                    tuple(shapely.to_wkb(grids.geometry.values)),
                )
                found += (tuple(read_plan_table(conn, row.plan_id).items()),)
                assert self.kept.setdefault(row.plan_id, found) == found

    def lineage_is_closed(self, plans) -> None:
        """Check that every grid comes from and goes to somewhere, and that no code is given twice."""
        given: set[str] = set()
        with self.store.read() as conn:
            for row in plans[::-1]:
                codes = set(read_grids(conn, row.plan_id)["grid_code"])
                if row.base_plan_id is not None:
                    steps = read_lineage(conn, row.plan_id)
                    former = set(read_grids(conn, row.base_plan_id)["grid_code"])
                    assert set(steps["from_grid"]) - {""} == former and set(steps["to_grid"]) - {""} == codes
                    assert not (codes - former) & given
                given |= codes

    def whole_county(self, in_force: int) -> None:
        """Check blocks, grids and what hangs on them under the plan in force."""
        with self.store.read() as conn:
            blocks, grids = read_layer(conn, "blocks"), read_layer(conn, "grids")
            members = read_table(conn, "members")
            posts = read_table(conn, "assignments")
            pending = pending_incidents(conn)
            scopes = {row.scope_code for row in read_accounts(conn)} - {""}
        codes = set(grids["grid_code"])
        assert blocks["grid_code"].notna().all() and set(blocks["grid_code"]) == codes
        assert blocks["households"].sum() == self.base.canvas.households.sum()
        for frame in (blocks, grids):
            shapes = frame.to_crs(self.base.canvas.crs).geometry.values
            assert shapely.coverage_is_valid(shapes, gap_width=1.0)
            ground = shapely.union_all(shapes)
            assert shapely.symmetric_difference(ground, self.ground).area < 1.0
        assert members["members"].sum() == 4 * MEMBERS and set(members["grid_code"]) <= codes
        assert set(posts.loc[posts["term_to"] == "", "area_code"]) == codes
        assert set(pending["grid_code"]) <= codes and scopes <= codes

    def teardown(self):
        """Check the last draft too, and let go of the store."""
        if hasattr(self, "store"):
            try:
                super().teardown()
                self.store_holds()
            finally:
                clock.use(self.before)
                self.store.dispose()
                self.folder.cleanup()


@cache
def template(seed: int) -> Path:
    """Return a store with a patchwork county, with incidents, posts, members and accounts in it."""
    path = Path(tempfile.mkdtemp(prefix="gis-machine-")) / "gis.sqlite3"
    url = f"sqlite:///{path}"
    migrate(url)
    store = open_store(url)
    with clock.frozen(NOON - timedelta(days=30)):
        fill(store, seed)
    store.dispose()
    return path


def fill(store, seed: int) -> None:
    """Put a patchwork county into an empty store."""
    state = patchwork(seed)
    canvas = state.canvas
    shapes, homes = lonlat(canvas.shapes), lonlat(canvas.homes.shapes)
    table = state.table()
    grids = {key: shapely.coverage_union_all(shapes[(table == key).to_numpy()]) for key in state.keys}
    count = len(canvas)
    layers = {
        "grids": samples.layer(
            "grids", list(grids.values()), grid_code=list(grids), name=list(grids),
            community_code=[key[:12] for key in grids],
        ),
        "blocks": samples.layer(
            "blocks", shapes, block_code=canvas.block_codes.tolist(), name=[""] * count,
            community_code=state.community_of_blocks().tolist(), grid_code=table.tolist(),
            households=canvas.households.tolist(), land_use=["residential"] * count,
        ),
        "buildings": samples.layer(
            "buildings", homes, building_code=[f"T{n}" for n in range(len(homes))],
            block_code=canvas.block_codes[canvas.homes.block].tolist(),
            households=canvas.homes.households.tolist(), floors=[1] * len(homes),
        ),
    }  # fmt: skip
    posts = [(f"w{key}", key, "grid_worker", key[-3:], "", "", "", "") for key in state.keys]
    names = ["assignment_code", "area_code", "role", "holder_name", "holder_phone", "organisation_code"]
    members = {"organisation_code": ["O1"] * 4, "grid_code": list(state.keys), "members": [MEMBERS] * 4}
    with store.write() as conn:
        for name, frame in layers.items():
            replace_layer(conn, name, frame)
        replace_table(conn, "assignments", pd.DataFrame(posts, columns=[*names, "term_from", "term_to"]))
        replace_table(conn, "members", pd.DataFrame(members))
        replace_incidents(conn, incidents(shapes, table.tolist()))
        insert_account(conn, plan_county.account("planner", "planner", ""))
        insert_account(conn, plan_county.account("worker", "grid_worker", state.keys[0]))


def incidents(shapes: np.ndarray, grids: list[str]) -> pd.DataFrame:
    """Return an open incident in every block, every third without a place."""
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    frame = samples.incidents(len(shapes)).assign(grid_code=grids)
    known = np.arange(len(shapes)) % 3 > 0
    return frame.assign(lon=np.where(known, points[:, 0], np.nan), lat=np.where(known, points[:, 1], np.nan))


def lonlat(shapes: np.ndarray) -> np.ndarray:
    """Return shapes in metres as shapes in degrees."""
    return np.asarray(gpd.GeoSeries(shapes, crs=factory.METRIC).to_crs(4490).values)


TestEveryEditAndPublish = PublishingMachine.TestCase
TestEveryEditAndPublish.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
