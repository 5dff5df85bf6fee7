"""A proposal as moves that can be accepted one by one: an organisation's n members from one grid to another.

Whichever of them are accepted, an organisation never has more members than it has, nor fewer than none in a
grid; whether grids then have enough is told by `effect`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_app.assignments.needs import Rule, fitting_rule, grid_needs
from gis_app.assignments.propose import AIMS, KEEP, REACH_M, WORTH_M, Problem, Solution, propose
from gis_app.assignments.tables import AssignmentTables
from gis_app.assignments.travel import Ways, organisation_ways
from gis_app.errors import BadInput
from gis_app.layers.atlas import Atlas

COLUMNS = ("organisation_code", "from_grid", "to_grid", "members", "metres_before", "metres_after", "reason")
# why a move is proposed -> words
REASONS: dict[str, dict[str, str]] = {
    "fills": {"zh": "补足缺员", "en": "Fills a shortage"},
    "relieves": {"zh": "原网格超过上限", "en": "The grid had more than its limit"},
    "nearer": {"zh": "路程更近", "en": "A shorter way"},
    "makes_room": {"zh": "为补足缺员腾挪", "en": "Makes room so that a shortage can be filled"},
    "no_room": {"zh": "没有网格可去", "en": "No grid has room"},
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a proposal is asked for: the rule of need, how far at most, and what matters more."""

    rule: Rule
    reach_m: int = REACH_M
    aim: str = KEEP
    worth_m: int = WORTH_M


@dataclass(frozen=True, eq=False)
class Proposal:
    """Moves (columns of `COLUMNS`), the grids' needs before, and members by organisation and grid after."""

    moves: pd.DataFrame
    grids: pd.DataFrame
    members: pd.DataFrame
    solution: Solution


@dataclass(frozen=True, slots=True)
class Effect:
    """What accepting some moves comes to: members and grids short before and after, how many change.

    `worse` names the grids that would be shorter than now, `over` those that would exceed their limit.
    """

    missing_before: int
    missing_after: int
    short_before: int
    short_after: int
    changed: int
    worse: tuple[str, ...]
    over: tuple[str, ...]


LIMITS: dict[str, tuple[int, int]] = {
    "households_per_member": (1, 1000),
    "least": (0, 200),
    "most": (0, 1000),
    "reach_m": (100, 20_000),
    "worth_m": (0, 20_000),
}


def check_ask(form, atlas: Atlas, members: pd.DataFrame) -> Ask:
    """Return what a form asks for, what it leaves out as the county's own rule; raises BadInput."""
    own = fitting_rule(atlas, members)
    usual = {
        "households_per_member": own.households_per_member, "least": own.least, "most": own.most,
        "reach_m": REACH_M, "worth_m": WORTH_M,
    }  # fmt: skip
    found = {name: _whole(form, name, usual[name]) for name in LIMITS}
    rule = Rule(found["households_per_member"], found["least"], found["most"])
    if rule.most and rule.most < rule.least:
        raise BadInput("bad_rule", "每网格上限不能小于下限", {"most": f"0, ≥ {rule.least}"})
    aim = form.get("aim") or KEEP
    if aim not in AIMS:
        raise BadInput("bad_aim", "请选择方案目标", {"aim": " ".join(AIMS)})
    return Ask(rule, found["reach_m"], aim, found["worth_m"])


def make_proposal(
    atlas: Atlas, tables: AssignmentTables, ways: Ways, ask: Ask, area_code: str = ""
) -> Proposal:
    """Return the best moves of members among the grids of an area ("" the whole county)."""
    grids = grid_needs(atlas, tables.members, ask.rule)
    grids = grids[grids["code"].str.startswith(area_code)].reset_index(drop=True)
    known = set(tables.organisations["organisation_code"])
    rows = tables.members[tables.members["grid_code"].isin(grids["code"]) & (tables.members["members"] > 0)]
    rows = rows[rows["organisation_code"].isin(known)]
    today = rows.pivot_table(
        index="organisation_code", columns="grid_code", values="members", aggfunc="sum", fill_value=0
    ).reindex(columns=grids["code"], fill_value=0)
    metres = organisation_ways(tables, ways).reindex(index=today.index, columns=grids["code"])
    most = np.full(len(grids), ask.rule.most or -1, dtype=np.int64)
    problem = Problem(
        today.to_numpy(dtype=np.int64),
        metres.to_numpy(dtype=float),
        grids["need"].to_numpy(),
        np.full(len(grids), ask.rule.least, dtype=np.int64),
        most,
        ask.reach_m,
        ask.aim,
        ask.worth_m,
    )
    solution = propose(problem)
    moves = _moves(problem, solution, today.index.to_numpy(), grids, ways)
    after = today.astype("int64").copy()
    after[:] = solution.members
    return Proposal(moves, grids, after, solution)


def effect(members: pd.DataFrame, moves: pd.DataFrame, grids: pd.DataFrame, rule: Rule) -> Effect:
    """Return what these moves would do to members as they are now; `grids` are their needs."""
    counts = members.groupby("grid_code")["members"].sum()
    before = counts.reindex(grids["code"]).fillna(0).to_numpy(dtype=np.int64)
    change = pd.Series(0, index=pd.Index(grids["code"]))
    change = change.add(moves.groupby("to_grid")["members"].sum(), fill_value=0)
    change = change.sub(moves.groupby("from_grid")["members"].sum(), fill_value=0)
    after = before + change.reindex(grids["code"]).fillna(0).to_numpy(dtype=np.int64)
    need = grids["need"].to_numpy()
    short, then = np.maximum(need - before, 0), np.maximum(need - after, 0)
    over = (after > rule.most) & (after > before) if rule.most else np.zeros(len(after), dtype=bool)
    codes = grids["code"].to_numpy()
    return Effect(
        int(short.sum()), int(then.sum()), int((short > 0).sum()), int((then > 0).sum()),
        int(moves["members"].sum()), tuple(codes[(then > 0) & (then > short)]), tuple(codes[over]),
    )  # fmt: skip


def _whole(form, name: str, usual: int) -> int:
    text = str(form.get(name) or "").strip()
    low, high = LIMITS[name]
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
        raise BadInput("bad_number", "请填写范围内的整数", {name: f"{low}–{high}"})
    return int(text)


def _moves(
    problem: Problem, solution: Solution, organisations: np.ndarray, grids: pd.DataFrame, ways: Ways
) -> pd.DataFrame:
    codes = grids["code"].to_numpy()
    at = np.array([ways.place[code] for code in codes], dtype=int)
    between = np.nan_to_num(ways.metres[np.ix_(at, at)], nan=np.inf)
    lines = []
    for row in np.flatnonzero((solution.members != problem.today).any(axis=1)):
        for origin, goal, count in _paired(solution.members[row] - problem.today[row], between):
            ends = (codes[origin], codes[goal] if goal >= 0 else "")
            metres = (problem.metres[row, origin], problem.metres[row, goal] if goal >= 0 else np.nan)
            reason = _reason(problem, grids, origin, goal)
            lines.append((organisations[row], *ends, count, *metres, reason))
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _paired(change: np.ndarray, between: np.ndarray):
    """Yield (from, to, members): what grids lose to what others gain, the nearest first; to -1 is nowhere."""
    lost, gained = np.flatnonzero(change < 0), np.flatnonzero(change > 0)
    left, wanted = -change[lost], change[gained].copy()
    order = np.argsort(between[np.ix_(lost, gained)], axis=None, kind="stable")
    for i, j in zip(*np.unravel_index(order, (len(lost), len(gained))), strict=True):
        count = int(min(left[i], wanted[j]))
        if count:
            left[i] -= count
            wanted[j] -= count
            yield int(lost[i]), int(gained[j]), count
    for i in np.flatnonzero(left):
        yield int(lost[i]), -1, int(left[i])


def _reason(problem: Problem, grids: pd.DataFrame, origin: int, goal: int) -> str:
    if goal < 0:
        return "no_room"
    if grids["missing"].iloc[goal] > 0:
        return "fills"
    if 0 <= problem.most[origin] < grids["members"].iloc[origin]:
        return "relieves"
    return "makes_room" if problem.aim == KEEP else "nearer"
