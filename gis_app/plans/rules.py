"""The rules a plan is checked by, as data: which there are, their usual numbers, and the check of a plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from gis_app.plans.checking import CHECKS, Subject
from gis_app.plans.faults import WORDS, PlanFault, Rule
from gis_app.plans.refusals import refusal
from gis_app.plans.state import State

__all__ = ["DEFAULT_RULES", "LIMITS", "WORDS", "PlanFault", "Rule", "as_data", "check", "read_rules"]

# rule -> (hard, its numbers: name -> (usual, least, most))
LIMITS: dict[str, tuple[bool, dict[str, tuple[float, float, float]]]] = {
    "every_block_in_a_grid": (True, {}),
    "one_community": (True, {}),
    "contiguous": (True, {}),
    "no_exclave": (True, {}),
    "no_building_cut": (True, {}),
    "locked_borders": (False, {}),
    "households": (False, {"least": (300, 0, 1_000_000), "most": (500, 1, 1_000_000)}),
    "no_hole": (False, {}),
    "balance": (False, {"share": (0.25, 0.0, 10.0)}),
    "compactness": (False, {"least": (0.2, 0.0, 1.0)}),
    "preferred_borders": (False, {"share": (0.0, 0.0, 1.0)}),
    "moved": (False, {"most": (1_000_000_000, 0, 1_000_000_000)}),
}
DEFAULT_RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id, hard, {name: limits[0] for name, limits in numbers.items()})
    for rule_id, (hard, numbers) in LIMITS.items()
)


def check(state: State, base: State | None = None, rules: Iterable[Rule] = DEFAULT_RULES) -> list[PlanFault]:
    """Return every fault of a plan, hard ones first, then in the order of the rules and grids."""
    subject = Subject(state, base or state)
    found = [fault for rule in rules if rule.on for fault in CHECKS[rule.rule_id](subject, rule)]
    return sorted(found, key=lambda fault: not fault.hard)


def as_data(rules: Iterable[Rule]) -> list[dict]:
    """Return rules as plain data for JSON."""
    return [
        {"rule_id": rule.rule_id, "hard": rule.hard, "on": rule.on, "params": dict(rule.params)}
        for rule in rules
    ]


def read_rules(data: object) -> tuple[Rule, ...]:
    """Return all rules with what the data say of some of them; raise BadInput for what is no rule.

    `data` is a list of {"rule_id", "hard", "on", "params"}, all but the first optional.
    """
    rules = {rule.rule_id: rule for rule in DEFAULT_RULES}
    if data is None:
        return DEFAULT_RULES
    if not isinstance(data, list | tuple) or len(data) > len(rules):
        raise refusal("bad_rules", "规则有误", "rules", "发送规则的列表，每条规则一次")
    for entry in data:
        rule = _read(entry)
        rules[rule.rule_id] = rule
    low, high = (rules["households"].params[name] for name in ("least", "most"))
    if low > high:
        raise refusal("bad_rules", "户数的下限大于上限", "rules", "调低下限或调高上限")
    return tuple(rules.values())


def _read(entry: object) -> Rule:
    known = (
        isinstance(entry, Mapping) and isinstance(entry.get("rule_id"), str) and entry["rule_id"] in LIMITS
    )
    if not known or set(entry) - {"rule_id", "hard", "on", "params"}:
        raise refusal("bad_rules", "没有这条规则", "rules", " ".join(LIMITS))
    rule_id = entry["rule_id"]
    hard, numbers = LIMITS[rule_id]
    flags = {"hard": entry.get("hard", hard), "on": entry.get("on", True)}
    given = entry.get("params", {})
    if not all(isinstance(flag, bool) for flag in flags.values()) or not isinstance(given, Mapping):
        raise refusal("bad_rules", "规则有误", rule_id, "hard 与 on 为 true 或 false，params 为数值")
    if set(given) - set(numbers):
        raise refusal("bad_rules", "该规则没有这个参数", rule_id, " ".join(numbers))
    params = {name: _number(rule_id, given.get(name, usual[0]), usual) for name, usual in numbers.items()}
    return Rule(rule_id, flags["hard"], params, flags["on"])


def _number(rule_id: str, value: object, usual: tuple[float, float, float]) -> float | int:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not math.isfinite(value) or not usual[1] <= value <= usual[2]:
        raise refusal("bad_rules", "规则的数值不在允许范围", rule_id, f"{usual[1]:g}–{usual[2]:g}")
    return value
