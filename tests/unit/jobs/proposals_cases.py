"""A proposal as a job: told as it comes, stopped with what it has, taken over community by community."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import pytest

from gis_app.errors import BadInput
from gis_app.jobs import jobs
from gis_app.jobs.child import Job
from gis_app.jobs.proposals import answerable, propose, so_far
from gis_app.jobs.queue import FILES, folder_of
from gis_app.jobs.runner import Runner
from gis_app.plans.contiguity import pieces
from gis_app.storage.engine import open_store
from gis_app.studio.drafts import find_draft, open_draft
from gis_app.studio.editing import draft_state, edit

LEAST, MOST = 300, 500


@pytest.fixture(scope="module")
def county(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return the folder and the store of a reference county that these tests may change."""
    folder = Path(shutil.copytree(reference_instance, tmp_path_factory.mktemp("proposals") / "instance"))
    store = open_store(f"sqlite:///{folder / 'gis.sqlite3'}")
    yield folder, store
    store.dispose()


def job_of(county, tmp_path: Path, seconds: int = 300) -> tuple[Job, list]:
    """Return a job as its child has it, and what it says."""
    said: list = []
    order = {
        "database_url": county[1].url.render_as_string(hide_password=False),
        "files": str(tmp_path),
        "job_id": 7,
        "limit_seconds": seconds,
    }
    return Job(order, said.append), said


def test_the_reference_county_is_repaired_community_by_community(county, tmp_path):
    _, store = county
    draft = open_draft(store, "均衡", "planner")
    job, said = job_of(county, tmp_path)
    result = json.loads(json.dumps(propose({"draft_id": draft, "seconds": 1}, job)))
    assert len(result["communities"]) == 24 and result["totals"]["valid"] == 24 and not result["stopped"]
    assert said and all(0 <= message["progress"] <= 1 for message in said)
    state = draft_state(store, draft)
    for one in result["communities"]:
        assert one["candidates"] and one["proof"]["bound"] <= min(c["moved"] for c in one["candidates"])
        for candidate in one["candidates"]:
            assert candidate["bound"] == one["proof"]["bound"]
            assert {code[:12] for code in candidate["table"].values() if code[0] != "n"} == {one["community"]}
    changing = [one for one in result["communities"] if one["candidates"][0]["moved"]][:2]
    version = find_draft(store, draft, "planner").version
    table = {code: key for one in changing for code, key in one["candidates"][0]["table"].items()}
    operation = {"verb": "adopt", "table": table, "communities": [changing[0]["community"]]}
    after = edit(store, draft, version, operation, "planner").state
    of_community = [key.startswith(changing[0]["community"]) for key in after.keys]
    loads = [int(load) for load, own in zip(after.households, of_community, strict=True) if own]
    assert sorted(loads) == sorted(changing[0]["candidates"][0]["loads"])
    assert min(loads) >= LEAST and max(loads) <= MOST
    assert pieces(after.canvas, after.grid, len(after.keys)).max() == 1
    untouched = after.canvas.community != after.canvas.communities.index(changing[0]["community"])
    before, now = state.table(), after.table()
    assert (before[untouched] == now[untouched]).all()


def test_communities_whose_grids_cannot_hold_say_how_many_would(county, tmp_path):
    draft = open_draft(county[1], "数目", "planner")
    result = propose({"draft_id": draft, "seconds": 0}, job_of(county, tmp_path)[0])
    told = [one for one in result["communities"] if one["reason"]]
    assert told and all("可分" in one["reason"]["remedy"] for one in told)
    assert all(one["candidates"][0]["in_band"] for one in told)
    assert all(one["proof"] is None and one["candidates"][0]["bound"] is None for one in told)


def test_what_is_found_can_be_read_while_the_job_runs_and_a_stopped_job_keeps_it(county):
    folder, store = county
    draft = open_draft(store, "停", "planner")
    number = jobs.enqueue(store, folder, "proposal", {"draft_id": draft, "seconds": 30})
    runner = Runner(store, folder)
    work = threading.Thread(target=runner.run, args=(number,))
    work.start()
    files, end, seen = folder_of(folder) / FILES, time.monotonic() + 120, None
    while seen is None and time.monotonic() < end:
        seen = so_far(files, number)
        time.sleep(0.05)
    jobs.cancel(store, number)
    work.join(60)
    job = jobs.find(store, number)
    assert seen and any(one["candidates"] for one in seen["communities"])
    assert job.state == "cancelled" and job.result["stopped"]
    found = [one for one in job.result["communities"] if one["candidates"]]
    assert found and all(one["candidates"][0]["table"] for one in found)
    assert so_far(files, number) is None


@pytest.mark.parametrize(
    "params", [{"goal": "peace"}, {"communities": ["x"]}, {"blocks": ["x"]}, {"n": 3}, {"band": [9, 1]}]
)
def test_a_wrong_question_is_refused(county, tmp_path, params):
    draft = open_draft(county[1], "错", "planner")
    with pytest.raises(BadInput):
        propose({"draft_id": draft} | params, job_of(county, tmp_path)[0])


def test_those_who_answer_for_a_grid_are_known_by_name(county):
    names = answerable(county[1])
    assert len(names) == 89 and all(0 < len(of) <= 2 and all(of) for of in names.values())
