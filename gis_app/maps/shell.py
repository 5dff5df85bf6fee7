"""The map shell: what folium composes, once per settings and language, without a word of the store's data.

Folium compiles rendered text a second time as a template, so nothing that people typed may pass through it;
the page's own modules fetch the layers and write with textContent. Class-level asset lists are replaced once,
here, at import.
"""

from dataclasses import dataclass

import folium
from branca.element import CssLink, Element, JavascriptLink

from gis_app.maps.base_maps import TileSource, base_maps, tile_hosts
from gis_app.maps.elements import (
    FirstView,
    FullScreenButton,
    GcjTileLayer,
    LocateButton,
    Publish,
    ScaleBar,
    ZoomButtons,
)

VENDOR = "/static/vendor"
MAP_NAME = "map_shell"
MAX_ZOOM = 20
MIN_ZOOM = 8

# Controls whose plugins may come after the first overlay, by the name they are added under.
LATE = frozenset({"locate", "fullscreen"})

# Where no bounds are known yet (an empty store) the map opens on the whole country.
WHOLE_COUNTRY = (73.5, 18.0, 135.1, 53.6)

folium.Map.default_js = [("leaflet", f"{VENDOR}/leaflet/leaflet.js")]
folium.Map.default_css = [("leaflet_css", f"{VENDOR}/leaflet/leaflet.css")]
LocateButton.default_js = [("locate", f"{VENDOR}/leaflet.locatecontrol/L.Control.Locate.min.js")]
LocateButton.default_css = [("locate_css", f"{VENDOR}/leaflet.locatecontrol/L.Control.Locate.min.css")]
FullScreenButton.default_js = [("fullscreen", f"{VENDOR}/leaflet.fullscreen/Control.FullScreen.umd.js")]
FullScreenButton.default_css = [("fullscreen_css", f"{VENDOR}/leaflet.fullscreen/Control.FullScreen.css")]
GcjTileLayer.default_js = [("gcj02", "/static/js/tiles/gcj02.js")]

WORDS = {
    "zh": {
        "zoom_in": "放大",
        "zoom_out": "缩小",
        "locate": "我的位置",
        "outside": "您的位置不在地图范围内",
        "fullscreen": "全屏显示地图",
        "leave_fullscreen": "退出全屏",
    },
    "en": {
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "locate": "My location",
        "outside": "You are outside the area of this map",
        "fullscreen": "Show the map full screen",
        "leave_fullscreen": "Leave full screen",
    },
}


@dataclass(frozen=True)
class Shell:
    """The parts of a page that folium made, and the foreign origins its tiles may come from."""

    header_html: str
    body_html: str
    script_js: str
    tile_hosts: tuple[str, ...]


def compose_shell(settings: object, bounds: tuple[float, float, float, float] | None, language: str) -> Shell:
    """Compose the shell; the same arguments give the same bytes.

    ``bounds`` are west, south, east, north in degrees, the area first shown: four numbers, and the only thing
    here that comes from the store.
    """
    words = WORDS.get(language, WORDS["zh"])
    canvas = _map(bounds or WHOLE_COUNTRY)
    _add_controls(canvas, words)
    bases = _add_base_maps(canvas, settings)
    _add(canvas, Publish(MAP_NAME, bases), "publish")
    figure = canvas.get_root()
    figure.render()
    return Shell(
        header_html=_links(figure.header),
        body_html=figure.html.render().strip(),
        script_js=_script(figure.script),
        tile_hosts=tile_hosts(settings),
    )


def _map(bounds: tuple[float, float, float, float]) -> folium.Map:
    west, south, east, north = (float(b) for b in bounds)
    canvas = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=13,
        tiles=None,
        zoom_control=False,
        prefer_canvas=True,
        maxZoom=MAX_ZOOM,
        minZoom=MIN_ZOOM,
        zoomSnap=0.25,
        wheelPxPerZoomLevel=90,
        fadeAnimation=False,
    )
    canvas._name, canvas._id = "map", "shell"
    _add(canvas, FirstView([[south, west], [north, east]]), "view")
    return canvas


def _add_controls(canvas: folium.Map, words: dict[str, str]) -> None:
    _add(canvas, ZoomButtons(words["zoom_in"], words["zoom_out"]), "zoom")
    locate = LocateButton(
        position="bottomright",
        showPopup=False,
        flyTo=False,
        clickBehavior={"inView": "stop", "outOfView": "setView", "inViewNotFollowing": "setView"},
        strings={"title": words["locate"], "outsideMapBoundsMsg": words["outside"]},
    )
    _add(canvas, locate, "locate")
    full = FullScreenButton(
        position="bottomright", title=words["fullscreen"], title_cancel=words["leave_fullscreen"]
    )
    _add(canvas, full, "fullscreen")
    _add(canvas, ScaleBar(), "scale")


def _add_base_maps(canvas: folium.Map, settings: object) -> dict[str, list[str]]:
    """Add every switched-on source, none of them shown; the layer panel turns one on."""
    names: dict[str, list[str]] = {}
    for base in base_maps(settings):
        for index, source in enumerate(base.sources):
            layer = _tile_layer(source)
            _add(canvas, layer, f"{base.id}_{index}".replace("-", "_"))
            names.setdefault(base.id, []).append(layer.get_name())
    return names


def _tile_layer(source: TileSource) -> folium.TileLayer:
    kind = GcjTileLayer if source.gcj02 else folium.TileLayer
    extra = {"tk": source.key} if source.key else {}
    return kind(
        tiles=source.url,
        attr=source.attribution,
        max_zoom=MAX_ZOOM,
        max_native_zoom=source.max_native_zoom,
        subdomains=source.subdomains or "abc",
        name="base",
        show=False,
        control=False,
        **extra,
    )


def _add(canvas: folium.Map, element: Element, identity: str) -> None:
    """Add an element under a name of our own, so that every render gives the same bytes."""
    element._id = identity
    canvas.add_child(element, name=identity)


def _links(header: Element) -> str:
    """Keep only the header's links, scripts deferred; the viewport tag and inline styles are dropped.

    What the late controls need stands in an inert template, out of the way of the first overlay.
    """
    lines: dict[bool, list[str]] = {False: [], True: []}
    for name, child in header._children.items():
        late = name.removesuffix("_css") in LATE
        if isinstance(child, CssLink):
            lines[late].append(f'<link rel="stylesheet" href="{child.url}">')
        elif isinstance(child, JavascriptLink):
            how = "" if late else 'defer fetchpriority="high" '
            lines[late].append(f'<script {how}src="{child.url}"></script>')
    return "\n".join([*lines[False], '<template id="late-controls">', *lines[True], "</template>"])


def _script(script: Element) -> str:
    """Join the statements, those of the late controls inside a function that the page calls later."""
    texts = {name: child.render() for name, child in script._children.items()}
    late = [text for name, text in texts.items() if name.rpartition("_")[2] in LATE]
    now = [text for name, text in texts.items() if name.rpartition("_")[2] not in LATE]
    return _lines("\n".join([*now, "window.gisControls = function () {", *late, "};"]))


def _lines(script: str) -> str:
    kept = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in kept if line) + "\n"
