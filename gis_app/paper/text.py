"""How wide a line of text is in Noto Sans CJK SC, so that names can be placed without a renderer.

Characters of ASCII are as wide as the font says; every other one counts as a full square, which none exceeds
in Chinese text. A viewer with another font differs by little; the PDF has this one.
"""

from __future__ import annotations

import re

import numpy as np

FAMILIES = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
LINE_HEIGHT = 1.18
ASCENT = 0.88
BOLDER = 1.07
FIRST = 32
# Advance widths of U+0020 to U+007E, in thousandths of the font size.
_WIDTHS = (
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555,
    555, 555, 555, 555, 555, 555, 555, 278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589,
    552, 689, 728, 293, 535, 646, 543, 812, 723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573,
    531, 603, 338, 392, 338, 555, 559, 606, 563, 618, 510, 620, 554, 325, 564, 607, 275, 275, 552,
    284, 926, 610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338, 270, 338, 555,
)  # fmt: skip
_UNPRINTABLE = re.compile(
    r"[^\t\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)
ELLIPSIS = "…"


def clean(text: object) -> str:
    """Return the text without what no page can hold: control characters, marks that turn the direction."""
    return " ".join(_UNPRINTABLE.sub("", str(text)).split())


def width(text: str, size: float = 1.0, bold: bool = False) -> float:
    """Return the width of one line, in the unit of `size`."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64) - FIRST
    known = (codes >= 0) & (codes < len(_WIDTHS))
    total = np.take(_WIDTHS, codes[known]).sum() + 1000.0 * (~known).sum()
    return float(total) / 1000.0 * size * (BOLDER if bold else 1.0)


def shortened(text: str, most: float) -> str:
    """Return the text cut to a width of `most` ems, with an ellipsis where it was cut."""
    if width(text) <= most:
        return text
    kept = text
    while kept and width(kept) + width(ELLIPSIS) > most:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def wrapped(text: str, most: float, lines: int = 99) -> list[str]:
    """Return the text in lines of at most `most` ems, words whole where they fit, the last one shortened."""
    found: list[str] = [""]
    for piece in _PIECES.findall(text):
        for part in [piece] if width(piece) <= most else list(piece):
            if width(found[-1] + part) > most and found[-1]:
                found.append("")
            if found[-1] or part != " ":
                found[-1] += part
    found = [line.rstrip() for line in found]
    if len(found) > lines:
        found = [*found[: lines - 1], shortened("".join(found[lines - 1 :]), most)]
    return [line for line in found if line]
