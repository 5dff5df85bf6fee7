"""Whatever stops an import in the middle leaves it where it was, and the layers as they were."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from gis_app import clock, desk
from gis_app.desk import folder as folders
from gis_app.desk.keeping import forget_imports
from gis_app.errors import BadInput, Conflict, TooMany, Unavailable
from gis_app.jobs import jobs
from gis_app.jobs.runner import Runner
from gis_app.storage import imports
from gis_app.storage.layers import read_layer
from gis_app.storage.revision import revision
from tests.exchange import samples
from tests.unit.desk.hand import Desk


@pytest.fixture
def grids(new_desk: Desk, tmp_path) -> str:
    """Return an import of nine grids that has been read."""
    return new_desk.put(samples.write(samples.grids(), tmp_path / "通许网格.gpkg"))


def unwanted(job) -> None:
    job._unwanted.set()


def untouched(new_desk: Desk) -> bool:
    with new_desk.store.read() as conn:
        return len(read_layer(conn, "grids")) == 0 and revision(conn) == 0


def test_each_step_can_be_cancelled_while_it_waits(new_desk, tmp_path):
    with samples.write(samples.grids(), tmp_path / "g.gpkg").open("rb") as stream:
        number = desk.receive(new_desk.store, new_desk.settings, new_desk.person, "g.gpkg", stream)
    assert new_desk.call("cancel", number)["state"] == "cancelled"
    new_desk.call("read_again", number)
    new_desk.work()
    new_desk.call("choose", number, {"layer": "grids"})
    assert new_desk.call("cancel", number)["state"] == "choosing"
    new_desk.check(number)
    new_desk.call("take_in", number)
    assert new_desk.call("cancel", number)["state"] == "checked"
    assert untouched(new_desk)
    assert new_desk.take_in(number)["state"] == "taken_in"


def test_each_step_can_be_cancelled_while_it_runs(new_desk, grids):
    new_desk.call("choose", grids, {"layer": "grids"})
    new_desk.work(before=unwanted)
    assert (new_desk.state(grids)["state"], new_desk.state(grids)["error"]) == ("choosing", None)
    new_desk.check(grids)
    new_desk.call("take_in", grids)
    new_desk.work(before=unwanted)
    state = new_desk.state(grids)
    assert (state["state"], state["error"], state["can"][0]) == ("checked", None, "choose")
    assert untouched(new_desk)


def test_a_job_that_is_killed_sends_its_import_back_and_writes_nothing(new_desk, grids):
    """The server is stopped, or the machine runs out of memory, in the middle of the work."""
    runner = Runner(new_desk.store, new_desk.instance)
    new_desk.check(grids, layer="grids")
    state = new_desk.call("take_in", grids)
    killer = threading.Thread(target=_kill_child, args=(new_desk, state["job"]))
    killer.start()
    runner.run(state["job"])
    killer.join()
    state = new_desk.state(grids)
    assert (state["state"], state["error"]["code"]) == ("checked", "import_stopped")
    assert untouched(new_desk)
    runner.run(new_desk.call("take_in", grids)["job"])
    assert new_desk.state(grids)["state"] == "taken_in"


def _kill_child(new_desk: Desk, job_id: int) -> None:
    """Kill the child of a job as soon as there is one."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for path in Path("/proc").glob("[0-9]*/task/*/children"):
            if path.parts[2] == str(os.getpid()):
                for child in path.read_text().split():
                    if b"gis_app.jobs.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                        os.kill(int(child), signal.SIGKILL)
                        return
        time.sleep(0.01)


def test_a_write_that_breaks_off_leaves_layers_trail_and_import_as_they_were(new_desk, grids):
    """The last statement of the transaction fails: the import was moved on by somebody else."""
    new_desk.check(grids, layer="grids")
    new_desk.call("take_in", grids)
    with new_desk.store.write() as conn:
        row = imports.find_import(conn, grids)
        imports.change(conn, grids, row.version, ("taking_in",), clock.now(), {"state": "checked"})
    new_desk.work()
    assert untouched(new_desk)
    assert new_desk.state(grids)["state"] == "checked"


def test_a_job_of_a_step_that_was_left_changes_nothing_any_more(new_desk, grids):
    new_desk.call("choose", grids, {"layer": "grids"})
    with new_desk.store.write() as conn:
        row = imports.find_import(conn, grids)
        imports.change(conn, grids, row.version, ("checking",), clock.now(), {"state": "choosing"})
    new_desk.work()
    state = new_desk.state(grids)
    assert (state["state"], state["findings"]) == ("choosing", None)


def test_a_step_whose_job_was_never_given_is_left_after_a_minute(new_desk, grids):
    with new_desk.store.write() as conn:
        row = imports.find_import(conn, grids)
        past = clock.now() - timedelta(minutes=2)
        imports.change(conn, grids, row.version, ("choosing",), past, {"state": "checking", "job_id": None})
    assert new_desk.state(grids)["state"] == "choosing"


def test_a_background_that_takes_no_more_leaves_the_import_as_it_was(new_desk, grids):
    for _ in range(jobs.WAITING_PER_ACCOUNT):
        jobs.enqueue(new_desk.store, new_desk.instance, "export", {}, new_desk.person.account_id)
    with pytest.raises(TooMany):
        new_desk.call("choose", grids, {"layer": "grids"})
    state = new_desk.state(grids)
    assert (state["state"], state["choices"]) == ("choosing", None)
    with pytest.raises(TooMany):
        desk.receive(new_desk.store, new_desk.settings, new_desk.person, "a.csv", io.BytesIO(b"a\n1\n"))
    assert [path.name for path in (new_desk.instance / "imports").iterdir()] == [grids]


def test_a_background_that_takes_no_more_leaves_a_checked_import_with_all_that_was_found(new_desk, grids):
    before = new_desk.check(grids, layer="grids")
    for _ in range(jobs.WAITING_PER_ACCOUNT):
        jobs.enqueue(new_desk.store, new_desk.instance, "export", {}, new_desk.person.account_id)
    with pytest.raises(TooMany):
        new_desk.call("choose", grids, {"layer": "communities"})
    after = new_desk.state(grids)
    assert [after[one] for one in ("state", "layer", "counts", "choices", "can")] == [
        before[one] for one in ("state", "layer", "counts", "choices", "can")
    ]


def test_a_full_disk_is_said_and_nothing_is_kept(new_desk, grids, monkeypatch):
    monkeypatch.setattr(folders, "SPARE_BYTES", 1 << 60)
    with pytest.raises(Unavailable) as refused:
        desk.receive(
            new_desk.store, new_desk.settings, new_desk.person, "a.csv", io.BytesIO(b"1,2\n" * 2**20)
        )
    assert refused.value.code == "disk_full"
    assert [path.name for path in (new_desk.instance / "imports").iterdir()] == [grids]


def test_what_cannot_be_read_says_why_and_can_be_discarded(new_desk):
    number = new_desk.put_bytes("a.geojson", b'{"type": "FeatureCollection", "features": [')
    state = new_desk.state(number)
    assert (state["state"], state["error"]["code"]) == ("failed", "json_syntax")
    assert state["can"] == ["read_again", "discard"]
    new_desk.call("discard", number)
    assert not list((new_desk.instance / "imports").iterdir())
    for name, body in (("a.exe", b"MZ"), ("a.csv", b""), ("", b"a")):
        with pytest.raises(BadInput):
            new_desk.put_bytes(name, body)


def test_what_is_in_the_layers_cannot_be_discarded(new_desk, grids):
    new_desk.check(grids, layer="grids")
    new_desk.take_in(grids)
    with pytest.raises(Conflict):
        new_desk.call("discard", grids)


def test_imports_are_erased_after_their_time_with_files_of_no_import(new_desk, grids):
    stray = new_desk.instance / "imports" / ("a" * 16)
    stray.mkdir()
    os.utime(stray, (1, 1))
    assert forget_imports(new_desk.store, new_desk.instance, 30) == 0
    assert not stray.exists() and (new_desk.instance / "imports" / grids).exists()
    assert forget_imports(new_desk.store, new_desk.instance, 0) == 1
    assert not (new_desk.instance / "imports" / grids).exists()
    assert desk.latest(new_desk.store, new_desk.settings, new_desk.person)["total"] == 0


def test_every_fault_of_a_file_that_cannot_be_read_is_listed(new_desk):
    number = new_desk.put_bytes("a.csv", "名称,名称,经度\n甲,乙,1,2\n".encode())
    listed = new_desk.call("faults", number)
    assert {one["code"] for one in listed["items"]} == {"duplicate_column", "ragged_row"}
