"""Pages of a list: how many from where, the total, and links to the pages around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, request

from gis_app.web import geojson
from gis_app.web.bytes import respond
from gis_app.web.i18n import language
from gis_app.web.params import Params

USUAL, MOST, FURTHEST = 100, 1000, 10**8
PAGING = ("limit", "offset")


class Span(NamedTuple):
    """Which part of a list is asked for."""

    limit: int
    offset: int


def span_of(params: Params) -> Span:
    """Return the part that the address asks for; raises BadInput for one beyond the limits."""
    return Span(params.whole("limit", 1, MOST, USUAL), params.whole("offset", 0, FURTHEST, 0))


def page(
    parts: tuple,
    total: int,
    span: Span,
    items: Callable[[slice], Sequence[Mapping[str, Any]]],
    more: Callable[[], Mapping[str, Any]] = dict,
) -> Response:
    """Answer with a part of a list; `items` makes those of a slice, `more` what stands beside them.

    `parts` is what the list depends on, the parameters that choose its rows among it.
    """
    around = _around(total, span)

    def make() -> bytes:
        told = {"items": items(slice(span.offset, span.offset + span.limit)), "total": total}
        paging = {**span._asdict(), "next": around.get("next"), "previous": around.get("prev")}
        return geojson.dumps({**told, **paging, **more()})

    response = respond((*parts, span, request.query_string, language()), make, "application/json")
    add_links(response, around)
    return response


def add_links(response: Response, around: Mapping[str, str]) -> None:
    """Say in the Link header where the pages around this one are."""
    for rel, address in around.items():
        response.headers.add("Link", f'<{address}>; rel="{rel}"')


def _around(total: int, span: Span) -> dict[str, str]:
    last = max(0, (total - 1) // span.limit * span.limit)
    places = {"first": Span(span.limit, 0), "last": Span(span.limit, last)}
    if 0 < span.offset < span.limit:  # what is left before it is less than a page
        places["prev"] = Span(span.offset, 0)
    elif span.offset > 0:
        places["prev"] = Span(span.limit, min(span.offset - span.limit, last))
    if span.offset + span.limit < total:
        places["next"] = Span(span.limit, span.offset + span.limit)
    return {rel: _address(*place) for rel, place in places.items()}


def _address(limit: int, offset: int) -> str:
    asked = {name: value for name, value in request.args.items() if name not in PAGING}
    return f"{request.path}?{urlencode({**asked, 'limit': limit, 'offset': offset})}"
