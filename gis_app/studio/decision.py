"""Everything a decision on a draft is taken on, read once: what the decision paper is made from.

Nothing is worked out here that a screen of the studio does not show as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from gis_app.assignments.holders import current_holders, is_vacant
from gis_app.assignments.tables import ROLES, AssignmentTables
from gis_app.errors import Conflict
from gis_app.layers.atlas import Atlas
from gis_app.plans.compare import Comparison, compare
from gis_app.plans.figures import Extras
from gis_app.plans.rules import PlanFault, Rule, check
from gis_app.plans.state import State
from gis_app.storage.assignments import read_tables
from gis_app.storage.engine import Connection, Store
from gis_app.storage.people import read_accounts
from gis_app.studio import drafts, editing, past, states
from gis_app.studio.draft_rules import merged
from gis_app.studio.effects import Effects, effects
from gis_app.studio.impact import Impact, impact_of, workers_now
from gis_app.studio.model import Draft, Remark
from gis_app.studio.past import PlanRow
from gis_app.studio.remarks import read_remarks
from gis_app.studio.rights import EVERYBODY

TOO_LATE = ("published", "withdrawn")


@dataclass(frozen=True, eq=False)
class Decision:
    """A draft at one version with what it changes, as of a day; `role` is its owner's, "" where unknown.

    `before` and `after` are the states of its base and of its head; `posts` (code, role) are those of grids
    that somebody holds today. Grids after it are told by the codes they would be published under.
    """

    draft: Draft
    role: str
    plan: PlanRow
    day: date
    atlas: Atlas
    before: State
    after: State
    comparison: Comparison
    effects: Effects
    impact: Impact
    posts: pd.DataFrame
    rules: tuple[Rule, ...]
    faults: tuple[PlanFault, ...]
    remarks: tuple[Remark, ...]


def require_undecided(draft: Draft) -> None:
    """Raise Conflict("draft_is_over") for a draft about which nothing is left to decide."""
    if draft.state in TOO_LATE:
        message = "方案已经生效或已撤回，没有要决策的内容；请看方案页，或下载以前生成的决策书"
        raise Conflict("draft_is_over", message, {"state": draft.state})


def decision(store: Store, draft_id: int, version: int, day: date) -> Decision:
    """Return what a decision on the draft that is still at `version` is taken on.

    Raises NotFound, Conflict("draft_is_over"), Conflict("draft_changed") where it has moved on.
    """
    draft = drafts.find_draft(store, draft_id, EVERYBODY)
    if draft.version != version:
        raise Conflict("draft_changed", "提交后草案又有改动，请重新生成", {"version": str(draft.version)})
    require_undecided(draft)
    _version, after, before = editing.head_state(store, draft_id)
    told = effects(store, draft_id)
    with store.read() as conn:
        base = states.base(store, conn, draft.base_plan_id)
        holders, posts = workers_now(conn), _held_posts(conn)
        roles = {one.username: str(one.role) for one in read_accounts(conn)}
    extras, rules = Extras.of(base.canvas, base.atlas), merged(draft.rules)
    return Decision(
        draft=draft,
        role=roles.get(draft.owner, ""),
        plan=past.find_plan(store, draft.base_plan_id),
        day=day,
        atlas=base.atlas,
        before=before,
        after=after,
        comparison=compare(before, after, extras, told.codes),
        effects=told,
        impact=impact_of(before, after, extras, holders, told),
        posts=posts,
        rules=rules,
        faults=tuple(check(after, before, rules)),
        remarks=tuple(read_remarks(store, draft_id)),
    )


def _held_posts(conn: Connection) -> pd.DataFrame:
    posts = current_holders(AssignmentTables(**read_tables(conn)))
    of_grids = posts["role"].map(lambda role: ROLES.get(role, {}).get("level")) == "grid"
    return posts.loc[of_grids & ~is_vacant(posts), ["code", "role"]].reset_index(drop=True)
