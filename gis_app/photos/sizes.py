"""Reads from the first bytes of a file which kind of photo it is and how many pixels it says it has.

Asked before any decoder sees the file: some take memory for the whole canvas as soon as they open it.
"""

from __future__ import annotations

import struct

JPEG, PNG, WEBP, HEIF = "JPEG", "PNG", "WEBP", "HEIF"
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Start-of-frame markers of JPEG: all of C0 to CF but the three that are tables.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def kind_of(data: bytes) -> str | None:
    """Return JPEG, PNG, WEBP or HEIF by the file's first bytes, None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and _HEIF_BRANDS & {data[i : i + 4] for i in (8, *range(16, 64, 4))}:
        return HEIF
    return None


def declared_size(data: bytes, kind: str) -> tuple[int, int] | None:
    """Return the width and height that the header declares, None where it cannot be read here."""
    try:
        return {JPEG: _jpeg, PNG: _png, WEBP: _webp, HEIF: _heif}[kind](data)
    except (struct.error, IndexError):
        return None


def _png(data: bytes) -> tuple[int, int] | None:
    return struct.unpack(">II", data[16:24]) if data[12:16] == b"IHDR" else None


def _webp(data: bytes) -> tuple[int, int] | None:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _heif(data: bytes) -> tuple[int, int] | None:
    """Return the largest size of any image item: a small one may be made of large tiles."""
    sizes, at = [], data.find(b"ispe")
    while at >= 0 and len(sizes) < 4096:
        sizes.append(struct.unpack(">II", data[at + 8 : at + 16]))
        at = data.find(b"ispe", at + 4)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
