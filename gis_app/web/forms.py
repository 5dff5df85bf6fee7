"""What forms of versioned records share: the version they know, numbers in addresses, what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, redirect, request

from gis_app.errors import Conflict, GisError, NotFound, Stale, VersionWanted
from gis_app.web.i18n import language
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of, wants_data

MAX_DIGITS = 9
# The page behind the form cannot be shown, or says nothing more: the plain page of the problem is right.
ELSEWHERE = (403, 404, 413, 503)


def known_version() -> int:
    """Return the version that the caller knows, from If-Match or the form; 0 where nothing is there yet.

    Raises VersionWanted without one and Stale for nonsense.
    """
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    given = given or request.form.get("version", "")
    if not given:
        raise VersionWanted()
    return _number(given)


def known_version_of(*what: str) -> int:
    """Return the version that a form knows of one of the records it can change, named by the words in `what`.

    Such a form sends a field `versions` with "words… number" for each record that exists, so that it needs no
    script to follow what is chosen. Without a line for the record this is `known_version`.
    """
    known = dict(line.rpartition(" ")[::2] for line in request.form.getlist("versions"))
    given = known.get(" ".join(what))
    return known_version() if given is None else _number(given)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= MAX_DIGITS):
        raise Stale()
    return int(given)


def number_of(text: str, code: str, message: str) -> int:
    """Return the number of a record in an address; raises NotFound(code) for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise NotFound(code, message)
    return int(text)


@contextmanager
def fresh() -> Iterator[None]:
    """Turn the store's conflict of versions inside the block into Stale."""
    try:
        yield
    except Conflict as error:
        raise Stale(fields=error.fields) if error.code == "stale_version" else error from None


def submitted(save: Callable[[], str], page: Callable[[dict[str, Any]], str]) -> Response:
    """Run `save` and go where it says; say a refusal on `page`, which gets it with what was typed."""
    try:
        where = save()
    except GisError as error:
        if wants_data() or status_of(error) in ELSEWHERE:
            raise
        message, fields = told(error, language())
        typed = request.form.to_dict()
        problem = {"code": error.code, "message": message, "fields": fields, "typed": typed}
        return Response(page(problem), status_of(error), content_type=CONTENT_TYPE)
    return redirect(where, code=303)
