"""Every edit of a plan in any order, with undo and redo, on a patchwork county; what must hold after each.

A room that does more with plans (publishing them, for instance) adds its own steps to `PlanMachine`.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gis_app.errors import GisError
from gis_app.plans.figures import figures
from gis_app.plans.lineage import crosswalk_of, final_codes, lineage
from gis_app.plans.operations import apply
from gis_app.plans.state import State
from tests.unit.plans.samples import line_through, patchwork

ANGLE = st.floats(0, math.pi, allow_nan=False)
OFFSET = st.floats(-0.3, 0.3)
BEND = st.floats(-0.2, 0.2)
PICK = st.integers(0, 10_000)


class PlanMachine(RuleBasedStateMachine):
    """A draft: a tree of states with a head, as the studio keeps it."""

    @initialize(seed=st.integers(0, 5))
    def begin(self, seed: int):
        """Start a draft on one of a few counties."""
        self.base = patchwork(seed)
        self.area = float(self.base.canvas.area_m2.sum())
        self.ground = shapely.coverage_union_all(self.base.canvas.shapes)
        self.path: list[tuple[dict, State]] = []
        self.undone: list[tuple[dict, State]] = []
        self.seen: State | None = None

    @property
    def state(self) -> State:
        """Return the state at head."""
        return self.path[-1][1] if self.path else self.base

    def edit(self, **operation) -> None:
        """Try an edit; a refused one has a message, a remedy and a place, and leaves everything as it was."""
        before, grid = self.state, self.state.grid.copy()
        try:
            after = apply(before, operation)
        except GisError as error:
            assert error.message and all(error.fields.values()) and error.place is not None
            assert self.state is before and (before.grid == grid).all()
            return
        assert (before.grid == grid).all()
        self.path.append((operation, after))
        self.undone.clear()

    def some(self, pick: int, count: int = 1) -> list[str]:
        """Return codes of some blocks that are near each other."""
        canvas = self.state.canvas
        away = np.hypot(*(canvas.centroids - canvas.centroids[pick % len(canvas)]).T)
        return canvas.block_codes[np.argsort(away, kind="stable")[:count]].tolist()

    def key(self, pick: int) -> str:
        """Return the key of some grid."""
        return self.state.keys[pick % len(self.state.keys)]

    def beside(self, pick: int) -> tuple[str, str]:
        """Return two grids that share a border, where there are any."""
        grid = self.state.grid[self.state.canvas.pairs]
        found = np.unique(grid[(grid[:, 0] != grid[:, 1]) & (grid >= 0).all(axis=1)], axis=0)
        one, other = found[pick % len(found)] if len(found) else (0, 0)
        return self.state.keys[one], self.state.keys[other]

    def shape(self, *keys: str):
        """Return the area of grids."""
        numbers = [self.state.key_index[key] for key in keys]
        return shapely.coverage_union_all(self.state.canvas.shapes[np.isin(self.state.grid, numbers)])

    @rule(pick=PICK, to=PICK, count=st.integers(1, 6))
    def transfer(self, pick, to, count):
        """Paint blocks into a grid."""
        self.edit(verb="transfer", blocks=self.some(pick, count), to=self.key(to))

    @rule(pick=PICK, count=st.integers(1, 5))
    def leave_out_and_fill(self, pick, count):
        """Take blocks out of their grids, and give them back to neighbours."""
        before = len(self.path)
        self.edit(verb="transfer", blocks=self.some(pick, count), to=None)
        self.edit(verb="fill")
        if (self.state.grid < 0).any():
            del self.path[before:]

    @rule(pick=PICK, count=st.integers(1, 6))
    def new_grid(self, pick, count):
        """Make a grid of blocks."""
        self.edit(verb="new_grid", blocks=self.some(pick, count), name="新网格")

    @rule(pick=PICK, angle=ANGLE, offset=OFFSET, bend=BEND)
    def split_line(self, pick, angle, offset, bend):
        """Split a grid along a line."""
        key = self.key(pick)
        self.edit(
            verb="split_line", grid=key, line=line_through(self.state, self.shape(key), angle, offset, bend)
        )

    @rule(pick=PICK, parts=st.integers(2, 4))
    def split_parts(self, pick, parts):
        """Split a grid into parts."""
        self.edit(verb="split_parts", grid=self.key(pick), parts=parts)

    @rule(pick=PICK)
    def merge(self, pick):
        """Merge neighbours."""
        self.edit(verb="merge", grids=list(self.beside(pick)))

    @rule(pick=PICK, angle=ANGLE, offset=OFFSET, bend=BEND, cut=st.booleans())
    def move_border(self, pick, angle, offset, bend, cut):
        """Pull the border of two neighbours to a line through both."""
        one, other = self.beside(pick)
        line = line_through(self.state, self.shape(one, other), angle, offset, bend)
        self.edit(verb="move_border", grid=one, other=other, line=line, cut=cut)

    @precondition(lambda self: len(self.state.canvas) < 120)
    @rule(pick=PICK, angle=ANGLE, offset=OFFSET, bend=BEND)
    def cut_block(self, pick, angle, offset, bend):
        """Cut a block."""
        canvas = self.state.canvas
        block = pick % len(canvas)
        line = line_through(self.state, canvas.shapes[block], angle, offset, bend)
        self.edit(verb="cut_block", block=str(canvas.block_codes[block]), line=line)

    @rule(pick=PICK)
    def dissolve(self, pick):
        """Dissolve a grid."""
        self.edit(verb="dissolve", grid=self.key(pick))

    @rule(pick=PICK, count=st.integers(1, 3), to=st.integers(0, 1))
    def move_community(self, pick, count, to):
        """Move the border of a community."""
        self.edit(verb="move_community", blocks=self.some(pick, count), to=self.state.canvas.communities[to])

    @rule(pick=PICK, labels=st.integers(1, 3))
    def adopt(self, pick, labels):
        """Take over a proposal for one community."""
        community = self.state.canvas.communities[pick % 2]
        inside = self.state.community_of_blocks() == community
        codes = self.state.canvas.block_codes[inside].tolist()
        table = {code: f"提案{number % labels}" for number, code in enumerate(codes)}
        if table:
            self.edit(verb="adopt", table=table, communities=[community])

    @rule(pick=PICK, what=st.sampled_from(["grid", "block"]), on=st.booleans())
    def lock(self, pick, what, on):
        """Lock something or unlock it."""
        key = self.key(pick) if what == "grid" else self.some(pick)[0]
        self.edit(verb="lock" if on else "unlock", what=what, key=key)

    @rule(pick=PICK)
    def rename(self, pick):
        """Call a grid something else."""
        self.edit(verb="rename", grid=self.key(pick), name=f"第{pick}网格")

    @rule(steps=st.integers(1, 8))
    def undo(self, steps):
        """Go back some steps."""
        for _ in range(min(steps, len(self.path))):
            self.undone.append(self.path.pop())
        self.step_off()

    @rule(steps=st.integers(1, 8))
    def redo(self, steps):
        """Go forward again."""
        for _ in range(min(steps, len(self.undone))):
            self.path.append(self.undone.pop())
        self.step_off()

    def step_off(self) -> None:
        """Go back once more where the step is one between leaving blocks out and filling."""
        while (self.state.grid < 0).any():
            self.undone.append(self.path.pop())

    @invariant()
    def holds(self):
        """Check what must hold after every step."""
        if not hasattr(self, "base") or self.state is self.seen:
            return
        self.seen, state = self.state, self.state
        self.ground_is_kept(state)
        self.everybody_is_somewhere(state)

    def ground_is_kept(self, state: State) -> None:
        """Check that no gap, no overlap and no lost ground is to be found."""
        canvas = state.canvas
        if canvas.shapes is self.base.canvas.shapes:
            return
        assert shapely.coverage_is_valid(canvas.shapes)
        assert shapely.coverage_is_valid(canvas.shapes, gap_width=1.0)
        assert abs(canvas.area_m2.sum() - self.area) < 1.0
        assert shapely.is_valid(canvas.shapes).all()
        union = shapely.coverage_union_all(canvas.shapes)
        assert shapely.area(shapely.symmetric_difference(union, self.ground)) < 1.0

    def everybody_is_somewhere(self, state: State) -> None:
        """Check that every block is in one grid and that no household or incident is lost."""
        canvas = state.canvas
        assert ((state.grid >= 0) & (state.grid < len(state.keys))).all()
        assert len(set(state.keys)) == len(state.keys) == len(state.names) == len(state.communities)
        assert set(state.grid.tolist()) == set(range(len(state.keys)))
        assert (canvas.block_codes[1:] > canvas.block_codes[:-1]).all()
        assert canvas.households.sum() == self.base.canvas.households.sum()
        assert canvas.incidents.sum() == self.base.canvas.incidents.sum()
        assert state.households.sum() == figures(state, self.base)["households"].sum()

    def teardown(self):
        """Check that the same operations lead to the same plan, and that its lineage is closed both ways."""
        if not hasattr(self, "base"):
            return
        again = self.base
        for operation, _ in self.path:
            again = apply(again, operation)
        assert again.table().equals(self.state.table())
        assert shapely.equals_exact(again.canvas.shapes, self.state.canvas.shapes).all()
        steps = lineage(crosswalk_of(self.base, self.state))
        assert set(steps["from_grid"]) == set(self.base.keys) and set(steps["to_grid"]) == set(
            self.state.keys
        )
        codes = final_codes(self.state, self.base)
        fresh = {code for key, code in codes.items() if key != code}
        assert len(set(codes.values())) == len(codes) and not fresh & set(self.base.keys)
