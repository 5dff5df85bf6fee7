"""What a rule is and what a fault is, with the words for each; the checks themselves stand in `checking`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a hard one must hold at publishing, a soft one is only shown; `params` are its numbers."""

    rule_id: str
    hard: bool
    params: Mapping[str, float | int] = field(default_factory=dict)
    on: bool = True


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing wrong with a plan and where: `grid` is a key or "", `place` (lon, lat) or None.

    `message` and `remedy` are Chinese sentences with %(name)s places for `args`, so that they can be
    translated before they are filled.
    """

    rule_id: str
    hard: bool
    grid: str
    blocks: tuple[str, ...]
    place: tuple[float, float] | None
    message: str
    args: Mapping[str, object]
    remedy: str

    @property
    def text(self) -> str:
        """Return the sentence with its arguments."""
        return self.message % self.args


# rule -> (name, message, remedy)
WORDS: dict[str, tuple[str, str, str]] = {
    "every_block_in_a_grid": (
        "每个地块都有网格",
        "%(count)s 个地块（%(households)s 户）没有划入网格",
        "把这些地块划入网格，或用“补齐”工具",
    ),
    "one_community": (
        "网格不跨社区",
        "网格 %(grid)s 有 %(count)s 个地块在别的社区",
        "把这些地块划给本社区的网格，或移动社区边界",
    ),
    "contiguous": (
        "网格连成一片",
        "网格 %(grid)s 分成不相通的 %(pieces)s 块（过河须有桥）",
        "把不相通的地块划给相邻的网格",
    ),
    "no_exclave": (
        "没有飞地",
        "网格 %(grid)s 有 %(count)s 个地块是飞地",
        "把飞地划给包围它的网格",
    ),
    "no_hole": (
        "没有孔洞",
        "网格 %(grid)s 中间包着别的网格的 %(count)s 个地块",
        "把孔洞中的地块并入该网格，或打通一条出口",
    ),
    "no_building_cut": (
        "边界不切楼栋",
        "网格边界切过 %(count)s 栋楼",
        "把楼栋所在的地块划入同一网格",
    ),
    "households": (
        "每个网格的户数",
        "网格 %(grid)s 有 %(households)s 户，应为 %(least)s 至 %(most)s 户",
        "划入或划出地块，或分割、合并网格",
    ),
    "balance": (
        "社区内户数均衡",
        "网格 %(grid)s 的户数偏离本社区均值 %(share)s，限 %(limit)s",
        "与相邻网格调换地块，使户数接近",
    ),
    "compactness": (
        "形状紧凑",
        "网格 %(grid)s 的紧凑度为 %(value)s，应不低于 %(least)s",
        "拉直边界，去掉狭长的部分",
    ),
    "preferred_borders": (
        "边界沿主干路和河流",
        "网格 %(grid)s 的边界只有 %(share)s 沿主干路或河流，应不低于 %(least)s",
        "把边界移到附近的主干路或河流",
    ),
    "locked_borders": (
        "锁定的边界不变",
        "网格 %(grid)s 与 %(other)s 之间锁定的边界有 %(count)s 个地块变动",
        "恢复这些地块原来的网格，或解锁该边界",
    ),
    "moved": (
        "调整的户数",
        "共有 %(households)s 户换了网格，限 %(most)s 户",
        "撤销一部分调整，或提高上限",
    ),
}
