"""A start makes ready what the first page shows, and a second start does not make it again."""

from __future__ import annotations

import brotli

from gis_app.web.services import KEY
from gis_app.web.warm import warm
from tests.web.conftest import sign_in


def kept_files(app) -> dict:
    folder = app.extensions[KEY].settings.instance_dir / "cache"
    return {file.name: file.stat().st_mtime_ns for file in folder.glob("*")}


def test_layers_are_compressed_once_and_say_the_same(own_app):
    app = own_app()
    warm(app)
    files = kept_files(app)
    assert files and all(name.endswith(".br") for name in files)
    client = app.test_client()
    sign_in(client, "leader")
    plain = client.get("/layers/blocks.geojson")
    small = client.get("/layers/blocks.geojson", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(small.data) == plain.data and len(small.data) < len(plain.data)
    warm(own_app())
    assert kept_files(app) == files


def test_a_damaged_file_is_made_again(own_app):
    app = own_app()
    warm(app)
    folder = app.extensions[KEY].settings.instance_dir / "cache"
    for file in folder.iterdir():
        file.write_bytes(brotli.compress(b"something else"))
    next(folder.iterdir()).write_bytes(b"no brotli")
    again = own_app()
    warm(again)
    client = again.test_client()
    sign_in(client, "leader")
    for name in ("grids", "stations", "county"):
        small = client.get(f"/layers/{name}.geojson", headers={"Accept-Encoding": "br"})
        assert brotli.decompress(small.data) == client.get(f"/layers/{name}.geojson").data


def test_a_folder_that_cannot_be_written_stops_nobody(own_app):
    app = own_app()
    (app.extensions[KEY].settings.instance_dir / "cache").write_text("a file where the folder should be")
    warm(app)
    client = app.test_client()
    sign_in(client, "leader")
    assert client.get("/layers/grids.geojson").status_code == 200
