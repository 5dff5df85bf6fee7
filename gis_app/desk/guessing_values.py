"""What the values of a column look like: codes, names, counts, coordinates, words of the schema.

Judged on a sample; a profile says shares, never which field a column is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gis_app.exchange import words
from gis_app.exchange.matching import as_code
from gis_app.geo.crs import CHINA_LAT, CHINA_LON

SAMPLE = 800
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = re.compile(r"[0-9]+")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,32}")
_HOURS = re.compile(r"\d{1,2}[:：点时]\d{0,2}.*\d{1,2}[:：点时]|24/7|24\s*小时|全天|Mo-|周一|工作日")
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{8}")
_ADDRESS = re.compile(r"[路街巷道村镇](?:.{0,8}(?:\d|号|交叉|西|东|南|北))|\d+号")
_COUNT = re.compile(r"[+]?\d[\d,]*(?:\.0+)?\s*(?:户|人|层|个)?")


@dataclass(frozen=True, slots=True)
class Profile:
    """A column's sample, every so many-th value: texts as codes, and what share of them looks like what."""

    texts: tuple[str, ...]
    filled: float
    unique: float
    every: int = 1
    lengths: dict[int, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    numbers: np.ndarray | None = None

    def share(self, name: str) -> float:
        """Return how much of the column looks like `name`, 0 to 1."""
        return self.shares.get(name, 0.0)

    @property
    def span(self) -> tuple[float, float]:
        """Return the least and greatest number, infinities the wrong way round without any."""
        if self.numbers is None or len(self.numbers) == 0:
            return np.inf, -np.inf
        return float(self.numbers.min()), float(self.numbers.max())


def profile(values: Sequence) -> Profile:
    """Return the profile of a column's values."""
    step = max(1, -(-len(values) // SAMPLE))
    sample = list(values[::step])
    texts = [text for text in map(_text, sample) if text is not None]
    if not texts:
        return Profile((), 0.0, 0.0)
    digits = [len(text) for text in texts if _DIGITS.fullmatch(text)]
    lengths = {size: digits.count(size) / len(texts) for size in set(digits)}
    numbers = np.array([n for n in map(words.number, texts) if n is not None], dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    return Profile(
        tuple(texts),
        len(texts) / len(sample),
        len(set(texts)) / len(texts),
        step,
        lengths,
        _shares(texts, numbers),
        numbers,
    )


def _text(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else as_code(value)


def counts_up(found: Profile) -> bool:
    """Tell whether a column only numbers the rows: whole numbers, all different, as many as there are."""
    low, high = found.span
    if not found.texts or found.share("number") < 1 or found.share("fraction") > 0 or found.unique < 1:
        return False
    return bool(0 <= low <= 1 and high <= 1.2 * len(found.texts) * found.every + 2)


def _shares(texts: list[str], numbers: np.ndarray) -> dict[str, float]:
    def part(found) -> float:
        return sum(bool(found(text)) for text in texts) / len(texts)

    shares = {
        "number": len(numbers) / len(texts),
        "chinese": part(_CHINESE.search),
        "token": part(_TOKEN.fullmatch),
        "count": part(_COUNT.fullmatch),
        "hours": part(lambda text: _HOURS.search(text) and not _DATE.search(text)),
        "address": part(_ADDRESS.search),
        "short": part(lambda text: len(text) <= 40),
        "amenity": part(_lists_amenities),
    }
    if len(numbers) >= 0.9 * len(texts):
        shares["lon"] = float(((numbers >= CHINA_LON[0]) & (numbers <= CHINA_LON[1])).mean())
        shares["lat"] = float(((numbers >= CHINA_LAT[0]) & (numbers <= CHINA_LAT[1])).mean())
        shares["fraction"] = float((numbers % 1 != 0).mean())
    return shares


def _lists_amenities(text: str) -> bool:
    codes = words.amenity_codes(text).split(";")
    known = set(words.AMENITY_WORDS.values())
    return bool(codes[0]) and sum(code in known for code in codes) >= 0.5 * len(codes)


def share_known(found: Profile, known: set[str]) -> float:
    """Return how much of a column is among the known values."""
    if not found.texts or not known:
        return 0.0
    return sum(text in known for text in found.texts) / len(found.texts)


def share_words(found: Profile, layer: str, column: str) -> float:
    """Return how much of a column are words that the schema's column understands."""
    known = words.WORDS.get((layer, column))
    if not known or not found.texts:
        return 0.0
    return sum(words.plain(text) in known for text in found.texts) / len(found.texts)


def share_ending(found: Profile, endings: Sequence[str]) -> float:
    """Return how much of a column ends in one of some words."""
    if not found.texts:
        return 0.0
    return sum(text.rstrip("）)").endswith(tuple(endings)) for text in found.texts) / len(found.texts)
