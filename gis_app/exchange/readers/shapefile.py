"""What to settle about a Shapefile before GDAL opens it: honest sizes and the encoding of its attributes."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import check_longest, refuse

CODE_PAGES = {
    "936": "gb18030",
    "950": "big5",
    "65001": "utf-8",
    "1252": "cp1252",
    "932": "cp932",
    "949": "cp949",
}
LANGUAGE_DRIVERS = {
    0x4D: "gb18030",
    0x4F: "big5",
    0x7A: "gb18030",
    0x79: "cp949",
    0x78: "big5",
    0x13: "cp932",
}
_DESCRIPTOR = 32
_TWIN = re.compile(rb"_\d+$")  # what GDAL puts, in the middle of a character, after a name cut like another
_SAMPLE_ROWS = 2000
_SURE_BYTES = 12
_VERTEX_BYTES = 40  # x, y, z, m, and some room for the parts
_WHOLE_BYTES = 32 << 20  # without an index the whole file may be one shape


def check_sizes(path: Path, limits: Limits) -> None:
    """Raise Rejected where the headers promise more than the files hold, or more than is allowed."""
    head = path.read_bytes()[:100]
    if len(head) < 100 or struct.unpack(">i", head[24:28])[0] * 2 > path.stat().st_size:
        raise refuse("reader_failed", value=".shp")
    shapes, longest = _records(path)
    check_longest(longest, _VERTEX_BYTES, limits)
    table = path.with_suffix(".dbf")
    if not table.is_file():
        return
    head = table.read_bytes()[:32]
    if len(head) < 32:
        raise refuse("dbf_declares")
    rows, header, width = struct.unpack("<IHH", head[4:12])
    if rows > limits.features:
        raise refuse("too_many_features", value=rows, detail=limits.features)
    if header < 33 or header + rows * width > table.stat().st_size + width:
        raise refuse("dbf_declares")
    if shapes is not None and rows != shapes:
        raise refuse("dbf_declares")
    if (header - 33) // _DESCRIPTOR > limits.columns:
        raise refuse("too_many_columns", value=(header - 33) // _DESCRIPTOR, detail=limits.columns)


def _records(path: Path) -> tuple[int | None, int]:
    """Return how many shapes the index of a Shapefile has, None without one, and the bytes of the longest."""
    index = path.with_suffix(".shx")
    if not index.is_file():
        return None, path.stat().st_size if path.stat().st_size > _WHOLE_BYTES else 0
    data = np.frombuffer(index.read_bytes()[100:], ">i4")
    lengths = data[1 : len(data) // 2 * 2 : 2]
    return len(lengths), int(lengths.max()) * 2 if len(lengths) else 0


def attribute_encoding(path: Path) -> str:
    """Return the encoding of the attributes: as .cpg or the table says where the bytes agree, or a guess.

    Text that is UTF-8 throughout is UTF-8 whatever is said: other encodings hardly ever look like it.
    """
    table = path.with_suffix(".dbf")
    data = table.read_bytes() if table.is_file() else b""
    texts = [text for text in _texts(data) if not text.isascii()]
    if not texts or (_damage(texts, "utf-8") == 0 and sum(map(len, texts)) >= _SURE_BYTES):
        return "utf-8"
    candidates = [_declared(path.with_suffix(".cpg"), data), "utf-8", "gb18030", "big5"]
    best = min((name for name in candidates if name), key=lambda name: _damage(texts, name))
    return best if _damage(texts, best) == 0 else "gb18030"


def _declared(cpg: Path, data: bytes) -> str | None:
    name = cpg.read_text("ascii", errors="ignore").strip().lower() if cpg.is_file() else ""
    name = name.removeprefix("cp").removeprefix("windows-").removeprefix("ansi ")
    if name:
        name = CODE_PAGES.get(name, "gb18030" if name in ("gbk", "gb2312", "ansi_936", "gb18030") else name)
        try:
            "".encode(name)
            return name
        except LookupError:
            return None
    return LANGUAGE_DRIVERS.get(data[29]) if len(data) > 29 else None


def _texts(data: bytes) -> list[bytes]:
    """Return field names and the text values of the first rows."""
    if len(data) < _DESCRIPTOR:
        return []
    rows, header, width = struct.unpack("<IHH", data[4:12])
    texts, spans, at = [], [], 1
    for start in range(_DESCRIPTOR, header - 1, _DESCRIPTOR):
        field = data[start : start + _DESCRIPTOR]
        if len(field) < _DESCRIPTOR or field[0] == 0x0D:
            break
        texts.append(_TWIN.sub(b"", field[:11].split(b"\0")[0]))
        if field[11:12] == b"C":
            spans.append((at, at + field[16]))
        at += field[16]
    for row in range(min(rows, _SAMPLE_ROWS)):
        line = data[header + row * width : header + (row + 1) * width]
        texts += [line[start:end].rstrip(b" \0") for start, end in spans]
    return texts


def _damage(texts: list[bytes], encoding: str) -> int:
    """Count texts that do not decode, not minding a character cut in two where a field ends."""
    return sum(not _decodes(text, encoding) for text in texts)


def _decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        return (
            error.start >= len(text) - 3 and "incomplete" in error.reason
        ) or error.reason == "unexpected end of data"
    return True
