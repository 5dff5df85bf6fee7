"""The map itself: ground, names, pointer, layers, paper, and base maps whose offset is corrected."""

from __future__ import annotations

import numpy as np
import pytest

from gis_app.geo.crs import wgs84_to_gcj02
from tests.browser.conftest import until
from tests.browser.test_map_overlays import show

INKED = """(pane) => [...document.querySelectorAll(`.leaflet-${pane}-pane canvas`)].reduce((sum, canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  for (let i = 3; i < data.length; i += 400) sum += data[i] > 0;
  return sum;
}, 0)"""


@pytest.fixture
def leader(new_page):
    return new_page("leader")


@pytest.mark.parametrize("pane", ["ground", "detail", "marks", "names"])
def test_ground_borders_stations_and_names_are_drawn(leader, pane):
    until(show(leader, "#overlay=none"), INKED, "found > 20", pane)


@pytest.mark.parametrize("zoom", [9, 13, 16, 20])
def test_the_map_can_be_seen_from_the_county_to_a_doorstep(leader, zoom):
    page = show(leader, "#overlay=none")
    place = page.evaluate("[gisMap.getCenter().lng, gisMap.getCenter().lat]")
    show(page, f"#at={place[0]:.5f},{place[1]:.5f},{zoom}&overlay=coverage")
    assert page.evaluate("gisMap.getZoom()") == zoom
    until(page, INKED, "found > 20", "ground")


def test_a_layer_can_be_taken_away_and_brought_back(leader):
    page = show(leader, "#overlay=none")
    before = page.evaluate(INKED, "detail")
    page.uncheck("#layer-groups input[value=streets]")
    until(page, INKED, f"found < {before}", "detail")
    page.check("#layer-groups input[value=streets]")
    until(page, INKED, f"found === {before}", "detail")


def test_the_pointer_lights_an_area_and_a_click_opens_it(leader):
    page = show(leader, "#overlay=coverage")
    # A place inside a grid and away from every station, as the page itself would see it.
    x, y = page.evaluate("""async () => {
      const { featuresOf } = await import("/static/js/layers.js");
      const { labelPoint } = await import("/static/js/geometry.js");
      const { stationAt } = await import("/static/js/stations.js");
      const box = gisMap.getContainer().getBoundingClientRect();
      for (const { geometry } of (await featuresOf("grid")).values()) {
        const spot = labelPoint(geometry);
        const at = gisMap.latLngToContainerPoint([spot.y, spot.x]);
        const top = document.elementFromPoint(box.left + at.x, box.top + at.y);
        if (!stationAt(at, 24) && gisMap.getContainer().contains(top) && !top.closest(".leaflet-control")) {
          return [box.left + at.x, box.top + at.y];
        }
      }
    }""")
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.wait_for_selector(".map-note")
    until(page, INKED, "found > 0", "highlight")
    until(page, "() => document.querySelector('.coordinates').innerText", "found.split('.').length === 3")
    page.mouse.click(x, y)
    page.wait_for_selector("#drawer:not([hidden])")


def test_paper_gets_one_flat_picture_of_the_same_place(leader):
    page = show(leader, "#overlay=coverage")
    view = "[gisMap.getZoom(), gisMap.getCenter().lat, gisMap.getCenter().lng]"
    before = page.evaluate(view)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(INKED, "print") > 1000
    hidden = "node => getComputedStyle(node).visibility === 'hidden'"
    assert page.locator(".leaflet-fills-pane canvas").evaluate(hidden)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".leaflet-print-pane canvas").count() == 0
    assert page.evaluate(view) == pytest.approx(before, abs=2e-4), "within a pixel of where it was"


def test_names_of_the_store_are_written_as_text(leader):
    """A name that is markup is a name, in the tooltip as everywhere."""
    page = show(leader, "#overlay=none")
    made = page.evaluate("""async () => {
      const { el } = await import("/static/js/dom.js");
      return el("strong", {}, "<img src=x onerror=alert(1)>").innerHTML;
    }""")
    assert made == "&lt;img src=x onerror=alert(1)&gt;"
    kinds = page.evaluate("[...document.scripts].filter(script => !script.src).map(script => script.type)")
    assert set(kinds) <= {"importmap", "application/json"}


def test_the_browser_shifts_tiles_by_the_same_offset_as_the_server_computes(leader):
    page = show(leader, "#overlay=none")
    if not page.evaluate("Boolean(L.TileLayer.Gcj02)"):
        page.add_script_tag(url="/static/js/tiles/gcj02.js")
    places = np.array([[114.467, 34.48], [121.47, 31.23], [87.6, 43.8], [2.35, 48.86]])
    ours = wgs84_to_gcj02(places)
    theirs = page.evaluate(
        "all => all.map(([lng, lat]) => L.TileLayer.Gcj02.toGcj02({lng, lat})).map(p => [p.lng, p.lat])",
        places.tolist(),
    )
    assert np.abs(np.array(theirs) - ours).max() < 1e-7
