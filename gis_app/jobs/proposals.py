"""Proposals as a job: a first answer for every community at once, then better ones, then what is proved.

What is known so far stands in a file of the job after every community, so that a screen can show it and a
planner can stop and take what is there. The solver of the proof is imported by this process alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gis_app.assignments.holders import current_holders
from gis_app.assignments.tables import ROLES, AssignmentTables
from gis_app.jobs.child import Job
from gis_app.plans.proposals.asking import Asked
from gis_app.plans.proposals.candidate import Candidate, measured
from gis_app.plans.proposals.county import Task, tasks
from gis_app.plans.proposals.propose import Proposal, propose_community
from gis_app.plans.state import State
from gis_app.storage.assignments import read_tables
from gis_app.storage.engine import Store, open_store
from gis_app.studio.editing import draft_state

PREFIX = "proposal-"
EFFORTS = (1.0, 4.0)
"""How hard each community is searched, one round after the other."""
KEEP_SECONDS = 7 * 24 * 3600


def propose(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Answer a question about a draft; `params` are "draft_id", "operation_id" and what `Asked` reads."""
    params = dict(params)
    draft_id, operation_id = params.pop("draft_id"), params.pop("operation_id", -1)
    asked = Asked.of(params)
    job.progress(0.0, "读取图层")
    store = open_store(job.database_url)
    try:
        state = draft_state(store, draft_id, operation_id)
        people = answerable(store)
    finally:
        store.dispose()
    return Answer(state, asked, tasks(state, asked.wish(people)), job).run()


def answerable(store: Store) -> dict[str, list[str]]:
    """Return the names of those who answer for each grid today, by grid code."""
    with store.read() as conn:
        posts = current_holders(AssignmentTables(**read_tables(conn)))
    of_grids = posts["role"].isin([role for role, known in ROLES.items() if known["level"] == "grid"])
    named = posts[of_grids & (posts["holder_name"] != "")]
    return named.groupby("code")["holder_name"].agg(list).to_dict()


def so_far(files: Path, job_id: int) -> dict[str, Any] | None:
    """Return what a running or stopped job has found so far, None where that is nothing."""
    try:
        return json.loads((files / f"{PREFIX}{int(job_id)}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@dataclass
class Answer:
    """The answer as it grows: a proposal per community, and what was proved about it."""

    state: State
    asked: Asked
    tasks: list[Task]
    job: Job
    found: dict[str, Proposal] = field(default_factory=dict)
    proofs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """Search, search harder, prove; whatever is there when nobody wants more is the answer."""
        self._sweep()
        todo = [task for task in self.tasks if task.problem is not None]
        rounds = len(EFFORTS) + bool(self._proves())
        for turn, effort in enumerate(EFFORTS):
            for number, task in enumerate(todo):
                if self._over():
                    return self._told()
                self._search(task, effort)
                self._tell((turn + (number + 1) / len(todo)) / rounds, number + 1, len(todo))
        for number, task in enumerate(todo if self._proves() else ()):
            if self._over():
                break
            self._prove(task)
            self._tell((len(EFFORTS) + (number + 1) / len(todo)) / rounds, number + 1, len(todo), "证明")
        return self._told()

    def _over(self) -> bool:
        return self.job.cancelled() or self.job.seconds_left < 5

    def _proves(self) -> bool:
        return self.asked.goal == "least_change" and self.asked.seconds > 0

    def _search(self, task: Task, effort: float) -> None:
        """Keep the better of what is known and a new proposal."""
        asked = self.asked
        new = propose_community(
            task.problem, asked.goal, asked.price, asked.seed, asked.count, effort, self._over
        )
        old = self.found.get(task.community)
        if old is None or (new.candidates and _rank(new, asked) <= _rank(old, asked)):
            self.found[task.community] = new

    def _prove(self, task: Task) -> None:
        """Ask the solver for the fewest movable households; a better plan of its own is a candidate too."""
        from gis_app.plans.proposals.proof import fewest_moved

        proposal = self.found[task.community]
        valid = [candidate for candidate in proposal.candidates if candidate.valid]
        least = min(valid, key=lambda candidate: candidate.moved, default=None)
        seconds = min(self.asked.seconds, self.job.seconds_left - 5)
        proof = fewest_moved(task.problem, None if least is None else least.labels, seconds, self._over)
        self.proofs[task.community] = proof.as_json()
        if proof.labels is not None and (least is None or proof.moved < least.moved):
            valid.append(measured(task.problem, proof.labels))
        told = tuple(candidate.with_bound(proof.bound) for candidate in valid)
        if told:
            reason = None if proposal.reason and proposal.reason.code == "not_found" else proposal.reason
            self.found[task.community] = Proposal(task.problem, proposal.goal, told, reason)

    def _tell(self, share: float, number: int, of: int, what: str = "搜索") -> None:
        """Say how far it is, and keep what there is."""
        first = [found.candidates[0] for found in self.found.values() if found.candidates]
        moved = sum(candidate.moved for candidate in first)
        self.job.progress(share, f"{what}：第 {number}/{of} 个社区，目前共调整 {moved} 户")
        file = self.job.files / f"{PREFIX}{self.job.number}.json"
        draft = file.with_suffix(".part")
        draft.write_text(json.dumps(self.as_json(), ensure_ascii=False), encoding="utf-8")
        draft.replace(file)

    def _told(self) -> dict[str, Any]:
        (self.job.files / f"{PREFIX}{self.job.number}.json").unlink(missing_ok=True)
        return self.as_json() | {"stopped": self.job.cancelled()}

    def _sweep(self) -> None:
        """Delete what killed jobs of long ago left behind."""
        for file in self.job.files.glob(f"{PREFIX}*"):
            if time.time() - file.stat().st_mtime > KEEP_SECONDS:
                file.unlink(missing_ok=True)

    def as_json(self) -> dict[str, Any]:
        """Return every community with its candidates, tables, reasons and proofs, and the sums."""
        told = [self._community(task) for task in self.tasks]
        first = [one["candidates"][0] for one in told if one["candidates"]]
        return {
            "goal": self.asked.goal,
            "price": self.asked.price,
            "band": list(self.asked.band),
            "communities": told,
            "totals": {
                name: sum(one[name] for one in first) for name in ("moved", "people", "border_m")
            } | {"valid": sum(one["in_band"] and one["contiguous"] and one["locks_kept"] for one in first)},
        }  # fmt: skip

    def _community(self, task: Task) -> dict[str, Any]:
        found = self.found.get(task.community)
        candidates = () if found is None else found.candidates
        reason = task.reason or (found and found.reason)
        return {
            "community": task.community,
            "grids": task.problem.n if task.problem is not None else 0,
            "households": task.problem.total if task.problem is not None else 0,
            "today": None if task.problem is None else _today(task),
            "candidates": [
                candidate.as_json() | {"table": task.table(self.state, candidate)} for candidate in candidates
            ],
            "reason": reason.as_json() if reason else None,
            "proof": self.proofs.get(task.community),
        }


def _rank(proposal: Proposal, asked: Asked) -> tuple[bool, float]:
    """Return how good a proposal's first candidate is, the less the better."""
    if not proposal.candidates:
        return True, float("inf")
    first = proposal.candidates[0]
    return not first.valid, cost(first, asked)


def cost(candidate: Candidate, asked: Asked) -> float:
    """Return what the goal makes of a candidate: metres of border, households moved, unevenness."""
    if asked.goal == "balance":
        mean = sum(candidate.loads) / len(candidate.loads)
        return sum((load - mean) ** 2 for load in candidate.loads)
    return candidate.border_m + (asked.price * candidate.moved if asked.goal == "least_change" else 0.0)


def _today(task: Task) -> dict[str, Any]:
    """Return the costs of the plan as it is."""
    costs = measured(task.problem, task.problem.today).as_json()
    return {name: costs[name] for name in ("loads", "border_m", "pp", "worst_pp", "in_band", "contiguous")}
