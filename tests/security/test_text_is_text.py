"""Text from the store is text everywhere: no page, answer or export runs it, on the server or in a browser.

Every text column of every table in the store, and the name of an account, is filled with every canary in
turn; then every page, answer and export is asked for. A template language that had run `{{7*7}}` would
show its product between the marks that surround each canary; markup that had not been escaped would stand
in a page as it was typed.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from gis_app import create_app
from gis_app.layers import schema
from gis_app.people.accounts import create_account
from gis_app.settings import Settings
from gis_app.stations import hand_over
from gis_app.storage.engine import open_store
from gis_app.web.services import KEY
from gis_app.web.table_columns import TABLES
from tests.factory import COMMUNITIES, COUNTY, GRIDS, toy_incidents, toy_layers, with_island
from tests.web.conftest import sign_in
from tests.web.county import PASSWORD, make_instance, toy_classes, toy_tables

MARK = "qzx"
CANARIES = {
    "jinja": "{{7*7}}",
    "jinja_globals": "{{cycler.__init__.__globals__}}",
    "block": "{% for x in (1,2) %}{{x}}{% endfor %}",
    "lone_block": "{% nonsense",
    "comment": "{# gone #}",
    "template_literal": "${7*7}`${1}`",
    "percent": "%(name)s %s %d %%",
    "format": "{0} {name} {0.__class__}",
    "script": "</script><script>alert(7*7)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "svg": "<svg/onload=alert(1)>",
    "attribute": "\"'><b onmouseover=alert(1)>",
    "comment_end": "--><!--]]>",
    "style": "</style><style>*{display:none}",
    "direction": "\u202e\u2066evil\u2069",
    "separators": "a\u2028b\u2029c",
    "entities": "&lt;b&gt;&#60;",
    "backslash": "\\u003cb\\u003e\\",
}
FORMULAS = {"equals": "=1+1", "plus": "+1", "minus": "-1", "at": "@SUM(A1)", "link": '=HYPERLINK("x")'}
CODES = re.compile(
    r"code$|^(geometry|kind|land_use|road_class|status|hours|amenities|category|state|role|term_.*)$"
)
MAP_APPLICATIONS = (*hand_over.ADDRESSES, hand_over.APPLE, "geo:")
ADDRESS_ONLY = re.compile(r"[A-Za-z0-9._~:/?=&%,()+-]*")
PAGES = ["/map", *(f"/layers/{name}/table" for name in TABLES), "/layers/grids/table?sort=name&order=desc"]
DATA = [
    "/map/shell.js",
    *(f"/layers/{name}.geojson" for name in TABLES),
    *(f"/layers/{name}.geojson?order=asc" for name in TABLES),
    "/overlays/coverage.geojson",
    "/overlays/coverage.geojson?level=community&geometry=none",
    "/overlays/coverage.geojson?level=block",
    *(f"/overlays/assignment.geojson?role={role}" for role in ("grid_worker", "zone", "paired_organisation")),
    "/overlays/incidents.geojson",
    "/overlays/incident-counts.geojson",
    *(f"/areas/{code}.json" for code in (COUNTY, COMMUNITIES[0], *GRIDS)),
    "/stations/Z001.json",
    f"/search.json?q={MARK}",
    "/figures.json",
]
EXPORTS = [f"/layers/{name}.csv" for name in TABLES]


def text_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns in which people may type."""
    typed = [name for name in frame.columns if not CODES.search(name) and not name.endswith("_at")]
    return [name for name in typed if pd.api.types.is_string_dtype(frame[name])]


def poisoned(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the frame with the text in every column in which people may type."""
    return frame.assign(**dict.fromkeys(text_columns(frame), text))


def app_with(folder: Path, text: str):
    """Return an application whose every text is `text`, and a dispatcher of that name signed in."""
    make_instance(
        folder,
        shapes={name: poisoned(frame, text) for name, frame in with_island(toy_layers()).items()},
        tables={name: poisoned(frame, text) for name, frame in toy_tables().items()},
        classes=poisoned(toy_classes(), text),
        reports=poisoned(toy_incidents(), text),
    )
    settings = Settings(instance_dir=folder, geodata_dir=folder / "none", secret_key="k" * 40)
    store = open_store(settings.database_url)
    create_account(store, "canary", PASSWORD, "dispatcher", "", display_name=text)
    store.dispose()
    app = create_app(settings)
    client = app.test_client()
    sign_in(client, "canary")
    return app, client


@pytest.fixture(scope="module", params=CANARIES)
def county(request, tmp_path_factory):
    """Return (client, text) of a county in which every text is one canary between two marks."""
    text = f"{MARK}{CANARIES[request.param]}{MARK}"
    app, client = app_with(tmp_path_factory.mktemp("canary") / "instance", text)
    yield client, text
    app.extensions[KEY].store.dispose()


class Reader(HTMLParser):
    """Reads a page as a browser does: its texts, its tags, its handlers."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts, self.tags, self.handlers, self._script = [], [], [], None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.texts += [value for _, value in attrs if value]

    def handle_data(self, data):
        self.texts.append(data)


def texts_in(value) -> list[str]:
    """Return every text anywhere in a JSON value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


def check_links(links: list[str], text: str) -> None:
    """Check that links to map applications hold the text encoded, whole and never as it is.

    Amap's and Baidu's own marks, a comma and a bar, give way to a space in a name.
    """
    encoded = {quote(text.replace(mark, " "), safe=safe) for mark in ("\0", ",", "|") for safe in ("", ",")}
    for link in links:
        assert ADDRESS_ONLY.fullmatch(link), link
        assert MARK not in link or any(one in link for one in encoded), link


def check_texts(texts: list[str], text: str, where: str) -> int:
    """Check that wherever the mark stands the canary stands whole; return how often it does."""
    found = 0
    for one in texts:
        rest = one.replace(text, "")
        assert MARK not in rest, (where, one)
        found += one.count(text)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_show_text_as_it_is(county, language):
    client, text = county
    client.set_cookie("language", language)
    plain = None
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = Reader(answer.text)
        assert page.handlers == [] and "img" not in page.tags and "b" not in page.tags, address
        shown = check_texts(page.texts, text, address)
        assert shown > 0, address
        plain = plain or page.tags
    assert (
        html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in client.get(PAGES[1]).text
    )


def test_the_number_of_scripts_in_a_page_does_not_depend_on_the_text(county, tmp_path_factory):
    client, _ = county
    tags = [Reader(client.get(address).text).tags for address in PAGES]
    assert [one.count("style") for one in tags] == [0] * len(tags)
    scripts = [one.count("script") for one in tags[1:]]
    assert len(set(scripts)) == 1


def test_answers_hold_text_as_it_is(county):
    client, text = county
    for address in DATA:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "html" not in answer.mimetype and answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.mimetype == "text/javascript":
            assert MARK not in answer.text
            continue
        texts = texts_in(json.loads(answer.data))
        links = [one for one in texts if one.startswith(MAP_APPLICATIONS)]
        check_links(links, text)
        assert len(links) >= 4 or address != "/stations/Z001.json"
        found = check_texts([one for one in texts if one not in links], text, address)
        if address.startswith(("/layers/grids", "/areas", "/stations", "/search", "/overlays/assignment")):
            assert found > 0, address


def test_exports_hold_text_as_it_is(county):
    client, text = county
    for address in EXPORTS:
        answer = client.get(address)
        assert answer.status_code == 200, address
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1, address
        assert (
            check_texts([cell for row in rows for cell in row], text, address) > 0 or "county" not in address
        )


def test_every_text_column_of_every_layer_is_poisoned(county):
    client, text = county
    for name in schema.LAYERS:
        for feature in client.get(f"/layers/{name}.geojson").json["features"]:
            typed = [key for key in feature["properties"] if key in ("name", "address")]
            assert all(feature["properties"][key] == text for key in typed)


@pytest.mark.parametrize("start", FORMULAS)
def test_exports_hold_no_formula_in_any_column(tmp_path, start):
    text = FORMULAS[start]
    app, client = app_with(tmp_path / "instance", text)
    for address in EXPORTS:
        rows = list(csv.reader(io.StringIO(client.get(address).data.decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows[1:] for cell in row]
        assert f"'{text}" in cells or address in ("/layers/buildings.csv",), address
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")], address
    app.extensions[KEY].store.dispose()


def test_what_is_typed_into_a_search_or_a_form_is_shown_as_text(county):
    client, text = county
    typed = text[:100]
    for address, name in (
        ("/layers/grids/table", "q"),
        ("/layers/stations/table", "name"),
        ("/sign-in", "next"),
    ):
        page = Reader(client.get(address, query_string={name: typed}, follow_redirects=True).text)
        assert page.handlers == [] and "img" not in page.tags and "b" not in page.tags
    stranger = client.application.test_client()
    answer = stranger.post(
        "/sign-in",
        data={"username": text[:60], "password": "x", "next": text},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    page = Reader(answer.text)
    assert answer.status_code in (401, 429) and page.handlers == [] and "img" not in page.tags
