"""What is given wrong is refused before anything is done, and told to a program as to a person."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gis_app.cli import main
from gis_app.errors import Unavailable
from gis_app.people.accounts import list_accounts
from gis_app.storage.engine import open_store
from gis_app.storage.layers import revision
from tests.factory import COMMUNITIES, GRIDS, toy_layers
from tests.web.county import make_instance

LONG = "sixteen-letters-Q7"
NO_TEXT = "\udcff"  # what a byte 0xFF in an argument becomes


@pytest.fixture(scope="module")
def _toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given_wrong")
    make_instance(folder / "instance")
    unnamed = toy_layers()["streets"].drop(columns="street_code")  # which the import warns of
    (folder / "streets.geojson").write_text(unnamed.to_json())
    return folder


@pytest.fixture
def place(_toy: Path, tmp_path: Path) -> Path:
    """Return a folder with an instance and a file of streets that comes with a warning."""
    return Path(shutil.copytree(_toy, tmp_path / "place"))


def run(place: Path, *words: str | Path, code: int = 0, typed: bytes = b"") -> Result:
    """Run a command in this process and expect an exit code."""
    environ = {"GIS_INSTANCE_DIR": str(place / "instance")}
    done = CliRunner().invoke(main, list(map(str, words)), env=environ, input=typed)
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done


def error(done: Result) -> dict:
    """Return what a program is told that went wrong."""
    return json.loads(done.stdout)["error"]


def number(place: Path) -> int:
    """Return the revision of the county."""
    store = open_store(f"sqlite:///{place / 'instance' / 'gis.sqlite3'}")
    with store.read() as conn:
        found = revision(conn)
    store.dispose()
    return found


def people(place: Path) -> dict:
    """Return every account by name."""
    store = open_store(f"sqlite:///{place / 'instance' / 'gis.sqlite3'}")
    found = {one.username: one for one in list_accounts(store)}
    store.dispose()
    return found


def test_a_list_of_faults_that_cannot_be_written_stops_the_import_before_it_begins(place: Path):
    before = number(place)
    words = ("import", "streets", place / "streets.geojson", "--faults", place / "nowhere" / "x.xlsx")
    told = error(run(place, *words, "--json", code=2))
    assert (told["code"], list(told["fields"])) == ("cannot_write", ["faults"]) and number(place) == before


def test_a_list_of_faults_that_fails_later_leaves_the_report(place: Path, monkeypatch):
    def full(*_given) -> None:
        raise Unavailable("cannot_write", "不能写入：磁盘已满")

    monkeypatch.setattr("gis_app.cli.put_whole", full)
    words = ("import", "streets", place / "streets.geojson", "--faults", place / "x.xlsx", "--json")
    before, done = number(place), run(place, *words, code=1)
    assert json.loads(done.stdout)["warnings"] and number(place) > before and "磁盘已满" in done.stderr


@pytest.mark.parametrize(
    ("name", "starts"),
    [("a.xlsx", b"PK"), ("a.GEOJSON", b"{"), ("a", b"SQLite"), ("a.csv", "\ufeff网格编码,".encode())],
)
def test_without_a_format_the_name_of_the_file_says_it(name: str, starts: bytes, place: Path):
    run(place, "export", "grids", "--out", place / name)
    assert (place / name).read_bytes().startswith(starts)


@pytest.mark.parametrize(
    ("words", "name", "right"),
    [
        (["grids", "stations"], "a.csv", ".zip"),
        (["grids"], "a.shp", ".zip"),
        (["grids"], "a.zip", ".gpkg"),
        (["incidents", "stations", "--format", "geojson"], "a.geojson", ".zip"),
        (["grids", "--format", "xlsx"], "a.gpkg", ".xlsx"),
    ],
)
def test_a_name_that_tells_of_another_format_is_refused(words, name: str, right: str, place: Path):
    told = error(run(place, "export", *words, "--out", place / name, "--json", code=2))
    assert (told["code"], told["fields"]) == ("wrong_suffix", {"out": right})
    assert right in told["message"] and not (place / name).exists()


def test_several_layers_as_an_archive_are_an_archive(place: Path):
    run(place, "export", "grids", "stations", "--format", "geojson", "--out", place / "a.zip")
    assert zipfile.is_zipfile(place / "a.zip")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--role", "planner", "--display-name", NO_TEXT], "display_name"),
        (["--role", "planner", "--display-name", "张\n三"], "display_name"),
        (["--role", "planner", "--password", LONG + NO_TEXT], "password"),
        (["--role", "duty_staff", "--station", NO_TEXT], "station_code"),
        (["--role", "handler", "--organisation", NO_TEXT], "organisation"),
        (["--role", "handler", "--organisation", "NOPE"], "organisation"),
        (["--role", "planner", "--scope", "999999"], "scope"),
        (["--role", "planner", "--scope", COMMUNITIES[0][:9] + "999"], "scope"),
        (["--role", "planner", "--scope", NO_TEXT], "scope_code"),
    ],
)
def test_an_account_with_a_wrong_text_is_not_made(words: list[str], field: str, place: Path):
    told = error(run(place, "user", "add", "zhang", "--password", LONG, *words, "--json", code=2))
    assert told["code"].startswith("bad_") and list(told["fields"]) == [field]
    assert "zhang" not in people(place)


def test_a_password_that_nobody_can_type_is_not_set(place: Path):
    assert error(run(place, "user", "reset", "leader", "--password", LONG + NO_TEXT, "--json", code=2))
    words = ("user", "reset", "leader", "--password-file", "-", "--json")
    told = error(run(place, *words, code=2, typed=b"\xff\xfe" + LONG.encode("utf-16-le")))
    assert (told["code"], list(told["fields"])) == ("bad_file", ["password_file"])


@pytest.mark.parametrize(
    "words",
    [
        ["user", "disable", NO_TEXT],
        ["user", "delete", NO_TEXT],
        ["export", "grids", "--out", f"a{NO_TEXT}.gpkg"],
        ["backup", f"a{NO_TEXT}.zip"],
        ["import", "streets", f"a{NO_TEXT}.geojson"],
        ["template", "posts", f"a{NO_TEXT}.xlsx"],
        ["report", "--out", f"a{NO_TEXT}", "--dry-run"],
    ],
)
def test_bytes_that_are_no_text_are_refused_in_a_sentence(words: list[str], place: Path):
    assert error(run(place, *words, "--json", code=2))["message"]


def test_a_full_width_space_in_a_name_is_no_fault(place: Path):
    name = "张\u3000三"
    words = ("user", "add", "zhang", "--role", "planner", "--password", LONG, "--display-name", name)
    run(place, *words)
    assert people(place)["zhang"].display_name == name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["webhook", "pause", "abc"], 2),
        (["export", "--nope"], 2),
        (["--nope"], 2),
        (["nonsense"], 2),
        (["user", "add", "x"], 2),
        (["user", "add", "x", "--role", "leader"], 1),
    ],
)
def test_a_slip_in_what_was_typed_is_json_for_who_asked_for_json(words: list[str], code: int, place: Path):
    told = error(run(place, *words, "--json", code=code))
    assert told["code"] == "usage" and told["message"]
    silent = run(place, *words, code=code)
    assert silent.stdout.strip() in ("", "密码:") and silent.stderr


def test_a_report_of_an_area_that_is_not_there_is_not_even_tried(place: Path):
    words = ("report", "--month", "2023-06", "--out", place, "--dry-run", "--json")
    assert error(run(place, *words, "--area", "999999999", code=2))["code"] == "unknown_area"
    assert not json.loads(run(place, *words, "--area", COMMUNITIES[0]).stdout)["written"]


def test_a_key_reads_an_area_that_is_there(place: Path):
    words = ("key", "add", "测绘院", "--kind", "data", "--role", "planner", "--json", "--scope")
    told = error(run(place, *words, "999999", code=2))
    assert (told["code"], list(told["fields"])) == ("bad_scope", ["scope"])
    assert json.loads(run(place, *words, GRIDS[0]).stdout)["scope_code"] == GRIDS[0]


def test_known_codes_make_an_account_and_unknown_ones_change_none(place: Path):
    run(place, "user", "add", "li", "--role", "handler", "--organisation", "ORG002", "--password", LONG)
    run(place, "user", "role", "li", "--role", "planner", "--scope", "999999", code=2)
    run(place, "user", "role", "li", "--role", "handler", "--organisation", "NOPE", code=2)
    assert (people(place)["li"].role, people(place)["li"].organisation_code) == ("handler", "ORG002")


def test_a_county_without_areas_and_organisations_takes_any_code_of_them(tmp_path: Path):
    more = ("--password", LONG)
    run(tmp_path, "user", "add", "zhang", "--role", "grid_worker", "--scope", "419901001001", *more)
    run(tmp_path, "user", "add", "li", "--role", "handler", "--organisation", "NOPE", *more)
    assert people(tmp_path).keys() == {"zhang", "li"}
