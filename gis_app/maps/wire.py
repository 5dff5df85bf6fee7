"""The wire format of a vector tile: protocol buffers, written for the few messages that a tile has."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

VERSION = 2


def layer(
    name: str,
    extent: int,
    ids: np.ndarray,
    kinds: np.ndarray,
    geometries: list[bytes],
    properties: Mapping[str, np.ndarray],
) -> bytes:
    """Return a tile with this one layer; geometries are commands that `pieces` has written."""
    tags, values = _tagged(properties, len(ids))
    features = [
        _bytes(2, _whole(1, int(key)) + _bytes(2, tag) + _whole(3, int(kind)) + _bytes(4, geometry))
        for key, tag, kind, geometry in zip(ids, tags, kinds, geometries, strict=True)
    ]
    body = [_whole(15, VERSION), _bytes(1, name.encode()), *features]
    body += [_bytes(3, key.encode()) for key in properties]
    body += [_bytes(4, value) for value in values]
    body.append(_whole(5, extent))
    return _bytes(3, b"".join(body))


def pieces(numbers: np.ndarray, starts: np.ndarray) -> list[bytes]:
    """Return whole numbers (not negative) as varints, cut before each of `starts`, which begin with 0."""
    values = numbers.astype("uint64")
    length = np.ones(len(values), dtype=int)
    for bits in range(7, 64, 7):
        length += values >= np.uint64(1 << bits)
    end = np.cumsum(length)
    start = end - length
    out = np.empty(int(end[-1]), dtype="uint8")
    for place in range(int(length.max())):
        having = length > place
        byte = (values[having] >> np.uint64(7 * place)) & np.uint64(127)
        more = np.where(length[having] > place + 1, 128, 0).astype("uint64")
        out[start[having] + place] = byte | more
    whole = out.tobytes()
    cuts = [*start[starts].tolist(), len(whole)]
    return [whole[one:other] for one, other in pairwise(cuts)]


@lru_cache(maxsize=65536)
def varint(number: int) -> bytes:
    """Return a whole number, not negative, as a varint."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _tagged(properties: Mapping[str, np.ndarray], count: int) -> tuple[list[bytes], list[bytes]]:
    """Return each feature's tags, and the values that they point to, each once."""
    known: dict[tuple[type, Any], int] = {}
    tags = [b""] * count
    for key, column in enumerate(properties.values()):
        told = varint(key)
        for row, value in enumerate(column.tolist()):
            if value is not None and value == value:
                number = known.setdefault((type(value), value), len(known))
                tags[row] += told + varint(number)
    return tags, [_value(value) for _, value in known]


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return _whole(7, int(value))
    if isinstance(value, int):
        return _whole(6, (value << 1) ^ (value >> 63))  # sint64
    if isinstance(value, float):
        return varint(3 << 3 | 1) + struct.pack("<d", value)
    return _bytes(1, str(value).encode("utf-8", "replace"))


def _whole(field: int, number: int) -> bytes:
    return varint(field << 3) + varint(number)


def _bytes(field: int, body: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(body)) + body
