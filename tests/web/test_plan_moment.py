"""The first request after a plan's moment is answered under that plan, the account's own area included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from gis_app import clock, create_app
from gis_app.storage.engine import open_store
from gis_app.storage.tables import accounts, sessions
from gis_app.studio import drafts, editing, past, publish
from tests.conftest import settings_of, sign_in


@pytest.fixture
def application(own_instance):
    """Return the application on a county of the test's own."""
    made = create_app(settings_of(own_instance))
    made.testing = True
    return made


@pytest.fixture
def store(own_instance):
    """Return the county's store, as another process has it open."""
    opened = open_store(settings_of(own_instance).database_url)
    yield opened
    opened.dispose()


def scheduled(store) -> tuple[str, str]:
    """Schedule a plan for tomorrow that merges two grids; return the one that goes and the one that stays."""
    draft_id = drafts.open_draft(store, "合并", "planner")
    state = editing.draft_state(store, draft_id)
    grid = state.grid[state.canvas.pairs]
    for one, other in grid[(grid[:, 0] != grid[:, 1]) & (state.canvas.border_m > 50)]:
        if state.communities[one] == state.communities[other]:
            break
    told = {"verb": "merge", "grids": [state.keys[one], state.keys[other]]}
    version = editing.edit(store, draft_id, 1, told, "planner").version
    version = publish.approve(store, draft_id, publish.submit(store, draft_id, version, "planner"), "leader")
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    publish.publish(store, draft_id, version, tomorrow, "leader")
    keys = set(editing.draft_state(store, draft_id).keys)
    return next((gone, kept) for gone, kept in (told["grids"], told["grids"][::-1]) if kept in keys)


def test_a_worker_asks_first_after_the_moment_and_finds_their_new_grid(application, store):
    gone, kept = scheduled(store)
    with store.write() as conn:
        conn.execute(update(accounts).where(accounts.c.username == "worker").values(scope_code=gone))
    client = application.test_client()
    sign_in(client, "worker")
    before = client.get("/field/pack.json")
    assert before.json["plan_id"] == 1
    midnight = past.find_plan(store, 2).effective_from
    with clock.frozen(midnight):
        sessions_go_on(store)
        after = client.get("/field/pack.json", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and after.json["plan_id"] == 2
    assert before.json["account"]["scope_code"] == gone
    assert after.json["account"]["scope_code"] == kept
    assert past.plan_in_force(store, midnight) == 2


def sessions_go_on(store) -> None:
    """Let the sessions be as fresh as if somebody had just used them."""
    with store.write() as conn:
        conn.execute(update(sessions).values(opened_at=clock.now(), seen_at=clock.now()))
