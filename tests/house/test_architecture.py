"""The arrows of the house: imports point down the list of rooms, and each library stays in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gis_app"

FLOORS = (
    {"clock", "errors", "networks", "secret_key", "settings"},
    {"geo"},
    {"layers"},
    {"stations"},
    {"assignments"},
    {"incidents"},
    {"plans"},
    {"programme"},
    {"photos"},
    {"audit"},
    {"webhooks"},
    {"storage"},
    {"people"},
    {"studio"},
    {"exchange"},
    {"voices"},
    {"reference_county"},
    {"maps"},
    {"paper"},
    {"desk", "jobs"},
    {"web"},
    {"", "cli"},
)
"""From the bottom up; rooms on one floor may know each other. "" is gis_app/__init__.py."""
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}

STORAGE_KNOWS = {"storage", "clock", "errors", "settings", "geo", "layers", "incidents", "audit", "webhooks"}

LIBRARIES = {
    "folium": {"maps"},
    "branca": {"maps"},
    "flask": {"web", "", "cli"},
    "flask_babel": {"web", "", "cli"},
    "werkzeug": {"web", "", "cli"},
    "gunicorn": {"web", "cli"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "psycopg": {"storage"},
    "sqlite3": {"storage", "exchange"},
    "pyogrio": {"exchange"},
    "fiona": {"exchange"},
    "osgeo": {"exchange"},
    "openpyxl": {"desk", "exchange", "paper"},
    "docx": {"paper"},
    "PIL": {"photos"},
    "pillow_heif": {"photos"},
    "av": {"voices"},
    "click": {"cli"},
    "huey": {"jobs"},
    "highspy": {"stations"},
    "typst": {"paper"},
    "ortools": {"plans"},
    "pymetis": {"plans"},
}


def room_of(file: Path) -> str:
    """Return the room a file belongs to, "" for gis_app/__init__.py."""
    first = file.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted module) of every import in a file, inside functions too."""
    package = file.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


FILES = sorted(file for file in PACKAGE.rglob("*.py"))


def test_every_room_has_its_floor():
    assert {room_of(file) for file in FILES} <= FLOOR_OF.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file: Path):
    ours = room_of(file)
    faults = []
    for line, module in imports_of(file):
        parts = module.split(".")
        if parts[0] != "gis_app":
            continue
        theirs = parts[1] if len(parts) > 1 and parts[1] in FLOOR_OF else ""
        if FLOOR_OF[theirs] > FLOOR_OF[ours] or (ours == "storage" and theirs not in STORAGE_KNOWS):
            faults.append(f"{file.relative_to(ROOT)}:{line} imports {module}")
    assert faults == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_libraries_stay_in_their_rooms(file: Path):
    faults = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for line, module in imports_of(file)
        if room_of(file) not in LIBRARIES.get(module.split(".")[0], {room_of(file)})
    ]
    assert faults == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_exchange_reads_and_writes_geographic_files(file: Path):
    """`geopandas.read_file` and `.to_file` open GDAL, which belongs to the sandboxed child in exchange/."""
    readers = {"read_file", "to_file", "list_layers"}
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.func.attr}"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in readers
    ]
    assert found == [] or room_of(file) in {"exchange", "reference_county"}


def test_one_file_alone_knows_the_solver():
    """highspy and ortools break each other in one process, so the one door to each stands in one place."""
    found = {file.name for file in FILES for _, module in imports_of(file) if module.startswith("highspy")}
    assert found == {"solver.py"}


def test_one_file_alone_knows_the_prover():
    found = {file.name for file in FILES for _, module in imports_of(file) if module.startswith("ortools")}
    assert found == {"proof.py"}


def test_no_job_imports_both_solvers():
    code = (
        "import sys, gis_app.jobs.proposals, gis_app.plans.proposals.proof\n"
        "print(*{'highspy', 'ortools'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ortools"


def test_no_web_process_imports_a_solver():
    code = (
        "import sys, gis_app.cli, gis_app.web.server, gis_app.jobs.jobs, gis_app.jobs.proposals\n"
        "print(*{'highspy', 'ortools'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
