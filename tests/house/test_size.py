"""Small files and small functions: what does not fit on a few screens is not read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 300, 60
PYTHON = sorted(file for folder in ("gis_app", "scripts", "tests") for file in (ROOT / folder).rglob("*.py"))
OTHERS = sorted(
    file
    for folder, pattern in (("static/js", "*.js"), ("static/css", "*.css"), ("templates", "*.html"))
    for file in (ROOT / folder).rglob(pattern)
)


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", PYTHON + OTHERS, ids=name)
def test_files_are_short(file: Path):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("file", PYTHON, ids=name)
def test_functions_are_short(file: Path):
    long = [
        f"{name(file)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("file", [file for file in PYTHON if "gis_app" in file.parts], ids=name)
def test_files_say_why_they_exist(file: Path):
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
