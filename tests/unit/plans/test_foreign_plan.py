"""A published set of polygons that nobody here made is drawn in as a plan, redrawn, and keeps its ground."""

import geopandas as gpd
import pytest
import shapely

from gis_app.layers.atlas import Atlas
from gis_app.plans.canvas import Canvas
from gis_app.plans.figures import figures
from gis_app.plans.operations import apply
from gis_app.plans.rules import check
from gis_app.plans.shapes import is_valid, polygons
from gis_app.plans.state import State
from tests.foreign.counties import COUNTIES, EXAMPLES
from tests.unit.plans.samples import line_through

GEORGIA = next(county for county in COUNTIES if county.folder == "georgia")


@pytest.fixture(scope="module")
def drawn_in() -> State:
    """Return the 159 counties of Georgia as blocks, in grids by their first letters' order."""
    shapes = gpd.read_file(EXAMPLES / GEORGIA.folder / f"{GEORGIA.name}.shp")
    shapes = shapes.set_crs(GEORGIA.crs, allow_override=True).to_crs(4490)
    order = shapes.geometry.representative_point()
    column = (order.x.rank() - 1) // 40
    blocks = gpd.GeoDataFrame(
        {
            "block_code": [f"G{n:03d}" for n in range(len(shapes))],
            "grid_code": [f"410222001001{int(c) + 1:03d}" for c in column],
            "households": 100,
        },
        geometry=shapes.geometry,
        crs=4490,
    )
    grids = blocks.dissolve("grid_code", as_index=False)[["grid_code", "geometry"]].assign(name="甲")
    atlas = Atlas.build({"blocks": blocks.assign(community_code="410222001001"), "grids": grids})
    return State.of(Canvas.of(atlas), blocks.set_index("block_code")["grid_code"])


def test_it_is_split_merged_pulled_and_cut_with_its_area_unchanged(drawn_in):
    area, state = float(drawn_in.canvas.area_m2.sum()), drawn_in
    ground = shapely.area(shapely.union_all(polygons(state)))
    whole = polygons(state)[1]
    state = apply(
        state, {"verb": "split_line", "grid": state.keys[1], "line": line_through(state, whole, 0.1)}
    )
    state = apply(state, {"verb": "split_parts", "grid": state.keys[0], "parts": 3})
    state = apply(state, {"verb": "merge", "grids": [state.keys[2], state.keys[3]]})
    for block in (20, 90):
        line = line_through(state, state.canvas.shapes[block], 0.5)
        state = apply(
            state, {"verb": "cut_block", "block": str(state.canvas.block_codes[block]), "line": line}
        )
    assert len(state.keys) == 6 and len(state.canvas) >= 161
    assert float(state.canvas.area_m2.sum()) == pytest.approx(area, abs=1.0)
    assert shapely.area(shapely.union_all(polygons(state))) == pytest.approx(ground, abs=1.0)
    assert state.households.sum() == 15_900 and figures(state)["area_m2"].sum() == pytest.approx(
        area, abs=1.0
    )


def test_what_is_split_and_merged_again_is_the_same_plan(drawn_in):
    parts = apply(drawn_in, {"verb": "split_parts", "grid": drawn_in.keys[0], "parts": 2})
    again = apply(parts, {"verb": "merge", "grids": [drawn_in.keys[0], "n1"]})
    before, after = polygons(drawn_in)[0], shapely.union_all(polygons(again)[again.key_index.get("n1", 0)])
    assert shapely.area(shapely.symmetric_difference(before, after)) < 1.0


def test_its_own_faults_are_told_and_no_edit_adds_to_them(drawn_in):
    sound = is_valid(drawn_in.canvas)
    line = line_through(drawn_in, drawn_in.canvas.shapes[50], 1.0)
    after = apply(drawn_in, {"verb": "cut_block", "block": "G050", "line": line})
    assert is_valid(after.canvas) or not sound
    hard = [[fault.rule_id for fault in check(state) if fault.hard] for state in (drawn_in, after)]
    assert hard[0] == hard[1]
