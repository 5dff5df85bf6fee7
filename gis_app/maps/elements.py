"""Map elements that folium has no option for: words on the zoom buttons, a metric scale, shifted tiles.

They hold constants and numbers only; see shell.py for why no other text may come here.
"""

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen, LocateControl
from folium.template import Template


class FirstView(MacroElement):
    """The area first shown, taken up at once; an animation could end after a shared link set its view."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {{ this._parent.get_name() }}.fitBounds(
                {{ this.bounds|tojson }}, {padding: [12, 12], animate: false});
        {% endmacro %}
        """
    )

    def __init__(self, bounds: list[list[float]]):
        super().__init__()
        self._name = "FirstView"
        self.bounds = bounds


class ZoomButtons(MacroElement):
    """Zoom buttons with titles in the page's language."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.control.zoom({position: "bottomright", zoomInTitle: {{ this.zoom_in|tojson }},
                zoomOutTitle: {{ this.zoom_out|tojson }}}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, zoom_in: str, zoom_out: str):
        super().__init__()
        self._name = "ZoomButtons"
        self.zoom_in, self.zoom_out = zoom_in, zoom_out


class ScaleBar(MacroElement):
    """A metric scale bar."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.control.scale({position: "bottomleft", imperial: false, maxWidth: 120})
                .addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self):
        super().__init__()
        self._name = "ScaleBar"


class LocateButton(LocateControl):
    """The locate plugin, whose mistakes are told by the page (static/js/readout.js) and not in an alert."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.control.locate({
                ...{{ this.options|tojavascript }},
                onLocationError: function () { window.dispatchEvent(new Event("locate:mistake")); },
            }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


class FullScreenButton(Fullscreen):
    """The full-screen plugin by its constructor, since its fifth edition has no factory for folium to call.

    The whole stage goes full screen, so that summary, tools and time slider stay with the map.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            new L.Control.FullScreen({
                ...{{ this.options|tojavascript }},
                fullscreenElement: document.getElementById("stage") || false,
            }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


class GcjTileLayer(JSCSSMixin, folium.TileLayer):
    """Tiles in GCJ-02, drawn shifted to where they belong (static/js/tiles/gcj02.js)."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.tileLayer.gcj02(
                {{ this.tiles|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
        """
    )


class Publish(MacroElement):
    """Hands the map and its base layers to the page's modules as window.gisMap and window.gisBases."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {{ this.map_name }}.attributionControl.setPrefix(false);
            window.gisMap = {{ this.map_name }};
            window.gisBases = {
            {%- for id, layers in this.bases.items() %}
                {{ id|tojson }}: [{{ layers|join(", ") }}],
            {%- endfor %}
            };
        {% endmacro %}
        """
    )

    def __init__(self, map_name: str, bases: dict[str, list[str]]):
        super().__init__()
        self._name = "Publish"
        self.map_name, self.bases = map_name, bases
