"""The page says that data are made for as long as a made layer is in the store, and no longer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gis_app.storage import layers
from gis_app.web.services import KEY
from gis_app.web.synthetic import is_synthetic
from tests.factory import toy_layers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder whose catalogue calls the toy county's grids and stations made."""
    made = []
    for name in ("grids", "stations", "county"):
        (tmp_path / f"{name}.geojson").write_text(toy_layers()[name].to_json(), encoding="utf-8")
        made.append({"name": name, "file": f"{name}.geojson", "synthetic": name != "county"})
    (tmp_path / "catalogue.json").write_text(json.dumps({"layers": made}), encoding="utf-8")
    return tmp_path


def test_made_data_are_called_so_until_they_are_replaced(own_app, folder):
    parts = own_app().extensions[KEY]
    assert is_synthetic(parts.snapshots.newest(), folder)
    for name, kept in (("grids", True), ("stations", False)):
        frame = toy_layers()[name]
        frame["geometry"] = frame.geometry.translate(xoff=0.01)
        with parts.store.write() as conn:
            layers.replace_layer(conn, name, frame)
        assert is_synthetic(parts.snapshots.newest(), folder) is kept


@pytest.mark.parametrize(
    "content", [None, "", "{}", "[]", '{"layers": 1}', '{"layers": [{"name": "grids"}]}', "\x00"]
)
def test_without_a_readable_catalogue_nothing_is_called_made(own_app, tmp_path, content):
    if content is not None:
        (tmp_path / "catalogue.json").write_text(content, encoding="utf-8")
    assert not is_synthetic(own_app().extensions[KEY].snapshots.newest(), tmp_path)
