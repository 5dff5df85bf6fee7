"""A published plan never changes and is never two: new boundaries supersede it, the old ones stay."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from gis_app import clock
from gis_app.errors import Conflict
from gis_app.storage import plans, tables
from gis_app.storage.layers import read_layer, replace_layer
from tests.storage import samples


def replace(store, **layers) -> None:
    with store.write() as conn:
        for name, frame in layers.items():
            replace_layer(conn, name, frame)


def rows_of(store, table, plan_id: int) -> int:
    with store.read() as conn:
        return conn.execute(
            select(func.count()).select_from(table).where(table.c.plan_id == plan_id)
        ).scalar_one()


def test_grids_and_their_first_blocks_are_one_plan(store):
    county = samples.small_county()
    replace(store, grids=county["grids"], blocks=county["blocks"])
    with store.read() as conn:
        assert plans.published_plan(conn) == 1
    assert (rows_of(store, tables.grids, 1), rows_of(store, tables.plan_blocks, 1)) == (2, 3)


def test_new_grids_supersede_the_plan_and_carry_the_blocks_of_grids_that_stay(store):
    county = samples.small_county()
    replace(store, grids=county["grids"], blocks=county["blocks"])
    replace(store, grids=county["grids"][1:])
    with store.read() as conn:
        assert plans.published_plan(conn) == 2
        states = dict(conn.execute(select(tables.plans.c.plan_id, tables.plans.c.state)).all())
        blocks = read_layer(conn, "blocks").set_index("block_code")["grid_code"]
    assert states == {1: "superseded", 2: "published"}
    assert (rows_of(store, tables.grids, 1), rows_of(store, tables.grids, 2)) == (2, 1)
    assert blocks.dropna().to_dict() == {"B1": samples.grid_codes(1)[0], "B2": samples.grid_codes(1)[0]}


def test_new_blocks_supersede_the_plan_and_keep_its_grids(store):
    county = samples.small_county()
    replace(store, grids=county["grids"], blocks=county["blocks"])
    replace(store, blocks=county["blocks"][1:])
    with store.read() as conn:
        assert plans.published_plan(conn) == 2
        assert list(read_layer(conn, "grids")["grid_code"]) == samples.grid_codes(2)
        assert len(read_layer(conn, "blocks")) == 3
    assert rows_of(store, tables.plan_blocks, 1) == 3


def test_two_published_plans_are_refused_by_the_database(store):
    replace(store, grids=samples.small_county()["grids"])
    now = clock.now()
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(insert(tables.plans).values(state="published", created_at=now, published_at=now))
    with store.write() as conn:
        conn.execute(insert(tables.plans), [{"state": "draft", "created_at": now}] * 2)


def test_a_state_that_plans_do_not_have_is_refused(store):
    with pytest.raises(Conflict), store.write() as conn:
        conn.execute(insert(tables.plans).values(state="open", created_at=clock.now()))
