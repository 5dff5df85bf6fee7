"""Codes say where an area belongs; new ones are numbered as one reads a page."""

import geopandas as gpd
import pytest
import shapely

from gis_app.errors import BadInput
from gis_app.layers import codes


@pytest.mark.parametrize(
    ("code", "level"),
    [("410222", "county"), ("410222001", "subdistrict"), ("410222001006", "community"),
     ("410222001006001", "grid"), ("41022", None), ("", None), ("41022A", None), (None, None), (410222, None),
     ("４１０２２２", None), ("410222 ", None)],
)  # fmt: skip
def test_the_level_is_the_length(code, level):
    assert codes.level_of(code) == level


def test_a_code_holds_all_its_ancestors():
    assert codes.parse("410222001006001") == {
        "county": "410222",
        "subdistrict": "410222001",
        "community": "410222001006",
        "grid": "410222001006001",
    }
    assert codes.parent_of("410222001006001") == "410222001006"
    assert codes.parent_of("410222") is None
    assert codes.ancestor("410222001006", "subdistrict") == "410222001"
    assert codes.ancestor("410222", "grid") is None


@pytest.mark.parametrize("bad", ["", "4102", "41022200100600X", "../../etc"])
def test_what_is_not_a_code_is_refused(bad):
    with pytest.raises(BadInput):
        codes.parent_of(bad)


def test_scope_is_a_prefix():
    assert codes.within("", "410222001006001")
    assert codes.within("410222001006", "410222001006001")
    assert not codes.within("410222001006001", "410222001006")


def squares(*corners) -> gpd.GeoSeries:
    """Return unit squares at the given lower left corners."""
    return gpd.GeoSeries([shapely.box(x, y, x + 1, y + 1) for x, y in corners])


def test_reading_order_is_row_by_row_from_the_north_west():
    shapes = squares((0, 0), (1, 0), (0, 1), (1, 1.1), (2, 1))
    assert codes.reading_order(shapes.values).tolist() == [2, 3, 4, 0, 1]
    assert codes.reading_order([]).tolist() == []


def test_grids_are_numbered_inside_their_community():
    grids = gpd.GeoDataFrame(
        {"community_code": ["410222001002", "410222001001", "410222001001"]},
        geometry=squares((9, 9), (1, 0), (0, 0)).values,
        index=[7, 3, 5],
    )
    numbered = codes.number_grids(grids)
    assert numbered.to_dict() == {7: "410222001002001", 3: "410222001001002", 5: "410222001001001"}


def test_numbering_does_not_depend_on_the_order_of_rows():
    grids = gpd.GeoDataFrame(
        {"community_code": ["410222001001"] * 4}, geometry=squares((0, 0), (1, 0), (0, 1), (1, 1))
    )
    assert codes.number_grids(grids.iloc[::-1]).sort_index().equals(codes.number_grids(grids))


def test_a_community_cannot_have_a_thousand_grids():
    shapes = squares(*[(i, 0) for i in range(1000)])
    grids = gpd.GeoDataFrame({"community_code": ["410222001001"] * 1000}, geometry=shapes)
    with pytest.raises(BadInput, match="999"):
        codes.number_grids(grids)


def test_codes_for_grids_that_came_without_any():
    made = codes.generate_grid_codes(squares(*[(i, 0) for i in range(2000)]).values)
    assert len(set(made)) == 2000
    assert {codes.level_of(code) for code in made} == {"grid"}
    assert made[0] == "000000001001001"
    assert made[999] == "000000001002001"
    assert codes.generate_grid_codes([], "410222001001") == []


def test_codes_under_a_known_parent():
    assert codes.generate_grid_codes(squares((0, 0), (0, 5)).values, "410222001001") == [
        "410222001001002",
        "410222001001001",
    ]
    assert codes.generate_area_codes(squares((0, 0)).values, "community", "410222") == ["410222001001"]
    with pytest.raises(BadInput):
        codes.generate_grid_codes(squares((0, 0)).values, "410222001001001")
