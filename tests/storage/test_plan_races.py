"""A thousand times two editors change one draft at once: one wins, the other is told, and no edit is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from gis_app.storage import audit
from gis_app.storage import plan_drafts as rows
from gis_app.storage.people import insert_account
from gis_app.studio import drafts, editing
from gis_app.studio.model import StaleDraft
from tests.storage import plan_county as county

RACES = 1_000
# Each editor moves a block of their own to and fro.
BLOCKS = {"planner": ("B12", county.A1, county.A2), "second": ("B13", county.B1, county.B2)}


def test_a_thousand_races_of_two_editors(store, store_url, opened):
    county.fill(store)
    draft_id = drafts.open_draft(store, "一", "planner")
    with store.write() as conn:
        insert_account(conn, county.account("second", "planner", ""))
    drafts.share_draft(store, draft_id, "second", True, "planner")
    stores = {who: opened(store_url) for who in BLOCKS}
    start = threading.Barrier(2)
    wins: list[tuple[int, int, str, str]] = []

    def race(who: str, version: int) -> StaleDraft | None:
        block, here, there = BLOCKS[who]
        mine = sum(1 for *_, winner, _ in wins if winner == who)
        to = here if mine % 2 else there
        start.wait()
        try:
            done = editing.edit(
                stores[who], draft_id, version, {"verb": "transfer", "blocks": [block], "to": to}, who
            )
        except StaleDraft as refused:
            return refused
        wins.append((done.version, done.operation_id, who, to))
        return None

    with ThreadPoolExecutor(2) as pool:
        for version in range(1, RACES + 1):
            lost = [one for one in pool.map(race, BLOCKS, [version] * 2) if one is not None]
            assert len(wins) == version and len(lost) == 1
            winner = wins[-1][2]
            assert lost[0].fields == {"version": str(version + 1), "by": winner, "changed": "transfer"}

    assert [version for version, *_ in wins] == list(range(2, RACES + 2))
    with store.read() as conn:
        assert rows.find_draft(conn, draft_id).version == RACES + 1
        path = rows.path_to(conn, draft_id, rows.find_draft(conn, draft_id).head_operation_id)
        assert path == [operation_id for _, operation_id, *_ in wins]
        assert audit.verify(conn) is None
    table = editing.draft_state(store, draft_id).table()
    for who, (block, here, _) in BLOCKS.items():
        last = [to for *_, winner, to in wins if winner == who]
        assert table[block] == (last[-1] if last else here)
    assert {winner for *_, winner, _ in wins} == set(BLOCKS)
