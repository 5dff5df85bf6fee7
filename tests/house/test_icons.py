"""Every icon that a template or module asks for is in the sprite that set-up makes."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from gis_app.web import class_icons

ROOT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
SOURCES = [*sorted(ROOT.glob("templates/**/*.html")), *sorted(ROOT.glob("static/js/**/*.js"))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_asked_for_are_in_the_sprite(source):
    listed = set(json.loads((ROOT / "package.json").read_text())["icons"])
    assert set(ASKED.findall(source.read_text())) <= listed


def test_icons_of_incident_classes_are_in_the_sprite_and_tell_classes_apart():
    assert class_icons.all_icons() <= set(json.loads((ROOT / "package.json").read_text())["icons"])
    with (ROOT / "geodata" / "incident_classes.csv").open(encoding="utf-8", newline="") as file:
        kinds = [row for row in csv.DictReader(file) if row["parent_code"]]
    icons = [class_icons.icon_of(row["name"], row["category"]) for row in kinds]
    assert len(set(icons)) == len(icons)
    assert class_icons.icon_of("别的", "hazard") == "alert-triangle"


def test_the_sprite_holds_what_is_listed():
    sprite = (ROOT / "static/vendor/icons/sprite.svg").read_text()
    assert (
        sorted(re.findall(r'symbol id="([^"]+)"', sprite))
        == json.loads((ROOT / "package.json").read_text())["icons"]
    )
