"""Whatever the manual tells somebody to type exists: commands, options and settings, on every page."""

from __future__ import annotations

import html
import re
from pathlib import Path

import click
import pytest

from gis_app.cli import main
from gis_app.settings import documented_settings

PAGES = sorted((Path(__file__).resolve().parents[2] / "templates" / "help").glob("??/*.html"))
CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)
# `gis` is the short command that the deployment guide makes.
CALL = re.compile(r"(?:(?:^|[\s/])gis-app|(?:^|/bin/)gis) +((?:[^\s|;&>#]+ ?)+)", re.MULTILINE)
PASSED_ON = '"$@"'
SETTINGS = {one.variable for one in documented_settings()}


def calls(text: str) -> list[list[str]]:
    """Return the words after `gis-app` of every call that stands in code on a page."""
    codes = (html.unescape(re.sub(r"<[^>]+>", "", code)) for code in CODE.findall(text))
    found = (call.split() for code in codes for call in CALL.findall(code))
    return [words for words in found if words != [PASSED_ON]]


def faults_of(words: list[str]) -> list[str]:
    """Return the words of a call that are no command of ours, or no option of that command."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return [words[0]]
        command, words = command.commands[words[0]], words[1:]
    known = {"--help", "-h"} | {option for one in command.params for option in one.opts}
    return [word for word in words if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_commands_and_options_of_the_manual_exist(page: Path):
    found = {" ".join(words): faults_of(words) for words in calls(page.read_text())}
    assert {call: faults for call, faults in found.items() if faults} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_settings_of_the_manual_exist(page: Path):
    assert set(re.findall(r"\bGIS_[A-Z_]+[A-Z]", page.read_text())) <= SETTINGS


def test_a_slip_in_a_command_is_found():
    assert faults_of(["bakcup"]) and faults_of(["backup", "--dryrun"]) and faults_of(["user", "ad"])
    assert faults_of(["user", "add", "x", "--role", "leader"]) == []
    assert calls("<code>gis-app user list | wc\ngis backup --json &gt; x</code>") == [
        ["user", "list"],
        ["backup", "--json"],
    ]
