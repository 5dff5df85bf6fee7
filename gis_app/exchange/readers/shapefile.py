"""What to settle about a Shapefile before GDAL opens it: honest sizes and the encoding of its attributes."""

from __future__ import annotations

import struct
from pathlib import Path

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import refuse

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


def check_sizes(path: Path, limits: Limits) -> None:
    """Raise Rejected where the headers promise more than the files hold, or more than is allowed."""
    head = path.read_bytes()[:100]
    if len(head) < 100 or struct.unpack(">i", head[24:28])[0] * 2 > path.stat().st_size:
        raise refuse("reader_failed", value=".shp")
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
    if (header - 33) // _DESCRIPTOR > limits.columns:
        raise refuse("too_many_columns", value=(header - 33) // _DESCRIPTOR, detail=limits.columns)


def attribute_encoding(path: Path) -> str:
    """Return the encoding of the attributes: as .cpg or the table says where the bytes agree, or a guess."""
    table = path.with_suffix(".dbf")
    data = table.read_bytes() if table.is_file() else b""
    words = _text_bytes(data)
    if words.isascii():
        return "utf-8"
    declared = _declared(path.with_suffix(".cpg"), data)
    candidates = [declared, "utf-8", "gb18030", "big5", "latin-1"]
    return min((name for name in candidates if name), key=lambda name: _damage(words, name))


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


def _text_bytes(data: bytes) -> bytes:
    return data[32:]


def _damage(words: bytes, encoding: str) -> int:
    """Count the places that do not decode, not minding characters cut in two at the end of a field."""
    if encoding == "latin-1":
        return 1 + len(words) // 4
    decoded = words.decode(encoding, errors="replace")
    return decoded.count("\ufffd")
