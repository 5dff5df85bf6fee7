"""Chinese first, English second: which language an answer is in, and the words the browser needs.

The sentences in the code are the Chinese ones; a catalogue translates them. Catalogues are kept as text
(.po) and compiled here when the application starts, so that nobody has to remember to.
"""

from __future__ import annotations

import logging
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import orjson
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response, g, redirect, request
from flask_babel import Babel

from gis_app.errors import NotFound
from gis_app.web.access import open_to_all
from gis_app.web.bytes import respond
from gis_app.web.local_path import local_path
from gis_app.web.services import services
from gis_app.web.session_cookie import set_cookie

LANGUAGES = ("zh", "en")
COOKIE = "language"
API = "/api/"
YEAR = 365 * 24 * 3600
FOLDER = Path(__file__).parent.parent / "translations"

rooms = Blueprint("i18n", __name__)
log = logging.getLogger("gis_app")


def language() -> str:
    """Return the language of this request: the one chosen, else the setting's.

    A browser's own wish is not asked: office computers often run in English, their readers do not. A program
    that calls the API says what it wants, and gets it.
    """
    found = g.get("language")
    if found is None:
        found = g.language = _chosen()
    return found


def _chosen() -> str:
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wished = request.accept_languages.best_match(LANGUAGES) if request.path.startswith(API) else None
    return wished or services().settings.default_language


def install(app: Flask) -> None:
    """Compile the catalogues and let Flask-Babel translate with them."""
    compile_catalogues()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, default_locale="zh", locale_selector=language)
    app.register_blueprint(rooms)


def compile_catalogues(folder: Path = FOLDER) -> None:
    """Compile every catalogue that has changed since; several processes may do so at once."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        try:
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                _compile(source, target)
        except OSError as error:
            log.warning({"message": "catalogue not compiled", "file": source.name, "reason": str(error)})


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file)
    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    os.replace(draft, target)


@rooms.post("/language/<lang>")
@open_to_all("the language can be chosen before signing in")
def choose(lang: str) -> Response:
    """Keep the chosen language in a cookie and go back to the page."""
    if lang not in LANGUAGES:
        raise NotFound()
    response = redirect(local_path(request.form.get("next")) or "/", code=303)
    set_cookie(response, COOKIE, lang, max_age=YEAR)
    return response


@rooms.get("/i18n/<lang>.json")
@open_to_all("the words of the interface are no data, and the sign-in page needs them", anonymous=True)
def words(lang: str) -> Response:
    """Say the translation of every sentence of the interface, as {Chinese: translated}."""
    if lang not in LANGUAGES:
        raise NotFound()
    catalogue, stamp = catalogue_of(lang)
    return respond((lang, stamp), lambda: orjson.dumps(catalogue), "application/json")


def catalogue_of(lang: str) -> tuple[dict[str, str], int]:
    """Return the translated sentences of a language and when their file was last written."""
    source = FOLDER / lang / "LC_MESSAGES" / "messages.po"
    try:
        return _read(source, source.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}, 0


@lru_cache(maxsize=4)
def _read(source: Path, stamp: int) -> tuple[dict[str, str], int]:
    with source.open("rb") as file:
        catalogue = read_po(file)
    pairs = {one.id: one.string for one in catalogue if isinstance(one.id, str) and one.id and one.string}
    return pairs, stamp
