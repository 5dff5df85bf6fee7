"""What tests of the studio over HTTP share: a county that may change, a draft, and requests by version."""

from __future__ import annotations

import pytest

from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE


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
