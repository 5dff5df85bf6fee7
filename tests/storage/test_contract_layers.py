"""Layers come out of the store as they went in, all of a change or none, on both databases."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from gis_app.errors import Conflict, NotFound
from gis_app.layers.schema import LAYERS, columns, empty
from gis_app.storage import audit, plans
from gis_app.storage.layers import LAYER_NAMES, read_layer, read_layers, replace_layer
from gis_app.storage.revision import bump_revision, revision
from tests.storage import samples

HOSTILE = [
    "{{7*7}}", "{% raw %}", "${1}", "`", "</script>", "<img onerror=1>", "'; DROP TABLE water; --", "%s ? :a",
]  # fmt: skip


def fill(store, layers: dict[str, gpd.GeoDataFrame]) -> None:
    with store.write() as conn:
        for name, frame in layers.items():
            replace_layer(conn, name, frame)


def test_the_store_knows_the_layers_of_the_schema():
    assert LAYER_NAMES == LAYERS


@pytest.mark.parametrize("name", LAYERS)
def test_an_empty_layer_has_every_column_of_the_schema_with_its_type(store, name):
    with store.read() as conn:
        found = read_layer(conn, name)
    expected = empty(name)
    assert list(found.columns) == columns(name)
    assert found.dtypes.astype(str).to_dict() == expected.dtypes.astype(str).to_dict()
    assert found.crs == expected.crs and len(found) == 0


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_comes_out_as_it_went_in_ordered_by_code(store, name):
    layers = samples.small_county()
    fill(store, layers)
    with store.read() as conn:
        found = read_layer(conn, name)
    expected = layers[name].sort_values(columns(name)[0], ignore_index=True)
    assert_geodataframe_equal(found, expected, check_dtype=True, check_crs=True)
    assert shapely.equals_exact(found.geometry.values, expected.geometry.values, tolerance=0).all()


def test_a_layer_replaced_by_one_without_rows_is_empty(store):
    fill(store, samples.small_county())
    fill(store, {"streets": empty("streets")})
    with store.read() as conn:
        assert len(read_layer(conn, "streets")) == 0


def test_any_text_is_stored_as_text(store):
    fill(store, {"water": samples.layer(
        "water", samples.squares(len(HOSTILE)), water_code=[f"W{n}" for n in range(len(HOSTILE))],
        name=HOSTILE, kind=["lake"] * len(HOSTILE),
    )})  # fmt: skip
    with store.read() as conn:
        assert list(read_layer(conn, "water")["name"]) == HOSTILE
        assert len(read_layer(conn, "county")) == 0


def test_a_layer_nobody_declared_is_not_found(store):
    with pytest.raises(NotFound, match="unknown_layer"), store.read() as conn:
        read_layer(conn, "county; DROP TABLE county")
    with pytest.raises(NotFound), store.write() as conn:
        replace_layer(conn, "plans", empty("county"))


def test_each_replaced_layer_raises_the_revision_and_leaves_one_audit_row(store):
    fill(store, samples.small_county())
    with store.read() as conn:
        assert revision(conn) == len(LAYERS)
        rows = audit.read_rows(conn)
    assert {row.subject for row in rows} == set(LAYERS) and len(rows) == len(LAYERS)
    assert {row.tag for row in rows} == {"layers:layer:replaced"}


def test_a_failure_in_the_middle_leaves_store_revision_and_trail_as_they_were(store):
    fill(store, samples.small_county())
    with store.read() as conn:
        before = read_layers(conn), revision(conn), audit.read_rows(conn)
    with pytest.raises(ZeroDivisionError), store.write() as conn:
        replace_layer(conn, "streets", empty("streets"))
        replace_layer(conn, "grids", samples.small_county()["grids"][:1])
        bump_revision(conn)
        raise ZeroDivisionError
    with store.read() as conn:
        after = read_layers(conn), revision(conn), audit.read_rows(conn)
    assert before[1:] == after[1:]
    for name in LAYERS:
        assert_geodataframe_equal(before[0][name], after[0][name])


def test_a_duplicate_code_is_a_conflict_and_nothing_goes_in(store):
    county = samples.small_county()
    fill(store, county)
    twice = gpd.GeoDataFrame(county["water"].loc[[0, 0]])
    with pytest.raises(Conflict), store.write() as conn:
        replace_layer(conn, "water", twice)
    with store.read() as conn:
        assert len(read_layer(conn, "water")) == 1 and revision(conn) == len(LAYERS)


def test_a_block_of_a_grid_that_does_not_exist_is_a_conflict(store):
    county = samples.small_county()
    fill(store, county)
    stray = county["blocks"].assign(grid_code=samples.COMMUNITY + "999")
    with pytest.raises(Conflict), store.write() as conn:
        replace_layer(conn, "blocks", stray)
    with store.read() as conn:
        assert set(read_layer(conn, "blocks")["grid_code"].dropna()) == set(samples.grid_codes(2))


def test_blocks_may_come_before_their_grids_in_one_transaction(store):
    county = samples.small_county()
    fill(store, {name: county[name] for name in ("blocks", "grids")})
    with store.read() as conn:
        assert read_layer(conn, "blocks")["grid_code"].notna().sum() == 3
        assert plans.published_plan(conn) == 1


def test_grids_alone_make_a_county(store):
    fill(store, {"grids": samples.small_county()["grids"]})
    with store.read() as conn:
        found = read_layers(conn)
    assert len(found["grids"]) == 2 and len(found["blocks"]) == 0


def test_blocks_alone_make_no_plan(store):
    fill(store, {"blocks": samples.small_county()["blocks"].drop(columns="grid_code")})
    with store.read() as conn:
        assert plans.published_plan(conn) is None
        assert read_layer(conn, "blocks")["grid_code"].isna().all()
