"""The data dictionary holds every field that the schemas declare, on the page and in what one takes away."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from gis_app import create_app
from gis_app.desk.tables_fields import FIELDS as TABLE_FIELDS
from gis_app.exchange.columns import SYNONYMS
from gis_app.incidents.catalogue import COLUMNS as CLASS_COLUMNS
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.layers import schema
from gis_app.storage.tables import metadata
from gis_app.web import help_dictionary_words as words
from gis_app.web.help_dictionary import VALUES, sections
from tests.conftest import sign_in
from tests.help_blocks import cells_of
from tests.web.county import PASSWORD, make_instance

LANGUAGES = ("zh", "en")
FIELDS = [(layer, field) for layer, one in schema.SCHEMAS.items() for field in one.columns]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    found = create_app(make_instance(tmp_path_factory.mktemp("help") / "instance")).test_client()
    sign_in(found, "grid_worker", PASSWORD)
    return found


@pytest.fixture(scope="module")
def pages(client) -> dict[str, dict[str, list[list[str]]]]:
    """Return the cells of each table of the page by the anchor of its heading, in both languages."""
    texts = {lang: client.get(f"/help/dictionary?lang={lang}").get_data(as_text=True) for lang in LANGUAGES}
    return {lang: cells_of(text) for lang, text in texts.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("layer", "field"), FIELDS)
def test_every_field_of_every_layer_is_on_the_page(pages, layer: str, field: str, lang: str):
    (row,) = (cells for cells in pages[lang][f"layer-{layer}"] if cells[0].split()[0] == field)
    title, _kind, said = row[0].partition(" ")[2], row[1], row[2]
    column = schema.SCHEMAS[layer].columns[field]
    assert title == (column.title if lang == "zh" else words.FIELDS[field][0])
    assert all(name in said for name in SYNONYMS[layer].get(field, "").split())


@pytest.mark.parametrize(("layer", "field"), VALUES)
def test_every_value_that_a_field_may_take_is_told(layer: str, field: str):
    """The lists of labels are those of the checks, so that a new value cannot be forgotten here."""
    column = schema.SCHEMAS[layer].columns[field]
    allowed = next(str(check.error) for check in column.checks if ":" in str(check.error))
    assert set(VALUES[layer, field]) == set(allowed.partition(":")[2].split())


def test_every_field_with_a_list_of_values_has_its_labels():
    listed = {
        (layer, field)
        for layer, field in FIELDS
        for check in schema.SCHEMAS[layer].columns[field].checks
        if str(check.error).startswith(("not_allowed:", "bad_amenity:"))
    }
    assert listed == VALUES.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_classes_and_codes_are_whole(pages, lang: str):
    def names(anchor: str) -> list[str]:
        return [row[0].split()[0] for row in pages[lang][anchor]]

    for name, found in TABLE_FIELDS.items():
        assert names(f"table-{name}") == [one.name for one in found]
    assert names("incident-class") == list(CLASS_COLUMNS)
    assert (names("codes-state"), names("codes-category")) == (list(STATES), list(CATEGORIES))
    for name in words.STORE:
        assert names(f"store-{name}") == [column.name for column in metadata.tables[name].columns]


def test_nothing_is_described_that_there_is_not():
    assert words.LAYERS.keys() == schema.SCHEMAS.keys()
    assert words.FIELDS.keys() == {field for _, field in FIELDS}
    assert words.CLASS_FIELDS.keys() == set(CLASS_COLUMNS)
    assert words.TABLE_FIELDS.keys() == {one.name for found in TABLE_FIELDS.values() for one in found}
    assert all(title.strip() and row.title for one in sections("en")[:10] for row in one.rows
               for title in (one.title,))  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_one_takes_away_has_every_row(client, lang: str):
    expected = [(section.name, row.name) for section in sections(lang) for row in section.rows]
    answer = client.get(f"/help/dictionary.csv?lang={lang}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row[0], row[2]) for row in rows[1:]] == expected
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/help/dictionary.xlsx?lang={lang}").get_data()))
    sheets = [list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book]
    assert [(row[0], row[2]) for sheet in sheets for row in sheet] == expected
    assert book.sheetnames == [said[LANGUAGES.index(lang)] for said in words.PARTS.values()]


def test_a_language_there_is_not_is_refused(client):
    assert client.get("/help/dictionary.csv?lang=fr").status_code == 400
