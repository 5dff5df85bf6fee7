"""Counties nobody thought of: without streets, households or incidents, with long names or 1,000 grids."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gis_app.incidents.key_figures import REPORTS
from gis_app.jobs import report
from gis_app.layers.atlas import Atlas
from gis_app.paper.docx_file import docx
from gis_app.paper.monthly import build
from gis_app.paper.monthly_maps import drawn
from gis_app.paper.typeset_pdf import pdf
from gis_app.paper.xlsx_file import xlsx
from gis_app.storage.engine import open_store
from tests.factory import COUNTY, box, layer, toy_incidents, toy_layers
from tests.unit.paper.monthly_samples import asked, inked_shares, material_of, texts_of
from tests.web.county import make_instance


@pytest.fixture
def county(tmp_path):
    """Return a function that makes the report of a county with other frames, and its files' texts."""
    stores = []

    def make(end: str = "2023-06-30", language: str = "zh", **frames):
        settings = make_instance(tmp_path / f"instance{len(stores)}", **frames)
        stores.append(open_store(settings.database_url))
        material = material_of(stores[-1], asked(end, language=language))
        return build(material, drawn(material))

    yield make
    for store in stores:
        store.dispose()


def printed(made) -> str:
    """Return the text of the PDF, once all three files have been made and no page is blank."""
    body = pdf(made)
    assert docx(made) and xlsx(made)
    assert min(inked_shares(body)) > 0.001
    return "\n".join(texts_of(body))


def without(*names: str) -> dict:
    return {name: frame for name, frame in toy_layers().items() if name not in names}


def test_without_streets_nothing_is_called_walking(county):
    text = printed(county(shapes=without("streets", "gates")))
    assert "直线覆盖率" in text and "不称步行" in text
    assert "步行覆盖率" not in text and "步行 500 米" not in text


def test_without_households_places_are_counted_and_called_so(county):
    shapes = toy_layers()
    for name in ("buildings", "blocks"):
        shapes[name] = shapes[name].assign(households=0)
    made = county(shapes=shapes)
    assert "处" in printed(made) and "每千处" in repr(made.sections)


def test_a_month_without_incidents_says_so(county):
    made = county(reports=toy_incidents(0))
    text = printed(made)
    assert "期内没有上报的事件" in text and "没有超期未办结的事件" in text
    figures = {one.code: one for one in made.figures()}
    assert figures["closing_rate"].value is None and figures[REPORTS].value == 0


def test_a_month_long_before_and_one_after_everything_can_be_told(county):
    made = county(end="2001-02-28")
    assert "2001 年 2 月" in printed(made)


def test_a_county_of_an_outline_and_stations_has_a_report(county):
    names = [name for name in toy_layers() if name not in ("county", "stations")]
    empty = {name: frame.iloc[:0] for name, frame in toy_layers().items() if name in names}
    made = county(shapes=toy_layers() | empty, reports=toy_incidents(0))
    assert "示例县" in printed(made)


def test_very_long_names_stay_on_the_page(county):
    shapes = toy_layers()
    for name in ("communities", "grids", "stations"):
        shapes[name] = shapes[name].assign(name="极其" * 60 + "长的名字" + "A" * 90)
    made = county(shapes=shapes)
    assert "长的名字" in printed(made).replace("\r\n", "")


def many_grids(count: int) -> dict[str, gpd.GeoDataFrame]:
    """Return the toy county with its two communities cut into so many grids."""
    side = int(np.ceil(np.sqrt(count)))
    width = 800 / side
    cells = [(number % side, number // side) for number in range(count)]
    shapes = [box(x * width, y * width, (x + 1) * width, (y + 1) * width) for x, y in cells]
    community = [f"{COUNTY}00100{1 if x < side / 2 else 2}" for x, _ in cells]
    order = pd.Series(community).groupby(community).cumcount() + 1
    codes = [f"{area}{number:03d}" for area, number in zip(community, order, strict=True)]
    data = {"grid_code": codes, "name": [f"网格{n}" for n in range(count)], "community_code": community}
    shapes_of = toy_layers()
    stations = shapes_of["stations"].iloc[:1]
    blocks = shapes_of["blocks"].assign(grid_code=None)
    changed = {"grids": layer("grids", data, shapes), "stations": stations, "blocks": blocks}
    return shapes_of | changed


def test_a_thousand_grids_are_cut_short_on_paper_and_whole_in_the_workbook(county):
    made = county(shapes=many_grids(1000), reports=toy_incidents(0))
    vacant = next(one for one in made.tables() if one.key == "vacant")
    assert len(vacant.rows) > 900 and len(vacant.on_paper) == 30
    text = printed(made)
    assert "纸面只列前 30 行，共" in text
    assert len(texts_of(pdf(made))) < 20


def test_an_area_that_is_gone_is_refused_in_words(reference_store):
    with reference_store.read() as conn, pytest.raises(report.BadInput) as refused:
        report.read(conn, asked(area="999999999"), lambda share, words: None)
    assert refused.value.fields == {"area": "999999999"}


def test_the_atlas_is_not_changed_by_a_report(reference_store):
    material = material_of(reference_store, asked())
    before = [frame.copy() for frame in (material.atlas.stations, material.atlas.grids)]
    build(material, drawn(material))
    assert isinstance(material.atlas, Atlas)
    for frame, after in zip(before, (material.atlas.stations, material.atlas.grids), strict=True):
        assert frame.equals(after)
