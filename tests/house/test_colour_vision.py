"""Colours that mean something stay apart for red-green blind readers: measured, not believed.

The library `colorspacious` simulates a total lack of green or red cones (after Machado, Oliveira, Fernandes)
and measures how far apart two colours look (CAM02-UCS, where 1 is just noticeable).
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE

from gis_app.maps.catalogue import STAR_COLOURS
from gis_app.maps.classes import NONE_COLOUR, PALETTES
from tests.house.test_contrast import tokens

ROOT = Path(__file__).resolve().parents[2]
EYES = ("normal", "deuteranomaly", "protanomaly")
CLASSES, SIGNALS = 10.0, 15.0


def seen(colour: str, eyes: str) -> np.ndarray:
    """Return #rrggbb as it looks to these eyes, as red, green and blue from 0 to 1."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    if eyes == "normal":
        return rgb
    space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
    return np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)


def closest(colours, eyes: str) -> tuple[float, str, str]:
    """Return the two colours that look most alike, and how far apart they look."""
    looks = {colour: seen(colour, eyes) for colour in colours}
    return min(
        (float(deltaE(looks[one], looks[other], input_space="sRGB1")), one, other)
        for one, other in combinations(looks, 2)
    )


def catchment_colours() -> list[str]:
    """Return the colours of the stations' catchments."""
    text = (ROOT / "static" / "js" / "coverage_shapes.js").read_text(encoding="utf-8")
    return re.findall(r"#[0-9a-f]{6}", re.search(r"const HUES = \[(.*?)\]", text).group(1))


SCALES = {
    **PALETTES,
    "YlGnBu and none": (NONE_COLOUR, *PALETTES["YlGnBu"]),
    "stars": STAR_COLOURS,
    "catchments": catchment_colours(),
}
# on the leader's page, the wall and the page of coverage: what is told apart by its colour beside its word
PAIRS = {
    "better and worse, met and missed": ("in-time", "overdue"),
    "the trend and its target": ("primary", "ink-2"),
    "on foot and within capacity": ("primary", "in-time"),
    "an area lit and one selected": ("primary", "ink"),
}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scale", SCALES)
def test_the_classes_of_a_map_stay_apart(scale, eyes):
    assert closest(SCALES[scale], eyes)[0] >= CLASSES, closest(SCALES[scale], eyes)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS)
def test_signals_and_lines_stay_apart(pair, theme, eyes):
    colours = tokens(theme)
    assert closest([colours[name] for name in PAIRS[pair]], eyes)[0] >= SIGNALS


def test_the_measure_knows_colours_that_red_green_blind_readers_mix_up():
    assert closest(["#1b9e77", "#e7298a"], "normal")[0] > SIGNALS
    assert closest(["#1b9e77", "#e7298a"], "deuteranomaly")[0] < CLASSES
