"""The three files of a report: readable, complete, the same bytes again, and names are only ever text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document as read_docx
from docx.oxml.ns import qn
from openpyxl import load_workbook

from gis_app.paper.document import Cell, Document, Paragraph, Table, plain
from gis_app.paper.docx_file import docx
from gis_app.paper.monthly import build
from gis_app.paper.monthly_maps import drawn
from gis_app.paper.typeset_pdf import pdf
from gis_app.paper.xlsx_file import xlsx
from tests.unit.paper.monthly_samples import (
    asked,
    fonts_not_embedded,
    inked_shares,
    material_of,
    opened,
    texts_of,
)

HOSTILE = (
    "#sys.inputs", "$x^2$", "*bold*_it_", "@ref <label>", "\\u{41} \\ end", "{{ 7*7 }}", '"quoted" \'\'',
    "#image(\"/etc/passwd\")", "`raw`", "= heading", "/* open", "// line", "~ -- ...", "[x](y)",
    "=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "＝危险",
)  # fmt: skip
MAKERS = {"pdf": pdf, "docx": docx, "xlsx": xlsx}


@pytest.fixture(scope="module")
def june(reference_store) -> Document:
    material = material_of(reference_store, asked("2023-06-30"))
    return build(material, drawn(material))


@pytest.fixture(scope="module")
def files(june) -> dict[str, bytes]:
    return {kind: make(june) for kind, make in MAKERS.items()}


def numbers(value):
    """Return what a sheet is to hold for a value of a table: a number where it is one."""
    value = plain(value.value if isinstance(value, Cell) else value)
    return (value if value != "" else None) if isinstance(value, str | None) else pytest.approx(value)


def with_names(made: Document, names: tuple[str, ...]) -> Document:
    """Return a report whose words are these names, wherever a name can stand."""
    rows = tuple((number, name) for number, name in enumerate(names))
    columns = next(made.tables()).columns[1:2] + next(made.tables()).columns[:1]
    table = Table("hostile", names[0], columns, rows, note=" ".join(names))
    blocks = (*(Paragraph(name) for name in names), table)
    last = replace(made.sections[-1], title=names[1], blocks=blocks)
    facts = tuple((name, name) for name in names)
    return replace(made, county=names[2], title=names[3], facts=facts, sections=(last,))


def test_no_page_is_blank_and_every_font_is_in_the_file(files):
    shares = inked_shares(files["pdf"])
    assert len(shares) >= 9 and min(shares) > 0.005
    assert fonts_not_embedded(files["pdf"]) == 0


def test_the_text_of_the_pdf_can_be_taken_out(files, june):
    text = re.sub(r"\s", "", "".join(texts_of(files["pdf"])))
    for section in june.sections:
        assert re.sub(r"\s", "", section.title) in text
    for figure in june.figures():
        assert re.sub(r"\s", "", figure.said) in text and figure.label in text
    assert june.mark in text


def test_every_page_bears_its_number_and_the_running_head(files, june):
    texts = texts_of(files["pdf"])
    for number, text in enumerate(texts[1:], 2):
        assert f"第 {number} 页，共 {len(texts)} 页" in text
        assert june.period in text and june.county in text
    assert "页，共" not in texts[0]


def test_a_heading_never_stands_alone_at_the_end_of_a_page(files, june):
    titles = [re.sub(r"\s", "", section.title) for section in june.sections]
    for text in texts_of(files["pdf"])[2:]:
        lines = [re.sub(r"\s", "", line) for line in text.splitlines() if line.strip()]
        body = [line for line in lines if "页，共" not in line]
        assert not any(body[-1].endswith(title) for title in titles), body[-1]


def test_the_head_of_a_table_is_repeated_where_it_goes_on(files):
    pages = texts_of(files["pdf"])
    assert sum("平均距离（米）" in page for page in pages) >= 1
    assert sum("直线 500 米 步行 500 米" in " ".join(page.split()) for page in pages) >= 2


def test_the_pdf_has_bookmarks_for_sections_and_tables(files, june):
    with opened(files["pdf"]) as document:
        marks = [(one.level, one.get_title()) for one in document.get_toc()]
    assert [title for level, title in marks if level == 0][1:] == [
        f"{number}、{section.title}" for number, section in zip("一二三四五六七", june.sections, strict=True)
    ]
    assert sum(level == 1 for level, _ in marks) == len([*june.tables(), *june.pictures()])


def test_the_same_report_is_the_same_bytes(files, june):
    for kind, make in MAKERS.items():
        assert make(june) == files[kind], kind


def test_files_bear_the_date_of_the_data_and_no_other(files, june):
    for kind in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(files[kind])) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2023, 6, 30, 16, 0, 0)}
            core = archive.read("docProps/core.xml").decode()
        dates = re.findall(r"<\w+:(?:created|modified)[^>]*>([^<]*)<", core)
        assert len(dates) == 2 and set(dates) == {"2023-06-30T16:00:00Z"}
    with opened(files["pdf"]) as document:
        about = document.get_metadata_dict()
    assert about["CreationDate"].startswith("D:20230630") or about["CreationDate"].startswith("D:20230701")
    assert june.mark in about["Keywords"]


def test_word_has_real_headings_repeated_heads_and_described_pictures(files, june):
    file = read_docx(io.BytesIO(files["docx"]))
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert [text.partition("、")[2] for text in headings] == [section.title for section in june.sections]
    told = [one for one in june.tables() if one.rows]
    tables = [one for one in file.tables if one._tbl.tblPr.find(qn("w:tblCaption")) is not None]
    assert len(tables) == len(told)
    for table, one in zip(tables, told, strict=True):
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert len(table.rows) == len(one.on_paper) + 1
        assert [column.width for column in table.columns] == [cell.width for cell in table.rows[0].cells]
    pictures = file.element.body.findall(f".//{qn('wp:docPr')}")
    assert [one.get("descr") for one in pictures] == [one.alt for one in june.pictures()]
    assert len(pictures) == 4


def test_word_sets_chinese_in_chinese_fonts(files):
    file = read_docx(io.BytesIO(files["docx"]))
    for name in ("Normal", "Heading 1", "Title", "Caption", "Table text"):
        fonts = file.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体"), name
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
    indent = file.styles["Report text"].element.pPr.ind
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_the_workbook_has_every_row_as_numbers(files, june):
    book = load_workbook(io.BytesIO(files["xlsx"]))
    tables = list(june.tables())
    assert len(book.sheetnames) == len(tables) + 2
    for sheet, one in zip(book.worksheets[1:-1], tables, strict=True):
        assert sheet.freeze_panes == "A2"
        values = list(sheet.iter_rows(min_row=2, values_only=True))
        if one.rows:
            assert len(values) == len(one.rows)
            for row, kept in zip(one.rows, values, strict=True):
                assert [numbers(value) for value in row] == list(kept)


def test_names_are_text_in_the_pdf(june):
    text = re.sub(r"[\s\u200b]", "", "".join(texts_of(pdf(with_names(june, HOSTILE)))))
    for name in HOSTILE:
        assert text.count(re.sub(r"\s", "", name)) >= 3, name


def test_names_are_text_in_word(june):
    file = read_docx(io.BytesIO(docx(with_names(june, HOSTILE))))
    paragraphs = [one.text for one in file.paragraphs]
    for name in HOSTILE:
        assert " ".join(name.split()) in paragraphs, name


def test_names_are_text_in_the_workbook(june):
    book = load_workbook(io.BytesIO(xlsx(with_names(june, HOSTILE))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    kept = {cell.value for cell in cells}
    for name in HOSTILE:
        risky = name[0] in "=+-@＝"
        assert (f"'{name}" if risky else name) in kept, name


def test_control_characters_and_endless_words_break_nothing(june):
    names = ("社区\x00\x08\u202e名", "A" * 400, "长" * 400, "", " ", "\ud800")
    strange = with_names(june, names)
    texts = texts_of(pdf(strange))
    assert "A" * 5 in "".join(texts) and "\u202e" not in "".join(texts)
    assert read_docx(io.BytesIO(docx(strange))).paragraphs
    assert load_workbook(io.BytesIO(xlsx(strange))).worksheets
