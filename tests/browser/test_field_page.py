"""The field page on a phone: where am I, who answers, which station is open and how do I walk there."""
# ruff: noqa: F811

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from gis_app.geo.crs import LONLAT, project, wgs84_to_gcj02
from tests.browser.conftest import PHONE, Watch, screenshot
from tests.browser.field_fixtures import (  # noqa: F401
    HERE,
    PLACE,
    READY,
    SPOT,
    atlas,
    field,
    metres_between,
    nearest_of_server,
)
from tests.browser.field_scripts import BOTH_NEAREST

SHOWN = "async () => (await import('/static/js/field/stations.js')).shown().chosen?.station.code"


def test_the_position_names_its_grid_who_answers_and_the_nearest_open_station(field, atlas):
    page = field()
    code = atlas.grid_at(*HERE)
    expect(page.locator("#grid-code")).to_have_text(code)
    expect(page.locator("#grid-title")).to_contain_text(code[-3:])
    expect(page.locator("#accuracy")).to_contain_text("12 m")
    told = nearest_of_server(page, HERE)
    expect(page.locator("#nearest article")).to_have_attribute("data-station", told[0]["station_code"])
    expect(page.locator(".far strong")).to_have_text(f"步行 {max(1, round(told[0]['walk_min']))} 分")
    rows = page.locator(".station-row")
    assert [row.get_attribute("data-station") for row in rows.all()] == [
        one["station_code"] for one in told[1 : 1 + rows.count()]
    ]
    screenshot(page, "field-stations")
    page.tap("#grid-button")
    posts = page.locator("#sheet .post")
    expect(posts.first).to_be_visible()
    assert page.locator("#sheet a[href^='tel:']").count() >= 1
    screenshot(page, "field-who-answers")


def test_the_way_is_drawn_along_the_streets(field, atlas):
    page = field()
    way = page.evaluate("async () => (await import('/static/js/field/stations.js')).shown().way")
    told = nearest_of_server(page, HERE)[0]
    assert metres_between(atlas, way[0], HERE) < 0.5
    line = shapely.LineString(project(np.array(way), LONLAT, atlas.metric_crs))
    assert line.length == pytest.approx(told["walk_m"], abs=1)
    other = shapely.LineString(project(np.array(told["way"]), LONLAT, atlas.metric_crs))
    assert line.hausdorff_distance(other) < 1
    drawn = "() => Object.values(window.gisMap._layers).filter((one) => one instanceof L.Polyline).length"
    assert page.evaluate(drawn) >= 2
    inside = """([way]) => way.every(([lon, lat]) => window.gisMap.getBounds().contains([lat, lon]))"""
    assert page.evaluate(inside, [way])


def test_the_phone_finds_what_the_server_finds(field, atlas):
    page = field()
    west, south, east, north = atlas.grids.total_bounds
    random = np.random.default_rng(20)
    points = random.uniform((west, south), (east, north), size=(300, 2)).round(6).tolist()
    told = page.evaluate(BOTH_NEAREST, points)
    compared = 0
    for point, one in zip(points, told, strict=True):
        assert one["server"] is not None, point
        for code, metres in one["server"]:
            own = one["own"][code]
            assert (own is None) == (metres is None), (point, code)
            if metres is not None:
                assert own == pytest.approx(metres, abs=1), (point, code)
                compared += 1
    assert compared > 600
    assert np.median([one["took"] for one in told]) < 200


def test_a_refused_position_leaves_the_map_the_search_and_the_code(field, atlas):
    page = field(at=None)
    expect(page.locator("#no-position h2")).to_have_text("没有得到定位许可")
    expect(page.locator("#no-position")).to_contain_text("搜索地点")
    expect(page.locator("#no-position")).to_contain_text("扫二维码")
    screenshot(page, "field-refused")
    page.locator("#map_shell, .folium-map").first.tap(position={"x": 190, "y": 200})
    expect(page.locator("#nearest article")).to_be_visible()
    place = page.evaluate(PLACE)
    assert place["source"] == "tap"
    expect(page.locator("#grid-code")).to_have_text(atlas.grid_at(place["lon"], place["lat"]) or "")


def test_an_accuracy_of_two_kilometres_names_no_grid(field):
    page = field(accuracy=2000)
    expect(page.locator("#no-position")).to_contain_text("2 km")
    expect(page.locator("#nearest article")).to_have_count(0)
    expect(page.locator("#grid-code")).to_have_text("")
    expect(page.locator("#accuracy")).to_contain_text("2 km")
    screenshot(page, "field-coarse")


def test_outside_the_county_is_said(field):
    page = field(at=(116.4, 39.9))
    expect(page.locator("#no-position h2")).to_contain_text("之外")
    expect(page.locator("#nearest article")).to_have_count(0)


def test_outside_the_county_but_within_its_box_the_server_says_so(field, atlas, watch: Watch):
    west, south, east, north = atlas.county.total_bounds
    corners = [(west, south), (west, north), (east, south), (east, north)]
    county = atlas.county.geometry.iloc[0]
    corner = next(point for point in corners if not county.covers(shapely.Point(point)))
    watch.expect("/field/here")
    watch.expect("400")
    page = field(at=corner)
    expect(page.locator("#no-position h2")).to_contain_text("之外")


@pytest.mark.parametrize("crs", ["gcj02", "GCJ-02"])
def test_a_position_declared_as_gcj02_is_put_where_it_belongs(field, atlas, crs):
    x, y = wgs84_to_gcj02(np.array([HERE]))[0]
    page = field(at=None, fragment=f"#at={x:.7f},{y:.7f}&crs={crs}")
    expect(page.locator("#grid-code")).to_have_text(atlas.grid_at(*HERE))
    place = page.evaluate(PLACE)
    assert metres_between(atlas, (place["lon"], place["lat"]), HERE) < 1


def test_an_undeclared_system_is_refused_in_words(field):
    page = field(at=None, fragment="#at=114.4,34.4&crs=beijing54")
    expect(page.locator("[data-notice=link]")).to_contain_text("坐标系")
    assert page.evaluate(PLACE) is None


def test_near_a_border_the_other_grid_is_named(field, atlas):
    grids = atlas.grids.geometry.to_crs(atlas.metric_crs)
    codes = atlas.grids["grid_code"].to_numpy()
    one, other = next(
        (i, j)
        for i in range(len(grids))
        for j in range(i + 1, len(grids))
        if grids.iloc[i].intersection(grids.iloc[j]).length > 100
    )
    middle = shapely.line_merge(grids.iloc[one].intersection(grids.iloc[other])).interpolate(
        0.5, normalized=True
    )
    inner = middle.buffer(6).boundary.intersection(grids.iloc[one]).representative_point()
    lon, lat = project(np.array([[inner.x, inner.y]]), atlas.metric_crs, LONLAT)[0]
    page = field(at=(float(lon), float(lat)), accuracy=10)
    expect(page.locator("#grid-code")).to_have_text(codes[one])
    expect(page.locator("#border-hint")).to_be_visible()
    expect(page.locator("#border-hint")).to_contain_text("靠近网格边界")
    page.wait_for_timeout(600)
    you, words = page.locator(".you").bounding_box(), page.locator(".map-words").bounding_box()
    assert you["y"] > words["y"] + words["height"], "the words on the map hide where the worker stands"
    screenshot(page, "field-near-a-border")


@pytest.mark.parametrize(
    ("chip", "amenity"),
    [("water", "drinking_water"), ("charging", "charging"), ("toilet", "toilet"), ("first_aid", "first_aid")],
)
def test_filters_leave_what_fits_and_last(field, chip, amenity):
    page = field()
    page.locator(f"[data-filter={chip}]").scroll_into_view_if_needed()
    page.tap(f"[data-filter={chip}]")
    told = nearest_of_server(page, HERE, amenities=[amenity])
    expect(page.locator("#nearest article")).to_have_attribute("data-station", told[0]["station_code"])
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator(f"[data-filter={chip}]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#nearest article")).to_have_attribute("data-station", told[0]["station_code"])
    page.tap("[data-filter=open]")
    told = nearest_of_server(page, HERE, amenities=[amenity], open_only=False)
    expect(page.locator("#nearest article")).to_have_attribute("data-station", told[0]["station_code"])
    page.wait_for_timeout(600)
    mark, words = page.locator(".mark-holder svg[width='38']"), page.locator(".map-words").bounding_box()
    assert mark.bounding_box()["y"] >= words["y"] + words["height"] - 1, "the chosen station is out of sight"


def test_a_street_that_was_searched_for_stands_for_the_position(field, atlas):
    page = field(at=None)
    name = next(name for name in atlas.streets["name"] if name and "街" in name)
    page.tap("#find-button")
    page.fill("#find-field", name)
    page.locator("#find-results button", has_text=name).first.tap()
    expect(page.locator(".from")).to_contain_text(name)
    expect(page.locator("#nearest article")).to_be_visible()
    place = page.evaluate(PLACE)
    named = atlas.streets[atlas.streets["name"] == name].to_crs(atlas.metric_crs)
    at = project(np.array([[place["lon"], place["lat"]]]), LONLAT, atlas.metric_crs)[0]
    assert named.distance(shapely.Point(at)).min() < 1


def test_a_station_is_handed_over_to_four_map_applications(field):
    page = field(fragment="#station=WS002")
    expect(page.locator("#nearest article")).to_have_attribute("data-station", "WS002")
    page.locator("article .button.primary").tap()
    links = page.locator("#sheet [data-map]")
    expect(links).to_have_count(4)
    assert [one.get_attribute("data-map") for one in links.all()] == ["amap", "baidu", "tencent", "system"]
    assert links.last.get_attribute("href").startswith("geo:34.")
    page.tap("#sheet-close")
    page.go_back()
    expect(page.locator(".back")).to_have_count(0)


def test_a_clock_that_is_a_day_out_is_said_and_set_right(field, new_page):
    right = field()
    wanted = right.evaluate(SHOWN)
    words = right.locator(".open-words span").first.inner_text()
    page = new_page("grid_worker", PHONE, permissions=["geolocation"], geolocation=SPOT)
    page.clock.set_system_time(datetime.now() + timedelta(days=1))
    page.goto("/field")
    page.wait_for_selector(READY)
    expect(page.locator("[data-notice=clock]")).to_contain_text("快了约 24 小时")
    assert page.evaluate(SHOWN) == wanted
    assert page.locator(".open-words span").first.inner_text() == words
    expect(page.locator("#state-age")).to_have_text("数据 刚刚")


@pytest.mark.parametrize(("at", "said"), [(None, "还没有位置"), ((116.4, 39.9), "不在本县范围内")])
def test_a_report_without_a_usable_position_asks_for_a_tap_on_the_map(field, atlas, at, said):
    page = field(at=at)
    page.evaluate("() => { location.hash = 'report'; }")
    expect(page.locator("#where-said")).to_contain_text(said)
    bounds = [float(value) for value in atlas.county.total_bounds]
    seen = page.evaluate("() => { const at = window.gisMap.getCenter(); return [at.lng, at.lat]; }")
    assert bounds[0] < seen[0] < bounds[2] and bounds[1] < seen[1] < bounds[3], "the map left the county"
    page.locator("#field-map").tap(position={"x": 150, "y": 90})
    expect(page.locator("#where-said")).to_have_text("可拖动地图上的标记")
    expect(page.locator("#where-grid")).to_contain_text("社区")
