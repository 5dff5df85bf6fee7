"""The rules of plans in both languages: what `plans/` says in Chinese, here where it can be translated."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# rule -> (name, what is wrong, what to do), the same sentences as in plans.faults.WORDS
RULE_WORDS: dict[str, tuple] = {
    "every_block_in_a_grid": (
        _l("每个地块都有网格"),
        _l("%(count)s 个地块（%(households)s 户）没有划入网格"),
        _l("把这些地块划入网格，或用“补齐”工具"),
    ),
    "one_community": (
        _l("网格不跨社区"),
        _l("网格 %(grid)s 有 %(count)s 个地块在别的社区"),
        _l("把这些地块划给本社区的网格，或移动社区边界"),
    ),
    "contiguous": (
        _l("网格连成一片"),
        _l("网格 %(grid)s 分成不相通的 %(pieces)s 块（过河须有桥）"),
        _l("把不相通的地块划给相邻的网格"),
    ),
    "no_exclave": (
        _l("没有飞地"),
        _l("网格 %(grid)s 有 %(count)s 个地块是飞地"),
        _l("把飞地划给包围它的网格"),
    ),
    "no_hole": (
        _l("没有孔洞"),
        _l("网格 %(grid)s 中间包着别的网格的 %(count)s 个地块"),
        _l("把孔洞中的地块并入该网格，或打通一条出口"),
    ),
    "no_building_cut": (
        _l("边界不切楼栋"),
        _l("网格边界切过 %(count)s 栋楼"),
        _l("把楼栋所在的地块划入同一网格"),
    ),
    "households": (
        _l("每个网格的户数"),
        _l("网格 %(grid)s 有 %(households)s 户，应为 %(least)s 至 %(most)s 户"),
        _l("划入或划出地块，或分割、合并网格"),
    ),
    "balance": (
        _l("社区内户数均衡"),
        _l("网格 %(grid)s 的户数偏离本社区均值 %(share)s，限 %(limit)s"),
        _l("与相邻网格调换地块，使户数接近"),
    ),
    "compactness": (
        _l("形状紧凑"),
        _l("网格 %(grid)s 的紧凑度为 %(value)s，应不低于 %(least)s"),
        _l("拉直边界，去掉狭长的部分"),
    ),
    "preferred_borders": (
        _l("边界沿主干路和河流"),
        _l("网格 %(grid)s 的边界只有 %(share)s 沿主干路或河流，应不低于 %(least)s"),
        _l("把边界移到附近的主干路或河流"),
    ),
    "locked_borders": (
        _l("锁定的边界不变"),
        _l("网格 %(grid)s 与 %(other)s 之间锁定的边界有 %(count)s 个地块变动"),
        _l("恢复这些地块原来的网格，或解锁该边界"),
    ),
    "moved": (
        _l("调整的户数"),
        _l("共有 %(households)s 户换了网格，限 %(most)s 户"),
        _l("撤销一部分调整，或提高上限"),
    ),
}
