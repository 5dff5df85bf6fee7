"""What may not be written here at all: calls that run text, slow loops, other people's words, addresses."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = sorted((ROOT / "gis_app").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

CALLS = {"eval", "exec", "compile", "__import__"}
METHODS = {"eval", "from_string", "iterrows", "render_template_string", "read_pickle"}
MODULES = {"pickle", "marshal", "shelve", "dill"}
JAVASCRIPT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:|bindPopup\("
)
HANDLER = re.compile(r"<[^>]*\s(on[a-z]+|style)\s*=", re.IGNORECASE)
SYNONYMS = re.compile(r"\b(tickets?|work_orders?)\b", re.IGNORECASE)


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def takes_text(call: ast.Call) -> bool:
    """Tell whether a call's first argument is text, as DataFrame.query's is and a spatial index's is not."""
    first = call.args[0] if call.args else None
    return isinstance(first, ast.JoinedStr) or (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )


def tracked() -> list[Path]:
    """Return every committed file that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / path for path in listed.decode().split("\0") if path]
    binary = {".png", ".ico", ".zip", ".gpkg", ".fgb", ".shp", ".dbf", ".xlsx", ".webp", ".jpg"}
    return [file for file in files if file.is_file() and file.suffix not in binary]


@pytest.mark.parametrize("file", APPLICATION, ids=name)
def test_no_call_that_runs_text_or_loops_over_rows(file: Path):
    faults = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in CALLS | METHODS:
                faults.append(f"{name(file)}:{node.lineno} {called.id}()")
            elif isinstance(called, ast.Attribute) and called.attr in METHODS:
                faults.append(f"{name(file)}:{node.lineno} .{called.attr}()")
            elif isinstance(called, ast.Attribute) and called.attr == "query" and takes_text(node):
                faults.append(f"{name(file)}:{node.lineno} .query(text)")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            faults += [f"{name(file)}:{node.lineno} {module}" for module in modules & MODULES]
    assert faults == []


@pytest.mark.parametrize("file", SCRIPTS, ids=name)
def test_scripts_write_text_only(file: Path):
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert JAVASCRIPT.findall(code) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_templates_have_no_inline_handler_or_style(file: Path):
    assert HANDLER.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", APPLICATION + SCRIPTS + TEMPLATES, ids=name)
def test_an_incident_is_called_nothing_else(file: Path):
    assert SYNONYMS.findall(file.read_text(encoding="utf-8")) == []


def test_the_npm_lock_has_no_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [path for path, package in lock["packages"].items() if "resolved" in package] == []


@pytest.mark.parametrize("lock", ["build", "node", "ogctests", "runtime", "samples", "test"])
def test_the_python_locks_are_hashed_and_have_no_addresses(lock: str):
    text = (ROOT / "scripts" / "locks" / f"{lock}.txt").read_text()
    assert "://" not in text and "--index" not in text and "--find" not in text
    requirements = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert requirements and all("==" in entry and "--hash=sha256:" in entry for entry in requirements)


def test_the_test_lock_contains_the_runtime_lock():
    def pins(lock: str) -> set[str]:
        text = (ROOT / "scripts" / "locks" / f"{lock}.txt").read_text()
        return set(re.findall(r"^[A-Za-z0-9][^\\\n]*", text, flags=re.MULTILINE))

    assert pins("runtime") <= pins("test")


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine():
    hosts = "|".join(("registry[.]npmjs", "pypi[.]org", "pythonhosted", "npmmirror", "tuna[.]tsinghua"))
    paths = "|".join(("/home/[a-z]", "/root/", "/work/", "/Users/[A-Za-z]", "/tmp/[a-z]"))
    pattern = re.compile(f"{hosts}|(?<![\\w.])({paths})")
    this = Path(__file__).resolve()
    faults = [
        f"{name(file)}: {match.group()}"
        for file in tracked()
        if file != this and (match := pattern.search(file.read_text(encoding="utf-8", errors="replace")))
    ]
    assert faults == []


def test_the_top_level_holds_only_what_the_design_names():
    folders = {"gis_app", "templates", "static", "geodata", "scripts", "tests", ".ci"}
    papers = {"README.md", "README.zh.md", "LICENSE", "CHANGELOG.md"}
    files = papers | {"pyproject.toml", "package.json", "package-lock.json"}
    top = {file.relative_to(ROOT).parts[0] for file in tracked()}
    assert {entry for entry in top if not entry.startswith(".")} <= folders | files
