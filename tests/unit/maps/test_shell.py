"""The shell holds no data, no foreign address by default, and is the same bytes every time."""

import re
from types import SimpleNamespace

import folium
import pytest

from gis_app.maps import shell as shell_module
from gis_app.maps.base_maps import base_maps, tile_hosts
from gis_app.maps.shell import compose_shell

BOUNDS = (114.4, 34.4, 114.5, 34.5)
NONE = SimpleNamespace(
    tianditu_key="", osm_tiles="", gaode_tiles="", map_attribution="", map_review_number=""
)
ALL = SimpleNamespace(
    tianditu_key="0123456789abcdef",
    osm_tiles="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    gaode_tiles="https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
)
FOREIGN = re.compile(r"(?:https?:)?//[\w.-]+\.\w+")


def parts(shell):
    return shell.header_html + shell.body_html + shell.script_js


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_calls_give_the_same_bytes(language):
    assert compose_shell(NONE, BOUNDS, language) == compose_shell(NONE, BOUNDS, language)
    assert compose_shell(ALL, BOUNDS, language) == compose_shell(ALL, BOUNDS, language)


def test_no_foreign_host_by_default():
    shell = compose_shell(NONE, BOUNDS, "zh")
    assert not FOREIGN.search(parts(shell))
    assert shell.tile_hosts == ()


def test_the_header_holds_only_our_own_links():
    header = compose_shell(ALL, BOUNDS, "zh").header_html
    addresses = re.findall(r'(?:src|href)="([^"]+)"', header)
    assert addresses and all(address.startswith("/static/") for address in addresses)
    assert "<style" not in header and "<meta" not in header
    assert not re.search(r"<script[^>]*>[^<]", header)


def test_only_leaflet_and_our_plugins_no_jquery_no_bootstrap():
    shell = compose_shell(NONE, BOUNDS, "zh")
    assert not re.search("jquery|bootstrap|awesome", parts(shell), re.IGNORECASE)
    assert len({name for name, _ in folium.Map.default_js + folium.Map.default_css}) == 2


def test_the_script_publishes_the_map_and_can_zoom_deep():
    script = compose_shell(NONE, BOUNDS, "zh").script_js
    assert "window.gisMap = map_shell" in script
    assert '"maxZoom": 20' in script
    now, late = script.split("window.gisControls = function () {")
    assert "L.control.locate" in late and "FullScreen" in late
    assert "L.control.zoom" in now and "L.control.scale" in now
    view = script.index("fitBounds")
    assert "[[34.4, 114.4], [34.5, 114.5]]" in script[view : view + 100]
    assert "animate: false" in script[view : view + 120]


def test_words_follow_the_language():
    assert "Zoom in" in compose_shell(NONE, BOUNDS, "en").script_js
    assert r"\u653e\u5927" in compose_shell(NONE, BOUNDS, "zh").script_js


def test_an_empty_store_still_has_a_map():
    assert "window.gisMap" in compose_shell(NONE, None, "zh").script_js


def test_base_maps_come_only_when_set_and_gaode_is_shifted():
    shell = compose_shell(ALL, BOUNDS, "zh")
    assert [base.id for base in base_maps(ALL)] == ["tianditu", "tianditu-image", "osm", "gaode"]
    assert "L.tileLayer.gcj02(" in shell.script_js
    assert "/static/js/tiles/gcj02.js" in shell.header_html
    assert "https://tile.openstreetmap.org" in shell.tile_hosts
    assert set(shell.tile_hosts) == set(tile_hosts(ALL))
    assert base_maps(NONE) == []


@pytest.mark.parametrize(
    "hostile", ["{{ 7*7 }}", "{% for x in y %}", "{# note", "</script><img>", "${1}", "`", "'+alert(1)+'"]
)
def test_no_text_of_a_setting_runs_as_a_template(hostile):
    settings = SimpleNamespace(
        tianditu_key=hostile,
        osm_tiles=f"https://tiles.example/{hostile}/{{z}}/{{x}}/{{y}}.png",
        gaode_tiles=f"{hostile}https://tiles.example/{{z}}",
        map_attribution=hostile,
        map_review_number=hostile,
    )
    shell = compose_shell(settings, BOUNDS, "zh")
    assert hostile not in parts(shell)
    assert "49" not in shell.script_js.replace("2049", "")
    assert base_maps(settings) == []


def test_the_shell_takes_nothing_but_settings_numbers_and_a_language():
    """What people typed can not reach folium, because nothing of the store is an argument."""
    names = shell_module.compose_shell.__code__.co_varnames[: shell_module.compose_shell.__code__.co_argcount]
    assert names == ("settings", "bounds", "language")
    with pytest.raises((TypeError, ValueError)):
        compose_shell(NONE, ("{{ 7*7 }}", 0, 1, 1), "zh")
    assert "{{" not in parts(compose_shell(NONE, BOUNDS, "{{ 7*7 }}"))
