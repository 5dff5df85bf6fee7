"""Publishing: one plan in force at any moment, the one before kept as it was, and nothing on grids lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import shapely
from sqlalchemy import delete, insert, update

from gis_app import clock
from gis_app.errors import BadInput, Conflict
from gis_app.storage import audit, incidents, plans, tables
from gis_app.storage.assignments import read_table
from gis_app.storage.layers import read_layer, replace_layer
from gis_app.storage.people import read_accounts
from gis_app.storage.revision import revision
from gis_app.studio import drafts, editing, past, publish
from gis_app.studio.model import RulesBroken
from tests.storage import plan_county as county

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
SPLIT = {"verb": "split_line", "grid": county.A1, "line": [[114.4015, 34.3995], [114.4015, 34.4025]]}
MERGE = {"verb": "merge", "grids": [county.B1, county.B2]}
CUT = {"verb": "cut_block", "block": "B23", "line": [[114.40345, 34.4015], [114.40345, 34.4035]]}
NEW = f"{county.WEST}003"


@pytest.fixture
def filled(store):
    """Return a store with the county of four grids, at noon."""
    with clock.frozen(NOON - timedelta(days=9)):
        county.fill(store)
    with clock.frozen(NOON):
        yield store


def approved(store, *operations: dict, name: str = "一") -> tuple[int, int]:
    """Return number and version of an approved draft with some operations."""
    draft_id = drafts.open_draft(store, name, "planner")
    version = 1
    for operation in operations:
        version = editing.edit(store, draft_id, version, operation, "planner").version
    version = publish.submit(store, draft_id, version, "planner", "请审核")
    return draft_id, publish.approve(store, draft_id, version, "leader")


def published(store, *operations: dict, day: str = "2026-03-10") -> publish.Published:
    return publish.publish(store, *approved(store, *operations), day, "leader")


def states_of(store) -> dict[int, str]:
    return {row.plan_id: row.state for row in past.read_plans(store)}


def layer(store, name: str):
    with store.read() as conn:
        return read_layer(conn, name)


def test_a_plan_published_today_is_in_force_at_once(filled):
    with filled.read() as conn:
        before = revision(conn)
    done = published(filled, SPLIT, MERGE)
    assert (done.plan_id, done.state, done.effective_from) == (2, "published", NOON)
    assert states_of(filled) == {2: "published", 1: "superseded"}
    with filled.read() as conn:
        assert revision(conn) > before and audit.verify(conn) is None
        assert plans.published_plan(conn) == 2
    draft = drafts.find_draft(filled, 1, "planner")
    assert (draft.state, draft.plan_id, draft.effective_from) == ("published", 2, "2026-03-10")
    grids = layer(filled, "grids")
    assert list(grids["grid_code"]) == [county.A1, county.A2, NEW, county.B1]
    assert layer(filled, "blocks").set_index("block_code").loc["B02", "grid_code"] == NEW


def test_at_every_moment_exactly_one_plan_is_in_force(filled):
    published(filled, SPLIT)
    moments = [NOON - timedelta(days=99), NOON - timedelta(microseconds=1), NOON, NOON + timedelta(days=9)]
    assert [past.plan_in_force(filled, at) for at in moments] == [1, 1, 2, 2]
    rows = past.read_plans(filled)
    assert [(row.effective_from, row.effective_to) for row in rows] == [(NOON, None), (None, NOON)]


def test_a_published_plan_never_changes(filled):
    published(filled, SPLIT)
    for change in (
        update(tables.grids).where(tables.grids.c.plan_id == 1).values(name="别名"),
        update(tables.grids).where(tables.grids.c.plan_id == 2).values(name="别名"),
        delete(tables.grids).where(tables.grids.c.plan_id == 2),
        update(tables.plan_blocks).where(tables.plan_blocks.c.plan_id == 1).values(grid_code=county.A2),
        delete(tables.plan_blocks).where(tables.plan_blocks.c.plan_id == 2),
        insert(tables.plan_blocks).values(plan_id=2, block_code="X", grid_code=county.A1),
        insert(tables.plan_blocks).values(plan_id=1, block_code="X", grid_code=county.A1),
        update(tables.plan_lineage).where(tables.plan_lineage.c.plan_id == 2).values(kind="kept"),
        update(tables.plans).where(tables.plans.c.plan_id == 1).values(state="published"),
        update(tables.plans).where(tables.plans.c.plan_id == 2).values(state="draft"),
        update(tables.plans).where(tables.plans.c.plan_id == 2).values(effective_from=NOON - timedelta(1)),
        delete(tables.plans).where(tables.plans.c.plan_id == 2),
        delete(tables.plans).where(tables.plans.c.plan_id == 1),
    ):
        with pytest.raises(Conflict), filled.write() as conn:
            conn.execute(change)


def test_the_plan_before_can_be_looked_at_as_it_was_also_after_a_cut(filled):
    was = {name: layer(filled, name) for name in ("grids", "blocks")}
    published(filled, CUT, {"verb": "transfer", "blocks": ["B23-2"], "to": county.B1})
    now = past.plan_layers(filled, 1)
    for name, frame in was.items():
        assert frame.drop(columns="geometry").equals(now[name].drop(columns="geometry"))
        assert (shapely.to_wkb(frame.geometry.values) == shapely.to_wkb(now[name].geometry.values)).all()
    blocks = layer(filled, "blocks").set_index("block_code")
    assert {"B23-1", "B23-2"} <= set(blocks.index) and "B23" not in blocks.index
    pieces = blocks.loc[["B23-1", "B23-2"]]
    assert pieces["households"].sum() == county.HOUSEHOLDS and pieces["grid_code"].nunique() == 2
    homes = layer(filled, "buildings").set_index("building_code")["block_code"]
    assert homes["T23"] in ("B23-1", "B23-2")


def test_borders_match_to_the_last_bit_after_a_cut(filled):
    published(filled, CUT, {"verb": "transfer", "blocks": ["B23-2"], "to": county.B1}, SPLIT)
    for name in ("blocks", "grids"):
        frame = layer(filled, name).to_crs(4547)
        assert shapely.coverage_is_valid(frame.geometry.values, gap_width=1.0)
    outline = shapely.union_all(county.layers()["blocks"].to_crs(4547).geometry.values)
    assert abs(shapely.union_all(frame.geometry.values).area - outline.area) < 1


def test_codes_are_never_given_twice(filled):
    first = published(filled, SPLIT)
    assert first.codes["n1"] == NEW
    published(filled, {"verb": "merge", "grids": [county.A1, NEW]})
    third = published(filled, SPLIT)
    assert third.codes["n1"] == f"{county.WEST}004"


def test_the_lineage_of_every_grid_is_closed_both_ways(filled):
    published(filled, SPLIT, MERGE)
    lineage = past.plan_lineage(filled, 2)
    assert set(lineage["from_grid"]) - {""} == {county.A1, county.A2, county.B1, county.B2}
    assert set(lineage["to_grid"]) - {""} == set(layer(filled, "grids")["grid_code"])
    assert lineage["households"].sum() == 24 * county.HOUSEHOLDS
    split = lineage[lineage["to_grid"] == NEW].iloc[0]
    assert (split["from_grid"], split["kind"], split["households"]) == (county.A1, "split", 120)


def test_posts_are_carried_and_what_is_to_confirm_is_told(filled):
    published(filled, SPLIT, MERGE)
    with filled.read() as conn:
        posts = read_table(conn, "assignments").set_index(["area_code", "role"])
    assert posts.loc[(NEW, "grid_worker"), "holder_name"] == "w001001"
    assert posts.loc[(NEW, "grid_worker"), "term_from"] == "2026-03-10"
    assert posts.loc[(county.A1, "grid_worker"), "term_to"] == ""
    assert posts.loc[(county.B2, "grid_worker"), "term_to"] == "2026-03-09"
    assert posts.loc[(county.B1, "grid_leader"), "holder_name"] == "l002001"
    told = past.hand_overs(filled, 2).query("kind == 'post'")
    assert sorted(told["to_code"]) == ["", NEW, NEW] and told["to_confirm"].sum() == 2
    number = int(told[told["to_confirm"]]["handover_id"].iloc[0])
    past.confirm_hand_over(filled, number, "planner")
    with pytest.raises(Conflict):
        past.confirm_hand_over(filled, number, "planner")


def test_a_post_that_nobody_can_take_is_told_as_a_gap(filled):
    published(filled, {**SPLIT, "grid": county.B2, "line": [[114.4045, 34.4015], [114.4045, 34.4045]]})
    gaps = past.hand_overs(filled, 2).query("kind == 'gap'")
    assert [(row.to_code, row.role) for row in gaps.itertuples()] == [(f"{county.EAST}003", "grid_leader")]


def test_members_go_with_the_households_and_none_is_lost(filled):
    published(filled, SPLIT, MERGE)
    with filled.read() as conn:
        members = read_table(conn, "members").set_index("grid_code")["members"]
    assert members.to_dict() == {county.A1: 7, NEW: 3, county.A2: 10, county.B1: 20}


def test_open_incidents_are_handed_over_with_a_row_of_history_and_closed_ones_stay(filled):
    published(filled, SPLIT, MERGE)
    with filled.read() as conn:
        open_one = incidents.find(conn, "TX2023-000002")  # row 0, column 2: in the new grid
        closed = incidents.find(conn, "TX2023-000003")  # row 0, column 3, in a grid that stays
        gone = incidents.find(conn, "TX2023-000019")  # row 3, column 1, closed
        steps = incidents.history(conn, "TX2023-000002")
    assert (open_one.grid_code, open_one.plan_id, open_one.version) == (NEW, 2, 2)
    assert steps[-1].verb == "hand_over" and county.A1 in steps[-1].note and NEW in steps[-1].note
    assert (steps[-1].from_state, steps[-1].to_state, open_one.state) == ("dispatched",) * 3
    assert (closed.grid_code, closed.version, gone.version) == (county.B1, 1, 1)
    then = past.incidents_of_their_time(filled).set_index("incident_code")
    assert tuple(then.loc["TX2023-000002"]) == (1, county.A1)


def test_an_incident_without_a_place_goes_to_the_heir_of_its_grid(filled):
    published(filled, {"verb": "merge", "grids": [county.A1, county.A2]})
    keys = set(layer(filled, "grids")["grid_code"])
    (heir,) = keys & {county.A1, county.A2}
    with filled.read() as conn:
        assert incidents.find(conn, "TX2023-000024").grid_code == heir


def test_an_account_of_a_grid_that_is_no_more_answers_for_its_heir(filled):
    published(
        filled, {"verb": "transfer", "blocks": ["B00", "B01", "B02", "B10", "B11", "B12"], "to": county.A2}
    )
    with filled.read() as conn:
        scopes = {row.username: row.scope_code for row in read_accounts(conn)}
    assert scopes == {"planner": "", "worker": county.A2}
    assert layer(filled, "stations").set_index("station_code").loc["S1", "grid_code"] == county.A2


def test_incidents_are_told_under_any_plan(filled):
    published(filled, SPLIT, MERGE)
    first, second = (past.incidents_under(filled, plan).set_index("incident_code") for plan in (1, 2))
    assert tuple(first.loc["TX2023-000002"]) == (county.A1, "plan")
    assert tuple(second.loc["TX2023-000002"]) == (NEW, "location")
    assert tuple(second.loc["TX2023-000024"]) == (county.A2, "lineage")
    assert second["grid_code"].value_counts().to_dict() == {county.A2: 7, county.A1: 4, NEW: 2, county.B1: 12}
    assert first["grid_code"].value_counts().to_dict() == {
        county.A2: 7,
        county.A1: 6,
        county.B1: 6,
        county.B2: 6,
    }


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-03-09", "day_has_passed"), ("2026-3-11", "bad_day"), ("morgen", "bad_day"), ("", "bad_day"),
     ("9999-01-01", "bad_day")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_and_changes_nothing(filled, day, code):
    draft_id, version = approved(filled, SPLIT)
    with pytest.raises(BadInput) as refused:
        publish.publish(filled, draft_id, version, day, "leader")
    assert refused.value.code == code and "effective_on" in refused.value.fields
    assert drafts.find_draft(filled, draft_id, "planner").version == version
    assert states_of(filled) == {1: "published"}


def test_a_block_without_a_grid_is_refused_with_its_place(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    editing.edit(filled, draft_id, 1, {"verb": "transfer", "blocks": ["B02"], "to": None}, "planner")
    with pytest.raises(RulesBroken) as refused:
        publish.submit(filled, draft_id, 2, "planner")
    (fault,) = refused.value.data["faults"]
    assert (fault["rule_id"], fault["blocks"]) == ("every_block_in_a_grid", ["B02"])
    assert fault["place"] == pytest.approx(county.middle(0, 2), abs=1e-5) and fault["remedy"]
    assert drafts.find_draft(filled, draft_id, "planner").state == "open"


def test_a_draft_that_is_the_base_itself_is_not_submitted(filled):
    draft_id = drafts.open_draft(filled, "一", "planner")
    with pytest.raises(Conflict) as refused:
        publish.submit(filled, draft_id, 1, "planner")
    assert refused.value.code == "nothing_changed"


def test_imported_blocks_make_a_plan_after_one_that_was_published(filled):
    published(filled, SPLIT)
    with clock.frozen(NOON + timedelta(hours=1)), filled.write() as conn:
        replace_layer(conn, "blocks", county.layers()["blocks"].iloc[:12])
    rows = past.read_plans(filled)
    assert [(row.plan_id, row.state, row.base_plan_id) for row in rows] == [
        (3, "published", 2), (2, "superseded", 1), (1, "superseded", None),
    ]  # fmt: skip
    assert rows[0].effective_from == rows[1].effective_to == NOON + timedelta(hours=1)
    assert len(past.plan_layers(filled, 2)["blocks"]) == 24
    lineage = past.plan_lineage(filled, 3)
    assert set(lineage["from_grid"]) - {""} == {county.A1, county.A2, NEW, county.B1, county.B2}
