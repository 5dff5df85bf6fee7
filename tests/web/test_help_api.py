"""The reference of the interfaces holds every operation, parameter and schema; its requests are answered."""

from __future__ import annotations

import html
import json
import re

import pytest

from gis_app import create_app
from gis_app.storage.api_keys import DataReader, insert_api_key
from gis_app.storage.engine import open_store
from gis_app.web.api import openapi
from tests.conftest import sign_in
from tests.help_blocks import blocks_of, cells_of
from tests.web.county import PASSWORD, make_instance

LANGUAGES = ("zh", "en")
KEY = "a-data-key-for-the-reference-page-of-the-manual"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    from gis_app import clock

    settings = make_instance(tmp_path_factory.mktemp("help") / "instance")
    store = open_store(settings.database_url)
    with store.write() as conn:
        insert_api_key(conn, KEY, "测绘院", "", 600, clock.now(), "test", DataReader("planner", ""))
    store.dispose()
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app):
    found = app.test_client()
    sign_in(found, "planner", PASSWORD)
    return found


@pytest.fixture(scope="module")
def pages(client) -> dict[str, str]:
    answers = {lang: client.get(f"/help/api?lang={lang}") for lang in LANGUAGES}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {lang: answer.get_data(as_text=True) for lang, answer in answers.items()}


def headings(page: str) -> set[str]:
    """Return "GET /path" of every operation of the page."""
    found = re.findall(r'<span class="api-verb">(\w+)</span> <code>([^<]+)</code>', page)
    return {f"{method} {html.unescape(path)}" for method, path in found}


def operations(document: dict, prefix: str = "") -> dict[str, dict]:
    return {
        f"{method.upper()} {prefix}{path}": one
        for path, found in document["paths"].items()
        for method, one in found.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_operation_of_both_interfaces_is_on_the_page(pages, client, lang: str):
    api = operations(client.get("/api/v1/openapi.json").get_json())
    ogc = operations(client.get("/ogc/api?f=json").get_json(), "/ogc")
    known = [one["id"] for one in client.get("/ogc/collections?f=json").get_json()["collections"]]
    named = re.compile(rf"/collections/(?:{'|'.join(known)})\b")
    generic = {named.sub("/collections/{collection}", path) for path in ogc}
    assert headings(pages[lang]) == api.keys() | generic and len(generic) > 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_parameter_is_on_the_page(app, pages, lang: str):
    cells = cells_of(pages[lang])
    with app.test_request_context("/"):
        document = openapi.document()
    for one in operations(document).values():
        names = [given["name"] for given in one.get("parameters", ())]
        shown = [row[0] for row in cells.get(f"op-{one['operationId']}", [])]
        assert shown[: len(names)] == names


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_property_of_every_schema_is_on_the_page(app, pages, lang: str):
    cells = cells_of(pages[lang])
    with app.test_request_context("/"):
        schemas = openapi.document()["components"]["schemas"]
    for name, schema in schemas.items():
        shown = [row[0] for row in cells.get(f"schema-{name}", [])]
        assert set(schema.get("properties", {})) <= set(shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_operation_with_an_example_shows_it(pages, lang: str):
    asked = [block for block in blocks_of(pages[lang]) if "asks" in block.marks]
    assert len(asked) == len(openapi.examples()) >= 20


def test_examples_are_json_as_the_service_answered_them(pages):
    for block in blocks_of(pages["zh"]):
        if "says" in block.marks and not block.text.rstrip().endswith("…"):
            json.loads(block.text)


def test_what_the_page_types_with_a_key_is_answered(app, pages):
    """A stranger with the key alone asks for every address of the page's own commands."""
    texts = [block.text for block in blocks_of(pages["en"]) if "curl" in block.marks]
    addresses = re.findall(r'"http://localhost:8000(/[^"]+)"', "\n".join(texts))
    assert len(addresses) == 2
    for address in addresses:
        answer = app.test_client().get(address, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200 and "4102220010010" in answer.get_data(as_text=True)


def test_requests_of_the_examples_are_answered_by_the_service(client, pages):
    """Most is there in any toy county; a class or number that the test of the API made first is not."""
    asked = [block.text.splitlines()[0] for block in blocks_of(pages["zh"]) if "asks" in block.marks]
    read = [line.removeprefix("GET ") for line in asked if line.startswith("GET ")]
    answers = {address: client.get(address).status_code for address in read}
    assert len(read) >= 15 and set(answers.values()) <= {200, 400, 404}
    assert sum(code == 200 for code in answers.values()) >= 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reference_names_no_other_host(pages, lang: str):
    hosts = re.findall(r"https?://([a-z0-9.-]+)", pages[lang])
    assert set(hosts) <= {"localhost"}
