"""Which files the field page is made of, found by reading it: so nobody has to keep a list.

The page's template names styles, scripts and the sprite; a script names the modules that it imports at once
and those that it brings in later. What is found goes to the service worker with its digest.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from gis_app.errors import NotFound
from gis_app.web.bytes import digest
from gis_app.web.current import Snapshot
from gis_app.web.maps import shell_address, shell_files
from gis_app.web.services import services

ENTRY = "js/field/field.js"
WORKER = "js/field/service_worker.js"
ICONS = ("img/field-192.png", "img/field-512.png", "img/field-maskable-512.png")
PAGES = ("/field", "/field/manifest.webmanifest")
# Languages other than Chinese have their words in a file.
WORDS = "/i18n/{language}.json"
_NAMED = re.compile(r"""asset\(\s*['"]([^'"]+)['"]\s*\)""")
_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*)["']([./][^"']+)["']""")
_LATER = re.compile(r"""\bimport\(\s*(?:asset\()?["'`]([./][^"'`]+)["'`]""")
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class FieldFiles:
    """Addresses that the page needs without a network, those that may follow, and their digest."""

    files: tuple[str, ...]
    later: tuple[str, ...]
    version: str


def field_files(found: Snapshot, language: str) -> FieldFiles:
    """Return the files of the field page in a language."""
    assets = services().assets
    named = [*_of_templates(), *shell_files(found)]
    modules, lazy = reached([ENTRY])
    later = [path for path in lazy if path not in modules]
    more, _ = reached(later)
    paths = dict.fromkeys([*named, *modules])
    kept = [assets.url(path) for path in paths if _exists(path) and path != WORKER]
    after = [
        assets.url(path) for path in dict.fromkeys([*later, *more]) if path not in paths and _exists(path)
    ]
    files = (*PAGES, shell_address(found), WORDS.format(language=language), *kept)
    templates = [path.read_bytes() for path in _templates()]
    return FieldFiles(files, tuple(after), digest(files, after, templates, worker_source()))


def field_modules() -> list[str]:
    """Return the scripts that the page needs at once, so that they are fetched side by side."""
    return [path for path in reached([ENTRY])[0] if path.endswith((".js", ".mjs")) and _exists(path)]


def reached(entries: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the modules that entries import at once, with theirs, and those that they bring in later."""
    at_once, later, open_ones = [], [], list(entries)
    while open_ones:
        path = open_ones.pop(0)
        if path in at_once:
            continue
        at_once.append(path)
        text = _text(path)
        open_ones += [_resolved(path, name) for name in _IMPORT.findall(text)]
        later += [_resolved(path, name) for name in _LATER.findall(text)]
    return at_once, list(dict.fromkeys(later))


def worker_source() -> str:
    """Return the service worker's own file, "" where there is none."""
    try:
        return services().assets.find(WORKER).body.decode()
    except NotFound:
        return ""


def _templates() -> list[Path]:
    folder = Path(current_app.root_path) / current_app.template_folder
    return sorted((folder / "field").glob("*.html"))


def _of_templates() -> list[str]:
    return [name for path in _templates() for name in _NAMED.findall(path.read_text(encoding="utf-8"))]


def _text(path: str) -> str:
    try:
        return _COMMENT.sub("", services().assets.find(path).body.decode())
    except (NotFound, UnicodeDecodeError):
        return ""


def _exists(path: str) -> bool:
    try:
        services().assets.find(path)
    except NotFound:
        return False
    return True


def _resolved(importer: str, name: str) -> str:
    if name.startswith("/static/"):
        return name.removeprefix("/static/").partition("?")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name)).partition("?")[0]
