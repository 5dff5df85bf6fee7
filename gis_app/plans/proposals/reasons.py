"""Why a problem has no answer, told before any search: what is wrong where, and what would help.

A reason is a code with Chinese words filled in from numbers; it is never left out, however hopeless the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gis_app.plans.proposals.problem import Problem, bits, counts, parts_of

# code -> Chinese message and remedy, English message and remedy; the named values are filled in
MESSAGES: dict[str, tuple[str, str, str, str]] = {
    "community_locked": (
        "社区已锁定，不作改动",
        "解除社区的锁定后再试",
        "The community is locked and left as it is",
        "Unlock the community and try again",
    ),
    "empty": (
        "所选范围内没有地块",
        "请选择至少一个地块",
        "There is no block in the selection",
        "Select at least one block",
    ),
    "too_few_blocks": (
        "只有 {blocks} 个地块，不足以分成 {n} 个网格",
        "减少网格数，或先切分地块",
        "{blocks} blocks are too few for {n} grids",
        "Ask for fewer grids, or cut blocks first",
    ),
    "block_too_large": (
        "地块 {blocks} 单独就超过每个网格 {high} 户的上限",
        "先切分该地块，或放宽户数上限",
        "Block {blocks} alone has more than the {high} households that a grid may have",
        "Cut the block first, or allow more households",
    ),
    "count": (
        "共 {households} 户，分 {n} 个网格平均每个 {mean} 户，不在 {low}–{high} 户之间",
        "可分 {counts} 个网格",
        "{households} households in {n} grids are {mean} each on average, not between {low} and {high}",
        "{counts} grids would fit",
    ),
    "no_count": (
        "共 {households} 户，无论分几个网格都不能都在 {low}–{high} 户之间",
        "放宽户数范围，或调整社区边界",
        "{households} households fit no number of grids between {low} and {high}",
        "Widen the range, or move the community's border",
    ),
    "parts": (
        "范围分成互不相连的 {parts} 片（隔河无桥或飞地），各有 {households} 户，不能合成 {n} 个网格",
        "把相隔的地块划给相邻社区，放宽户数范围，或改为 {counts} 个网格",
        "{parts} parts that no way joins, of {households} households, cannot make {n} grids",
        "Give the part away, widen the range, or ask for {counts} grids",
    ),
    "fixed_apart": (
        "网格 {grids} 中锁定的地块互不相连，又没有可以连接的地块",
        "解除其中部分地块的锁定",
        "Locked blocks of grid {grids} lie apart, and nothing free could join them",
        "Unlock some of these blocks",
    ),
    "fixed_too_large": (
        "网格 {grids} 仅锁定的地块就超过 {high} 户",
        "解除其中部分地块的锁定",
        "The locked blocks of grid {grids} alone have more than {high} households",
        "Unlock some of these blocks",
    ),
    "not_found": (
        "没有找到满足户数和连通要求的方案，最接近的方案仍有 {beyond} 户超出范围",
        "放宽户数范围、减少锁定，或改变网格数后再试",
        "No plan was found that holds the rules; the nearest is {beyond} households out of the range",
        "Widen the range, lock less, or ask for another number of grids",
    ),
}
ANOTHER = {"zh": "别的数目的", "en": "another number of"}


@dataclass(frozen=True)
class Reason:
    """A code, the values of its message, and both sentences in Chinese and English."""

    code: str
    values: dict[str, Any]

    @property
    def message(self) -> str:
        """What is wrong."""
        return self._told(0, "zh")

    @property
    def remedy(self) -> str:
        """What would help."""
        return self._told(1, "zh")

    def as_json(self) -> dict[str, Any]:
        """Return code, message and remedy as plain values, "en" being both in English."""
        english = {"message": self._told(2, "en"), "remedy": self._told(3, "en")}
        return {"code": self.code, "message": self.message, "remedy": self.remedy, "en": english}

    def _told(self, place: int, language: str) -> str:
        values = self.values | {"counts": self.values.get("counts") or ANOTHER[language]}
        return MESSAGES[self.code][place].format(**values)


def reason_against(problem: Problem) -> Reason | None:
    """Return why no labelling can hold, as far as counting tells; None where nothing speaks against it."""
    for look in (_blocks, _large, _fixed, _parts):
        if (reason := look(problem)) is not None:
            return reason
    return None


def _blocks(problem: Problem) -> Reason | None:
    blocks = len(problem.households)
    if not blocks:
        return Reason("empty", {})
    if problem.n < 1 or blocks < problem.n:
        return Reason("too_few_blocks", {"blocks": blocks, "n": problem.n})
    return None


def _large(problem: Problem) -> Reason | None:
    high = problem.band[1]
    large = [code for code, size in zip(problem.codes, problem.households, strict=True) if size > high]
    return Reason("block_too_large", {"blocks": "、".join(large), "high": high}) if large else None


def _fixed(problem: Problem) -> Reason | None:
    apart, large = [], []
    for label in sorted(set(problem.today[problem.fixed & (problem.today >= 0)].tolist())):
        held = problem.fixed & (problem.today == label)
        if problem.households[held].sum() > problem.band[1]:
            large.append(problem.keys[label])
        others = problem.fixed & (problem.today >= 0) & (problem.today != label)
        within = sum(1 << block for block in range(len(held)) if not others[block])
        mask = sum(1 << block for block in range(len(held)) if held[block])
        if sum(1 for part in parts_of(problem.neighbours, within) if part & mask) > 1:
            apart.append(problem.keys[label])
    if large:
        return Reason("fixed_too_large", {"grids": "、".join(large), "high": problem.band[1]})
    return Reason("fixed_apart", {"grids": "、".join(apart)}) if apart else None


def _parts(problem: Problem) -> Reason | None:
    low, high = problem.band
    sizes = _sizes(problem)
    possible = fitting(problem)
    if problem.n in possible:
        return None
    values = {"n": problem.n, "low": low, "high": high, "counts": _told(possible)}
    if len(sizes) > 1:
        return Reason("parts", values | {"parts": len(sizes), "households": "、".join(map(str, sizes))})
    values |= {"households": problem.total, "mean": round(problem.total / problem.n)}
    return Reason("count" if possible else "no_count", values)


def fitting(problem: Problem) -> list[int]:
    """Return into how many grids the blocks can be cut within the band, as far as counting tells."""
    possible = _sums(counts(size, problem.band) for size in _sizes(problem))
    return [n for n in possible if n <= len(problem.households)]


def _sizes(problem: Problem) -> list[int]:
    """Return the households of each part that no way joins with the others."""
    parts = parts_of(problem.neighbours, (1 << len(problem.households)) - 1)
    return [int(problem.households[bits(part)].sum()) for part in parts]


def _sums(ranges: Iterable[range]) -> list[int]:
    """Return the sums of one number out of each range, which are ranges too."""
    low = high = 0
    for found in ranges:
        if not len(found):
            return []
        low, high = low + found[0], high + found[-1]
    return list(range(low, high + 1))


def _told(numbers: list[int]) -> str:
    if not numbers:
        return ""
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
