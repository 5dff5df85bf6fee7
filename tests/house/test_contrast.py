"""The tokens keep their promise: body text 7:1, secondary text and signals 4.5:1, marks and edges 3:1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
THEMES = ("light", "dark", "sunlight")
# foreground, grounds it stands on, least contrast
PAIRS = (
    ("ink", ("ground", "surface", "surface-2"), 7.0),
    ("ink-2", ("ground", "surface", "surface-2", "primary-soft"), 4.5),
    ("primary", ("ground", "surface", "primary-soft"), 4.5),
    ("primary-ink", ("primary",), 4.5),
    ("overdue", ("surface", "overdue-soft", "primary-soft"), 4.5),
    ("due-soon-ink", ("surface", "due-soon-soft"), 4.5),
    ("in-time", ("surface", "in-time-soft"), 4.5),
    ("neutral", ("surface",), 4.5),
    ("due-soon", ("surface",), 3.0),
    ("ink-3", ("ground", "surface", "surface-2"), 3.0),
    ("line-strong", ("ground", "surface"), 3.0),
    ("border-grid", ("land", "block"), 3.0),
)


def tokens(theme: str) -> dict[str, str]:
    """Return the colours of a theme by name."""
    block = re.search(rf'data-theme="{theme}"\] \{{(.*?)\}}', TOKENS.read_text(), re.DOTALL).group(1)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_contrast(theme):
    colours = tokens(theme)
    weak = {
        f"{front} on {ground}": round(contrast(colours[front], colours[ground]), 2)
        for front, grounds, least in PAIRS
        for ground in grounds
        if contrast(colours[front], colours[ground]) < least
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES[1:])
def test_every_theme_sets_every_colour(theme):
    assert tokens(theme).keys() == tokens("light").keys()
