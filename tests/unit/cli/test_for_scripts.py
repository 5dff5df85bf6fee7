"""What a script or cron relies on: JSON from every command, dry runs that change nothing, exit codes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from gis_app.cli import main
from gis_app.cli.group import EXIT_CODES
from tests.factory import GRIDS, toy_layers
from tests.web.county import make_instance

LONG = "sixteen-letters-Q7"
# an address, a manual page, a script for the shell, a message to another server
SPEAKS_OTHERWISE = {"serve", "manual", "completion", "webhook test"}
READS = {"export", "template", "report", "verify-audit", "settings", "user list", "key list", "publish"}
READS |= {"webhook list", "webhook log"}


def commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something itself, with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands())
TAKES_DRY_RUN = {
    name for name, command in COMMANDS.items() if any("--dry-run" in one.opts for one in command.params)
}

# One call of each command that changes something, as arguments after its name. {words} are filled in.
DRY_RUNS = {
    "init": [],
    "import": ["grids", "{grids}"],
    "user add": ["zhang", "--role", "planner", "--password", LONG],
    "user role": ["leader", "--role", "planner"],
    "user disable": ["leader"],
    "user enable": ["leader"],
    "user reset": ["leader", "--password", LONG],
    "user delete": ["leader"],
    "key add": ["热线"],
    "key limit": ["{key}", "--limit", "7"],
    "key revoke": ["{key}"],
    "webhook add": ["热线", "http://10.0.0.6/hook"],
    "webhook pause": ["1"],
    "webhook resume": ["1"],
    "webhook secret": ["1"],
    "webhook delete": ["1", "--yes"],
    "backup": ["{folder}/b.zip"],
    "restore": ["{backup}", "--replace"],
    "retain": [],
    "publish": [],
    "export": ["grids", "--out", "{folder}/grids.gpkg"],
    "template": ["posts", "{folder}/posts.xlsx"],
    "report": ["--month", "2023-06", "--out", "{folder}"],
}
READINGS = {"verify-audit": [], "settings": [], "user list": [], "key list": []}
READINGS |= {"webhook list": [], "webhook log": ["1"]}
# What is given wrong, or is not there, with the exit code that the help tells.
WRONG = [
    ("import", ["nonsense", "{grids}"], 2),
    ("import", ["grids", "{folder}/nowhere.zip"], 2),
    ("import", ["grids", "{grids}", "--crs", "EPSG:1"], 2),
    ("user add", ["leader", "--role", "planner", "--password", LONG], 2),
    ("user add", ["a b", "--role", "planner", "--password", LONG], 2),
    ("user add", ["zhang", "--role", "king", "--password", LONG], 2),
    ("user add", ["zhang", "--role", "planner", "--password", "short"], 2),
    ("user role", ["nobody", "--role", "planner"], 2),
    ("user role", ["leader", "--role", "planner", "--scope", "12"], 2),
    ("user disable", ["nobody"], 2),
    ("user enable", ["nobody"], 2),
    ("user reset", ["nobody", "--password", LONG], 2),
    ("user delete", ["nobody"], 2),
    ("key revoke", ["ffffffff"], 2),
    ("key add", ["x", "--kind", "data"], 2),
    ("webhook add", ["x", "http://192.0.2.1/"], 2),
    ("webhook add", ["x", "http://10.0.0.6:22/"], 2),
    ("webhook add", ["x", "http://10.0.0.6/", "--event", "nothing"], 2),
    ("webhook delete", ["1"], 2),
    ("webhook log", ["99"], 2),
    ("backup", ["{backup}"], 2),
    ("restore", ["{folder}/nowhere.zip"], 2),
    ("restore", ["{backup}"], 2),
    ("retain", ["--commit", "--dry-run"], 2),
    ("export", ["nonsense"], 2),
    ("export", ["grids", "--out", "{backup}"], 2),
    ("template", ["nonsense"], 2),
    ("template", ["grids", "{backup}"], 2),
    ("import", ["posts", "{grids}"], 2),
    ("import", ["incidents", "{grids}", "--mode", "overwrite"], 2),
    ("report", ["--month", "2023-13"], 2),
]


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an instance with a county, accounts and a key, and beside it files to give to commands."""
    folder = tmp_path_factory.mktemp("scripts")
    make_instance(folder / "instance")
    shapes = toy_layers()["grids"]
    shapes.loc[0, "name"] = "改名网格"
    (folder / "grids.geojson").write_text(shapes.to_json())
    invoke(folder / "instance", "key", "add", "测绘院", "--out", folder / "key.txt")
    invoke(folder / "instance", "webhook", "add", "城管", "http://10.0.0.5/hook")
    invoke(folder / "instance", "backup", folder / "backup.zip")
    return folder


@pytest.fixture
def place(_made: Path, tmp_path: Path) -> Path:
    """Return a folder of one's own with all of it."""
    return Path(shutil.copytree(_made, tmp_path / "place"))


def invoke(instance: Path, *arguments: str | Path, code: int = 0) -> Result:
    """Run a command in this process and expect an exit code."""
    environ = {"GIS_INSTANCE_DIR": str(instance)}
    done = CliRunner().invoke(main, list(map(str, arguments)), env=environ)
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done


def call(place: Path, name: str, arguments: list[str], *more: str, code: int = 0) -> Result:
    """Run a command with the words of a table filled in."""
    keys = json.loads(invoke(place / "instance", "key", "list", "--json").stdout)
    words = {
        "grids": place / "grids.geojson",
        "key": keys[0]["id"] if keys else "",
        "backup": place / "backup.zip",
        "folder": place,
    }
    filled = [one.format(**words) for one in arguments]
    return invoke(place / "instance", *name.split(), *filled, *more, code=code)


def everything(place: Path) -> tuple[list[str], dict[str, bytes]]:
    """Return the whole database as text, and every other file with its content."""
    connection = sqlite3.connect(place / "instance" / "gis.sqlite3")
    rows = list(connection.iterdump())
    connection.close()
    files = {
        str(path.relative_to(place)): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and not path.name.startswith("gis.sqlite3")
    }
    return rows, files


def test_the_tables_of_this_test_know_every_command():
    assert {*DRY_RUNS, *READINGS, *SPEAKS_OTHERWISE} == set(COMMANDS)


def test_every_command_that_changes_something_can_be_tried():
    assert set(COMMANDS) - READS - SPEAKS_OTHERWISE <= TAKES_DRY_RUN


@pytest.mark.parametrize("name", DRY_RUNS)
def test_a_dry_run_tells_json_and_changes_nothing_at_all(name: str, place: Path):
    before = everything(place)
    told = json.loads(call(place, name, DRY_RUNS[name], "--dry-run", "--json").stdout)
    assert isinstance(told, dict) and everything(place) == before


@pytest.mark.parametrize("name", sorted(set(DRY_RUNS) - {"restore", "report", "backup", "export"}))
def test_the_same_call_without_a_dry_run_tells_json_too(name: str, place: Path):
    more = ["--commit"] if name == "retain" else []
    assert isinstance(json.loads(call(place, name, DRY_RUNS[name], "--json", *more).stdout), dict)


@pytest.mark.parametrize("name", sorted(set(DRY_RUNS) - {"init", "user enable", "retain", "publish"}))
def test_what_a_dry_run_only_tried_is_done_without_it(name: str, place: Path):
    before = everything(place)
    call(place, name, DRY_RUNS[name])
    assert everything(place) != before


@pytest.mark.parametrize("name", READINGS)
def test_what_only_reads_tells_json_and_changes_nothing(name: str, place: Path):
    before = everything(place)
    json.loads(call(place, name, READINGS[name], "--json").stdout)
    assert everything(place) == before


@pytest.mark.parametrize(("name", "arguments", "code"), WRONG)
def test_what_is_wrong_is_told_as_json_with_its_exit_code(name, arguments, code, place: Path):
    before = everything(place)
    done = call(place, name, arguments, "--json", code=code)
    told = json.loads(done.stdout)
    assert code in EXIT_CODES and "Traceback" not in done.output
    assert told.get("faults") or {"code", "message", "fields"} <= told["error"].keys()
    assert done.stderr and everything(place) == before


def test_a_county_with_an_audit_trail_that_was_touched_gives_exit_code_2(place: Path):
    connection = sqlite3.connect(place / "instance" / "gis.sqlite3")
    with connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE sequence = 2")
    connection.close()
    told = json.loads(invoke(place / "instance", "verify-audit", "--json", code=2).stdout)
    assert told == {"sound": False, "broken_at": 2}


def test_a_database_that_cannot_be_used_gives_exit_code_1(tmp_path: Path):
    (tmp_path / "gis.sqlite3").mkdir()
    done = invoke(tmp_path, "user", "list", "--json", code=1)
    assert json.loads(done.stdout)["error"]["code"] == "store_unavailable" and "暂时" in done.stderr


@pytest.mark.parametrize("name", sorted({"init", "user add", "key add", "publish", "retain", "restore"}))
def test_a_dry_run_where_nothing_is_makes_nothing(name: str, place: Path, tmp_path: Path):
    shutil.rmtree(place / "instance")
    filled = [one.format(backup=place / "backup.zip") for one in DRY_RUNS[name]]
    invoke(tmp_path / "new", *name.split(), *filled, "--dry-run")
    assert not (tmp_path / "new").exists() or list((tmp_path / "new").iterdir()) == []


def test_progress_goes_beside_the_result(place: Path):
    done = call(place, "import", DRY_RUNS["import"], "--dry-run", "--json")
    assert "100%" in done.stderr and json.loads(done.stdout)["rows"] == len(GRIDS)


def test_a_password_comes_from_a_file_that_only_its_owner_reads(place: Path):
    (place / "password").write_text(f"{LONG}\n")
    call(place, "user add", ["zhang", "--role", "planner", "--password-file", "{folder}/password"])
    listed = json.loads(invoke(place / "instance", "user", "list", "--json").stdout)
    assert "zhang" in [one["username"] for one in listed]
