"""The studio's words: grids, operations, faults and rules as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gis_app.plans.faults import PlanFault
from gis_app.plans.state import State
from gis_app.studio.model import STATES, Change
from gis_app.web.i18n import language
from gis_app.web.studio_rule_words import RULE_WORDS

CODE_DIGITS = 15


def short_of(key: str) -> str:
    """Return the short name of a grid: the last three digits of its code, "新 1" for a new one."""
    return key[-3:] if len(key) == CODE_DIGITS else _("新 %(n)s", n=key[1:])


def grid_name(key: str, community: str) -> str:
    """Return the name of a grid that has none of its own."""
    return f"{community} {short_of(key)}".strip()


def state_words(state: str) -> str:
    """Return the state of a draft in words."""
    return STATES[state][language()]


def plan_state_words() -> dict[str, str]:
    """Return the states of a plan in words."""
    return {
        "published": _("现行"),
        "scheduled": _("待生效"),
        "superseded": _("已被替代"),
        "withdrawn": _("已撤回"),
    }


def kind_words() -> dict[str, str]:
    """Return what became of a grid in words."""
    return {
        "kept": _("不变"),
        "changed": _("有变动"),
        "split": _("拆分"),
        "merged": _("合并"),
        "new": _("新设"),
        "retired": _("撤销"),
    }


def rule_words() -> dict[str, str]:
    """Return the names of the rules."""
    return {rule_id: str(words[0]) for rule_id, words in RULE_WORDS.items()}


def number_words() -> dict[str, str]:
    """Return the numbers of the rules in words."""
    return {"least": _("不少于"), "most": _("不多于"), "share": _("比例")}


def fault_words(fault: PlanFault, state: State) -> tuple[str, str]:
    """Return what is wrong and what to do in the language of the request, grids by their names."""
    args = {
        name: _name(value, state) if name in ("grid", "other") else value
        for name, value in fault.args.items()
    }
    _rule, message, remedy = RULE_WORDS[fault.rule_id]
    return str(message) % args, str(remedy) % args


def operation_words(operation: Mapping[str, Any], state: State) -> str:
    """Return an operation in words; grids that are no more are told by their keys."""
    write = _OPERATIONS.get(str(operation.get("verb")))
    return write(operation, state) if write else str(operation.get("verb"))


def _name(key: Any, state: State) -> str:
    if not isinstance(key, str) or not key:
        return _("未划入网格")
    number = state.key_index.get(key)
    return (state.names[number] if number is not None else "") or short_of(key)


def _names(keys: Any, state: State) -> str:
    return "、".join(_name(key, state) for key in keys)


_OPERATIONS = {
    "transfer": lambda told, state: _(
        "%(n)s 个地块划入 %(name)s", n=len(told["blocks"]), name=_name(told["to"], state)
    ),
    "new_grid": lambda told, _state: _("用 %(n)s 个地块新建网格", n=len(told["blocks"])),
    "split_line": lambda told, state: _("画线切分 %(name)s", name=_name(told["grid"], state)),
    "split_parts": lambda told, state: _(
        "%(name)s 分成 %(n)s 个", name=_name(told["grid"], state), n=told["parts"]
    ),
    "merge": lambda told, state: _("合并 %(names)s", names=_names(told["grids"], state)),
    "move_border": lambda told, state: _("移动 %(name)s 的边界", name=_name(told["grid"], state)),
    "cut_block": lambda told, _state: _("切开地块 %(code)s", code=told["block"]),
    "dissolve": lambda told, state: _("撤销网格 %(name)s", name=_name(told["grid"], state)),
    "lock": lambda told, state: _("锁定 %(name)s", name=_locked(told, state)),
    "unlock": lambda told, state: _("解锁 %(name)s", name=_locked(told, state)),
    "rename": lambda told, _state: _("改名为 %(name)s", name=told["name"]),
    "move_community": lambda told, _state: _("移动社区边界，%(n)s 个地块", n=len(told["blocks"])),
    "adopt": lambda told, _state: _("采用 %(n)s 个地块的方案", n=len(told["table"])),
    "fill": lambda _told, _state: _("未划入的地块并入邻居"),
}


def _locked(told: Mapping[str, Any], state: State) -> str:
    return _name(told["key"], state) if told["what"] == "grid" else str(told["key"])


def change_words(change: Change, state: State) -> str:
    """Return what somebody did to a draft in words."""
    words = {
        "undo": _("撤销"),
        "redo": _("重做"),
        "rename": _("改了草案名称"),
        "rules": _("改了规则"),
        "submit": _("提交审核"),
        "take_back": _("收回草案"),
        "return": _("退回草案"),
        "send_back": _("退回草案"),
        "approve": _("批准"),
        "publish": _("发布"),
        "rebase": _("改到新的现行方案上"),
        "withdraw": _("撤回"),
    }.get(change.what, "")
    done = operation_words({"verb": change.verb, **change.params}, state) if change.verb else ""
    return f"{words} {done}".strip()
