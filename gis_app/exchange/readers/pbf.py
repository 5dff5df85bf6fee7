"""Check the frame of an OpenStreetMap PBF file: a chain of blocks that each say how long they are.

A file cut short, or one whose blocks promise more than there is, is refused here; GDAL would hand over what
it had read until then. The blocks themselves stay packed.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from gis_app.exchange.limits import Limits
from gis_app.exchange.raw import refuse

HEADER_BYTES = 64 * 1024  # the format's own limits on a block's header
BLOCK_BYTES = 32 * 1024 * 1024  # and on a block, packed or unpacked
RATIO = 40  # unpacked : packed over the whole file; honest extracts stay below 10


def check(path: Path, limits: Limits) -> None:
    """Raise Rejected where the blocks do not fill the file exactly, or unpack to too much."""
    size, unpacked, kinds = path.stat().st_size, 0, []
    with open(path, "rb") as file:
        while head := file.read(4):
            kind, length = _block_header(file, head)
            start = file.tell()
            if length > BLOCK_BYTES or start + length > size:
                raise refuse("osm_cut_short")
            unpacked += _raw_size(file.read(min(length, 64)))
            kinds.append(kind)
            file.seek(start + length)
    if not kinds or kinds[0] != b"OSMHeader" or b"OSMData" not in kinds:
        raise refuse("osm_cut_short")
    if unpacked > RATIO * size + BLOCK_BYTES:
        detail = f"{RATIO}:1"
        raise refuse("zip_bomb", value=f"{unpacked >> 20} MiB", detail=detail)


def _block_header(file: BinaryIO, head: bytes) -> tuple[bytes, int]:
    """Return a block's kind and length from the protobuf message before it."""
    if len(head) < 4:
        raise refuse("osm_cut_short")
    (length,) = struct.unpack(">I", head)
    data = file.read(length) if length <= HEADER_BYTES else b""
    if len(data) < length or not data:
        raise refuse("osm_cut_short")
    fields = dict(_fields(data))
    kind, size = fields.get(1), fields.get(3)
    if not isinstance(kind, bytes) or not isinstance(size, int):
        raise refuse("osm_cut_short")
    return kind, size


def _raw_size(data: bytes) -> int:
    """Return what a block says it unpacks to; its first bytes are enough."""
    for number, value in _fields(data):
        if number == 2 and isinstance(value, int):
            if value > BLOCK_BYTES:
                raise refuse("zip_bomb", value=f"{value >> 20} MiB", detail=f"{BLOCK_BYTES >> 20} MiB")
            return value
    return 0


def _fields(data: bytes):
    """Yield field numbers and values (whole numbers, bytes) of a protobuf message, as far as it goes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
        elif wire == 2:
            length, at = _varint(data, at)
            yield number, data[at : at + length]
            at += length
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at
