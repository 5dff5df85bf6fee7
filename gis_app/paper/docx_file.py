"""A report as a Word file with real styles, so that an office can go on writing in it.

Headings are headings, tables repeat their heads, pictures say in words what they show. The layout is plainer
than that of the PDF; the words and numbers are the same.
"""

from __future__ import annotations

import io
from datetime import UTC

from docx import Document as new_file
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Mm, Pt

from gis_app.paper import docx_parts as parts
from gis_app.paper.document import Block, Document, Figures, Paragraph, Picture, Section, Table, said
from gis_app.paper.document_zip import dated
from gis_app.paper.docx_pictures import png
from gis_app.paper.text import clean
from gis_app.paper.typeset_pdf import MARKS, numbered

WIDTH_MM = 166
SIDES = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
# name -> size, bold, colour, space before and after in points, kept with what follows
STYLES = {
    "Title": (30, True, parts.INK, 150, 12, False),
    "Subtitle": (17, False, parts.QUIET, 0, 18, False),
    "Heading 1": (16, True, parts.INK, 20, 10, True),
    "Caption": (10, True, parts.INK, 12, 4, True),
    "Table text": (8.5, False, parts.INK, 1.5, 1.5, False),
    "Remark": (8.5, False, parts.QUIET, 3, 8, False),
    "Figure": (18, True, parts.INK, 2, 2, False),
}


def docx(made: Document) -> bytes:
    """Return the report as a Word file; raises Unavailable where a picture cannot be made."""
    return dated(_Writer(made).written(), made.created)


class _Writer:
    """Writes one report from top to bottom."""

    def __init__(self, made: Document) -> None:
        self.made, self.words = made, made.words
        self.file = new_file()
        self.tables = self.pictures = 0
        self._styles()

    def written(self) -> bytes:
        """Return the whole file."""
        self._properties()
        self._cover()
        self._contents()
        for number, section in enumerate(self.made.sections):
            self._section(number, section)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _styles(self) -> None:
        styles = self.file.styles
        body = styles["Normal"]
        parts.font(body, 10.5)
        parts.language(body, self.made.language)
        body.paragraph_format.line_spacing, body.paragraph_format.space_after = 1.4, Pt(4)
        for name, (size, bold, colour, above, below, kept) in STYLES.items():
            known = name in [style.name for style in styles]
            style = styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = body if not known else style.base_style
            parts.font(style, size, parts.SANS, parts.HEI, bold=bold, colour=colour)
            layout = style.paragraph_format
            layout.space_before, layout.space_after, layout.keep_with_next = Pt(above), Pt(below), kept
            layout.line_spacing = 1.15
        text = styles.add_style("Report text", WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = body
        text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if self.made.language == "zh":
            text.font.size = Pt(10.5)
            parts.indent_two_characters(text)

    def _properties(self) -> None:
        about, moment = self.file.core_properties, self.made.created.astimezone(UTC).replace(tzinfo=None)
        about.author, about.title = clean(self.made.county)[:255], clean(self._name())[:255]
        about.created = about.modified = moment
        about.last_modified_by, about.revision, about.comments = "", 1, ""
        about.identifier, about.language = self.made.mark, self.made.language

    def _name(self) -> str:
        return f"{self.made.county} {self.made.title} {self.made.period}"

    def _cover(self) -> None:
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(22)
        page.top_margin, page.bottom_margin = Mm(28), Mm(24)
        page.different_first_page_header_footer = True
        self._add(self.made.title, "Title")
        self._add(self.made.county, "Subtitle")
        self._add(self.made.period, "Subtitle")
        for label, text in self.made.facts:
            self._add(f"{label}　{text}", "Remark")
        self._add(self.words["privacy"], "Remark")
        self._running(page)

    def _running(self, page) -> None:
        head = page.header.paragraphs[0]
        head.style = self.file.styles["Remark"]
        head.text = f"{clean(self.made.county)} {clean(self.made.title)}　{clean(self.made.period)}"
        foot = page.footer.paragraphs[0]
        foot.style, foot.alignment = self.file.styles["Remark"], WD_ALIGN_PARAGRAPH.CENTER
        before, _, rest = self.words["page"].partition("{page}")
        between, _, after = rest.partition("{pages}")
        foot.add_run(before)
        parts.field(foot, "PAGE")
        foot.add_run(between)
        parts.field(foot, "NUMPAGES")
        foot.add_run(after)

    def _contents(self) -> None:
        self.file.add_section(WD_SECTION.NEW_PAGE).different_first_page_header_footer = False
        self._add(self.words["contents"], "Caption")
        for number, section in enumerate(self.made.sections):
            line = self.file.add_paragraph(style="Normal")
            parts.link(line, f"section{number + 1}", clean(self._numbered(number, section)))

    def _numbered(self, number: int, section: Section) -> str:
        return numbered(section.title, number, self.made.language)

    def _section(self, number: int, section: Section) -> None:
        heading = self._add(self._numbered(number, section), "Heading 1")
        heading.paragraph_format.page_break_before = section.page
        parts.bookmark(heading, f"section{number + 1}", number)
        for block in section.blocks:
            _WRITTEN[type(block)](self, block)

    def _add(self, text: str, style: str):
        return self.file.add_paragraph(clean(text), style=style)

    def paragraph(self, one: Paragraph) -> None:
        self._add(one.text, "Remark" if one.quiet else "Report text")

    def figures(self, one: Figures) -> None:
        for start in range(0, len(one.figures), 3):
            self._cards(one.figures[start : start + 3])

    def _cards(self, figures) -> None:
        table = self.file.add_table(1, 3)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        parts.borders(table, around=True)
        parts.unbroken(table.rows[0])
        for cell, one in zip(table.rows[0].cells, figures, strict=False):
            cell.paragraphs[0].style = self.file.styles["Table text"]
            cell.paragraphs[0].text = clean(one.label)
            cell.add_paragraph(clean(f"{one.said} {one.unit}"), style="Figure")
            told = [one.counts, f"{self.words['before']} {one.change}"]
            if one.target:
                mark = f"{MARKS[one.verdict]} {self.words[one.verdict]}" if one.verdict else ""
                told.append(f"{self.words['target']} {one.target} {mark}")
            for text in told:
                cell.add_paragraph(clean(text), style="Table text")
        self.file.add_paragraph(style="Table text")

    def table(self, one: Table) -> None:
        self.tables += bool(one.rows)
        self._add(f"{self.words['table']} {self.tables} · {one.title}" if one.rows else one.title, "Caption")
        if one.rows:
            self._grid(one)
        else:
            self._add(one.empty or self.words["nothing"], "Remark")
        if one.note:
            self._add(one.note, "Remark")

    def _grid(self, one: Table) -> None:
        rows = one.on_paper
        table = self.file.add_table(len(rows) + 1, len(one.columns))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        parts.borders(table)
        parts.described(table, clean(one.title), clean(one.note))
        parts.repeated_head(table.rows[0])
        unit = WIDTH_MM / sum(column.width for column in one.columns)
        widths = [Mm(unit * column.width) for column in one.columns]
        for shown, width in zip(table.columns, widths, strict=True):
            shown.width = width  # some readers ask the grid, others the cells
        kinds = [column.kind for column in one.columns]
        words = [[column.title for column in one.columns]]
        words += [[said(*pair) for pair in zip(row, kinds, strict=True)] for row in rows]
        grid = list(table._cells)  # asked for once: each asking walks the whole table
        for number, text in enumerate(text for row in words for text in row):
            column, cell = one.columns[number % len(one.columns)], grid[number]
            cell.width = widths[number % len(one.columns)]
            line = cell.paragraphs[0]
            line.style, line.alignment = self.file.styles["Table text"], SIDES[column.aligned]
            line.add_run(clean(text)).bold = number < len(one.columns) or None
            if number < len(one.columns):
                parts.shaded(cell, parts.HEAD)
        for row in table.rows:
            parts.unbroken(row)

    def picture(self, one: Picture) -> None:
        self.pictures += 1
        self._add(f"{self.words['picture']} {self.pictures} · {one.title}", "Caption")
        shape = self.file.add_picture(io.BytesIO(png(one, self.made.created)), width=Cm(WIDTH_MM / 10))
        shape._inline.docPr.set("descr", clean(one.alt))
        shape._inline.docPr.set("title", clean(one.title))
        if one.note:
            self._add(one.note, "Remark")


_WRITTEN: dict[type[Block], object] = {
    Paragraph: _Writer.paragraph,
    Figures: _Writer.figures,
    Table: _Writer.table,
    Picture: _Writer.picture,
}
