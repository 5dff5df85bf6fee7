"""The catalogue: titles in both languages, choices that work, nothing offered that a county has not."""

import json
from types import SimpleNamespace

import pytest

from gis_app.assignments.tables import ROLES
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.layers.schema import LAYERS as SCHEMA_LAYERS
from gis_app.maps import catalogue
from gis_app.maps.styles import BORDERS, HOLDER_COLOURS

NONE = SimpleNamespace()
ROWS = dict.fromkeys(SCHEMA_LAYERS, 3)


def config(language="zh", rows=ROWS, **more):
    return catalogue.page_config(NONE, language, 7, (1.0, 2.0, 3.0, 4.0), rows, **more)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_title_is_there_in_both_languages(language):
    found = config(language)
    layers = [layer for group in found["groups"] for layer in group["layers"]]
    choices = [c for overlay in found["overlays"] for p in overlay["parameters"] for c in p["choices"]]
    for thing in [*found["groups"], *layers, *found["overlays"], *choices]:
        assert thing["title"].strip()


def test_it_is_plain_json():
    assert json.loads(json.dumps(config(), allow_nan=False)) == config()


def test_a_layer_without_rows_is_not_offered():
    found = config(rows={"grids": 9, "stations": 1})
    assert [layer["id"] for group in found["groups"] for layer in group["layers"]] == [
        "grids",
        "labels",
        "stations",
    ]


def test_an_empty_store_opens_without_an_overlay():
    assert config(rows={})["default_overlay"] == "none"
    assert config(rows={})["groups"] == []
    assert config()["default_overlay"] in {overlay["id"] for overlay in config()["overlays"]}


def test_every_layer_is_one_of_the_schema():
    for name, entry in catalogue.LAYERS.items():
        assert entry.get("data", name) in (*SCHEMA_LAYERS, "street_pieces")
    assert set(BORDERS) <= set(catalogue.LAYERS)


def test_the_choices_are_those_of_the_rooms():
    overlays = {
        overlay["id"]: {p["name"]: p for p in overlay["parameters"]} for overlay in catalogue.overlays()
    }
    values = lambda p: [choice["value"] for choice in p["choices"]]  # noqa: E731
    assert values(overlays["assignment"]["role"]) == list(ROLES)
    assert values(overlays["incidents"]["category"]) == ["", *CATEGORIES]
    assert values(overlays["incidents"]["state"]) == ["", *STATES]
    assert values(overlays["coverage"]["limit"]) == ["300m", "500m", "1000m", "5min", "10min", "15min"]
    for parameters in overlays.values():
        for parameter in parameters.values():
            assert parameter["default"] in values(parameter)


def test_an_unknown_language_is_told_in_chinese():
    assert config("xx")["language"] == "zh"


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_dark_names_are_readable_on_every_holder_colour():
    ink = luminance("#1B2733")
    for colour in HOLDER_COLOURS:
        assert (luminance(colour) + 0.05) / (ink + 0.05) >= 4.5, colour
    assert len(set(HOLDER_COLOURS)) == 8
