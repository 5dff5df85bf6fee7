"""A blueprint whose every answer, the errors too, is in the shape that GeoReport prescribes."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from gis_app.web.access import open_to_all
from gis_app.web.open311 import faults

READ = "Open311 is read by anybody: public classes only, no contact, nothing that needs an account"


class Room:
    """One copy of the interface: its blueprint, under `rooms` like that of every other room."""

    def __init__(self, name: str, prefix: str) -> None:
        self.rooms = Blueprint(name, __name__, url_prefix=prefix)
        self._count = 0
        faults.answer_all(self.rooms)

    def add(self, rule: str, view: Callable[..., Response], method: str = "GET", reason: str = READ) -> None:
        """Answer a rule with a view that nobody has to sign in for."""
        keyed = method == "POST"
        self._count += 1
        name = f"{view.__name__}_{self._count}"
        marked = open_to_all(reason, anonymous=True, keyed=keyed)(_copied(view))
        self.rooms.add_url_rule(rule, name, marked, methods=[method])


def _copied(view: Callable[..., Response]) -> Callable[..., Response]:
    def answer(**places: str) -> Response:
        return view(**places)

    answer.__doc__ = view.__doc__
    return answer
