"""Hostile files through the desk's upload: each is refused for its reason, and the server keeps answering."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gis_app.storage.engine import open_store
from gis_app.storage.layers import revision
from tests.conftest import FROM_OUR_PAGE, PASSWORD, USERNAMES
from tests.exchange.hostile.test_hostile_corpus import CODES
from tests.security.hostile_files import MAKERS, SECRET
from tests.serving import Server, serve

FILES = (
    "two_million.geojson", "two_million.dxf", "longest_comb.geojson", "laughing_blocks.dxf",
    "three_million_strings.xlsx", "bomb.zip", "deep.geojson", "symlink.zip", "vrt.geojson", "view.gpkg",
    "formula_gb18030.csv", "antimeridian.geojson",
)  # fmt: skip
STANDING = {"failed", "choosing", "checked"}
WITHIN_S, ANSWER_S = 60, 10


class Visitor(threading.Thread):
    """Asks the server again and again, as others do meanwhile, and keeps what it answered and how late."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server, self.done = server, threading.Event()
        self.answers: list[tuple[int, float]] = []

    def run(self) -> None:
        while not self.done.wait(0.1):
            for path in ("/readyz", "/sign-in"):
                answer = requests.get(f"{self.server.url}{path}", timeout=ANSWER_S)
                self.answers.append((answer.status_code, answer.elapsed.total_seconds()))


class Planner:
    """Somebody signed in who brings files over the wire."""

    def __init__(self, server: Server) -> None:
        self.server, self.session = server, requests.Session()
        self.session.headers.update(FROM_OUR_PAGE | {"Accept": "application/json"})
        form = {"username": USERNAMES["planner"], "password": PASSWORD}
        assert self.post("/sign-in", form).status_code in (200, 303)

    def post(self, path: str, form: dict, **more) -> requests.Response:
        address = f"{self.server.url}{path}"
        return self.session.post(address, data=form, allow_redirects=False, timeout=WITHIN_S, **more)

    def get(self, path: str) -> dict:
        return self.session.get(f"{self.server.url}{path}", timeout=WITHIN_S).json()

    def bring(self, path: Path) -> requests.Response:
        with path.open("rb") as file:
            return self.post("/desk", {}, files={"file": (path.name, file)})

    def settled(self, address: str) -> dict:
        """Return the state of an import once nothing is under way."""
        end = time.monotonic() + WITHIN_S
        while (state := self.get(f"{address}.json"))["state"] not in STANDING:
            assert time.monotonic() < end, state
            time.sleep(0.1)
        return state

    def reasons(self, path: Path, layer: str) -> set[str]:
        """Return the codes for which a file is refused, having tried all that a person could do."""
        answer = self.bring(path)
        if answer.status_code != 201:
            assert 400 <= answer.status_code < 500, answer.text
            return {answer.json()["error"]["code"]}
        address = answer.json()["address"]
        state = self.settled(address)
        if state["state"] == "choosing":
            form = {"version": state["version"], "table": "0", "layer": layer, "mode": "add"}
            assert self.post(f"{address}/choose", form).status_code < 400
            state = self.settled(address)
        assert "take_in" not in state["can"]
        assert (
            self.post(f"{address}/take-in", {"version": state["version"], "confirmed": "1"}).status_code
            == 409
        )
        found = self.get(f"{address}/faults.json")["items"]
        assert SECRET not in str(found) and SECRET not in str(state)
        assert self.post(f"{address}/discard", {}).status_code < 400
        return {one["code"] for one in found} | ({state["error"]["code"]} if state["error"] else set())


@pytest.fixture(scope="module")
def server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("hostile-desk") / "instance")
    with serve(Path(copy)) as running:
        yield running


def test_hostile_files_are_refused_at_the_desk_while_the_server_answers(server: Server, tmp_path: Path):
    before, planner, visitor = revision_of(server), Planner(server), Visitor(server)
    visitor.start()
    try:
        for name in FILES:
            folder = tmp_path / name / "a"
            folder.mkdir(parents=True)
            layer = MAKERS[name](folder / name)
            assert CODES[name] & planner.reasons(folder / name, layer), name
            shutil.rmtree(folder)
    finally:
        visitor.done.set()
        visitor.join()
    assert {status for status, _ in visitor.answers} == {200} and len(visitor.answers) >= len(FILES)
    assert revision_of(server) == before
    assert list((server.instance_dir / "imports").glob("*/*")) == []
    assert '"level":"error"' not in server.log.read_text(encoding="utf-8")


def revision_of(server: Server) -> int:
    """Return the revision of the server's layers."""
    store = open_store(f"sqlite:///{server.instance_dir / 'gis.sqlite3'}")
    with store.read() as conn:
        found = revision(conn)
    store.dispose()
    return found
