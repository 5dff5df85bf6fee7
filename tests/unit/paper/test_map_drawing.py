"""A map as a drawing: nothing but vectors and text, the colours of the screen, the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from gis_app.errors import BadInput
from gis_app.layers.atlas import Atlas
from gis_app.maps.classes import NO_DATA_COLOUR, PALETTES
from gis_app.paper.county import Order, classed, in_words, sheet_of, size_for
from gis_app.paper.drawing import arranged, draw_map
from gis_app.paper.furniture import round_length
from gis_app.paper.sheet import MapSheet
from gis_app.paper.text import clean
from tests.factory import COMMUNITIES, GRIDS, toy_layers
from tests.unit.paper.map_sheets import HOSTILE, many_grids, order, renamed

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "g", "rect", "path", "line", "circle", "text"}


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.build(toy_layers())


def read(body: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(body)


def texts(body: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in read(body).iter(f"{SVG}text")]


def drawn(atlas: Atlas, **more) -> bytes:
    return draw_map(sheet_of(order(atlas, **more), atlas))


def without(*names: str) -> Atlas:
    layers = toy_layers()
    for name in names:
        layers[name] = layers[name].iloc[:0]
    return Atlas.build(layers)


def test_a_drawing_holds_nothing_but_shapes_and_text(atlas):
    root = read(drawn(atlas))
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= DRAWN
    assert not any(name.startswith("on") or "href" in name for node in root.iter() for name in node.attrib)


def test_the_drawing_is_as_large_as_the_sheet_in_millimetres(atlas):
    root = read(drawn(atlas, size_mm=(420.0, 297.0)))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("420mm", "297mm", "0 0 420 297")


def test_the_same_sheet_gives_the_same_bytes(atlas):
    assert drawn(atlas) == drawn(Atlas.build(toy_layers()))


def test_every_grid_bears_its_community_and_its_number(atlas):
    said = texts(drawn(atlas))
    assert [said.count(name) for name in ("西社区", "东社区")] == [2, 2]
    assert [said.count(number) for number in ("001", "002")] == [2, 2]


def test_title_date_revision_source_and_review_number_stand_on_the_sheet(atlas):
    said = texts(drawn(atlas, revision="7", review_number="豫S〔2024〕1号", attribution="县大数据局",
                       subtitle="按网格", notes=("示范数据",)))  # fmt: skip
    expected = ["示例县 覆盖图", "按网格", "数据日期 2024-05-01", "数据版本 7", "审图号：豫S〔2024〕1号",
                "县大数据局", "示范数据", "北"]  # fmt: skip
    assert [one for one in expected if one not in said] == []


def test_without_a_review_number_none_is_claimed(atlas):
    assert not any("审图号" in one for one in texts(drawn(atlas)))


def test_areas_are_filled_with_the_colours_of_the_screen_and_missing_data_is_hatched(atlas):
    body = drawn(atlas, values=[0.0, 20.0, 80.0, np.nan])
    fills = {node.get("fill") for node in group(body, "areas")}
    assert fills <= {*PALETTES["YlGnBu"], "#FFFFFF", "none"}
    assert NO_DATA_COLOUR in {node.get("stroke") for node in group(body, "areas")}
    assert {"无", "无数据"} <= set(texts(body))


def test_the_legend_tells_unit_bounds_and_how_many(atlas):
    values = [10.0, 20.0, 80.0, 90.0]
    rows, legend = classed(GRIDS, values, "步行可达", "%")
    said = texts(drawn(atlas, values=values))
    assert "单位：%" in said
    assert all(one["label"] in said and str(one["count"]) in said for one in legend["classes"])
    assert [row[2] for row in rows] == ["10%", "20%", "80%", "90%"]


def test_balance_is_drawn_in_the_diverging_colours_around_the_norm():
    rows, legend = classed(["a", "b", "c"], [-40.0, 0.0, 60.0], "均衡", "%", palette="PuOr")
    colours = [legend["classes"][row[1]]["colour"] for row in rows]
    assert colours[1] == PALETTES["PuOr"][2]
    assert set(colours) <= set(PALETTES["PuOr"]) and len(set(colours)) == 3


@pytest.mark.parametrize(
    ("most", "length"), [(1, 1), (4.9, 2), (5, 5), (99, 50), (730, 500), (12_345, 10_000)]
)
def test_the_scale_bar_has_a_round_length(most, length):
    assert round_length(most) == length


def test_the_scale_bar_is_as_long_as_it_says(atlas):
    sheet = sheet_of(order(atlas), atlas)
    fit = arranged(sheet).fit
    body = draw_map(sheet)
    metres = next(int(one.removesuffix(" 米")) for one in texts(body) if re.fullmatch(r"\d+ 米", one))
    dark = [one for one in group(body, "told") if one.tag == f"{SVG}rect" and one.get("fill") == "#1B2733"]
    assert abs(2 * float(dark[0].get("width")) - metres * fit.scale) < 0.02


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_of_a_sheet_are_in_its_language(atlas, language):
    said = " ".join(texts(drawn(atlas, language=language, values=[0, np.nan, 1, 2], revision="7")))
    zh = ("比例尺", "数据日期", "县界", "无数据")
    en = ("Scale 1:", "Data as of", "County", "No data")
    assert all(word in said for word in (zh if language == "zh" else en))
    assert not any(word in said for word in (en if language == "zh" else zh))


@pytest.mark.parametrize("gone", [("streets",), ("water", "streets", "blocks", "buildings"), ("stations",),
                                  ("county", "subdistricts", "communities")])  # fmt: skip
def test_a_county_that_lacks_layers_has_a_map_all_the_same(gone):
    atlas = without(*gone)
    assert len(texts(drawn(atlas))) > 10


def test_where_nobody_lives_everything_is_without_data():
    atlas = without("blocks", "buildings")
    body = drawn(atlas, values=[np.nan] * 4)
    assert "无数据" in texts(body)
    assert all(in_words(np.nan) == "" for _ in GRIDS)


def test_a_county_of_one_grid_fills_the_sheet():
    atlas = many_grids(1, 1)
    sheet = sheet_of(order(atlas), atlas)
    found = arranged(sheet)
    assert [label.lines[-1] for label in found.names.labels] == ["0%"]
    x0, y0, x1, y1 = found.layout.map
    wide, high = np.ptp(shapely.total_bounds(found.fit.apply(sheet.areas.shapes)).reshape(2, 2), axis=0)
    assert wide > 0.9 * (x1 - x0) or high > 0.9 * (y1 - y0)


def test_an_overlay_without_any_area_says_so():
    atlas = without("grids", "communities", "subdistricts", "blocks", "county")
    said = texts(draw_map(sheet_of(Order("空图", "grid", [], {}, (420.0, 297.0), "2024-05-01"), atlas)))
    assert "本图范围内没有可显示的区域。" in said


def test_of_one_community_only_its_grids_are_shown(atlas):
    body = drawn(atlas, area=COMMUNITIES[0])
    assert texts(body).count("西社区") == 2
    assert "东社区" not in texts(body)


def test_an_unknown_part_of_the_county_is_refused(atlas):
    with pytest.raises(BadInput) as refused:
        sheet_of(order(atlas, area="410222009"), atlas)
    assert "area" in refused.value.fields


def test_the_sheet_stands_upright_where_the_county_is_tall():
    assert size_for(many_grids(3, 9), "A3") == (297.0, 420.0)
    assert size_for(many_grids(9, 3), "A1") == (841.0, 594.0)
    tall = many_grids(3, 9)
    assert len(arranged(sheet_of(order(tall), tall)).names.labels) == 27


def test_names_are_text_and_never_markup():
    atlas = renamed(HOSTILE)
    marks = ([HOSTILE[1], "diamond", "#C2410C", [[114.4, 34.4, HOSTILE[0]]]],)
    for name in HOSTILE:
        body = draw_map(
            sheet_of(order(atlas, title=name, subtitle=name, attribution=name, marks=marks), atlas)
        )
        assert {node.tag.removeprefix(SVG) for node in read(body).iter()} <= DRAWN
        assert clean(name) in texts(body)
        assert b"<script" not in body and b"\x1b" not in body


def test_a_title_longer_than_the_sheet_is_cut(atlas):
    body = drawn(atlas, title="标题" * 200)
    assert any(one.startswith("标题标题") and one.endswith("…") for one in texts(body))


def test_an_order_survives_the_way_through_json(atlas):
    import json

    given = order(atlas, marks=(["站点", "diamond", "#C2410C", [[114.4, 34.4, "名"]]],))
    back = Order.of(json.loads(json.dumps(given.as_json())))
    assert draw_map(sheet_of(back, atlas)) == draw_map(sheet_of(given, atlas))


def test_a_map_inside_a_document_bears_no_heading(atlas):
    sheet = replace(sheet_of(order(atlas), atlas), title="", size_mm=(160.0, 110.0))
    assert isinstance(sheet, MapSheet)
    assert "示例县 覆盖图" not in texts(draw_map(sheet))


def group(body: bytes, name: str) -> list[ElementTree.Element]:
    """Return what is drawn in a group."""
    return [node for one in read(body) if one.get("class") == name for node in one]
