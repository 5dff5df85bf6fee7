"""What tests of the studio over HTTP share: a county that may change, a draft, and requests by version."""

from __future__ import annotations

import pytest

from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE

# One address for every route of the studio.
SAMPLES = (
    {
        ("GET", "/plans"): "/plans",
        ("GET", "/plans/<number>"): "/plans/999",
        ("GET", "/plans/<number>/grids.geojson"): "/plans/999/grids.geojson",
        ("POST", "/plans/<number>/hand-overs/<item>"): "/plans/999/hand-overs/999",
        ("POST", "/plans/drafts"): "/plans/drafts",
        ("GET", "/plans/drafts/<number>"): "/plans/drafts/999",
    }
    | {
        (method, f"/plans/drafts/<number>{rest}"): f"/plans/drafts/999{rest}"
        for method, rest in (
            ("GET", ".json"),
            ("GET", "/blocks.json"),
            ("GET", "/arcs.json"),
            ("GET", "/changes.json"),
            ("GET", "/faults.json"),
            ("GET", "/remarks.json"),
            ("GET", "/compare"),
            ("GET", "/compare.json"),
            ("GET", "/settings"),
            ("GET", "/decide"),
            ("GET", "/proposals.json"),
            ("GET", "/export"),
            ("POST", "/import"),
            ("POST", "/proposals"),
            ("POST", "/proposals/live"),
            ("POST", "/operations"),
            ("POST", "/undo"),
            ("POST", "/redo"),
            ("POST", "/remarks"),
            ("POST", "/rename"),
            ("POST", "/shares"),
            ("POST", "/rules"),
            ("POST", "/submit"),
            ("POST", "/take-back"),
            ("POST", "/return"),
            ("POST", "/approve"),
            ("POST", "/publish"),
            ("POST", "/withdraw"),
            ("POST", "/rebase"),
        )
    }
    | {
        ("POST", "/plans/drafts/<number>/remarks/<remark>"): "/plans/drafts/999/remarks/999",
        ("GET", "/plans/<number>/export/<kind>"): "/plans/999/export/gpkg",
        ("POST", "/plans/drafts/<number>/proposals/<job>/stop"): "/plans/drafts/999/proposals/999/stop",
    }
)


@pytest.fixture
def app(own_app):
    """Return an application whose county may change."""
    return own_app()


@pytest.fixture
def draft(people) -> str:
    """Return the address of a new draft of the planner's."""
    answer = people("planner").post("/plans/drafts", data={"name": "春季调整"}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def send(client, address: str, told: dict | None = None, version: int | str | None = 1):
    headers = FROM_OUR_PAGE | {"Accept": "application/json"}
    headers |= {} if version is None else {"If-Match": f'"{version}"'}
    return client.post(address, json=told or {}, headers=headers)


def state_of(client, draft: str) -> dict:
    answer = client.get(f"{draft}.json")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def moved(draft: str) -> dict:
    """Return the transfer of the second block of the first grid to the grid south of it."""
    return {"verb": "transfer", "blocks": ["B00002"], "to": GRIDS[1]}


def decide(client, draft: str, step: str, version: int, **form):
    return client.post(f"{draft}/{step}", data={"version": str(version), **form}, headers=FROM_OUR_PAGE)
