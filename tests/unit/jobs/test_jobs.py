"""A job ends in a state with words, whatever happens to the process that does it."""

from __future__ import annotations

import os
import re
import threading
import time
from datetime import timedelta

import pytest

from gis_app import clock
from gis_app.errors import BadInput, NotFound, TooMany
from gis_app.jobs import jobs, worker
from gis_app.jobs import runner as running
from gis_app.jobs.queue import JsonSerializer, queue_of
from gis_app.storage import jobs as table


def done(store, instance, runner, kind, **options):
    """Give one piece of work, do it, and return the job."""
    number = jobs.enqueue(store, instance, kind, options.pop("params", {}), **options)
    runner.run(number)
    return jobs.find(store, number)


def until(condition, seconds=20):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to be")


def test_work_that_succeeds_keeps_its_result(store, instance, runner):
    job = done(store, instance, runner, "add", params={"a": 2, "b": 3}, account_id=7)
    assert (job.state, job.result, job.progress, job.error) == ("done", {"sum": 5}, 1.0, "")
    assert job.account_id == 7 and job.started_at <= job.ended_at
    assert [one.job_id for one in jobs.listed(store, account_id=7)] == [job.job_id]
    assert jobs.listed(store, account_id=8) == []


def test_a_file_that_was_made_can_be_fetched(store, instance, runner):
    job = done(store, instance, runner, "writes")
    assert job.result == {"pages": 1}
    assert jobs.file_of(store, instance, job.job_id).read_text(encoding="utf-8") == "报告"
    other = done(store, instance, runner, "add", params={"a": 1, "b": 1})
    with pytest.raises(NotFound):
        jobs.file_of(store, instance, other.job_id)


@pytest.mark.parametrize("kind", ["crash", "raises"])
def test_a_child_that_dies_is_told_with_a_remedy(store, instance, runner, kind):
    job = done(store, instance, runner, kind)
    assert (job.state, job.error) == ("failed", running.CRASHED)


def test_wrong_input_is_told_in_its_own_words(store, instance, runner):
    job = done(store, instance, runner, "refuses")
    assert (job.state, job.error) == ("failed", "选址条件有误（k：≥ 0）")


def test_a_waiting_job_is_cancelled_at_once_and_never_begun(store, instance, runner):
    number = jobs.enqueue(store, instance, "add", {"a": 1, "b": 2})
    assert jobs.cancel(store, number) == "cancelled"
    runner.run(number)
    assert jobs.find(store, number).started_at is None
    assert jobs.cancel(store, number) == "cancelled"


@pytest.mark.parametrize("kind", ["patient", "stubborn"])
def test_a_running_job_is_cancelled_within_moments(store, instance, runner, kind):
    number = jobs.enqueue(store, instance, kind, {})
    thread = threading.Thread(target=runner.run, args=(number,))
    thread.start()
    until(lambda: jobs.find(store, number).words)
    words, asked = jobs.find(store, number).words, time.monotonic()
    assert jobs.cancel(store, number) == "running"
    thread.join(timeout=20)
    job = jobs.find(store, number)
    assert job.state == "cancelled" and time.monotonic() - asked < running.GRACE_SECONDS + 3
    if kind == "patient":
        assert job.result["found"] == "so far"
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(int(re.search(r"\d+", words)[0]), 0)


def test_a_job_out_of_time_is_stopped_and_says_so(store, instance, runner, monkeypatch):
    monkeypatch.setattr(running, "LATE_SECONDS", 1)
    job = done(store, instance, runner, "stubborn", limit_seconds=1)
    assert (job.state, job.error) == ("failed", running.LATE.format(seconds=1))


def test_what_a_deaf_child_had_found_outlives_its_cancelling(store, instance, runner):
    number = jobs.enqueue(store, instance, "deep", {})
    thread = threading.Thread(target=runner.run, args=(number,))
    thread.start()
    until(lambda: jobs.find(store, number).words)
    jobs.cancel(store, number)
    thread.join(timeout=20)
    job = jobs.find(store, number)
    assert (job.state, job.error) == ("cancelled", "")
    assert job.result == {"status": "cancelled", "found": "better"}


def test_what_a_deaf_child_had_found_outlives_its_time(store, instance, runner, monkeypatch):
    monkeypatch.setattr(running, "LATE_SECONDS", 1)
    job = done(store, instance, runner, "deep", limit_seconds=1)
    assert (job.state, job.result) == ("done", {"status": "time_limit", "found": "better"})


def test_what_a_dead_child_had_found_is_kept_beside_the_fault(store, instance, runner):
    job = done(store, instance, runner, "dies")
    assert (job.state, job.error) == ("failed", running.CRASHED)
    assert job.result == {"status": "gap", "found": "before"}


def test_what_a_crashed_worker_left_is_told_and_the_rest_is_queued_again(store, instance, runner):
    left, waits = (jobs.enqueue(store, instance, "add", {"a": 1, "b": 2}) for _ in range(2))
    with store.write() as conn:
        table.start_job(conn, left, clock.now())
    worker.recover(store, instance)
    assert (jobs.find(store, left).state, jobs.find(store, left).error) == ("failed", jobs.LOST)
    assert [task.args for task in queue_of(instance).pending()] == [[waits]]


def test_a_worker_that_fell_silent_is_told_even_if_none_ever_starts_again(store, instance, runner):
    number = jobs.enqueue(store, instance, "add", {})
    with store.write() as conn:
        table.start_job(conn, number, clock.now() - timedelta(seconds=jobs.SILENT_SECONDS + 1))
    assert jobs.find(store, number).error == jobs.LOST


def test_the_first_ending_wins(store, instance, runner):
    number = jobs.enqueue(store, instance, "add", {})
    with store.write() as conn:
        assert table.end_job(conn, number, "failed", clock.now(), {"error": "first"})
        assert not table.end_job(conn, number, "done", clock.now(), {"result": "{}"})
    assert jobs.find(store, number).error == "first"


def test_old_jobs_go_with_their_files(store, instance, runner):
    with clock.frozen(clock.now() - timedelta(days=40)):
        old = done(store, instance, runner, "writes")
        path = jobs.file_of(store, instance, old.job_id)
    new = done(store, instance, runner, "writes")
    assert jobs.forget(store, instance, 30) == 1
    assert not path.exists() and jobs.file_of(store, instance, new.job_id).exists()
    with pytest.raises(NotFound):
        jobs.find(store, old.job_id)


def test_what_cannot_be_done_is_refused(store, instance, runner):
    with pytest.raises(BadInput) as refused:
        jobs.enqueue(store, instance, "no such kind", {})
    assert "siting" in refused.value.fields["kind"]
    with pytest.raises(BadInput):
        jobs.enqueue(store, instance, "siting", {}, limit_seconds=10**6)
    for _ in range(jobs.WAITING_PER_ACCOUNT):
        jobs.enqueue(store, instance, "add", {}, account_id=1)
    with pytest.raises(TooMany):
        jobs.enqueue(store, instance, "add", {}, account_id=1)
    with pytest.raises(NotFound):
        jobs.cancel(store, 10**6)


def test_the_queue_holds_json_alone(store, instance, runner):
    jobs.enqueue(store, instance, "add", {})
    (raw,) = queue_of(instance).storage.enqueued_items()
    assert raw.startswith(b"{") and JsonSerializer().deserialize(raw).name.endswith("run_job")
