"""What a Word file needs beyond its library: fonts for Chinese, fields, repeated heads, descriptions."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

LATIN, SONG, HEI = "Times New Roman", "宋体", "黑体"
SANS = "Arial"
_AFTER_BORDERS = [qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption")]
INK, QUIET, LINE, HEAD = "1B2733", "4A5867", "C9CFCB", "EEF2F1"


def element(name: str, /, **attributes: object) -> Any:
    """Return an element such as `w:tblHeader` with attributes of the same namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def font(style: Any, size: float, latin: str = LATIN, chinese: str = SONG, **more: Any) -> None:
    """Give a style its fonts for both scripts, its size in points, and colour and weight."""
    style.font.name, style.font.size = latin, Pt(size)
    style.font.color.rgb = RGBColor(*bytes.fromhex(more.get("colour", INK)))
    style.font.bold = more.get("bold", False)
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hAnsi"), latin)
    fonts.set(qn("w:cs"), latin)


def language(style: Any, code: str) -> None:
    """Say in which language a style's text is, so that it is broken and checked rightly."""
    made = element("w:lang", val="en-US", eastAsia="zh-CN") if code == "zh" else element("w:lang", val=code)
    style.element.get_or_add_rPr().append(made)


def field(paragraph: Any, instruction: str, shown: str = "1") -> None:
    """Append a field such as PAGE, with what is shown until it is worked out."""
    steps = (("begin", ""), ("code", instruction), ("separate", ""), ("text", shown), ("end", ""))
    for kind, text in steps:
        run = paragraph.add_run()
        if kind == "code":
            code = element("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)
        elif kind == "text":
            run.text = text
        else:
            run._r.append(element("w:fldChar", fldCharType=kind))


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Let links lead to a paragraph."""
    paragraph._p.insert(1, element("w:bookmarkStart", id=number, name=name))
    paragraph._p.append(element("w:bookmarkEnd", id=number))


def link(paragraph: Any, name: str, text: str) -> None:
    """Append a link to a bookmark of the same file."""
    made = element("w:hyperlink", anchor=name, history=1)
    made.append(paragraph.add_run(text)._r)
    paragraph._p.append(made)


def repeated_head(row: Any) -> None:
    """Let a row stand again on every page that its table goes on to."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def unbroken(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))


def described(table: Any, title: str, text: str) -> None:
    """Give a table its name and description for who cannot see it."""
    properties = table._tbl.tblPr
    properties.append(element("w:tblCaption", val=title))
    if text:
        properties.append(element("w:tblDescription", val=text))


def shaded(cell: Any, fill: str) -> None:
    """Give a cell a ground."""
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=fill))


def borders(table: Any, inside: bool = True, around: bool = False) -> None:
    """Draw hairlines below the rows, and around the table where asked for."""
    made = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        drawn = around or (side == "bottom") or (inside and side == "insideH")
        kind = {"val": "single", "sz": 4, "space": 0, "color": LINE} if drawn else {"val": "nil"}
        made.append(element(f"w:{side}", **kind))
    properties = table._tbl.tblPr
    after = [one for one in properties if one.tag in _AFTER_BORDERS]
    (after[0].addprevious if after else properties.append)(made)


def indent_two_characters(style: Any) -> None:
    """Indent the first line of a style's paragraphs by two characters, whatever their size."""
    style.paragraph_format.first_line_indent = 2 * style.font.size
    style.element.pPr.ind.set(qn("w:firstLineChars"), "200")
