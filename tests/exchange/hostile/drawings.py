"""Hostile drawings: lines without end, blocks that multiply each other; and links inside an archive."""

from __future__ import annotations

from pathlib import Path

from tests.exchange.hostile.shapes import KML, MANY
from tests.security.hostile_files import maker, zipped

HEADER = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n"
ENTITIES, END = "0\nSECTION\n2\nENTITIES\n", "0\nENDSEC\n0\nEOF\n"
INSERT = "0\nINSERT\n8\n0\n2\n{}\n10\n{}\n20\n0\n"
SQUARE = (
    "0\nLWPOLYLINE\n8\n0\n90\n4\n70\n1\n10\n542000\n20\n3816000\n10\n542400\n20\n3816000\n"
    "10\n542400\n20\n3816400\n10\n542000\n20\n3816400\n"
)
LEVELS, TIMES = 10, 10


def block(name: str, body: str) -> str:
    """Return a block that holds something."""
    return f"0\nBLOCK\n8\n0\n2\n{name}\n70\n0\n10\n0\n20\n0\n{body}0\nENDBLK\n8\n0\n"


def drawing(blocks: str, entities: str) -> str:
    """Return a drawing with these blocks and entities."""
    return f"{HEADER}0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n{ENTITIES}{entities}{END}"


@maker("two_million.dxf")
def _two_million(path: Path) -> str:
    points = "10\n542000\n20\n3816000\n10\n542400\n20\n3816400\n" * (MANY // 2)
    path.write_text(f"{ENTITIES}0\nLWPOLYLINE\n8\n网格\n90\n{MANY}\n70\n1\n{points}{END}", encoding="utf-8")
    return "grids"


@maker("two_million_of_old.dxf")
def _two_million_of_old(path: Path) -> str:
    """Write each vertex as an entity of its own, as drawings did before 1997, lines ended as on Windows."""
    points = "  0\nVERTEX\n  8\n网格\n 10\n542000\n 20\n3816000\n" * MANY
    text = f"{ENTITIES}  0\nPOLYLINE\n  8\n网格\n 66\n1\n 70\n1\n{points}  0\nSEQEND\n{END}"
    path.write_text(text, encoding="utf-8", newline="\r\n")
    return "grids"


@maker("laughing_blocks.dxf")
def _laughing_blocks(path: Path) -> str:
    """Insert each block ten times into the next: a billion squares in some kilobytes."""
    blocks = block("B0", SQUARE)
    for level in range(1, LEVELS):
        blocks += block(f"B{level}", "".join(INSERT.format(f"b{level - 1}", at) for at in range(TIMES)))
    path.write_text(drawing(blocks, INSERT.format(f"B{LEVELS - 1}", 0)), encoding="utf-8")
    return "grids"


@maker("rows_and_columns.dxf")
def _rows_and_columns(path: Path) -> str:
    """Insert one block in 30,000 rows and columns."""
    many = INSERT.format("A", 0) + "999\n" + "x" * 5000 + "\n 70\n 30000\n 71\n 30000\n 44\n1\n 45\n1\n"
    path.write_text(drawing(block("A", SQUARE), many), encoding="utf-8")
    return "grids"


@maker("block_in_itself.dxf")
def _block_in_itself(path: Path) -> str:
    blocks = block("A", INSERT.format("B", 0)) + block("B", SQUARE + INSERT.format("A", 1))
    path.write_text(drawing(blocks, INSERT.format("A", 0)), encoding="utf-8")
    return "grids"


@maker("two_documents.kmz")
def _two_documents(path: Path) -> str:
    """Link to two documents from the first, which holds nothing."""
    link = "<NetworkLink><Link><href>a.kml</href></Link></NetworkLink>"
    first = KML.replace("<Placemark>{}</Placemark>", link)
    zipped(path, {"doc.kml": first.encode(), "a.kml": KML.encode(), "b.kml": KML.encode()})
    return "grids"
