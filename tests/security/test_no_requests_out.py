"""The server opens no connection to anywhere but for webhooks, and those in one file to checked addresses."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gis_app.jobs import deliveries

PACKAGE = Path(deliveries.__file__).parents[1]
# What opens connections, and the files that may know it: one sends, one resolves, one binds a free port.
OPENERS = {
    "http.client": {"webhooks/sending.py"},
    "urllib.request": set(),
    "requests": set(),
    "urllib3": set(),
    "httpx": set(),
    "aiohttp": set(),
    "ftplib": set(),
    "smtplib": set(),
    "telnetlib": set(),
    "xmlrpc": set(),
    "socket": {
        "webhooks/sending.py",
        "webhooks/addresses.py",
        "jobs/deliveries.py",
        "cli/__init__.py",
        "web/worker.py",
    },
}


def knows(file: Path, module: str) -> bool:
    """Tell whether a file imports a module or a part of it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == module or name.startswith(f"{module}.") for name in names):
            return True
    return False


@pytest.mark.parametrize("module", OPENERS)
def test_what_opens_connections_is_known_to_few_files(module):
    found = {str(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py") if knows(file, module)}
    assert found <= OPENERS[module]


def test_only_the_deliverer_sends():
    found = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if knows(file, "gis_app.webhooks.sending")
    }
    assert found == {"jobs/deliveries.py"}
