"""The tutorial is true: its commands, taken from the page, make a county that works, in a fresh folder."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from gis_app.reference_county import sample
from tests.conftest import ROOT
from tests.help_blocks import Block, blocks_of, manual_page, says
from tests.serving import free_port

QUARTER_OF_AN_HOUR_S = 15 * 60
USER, FIRST_PASSWORD = "admin", "Qingyuan-2026-start"
FETCH = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"
SAMPLE = ROOT / "geodata" / "sources" / "sample"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the tutorial in both languages as the application shows it."""
    return manual_page(tmp_path_factory.mktemp("help"), "tutorial")


class Reader:
    """Somebody who types what the page says into a terminal in the program's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("GIS_")}
        self.environ["PYTHONPATH"] = str(ROOT)
        self.server: subprocess.Popen | None = None

    def install(self) -> None:
        """Put the program where its installation would."""
        for name in ("geodata", "scripts"):
            (self.folder / name).symlink_to(ROOT / name)
        command = self.folder / ".venv" / "bin" / "gis-app"
        command.parent.mkdir(parents=True)
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gis_app.cli "$@"\n')
        command.chmod(0o755)
        if shutil.which("curl") is None:  # of any system, though not of every image
            tool = command.with_name("curl")
            tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{FETCH}" "$2"\n')
            tool.chmod(0o755)
            self.environ["PATH"] = f"{tool.parent}:{self.environ['PATH']}"

    def type(self, block: Block) -> str:
        """Run a block and return what it said; the shell's variables stay for the next."""
        kept = self.folder / ".environ"
        keep = f'\nenv -0 > "{kept}"' if "exit" not in block.marks else ""
        text = block.text.replace("localhost:8001", f"127.0.0.1:{self.port}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text + keep],
            cwd=self.folder, env=self.environ, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == int(block.marks.get("exit", 0)), f"{text}\n{done.stdout}{done.stderr}"
        if keep:
            pairs = kept.read_text().split("\0")
            self.environ = dict(pair.split("=", 1) for pair in pairs if pair)
        return done.stdout

    def serve(self, block: Block) -> str:
        """Start the service and return what it said first, once it answers."""
        words = block.text.strip().replace("8001", str(self.port)).split()
        log = self.folder / "serve.log"
        with log.open("w") as out:
            self.server = subprocess.Popen(
                words, cwd=self.folder, env=self.environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        end = time.monotonic() + 120
        while "Address" not in log.read_text() or not self.ready():
            assert time.monotonic() < end and self.server.poll() is None, log.read_text()
            time.sleep(0.2)
        return log.read_text()

    def ready(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=60)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    one = Reader(tmp_path)
    yield one
    one.stop()


class Visitor:
    """Somebody at a browser, signed in by the form."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def sign_in(self, username: str, password: str) -> str:
        data = urllib.parse.urlencode({"username": username, "password": password}).encode()
        headers = {"Origin": self.base, "Sec-Fetch-Site": "same-origin"}
        asked = urllib.request.Request(f"{self.base}/sign-in", data, headers)
        return self.opener.open(asked, timeout=60).url

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as answer:
            return answer.read().decode()


def test_who_follows_the_tutorial_has_a_working_county_in_a_quarter_of_an_hour(pages, reader: Reader):
    begun = time.monotonic()
    blocks = blocks_of(pages["zh"])
    for block, after in zip(blocks, [*blocks[1:], Block({})], strict=True):
        kind = block.marks.get("run")
        if kind == "install":
            reader.install()
        elif kind is not None:
            said = reader.serve(block) if kind == "serve" else reader.type(block)
            if "says" in after.marks:
                assert says(after.text, said), f"{block.text}\n{said}"
    check_county(Visitor(reader.port), pages["zh"])
    check_files(reader.folder)
    assert time.monotonic() - begun < QUARTER_OF_AN_HOUR_S


def check_county(visitor: Visitor, page: str) -> None:
    """Look at the county as the tutorial tells to, and find what it says there."""
    assert not visitor.sign_in(USER, FIRST_PASSWORD).endswith("/sign-in")
    assert "清源县" in visitor.get("/map")
    grids = json.loads(visitor.get("/layers/grids.geojson"))["features"]
    stations = json.loads(visitor.get("/layers/stations.geojson"))["features"]
    kinds = [one["properties"]["kind"] for one in stations]
    centres = kinds.count("party_service_centre")
    assert (len(grids), len(stations), centres) == (15, 28, 3)
    assert f"{len(grids)} 个网格、{len(stations) - centres} 个暖心驿站和 {centres} 个党群服务中心" in page
    county = json.loads(visitor.get("/coverage.json"))["summary"]
    households, covered = county["households"], county["covered"]
    assert f"{county['share']:.1%}，即 {households:,} 户中的 {covered:,} 户" in page
    assert "覆盖分析" in visitor.get("/coverage") and visitor.get("/siting")


def check_files(folder: Path) -> None:
    """Open what was exported and backed up."""
    shapes = gpd.read_file(folder / "qingyuan.gpkg", layer="网格")
    assert sorted(shapes["name"])[-1].endswith("网格") and len(shapes) == 15
    for name in ("stations.xlsx", "qingyuan-backup.zip"):
        assert zipfile.is_zipfile(folder / name)
    assert not (folder / "first-password.txt").exists()


def test_both_languages_have_the_same_commands(pages):
    zh, en = (blocks_of(pages[lang]) for lang in ("zh", "en"))
    assert zh == en and sum("run" in block.marks for block in zh) >= 10


def test_the_command_that_installs_is_one_that_the_program_has(pages):
    (block,) = (one for one in blocks_of(pages["zh"]) if one.marks.get("run") == "install")
    path, option = block.text.split()
    told = subprocess.run([ROOT / path, "--help"], capture_output=True, text=True, check=True).stdout
    assert option in told


def test_every_promise_of_the_tutorial_could_fail():
    assert says("a …\nb", "a 1\nx\nb") and says("…", "anything")
    assert not says("a …\nb", "a 1\nc") and not says("a", "a b")


def test_the_sample_is_as_offices_keep_it(tmp_path: Path):
    """Names in GBK with nothing that says so, metres of a CGCS2000 zone, a list in GCJ-02."""
    with zipfile.ZipFile(SAMPLE / "grids.zip") as packed:
        names = packed.namelist()
        assert sorted(names) == ["grids.dbf", "grids.prj", "grids.shp", "grids.shx"]
        assert "网格名称".encode("gbk") in packed.read("grids.dbf")
        assert re.search("CGCS2000.*114", packed.read("grids.prj").decode())


def test_the_sample_is_what_its_command_makes(tmp_path: Path):
    sample.main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in SAMPLE.iterdir()}
    for path in sorted(SAMPLE.glob("*.zip")):
        made, kept = (gpd.read_file(folder / path.name, encoding="GBK") for folder in (tmp_path, SAMPLE))
        assert made.drop(columns="geometry").equals(kept.drop(columns="geometry"))
        assert made.geometry.geom_equals_exact(kept.geometry, 0.001).all()
    assert (tmp_path / "stations.csv").read_bytes() == (SAMPLE / "stations.csv").read_bytes()


def test_the_commands_are_ours_or_of_any_system(pages):
    lines = [line for one in blocks_of(pages["zh"]) if "run" in one.marks for line in one.text.splitlines()]
    words = {line.split()[0] for line in lines if line.strip()}
    assert words <= {".venv/bin/gis-app", "scripts/run", "export", "ls", "rm", "(umask", "curl", "printf"}
