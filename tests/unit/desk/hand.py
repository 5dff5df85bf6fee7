"""A desk of a test's own: someone at it, and the background's work done at once, in this process."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

from gis_app import clock, desk
from gis_app.errors import GisError
from gis_app.jobs import import_desk
from gis_app.jobs.child import Job
from gis_app.jobs.kinds import KINDS
from gis_app.jobs.queue import FILES, folder_of
from gis_app.people.roles import Role
from gis_app.people.sessions import SignedIn
from gis_app.settings import Settings
from gis_app.storage import jobs as table
from gis_app.storage.engine import Store


def person(account_id: int = 7, role: Role = Role.PLANNER, scope: str = "") -> SignedIn:
    """Return somebody who is signed in."""
    now = clock.now()
    return SignedIn(account_id, f"{role.value}{account_id}", "", role, scope, now, now, 0)


@dataclass
class Desk:
    """A store, its instance folder, and the desk's functions for one person."""

    store: Store
    settings: Settings
    person: SignedIn

    @property
    def instance(self) -> Path:
        return self.settings.instance_dir

    def put(self, path: Path, name: str | None = None) -> str:
        """Bring a file and have it read."""
        with path.open("rb") as stream:
            number = desk.receive(self.store, self.settings, self.person, name or path.name, stream)
        self.work()
        return number

    def put_bytes(self, name: str, body: bytes) -> str:
        number = desk.receive(self.store, self.settings, self.person, name, io.BytesIO(body))
        self.work()
        return number

    def call(self, name: str, number: str, *args, **more):
        """Call a function of the desk for this person."""
        return getattr(desk, name)(self.store, self.settings, self.person, number, *args, **more)

    def state(self, number: str) -> dict:
        return self.call("state", number)

    def check(self, number: str, **choices) -> dict:
        """Choose and have it checked; return the state."""
        self.call("choose", number, choices, self.state(number)["version"])
        self.work()
        return self.state(number)

    def take_in(self, number: str) -> dict:
        """Have it taken in; return the state."""
        self.call("take_in", number, self.state(number)["version"])
        self.work()
        return self.state(number)

    def undo(self, number: str) -> dict:
        """Have it undone; return the state."""
        self.call("undo", number, self.state(number)["version"])
        self.work()
        return self.state(number)

    def work(self, before=None) -> None:
        """Do every job that waits; `before(job)` may interfere."""
        with self.store.read() as conn:
            waiting = [table.find_job(conn, row.job_id) for row in table.read_states(conn, "queued")]
        for row in waiting:
            with self.store.write() as conn:
                table.start_job(conn, row.job_id, clock.now())
            self._do(row, before)

    def _do(self, row, before) -> None:
        order = {
            "database_url": self.store.url.render_as_string(hide_password=False),
            "files": str(folder_of(self.instance) / FILES),
            "job_id": row.job_id,
            "limit_seconds": 600,
        }
        job = Job(order, lambda _message: None)
        if before is not None:
            before(job)
        function = KINDS[row.kind].function.partition(":")[2]
        try:
            getattr(import_desk, function)(json.loads(row.params), job)
        except GisError as error:
            ended = ("cancelled" if job.cancelled() else "failed", {"error": error.message})
        else:
            ended = ("done", {})
        with self.store.write() as conn:
            table.end_job(conn, row.job_id, ended[0], clock.now(), ended[1])
