"""The command line is for scripts: results on standard output, progress beside it, exit codes told."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from gis_app.cli import main
from gis_app.cli.group import EXIT_CODES
from gis_app.cli.manual import pages_of
from tests.conftest import ROOT, gis_app


def run(*arguments: str | Path, instance: Path, code: int = 0) -> Result:
    """Run a command in this process and expect an exit code."""
    done = CliRunner().invoke(main, list(map(str, arguments)), env={"GIS_INSTANCE_DIR": str(instance)})
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done


def all_commands() -> list[tuple[str, click.Command]]:
    """Return every command with its name, those of groups too."""
    found = []
    for name, command in main.commands.items():
        below = command.commands.items() if isinstance(command, click.Group) else []
        found += [(name, command), *((f"{name} {inner}", one) for inner, one in below)]
    return found


COMMANDS = all_commands()


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_tells_what_it_does_and_its_exit_codes(
    name: str, command: click.Command, tmp_path: Path
):
    words = run(*name.split(), "--help", instance=tmp_path).stdout
    assert command.help.split("\n")[0][:12] in words
    assert all(f"{code}  " in words for code in EXIT_CODES) and "退出码" in words
    assert all(one.help for one in command.params if isinstance(one, click.Option))


def test_the_manual_is_made_of_every_command_and_option():
    for form in ("man", "markdown"):
        text = CliRunner().invoke(main, ["manual", "--format", form]).stdout.replace("\\-", "-")
        for name, command in COMMANDS:
            assert f"gis-app {name}" in text
            for option in command.params:
                assert option.opts[0] in text or isinstance(option, click.Argument)


def test_the_manual_page_is_read_by_man_without_a_warning(tmp_path: Path):
    path = tmp_path / "gis-app.1"
    path.write_text(CliRunner().invoke(main, ["manual"]).stdout, encoding="utf-8")
    lines = path.read_text("utf-8").splitlines()
    known = (".TH ", ".SH ", ".SS ", ".PP", ".TP", ".B ")
    assert [line for line in lines if line.startswith((".", "'")) and not line.startswith(known)] == []
    heads = [line for line in lines if line.startswith(".SH")]
    assert heads == [".SH NAME", ".SH SYNOPSIS", ".SH COMMANDS", ".SH EXIT STATUS", ".SH ENVIRONMENT"]


def test_the_pages_of_the_manual_name_groups_and_arguments():
    usages = [page.usage for page in pages_of(main, click.Context(main, info_name="gis-app"))]
    assert "gis-app user disable [OPTIONS] USERNAME" in usages
    assert "gis-app restore [OPTIONS] FILE" in usages


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str):
    script = CliRunner().invoke(main, ["completion", shell]).stdout
    assert "_GIS_APP_COMPLETE" in script and f"{shell}_complete" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("gis-app ba", "backup"), ("gis-app import str", "streets"), ("gis-app key rev", "revoke"),
     ("gis-app restore --rep", "--replace"), ("gis-app report --format d", "docx")],
)  # fmt: skip
def test_words_are_completed(typed: str, offered: str):
    words = typed.split()
    environ = os.environ | {"COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", "from gis_app.cli import main; main(prog_name='gis-app')"],
        cwd=ROOT,
        env=environ | {"_GIS_APP_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
    )
    assert offered in [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "command", ["verify-audit", "retain", "settings", "user list", "key list", "backup --dry-run"]
)
def test_what_is_asked_for_as_json_is_json_and_nothing_else(command: str, own_instance: Path):
    json.loads(gis_app(*command.split(), "--json", instance_dir=own_instance).stdout)


def test_a_backup_goes_to_its_folder_and_comes_back_equal(own_instance: Path, tmp_path: Path):
    (own_instance / "photos" / "ab").mkdir(parents=True)
    (own_instance / "photos" / "ab" / "x.jpg").write_bytes(b"photo")
    done = gis_app("backup", "--json", instance_dir=own_instance)
    told = json.loads(done.stdout)
    assert "%" in done.stderr and told["rows"]["grids"] == 89
    path = own_instance / "backups" / told["file"]
    again = tmp_path / "again"
    tried = json.loads(gis_app("restore", path, "--dry-run", "--json", instance_dir=again).stdout)
    assert not tried["written"] and not (again / "gis.sqlite3").exists()
    assert json.loads(gis_app("restore", path, "--json", instance_dir=again).stdout)["written"]
    assert rows(again) == rows(own_instance)
    assert (again / "photos" / "ab" / "x.jpg").read_bytes() == b"photo"
    assert (again / "secret_key").read_text() == (own_instance / "secret_key").read_text()
    assert "完整" in gis_app("verify-audit", instance_dir=again).stdout
    assert "--replace" in gis_app("restore", path, instance_dir=again, fails=2).stderr


def rows(instance: Path) -> list[str]:
    """Return the whole content of an instance's database as text."""
    import sqlite3

    connection = sqlite3.connect(instance / "gis.sqlite3")
    found = list(connection.iterdump())
    connection.close()
    return found


def test_a_restored_instance_serves_the_same_county(own_instance: Path, tmp_path: Path):
    from gis_app import create_app
    from tests.conftest import settings_of

    path = tmp_path / "b.zip"
    run("backup", path, instance=own_instance)
    run("restore", path, instance=tmp_path / "again")
    answers = []
    for folder in (own_instance, tmp_path / "again"):
        application = create_app(settings_of(folder))
        answers.append(application.test_client().get("/readyz").get_data())
    assert answers[0] == answers[1]


def test_a_key_is_issued_limited_and_revoked(own_instance: Path, tmp_path: Path):
    run("key", "add", "测绘院", "--kind", "data", "--role", "planner", "--dry-run", instance=own_instance)
    assert json.loads(run("key", "list", "--json", instance=own_instance).stdout) == []
    made = run("key", "add", "测绘院", "--kind", "data", "--role", "planner", "--json", instance=own_instance)
    told = json.loads(made.stdout)
    assert len(told["key"]) >= 43 and told["issued"]
    listed = run("key", "list", "--json", instance=own_instance).stdout
    assert told["key"] not in listed and json.loads(listed)[0]["id"] == told["id"]
    run("key", "limit", told["id"], "--limit", "600", instance=own_instance)
    run("key", "revoke", told["id"], "--dry-run", instance=own_instance)
    row = json.loads(run("key", "list", "--json", instance=own_instance).stdout)[0]
    assert (row["limit_per_minute"], row["revoked_at"]) == (600, None)
    run("key", "revoke", told["id"], instance=own_instance)
    assert json.loads(run("key", "list", "--json", instance=own_instance).stdout)[0]["revoked_at"]


def test_a_key_can_go_into_a_file_that_only_its_owner_reads(own_instance: Path, tmp_path: Path):
    path = tmp_path / "key.txt"
    told = run("key", "add", "热线", "--out", path, "--json", instance=own_instance).stdout
    assert path.read_text().strip() not in told and len(path.read_text().strip()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run("key", "add", "热线", "--out", path, instance=own_instance, code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["key", "add", " "],
        ["key", "add", "a", "--kind", "data"],
        ["key", "add", "a", "--role", "planner"],
        ["key", "add", "a", "--kind", "data", "--role", "planner", "--scope", "12"],
        ["key", "add", "a", "--limit", "0"],
        ["key", "revoke", "zz"],
        ["key", "revoke", "%%%%%%%%"],
        ["report", "--month", "2023-13"],
        ["report", "--month", "2099-01"],
        ["report", "--area", "../../x"],
        ["report", "--area", "410222999999", "--format", "docx"],
        ["restore", "nowhere.zip"],
        ["nonsense"],
    ],
)
def test_what_is_given_wrong_is_a_sentence_with_exit_code_2(arguments: list[str], own_instance: Path):
    done = run(*arguments, instance=own_instance, code=2)
    assert done.stderr and "Traceback" not in done.stderr


def test_a_report_is_made_as_files(own_instance: Path, tmp_path: Path):
    command = ("report", "--month", "2023-06", "--format", "xlsx", "--out", tmp_path, "--json")
    assert not json.loads(run(*command, "--dry-run", instance=own_instance).stdout)["written"]
    told = json.loads(run(*command, instance=own_instance).stdout)
    path = tmp_path / "report-2023-06.xlsx"
    assert told["files"][0]["bytes"] == path.stat().st_size > 1000
    run(*command, instance=own_instance, code=2)
    run(*command, "--force", instance=own_instance)


def test_a_disk_that_takes_nothing_is_told_and_leaves_nothing(own_instance: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    done = gis_app("backup", tmp_path / "file" / "b.zip", instance_dir=own_instance, fails=1)
    assert "无法" in done.stderr and "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "instance"]


def test_publishing_by_command_tells_the_plans_and_changes_nothing_where_none_is_due(own_instance: Path):
    tried = json.loads(run("publish", "--dry-run", "--json", instance=own_instance).stdout)
    done = json.loads(run("publish", "--json", instance=own_instance).stdout)
    assert tried["dry_run"] and tried["effective"] == done["effective"] == []
    assert tried["plans"] == done["plans"] and [plan["state"] for plan in done["plans"]] == ["published"]
