"""Wall maps as files: the paper's size, vectors, fonts inside, every code as text, the same bytes again."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from datetime import datetime

import numpy as np
import pypdfium2
import pypdfium2.raw as pdf
import pytest
import typst

from gis_app import clock
from gis_app.errors import BadInput, Unavailable
from gis_app.layers.atlas import Atlas
from gis_app.paper import typst_run
from gis_app.paper.county import sheet_of
from gis_app.paper.text import clean, width
from gis_app.paper.wall_map import made
from gis_app.storage.layers import read_layers
from tests.factory import toy_layers
from tests.unit.paper.map_sheets import HOSTILE, order, renamed

MM = 72 / 25.4
CREATED = datetime(2024, 5, 1, 9, 30, tzinfo=clock.ZONE)


@pytest.fixture(scope="module")
def county(reference_store) -> Atlas:
    with reference_store.read() as conn:
        return Atlas.build(read_layers(conn))


@pytest.fixture(scope="module")
def toy() -> Atlas:
    return Atlas.build(toy_layers())


def document(body: bytes) -> pypdfium2.PdfDocument:
    found = pypdfium2.PdfDocument(body)
    assert len(found) == 1
    return found


def said(body: bytes) -> str:
    """Return the text of a PDF in the order it was written, without any space."""
    page = document(body)[0]
    room, found = (ctypes.c_ushort * 2000)(), []
    read = page.get_textpage()
    for one in page.get_objects(filter=[pdf.FPDF_PAGEOBJ_TEXT], max_depth=12):
        size = pdf.FPDFTextObj_GetText(one.raw, read.raw, room, 4000)
        found.append(bytes(room)[: size - 2].decode("utf-16-le"))
    return "".join(unicodedata.normalize("NFKC", "".join(found)).split())


def kinds(body: bytes) -> set[int]:
    return {one.type for one in document(body)[0].get_objects(max_depth=12)}


def fonts(body: bytes) -> set[tuple[str, bool]]:
    """Return the name of each font, and whether it is inside the file."""
    found = set()
    for one in document(body)[0].get_objects(filter=[pdf.FPDF_PAGEOBJ_TEXT], max_depth=12):
        font = pdf.FPDFTextObj_GetFont(one.raw)
        room = (ctypes.c_char * 200)()
        pdf.FPDFFont_GetBaseFontName(font, room, 200)
        found.add((room.value.decode(), bool(pdf.FPDFFont_GetIsEmbedded(font))))
    return found


@pytest.mark.parametrize(("paper", "size"), [("A3", (420, 297)), ("A1", (841, 594))])
@pytest.mark.parametrize("level", ["grid", "block"])
def test_a_wall_map_is_one_page_of_vectors_with_every_grid_code_as_text(county, paper, size, level):
    body = made(sheet_of(order(county, level, paper=paper), county), "pdf", CREATED)
    page = document(body)[0]
    assert np.allclose(np.array(page.get_size()) / MM, size, atol=0.1)
    assert pdf.FPDF_PAGEOBJ_IMAGE not in kinds(body)
    assert {name.split("+")[-1] for name, _ in fonts(body)} <= {"NotoSansCJKsc-Regular", "NotoSansCJKsc-Bold"}
    assert all(inside for _, inside in fonts(body))
    assert len(body) < 2_000_000
    words = said(body)
    pairs = [(county.name_of(code[:12]), code[-3:]) for code in county.grids["grid_code"]]
    assert [pair for pair in pairs if "".join(pair) not in words] == []
    assert "示例县覆盖图" in words
    assert "比例尺1:" in words


def test_a_wall_map_is_not_blank_and_has_the_colours_of_its_legend(county):
    body = made(sheet_of(order(county), county), "pdf", CREATED)
    picture = np.asarray(document(body)[0].render(scale=1).to_pil().convert("RGB")).reshape(-1, 3)
    share = {
        tuple(colour): count / len(picture)
        for colour, count in zip(*np.unique(picture, axis=0, return_counts=True), strict=True)
    }
    assert share[(255, 255, 255)] < 0.6
    for colour in ("#FFFFCC", "#A1DAB4", "#41B6C4", "#2C7FB8", "#253494"):
        assert share.get(tuple(bytes.fromhex(colour[1:])), 0) > 0.005, colour


def test_the_same_map_gives_the_same_bytes_and_bears_its_own_date(toy):
    first, second = (made(sheet_of(order(toy), toy), "pdf", CREATED) for _ in range(2))
    assert first == second
    assert document(first).get_metadata_dict()["CreationDate"].startswith("D:2024050")
    assert document(first).get_metadata_dict()["Title"] == "示例县 覆盖图"


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_png_has_the_resolution_that_was_asked_for(toy, dpi):
    body = made(sheet_of(order(toy, paper="A4"), toy), "png", CREATED, dpi)
    wide, high = (int.from_bytes(body[k : k + 4], "big") for k in (16, 20))
    assert np.allclose((wide, high), np.array((297, 210)) / 25.4 * dpi, atol=1)


def test_an_svg_is_the_drawing_itself(toy):
    body = made(sheet_of(order(toy), toy), "svg", CREATED)
    assert body.startswith(b"<?xml")
    assert b"<text" in body and b"<image" not in body


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_read_as_a_command(name):
    atlas = renamed((name,))
    body = made(sheet_of(order(atlas, title=name, attribution=name, subtitle=name), atlas), "pdf", CREATED)
    plain = unicodedata.normalize("NFKC", clean(name))
    assert document(body).get_metadata_dict()["Title"] == clean(name)
    assert "".join(plain.split()) in said(body)


@pytest.mark.parametrize(("format", "dpi", "field"), [("gif", 150, "format"), ("png", 9, "dpi")])
def test_a_wrong_format_or_resolution_is_refused_by_name(toy, format, dpi, field):
    with pytest.raises(BadInput) as refused:
        made(sheet_of(order(toy), toy), format, CREATED, dpi)
    assert field in refused.value.fields


def test_a_machine_without_the_chinese_font_says_which_command_brings_it():
    with pytest.raises(Unavailable) as refused:
        typst_run.compile("字", {}, "pdf", CREATED, font="No Such Font")
    assert refused.value.code == "no_chinese_font"
    assert "apt-get install fonts-noto-cjk" in refused.value.fields["font"]


def test_what_takes_too_long_is_ended():
    endless = "#let f(n, k) = if n == 0 { k } else { f(n - 1, 2 * k) + f(n - 1, 2 * k + 1) }\n#f(40, 1)"
    with pytest.raises(Unavailable) as refused:
        typst_run.compile(endless, {}, "pdf", CREATED, seconds=2)
    assert refused.value.code == "typesetting_slow"


@pytest.mark.parametrize(
    "source",
    ["#bad(", '#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', '#read("../order.json")'],
)
def test_a_source_reads_nothing_but_its_own_files(source):
    with pytest.raises(Unavailable) as refused:
        typst_run.compile(source, {}, "pdf", CREATED, seconds=30)
    assert refused.value.code == "typesetting_failed"


@pytest.mark.parametrize("name", ["../x", "a/b", ""])
def test_a_file_of_a_document_has_a_plain_name(name):
    with pytest.raises(BadInput):
        typst_run.compile("x", {name: b""}, "pdf", CREATED)


def test_text_is_as_wide_as_the_font_draws_it():
    source = f"""#set text(font: "{typst_run.FONT}", size: 1000pt)
#context metadata(range(32, 127).map(code => measure(str.from-unicode(code)).width.pt()))"""
    fonts_found = typst.Fonts(include_embedded_fonts=False)
    told = typst.query(source.encode(), "metadata", field="value", font_paths=fonts_found)
    measured = np.fromstring(re.sub(r"[\[\]\s]", "", told), sep=",") / 1000
    ours = np.array([width(chr(code)) for code in range(32, 127)])
    assert len(measured) == 95
    assert np.abs(measured - ours).max() < 0.002
    assert width("网格，（一）") == 6.0
