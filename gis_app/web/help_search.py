"""Finds chapters of the manual by words: Chinese by pairs of characters, other words by their beginnings.

It knows texts only, neither pages nor requests. A chapter is found when it holds every word that was typed;
of a run of Chinese characters some pairs are enough, so that 怎么提交草案 finds 提交草案. A word in a heading
counts more than one in the text, a rare word more than a common one, and the words as typed most of all.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

MAX_RUN = 40
ENOUGH = 0.3  # of the pairs of a run of Chinese characters
IN_HEADING, AS_TYPED = 5.0, 8.0
SNIPPET = 90
_PIECES = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[-_.:/][a-z0-9]+)*")
_JOINT = re.compile(r"[-_.:/]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Entry:
    """One chapter to be found: what it is, its heading and its text."""

    key: Hashable
    heading: str
    text: str


def plain(text: str) -> str:
    """Return a text as it is compared: small letters, full-width characters as narrow ones.

    A character stays a character, so that places in it are places in the text.
    """
    return "".join(
        narrow if len(narrow := unicodedata.normalize("NFKC", one).lower()) == 1 else one for one in text
    )


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbours in a run of Chinese characters, or the one character it has."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def words_of(text: str) -> list[list[str]]:
    """Return the words of a text, each as the list of what is looked up for it."""
    runs = (piece[:MAX_RUN] for piece in _PIECES.findall(plain(text)))
    return [pairs(run) if _CHINESE.match(run) else [run] for run in runs]


class Index:
    """The chapters by what stands in them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self._held: dict[str, dict[int, float]] = {}
        for number, entry in enumerate(self.entries):
            for token, weight in _weights(entry).items():
                self._held.setdefault(token, {})[number] = weight
        self._tokens = sorted(self._held)

    def find(self, query: str, limit: int = 30) -> list[Entry]:
        """Return the chapters that fit best, best first; none for a query without a word."""
        scores: dict[int, float] | None = None
        for word in words_of(query):
            found = self._holding(word)
            shared = found.keys() if scores is None else scores.keys() & found.keys()
            scores = {number: (scores or {}).get(number, 0.0) + found[number] for number in shared}
        typed = plain(query).strip()
        for number in scores or {}:
            entry = self.entries[number]
            scores[number] += AS_TYPED * ((typed in plain(entry.heading)) * 2 + (typed in plain(entry.text)))
        best = sorted(scores or {}, key=lambda number: (-scores[number], number))
        return [self.entries[number] for number in best[:limit]]

    def _holding(self, word: list[str]) -> dict[int, float]:
        """Return the score of every chapter that holds enough of a word."""
        held, scores = Counter(), Counter()
        for token in word:
            best: dict[int, float] = {}
            for known in self._known(token):
                rare = math.log(1 + len(self.entries) / len(self._held[known]))
                for number, weight in self._held[known].items():
                    best[number] = max(best.get(number, 0.0), weight * rare)
            held.update(dict.fromkeys(best, 1))
            scores.update(best)
        return {number: scores[number] for number in held if held[number] >= ENOUGH * len(word)}

    def _known(self, token: str) -> list[str]:
        """Return the tokens that a typed one stands for: words that begin so, pairs with that character."""
        if _CHINESE.match(token):
            whole = [token] if token in self._held else []
            return whole if len(token) == 2 else [one for one in self._tokens if token in one]
        first = bisect_left(self._tokens, token)
        return self._tokens[first : bisect_left(self._tokens, token + "\uffff")]


def _weights(entry: Entry) -> Counter:
    found = Counter()
    for text, weight in ((entry.heading, IN_HEADING), (entry.text, 1.0)):
        counted = Counter(part for word in words_of(text) for token in word for part in _parts(token))
        for token, times in counted.items():
            found[token] += weight * (1 + math.log(times))
    return found


def _parts(token: str) -> set[str]:
    """Return a token and what it is put together from: GIS_LOCKOUT_FAILURES is found by lockout, too."""
    return {token, *(token[at.end() :] for at in _JOINT.finditer(token))}


def highlighted(text: str, query: str) -> list[tuple[str, bool]]:
    """Return a text cut into pieces, those that were asked for marked True."""
    found, low = [False] * len(text), plain(text)
    typed = plain(query).strip()
    for token in {typed, *(token for word in words_of(query) for token in word)} - {""}:
        at = low.find(token)
        while at >= 0:
            if _CHINESE.match(token) or at == 0 or not low[at - 1].isalnum():
                found[at : at + len(token)] = [True] * len(token)
            at = low.find(token, at + 1)
    pieces: list[tuple[str, bool]] = []
    for one, hit in zip(text, found, strict=True):
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + one, hit)
        else:
            pieces.append((one, hit))
    return pieces


def snippet(text: str, query: str, width: int = SNIPPET) -> list[tuple[str, bool]]:
    """Return the part of a text where most of what was asked for stands, as `highlighted` gives it."""
    pieces = highlighted(text, query)
    marks = [hit for piece, hit in pieces for _ in piece]
    sums = [0]
    for hit in marks:
        sums.append(sums[-1] + hit)
    last = max(len(text) - width, 0)
    start = max(range(last + 1), key=lambda at: (sums[min(at + width, len(text))] - sums[at], -at))
    first = marks.index(True, start) if True in marks[start:] else start
    start = min(max(first - width // 4, 0), last)
    while 0 < start < len(text) and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    shown = highlighted(text[start : start + width], query)
    before = [("…", False)] if start else []
    return before + shown + ([("…", False)] if start + width < len(text) else [])
