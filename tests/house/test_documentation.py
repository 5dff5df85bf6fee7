"""README.md tells the truth about settings, routes, permissions and rooms, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import tables

ROOT = Path(__file__).resolve().parents[2]
REMEDY = "run  .venv/bin/python -m tests.house.tables"
BOTH = pytest.mark.parametrize("readme", [tables.README, tables.README_ZH], ids=lambda file: file.name)


def test_settings_are_documented():
    assert tables.read(tables.README, "settings") == tables.settings_rows(), REMEDY


def test_settings_are_documented_in_chinese():
    rows = tables.read(tables.README_ZH, "settings")
    assert [row[::2][:2] for row in rows] == [row[::2][:2] for row in tables.settings_rows()]
    assert all(re.search("[一-鿿]", row[3]) for row in rows)


def test_routes_are_documented(app):
    assert tables.read(tables.README, "routes") == tables.routes_rows(app), REMEDY


def test_permissions_are_documented():
    assert tables.read(tables.README, "permissions") == tables.permissions_rows(), REMEDY


@BOTH
def test_every_room_is_on_the_map_of_rooms(readme: Path):
    rooms = {path.name for path in (ROOT / "gis_app").iterdir() if (path / "__init__.py").exists()}
    text = readme.read_text()
    assert {room for room in rooms if f"`{room}/`" not in text} == set()


@BOTH
def test_the_two_commands_and_the_glossary_are_there(readme: Path):
    text = readme.read_text()
    for word in ("scripts/run", "scripts/test", "网格", "暖心驿站", "GIS_INSTANCE_DIR", "LICENSE"):
        assert word in text


@BOTH
def test_links_and_pictures_of_the_readme_exist(readme: Path):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", readme.read_text())
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []
