"""The reference county can be built again, byte for byte, and the catalogue tells the truth."""

from __future__ import annotations

import hashlib
import json
import shutil

from gis_app.reference_county.build import main


def test_a_fresh_build_is_the_same_to_the_byte(geodata):
    assert main(["--check"]) == 0


def test_check_notices_a_changed_file(geodata, tmp_path, capsys):
    copy = tmp_path / "geodata"
    shutil.copytree(geodata, copy)
    (copy / "grids.geojson").write_bytes((copy / "grids.geojson").read_bytes().replace(b"114.", b"115.", 1))
    assert main(["--check", "--output", str(copy)]) == 1
    assert "grids.geojson" in capsys.readouterr().err


def test_the_catalogue_holds_every_file_with_rows_and_sha256(files, geodata):
    entries = json.loads((geodata / "catalogue.json").read_text("utf-8"))["layers"]
    data = {file.name for file in geodata.iterdir() if file.suffix in (".geojson", ".csv")}
    assert {entry["file"] for entry in entries} == data
    for entry in entries:
        assert entry["sha256"] == hashlib.sha256((geodata / entry["file"]).read_bytes()).hexdigest()
        assert entry["rows"] == len(files[entry["name"]])
        assert entry["source"] and entry["licence"]
        assert entry["synthetic"] == (entry["name"] != "county")


def test_the_whole_folder_stays_small(geodata):
    assert sum(file.stat().st_size for file in geodata.rglob("*") if file.is_file()) < 8_000_000
