"""The rules of one draft: the default ones of `plans/`, and what a draft says otherwise."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gis_app.errors import BadInput
from gis_app.plans.rules import DEFAULT_RULES, LIMITS, Rule

FLAGS = ("hard", "on")


def rules_of(row) -> tuple[Rule, ...]:
    """Return the rules that a draft's row is checked by."""
    return merged(json.loads(row.rules or "{}"))


def merged(told: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return the default rules with what is told otherwise."""
    return tuple(_merged(rule, told.get(rule.rule_id, {})) for rule in DEFAULT_RULES)


def checked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told otherwise, by rule_id; raises BadInput naming the rule that is not as it may be."""
    if not isinstance(told, Mapping):
        raise _bad("rules", "{rule_id: {hard, on, params}}")
    return {rule_id: _checked(rule_id, one) for rule_id, one in told.items()}


def _merged(rule: Rule, told: Mapping[str, Any]) -> Rule:
    flags = {name: told[name] for name in FLAGS if name in told}
    return replace(rule, params={**rule.params, **told.get("params", {})}, **flags)


def _checked(rule_id: str, told: Any) -> dict[str, Any]:
    if rule_id not in LIMITS:
        raise _bad("rules", " ".join(LIMITS))
    if not isinstance(told, Mapping) or set(told) - {*FLAGS, "params"}:
        raise _bad(rule_id, "hard on params")
    if any(not isinstance(told[name], bool) for name in FLAGS if name in told):
        raise _bad(rule_id, "true / false")
    params = told.get("params", {})
    limits = LIMITS[rule_id][1]
    if not isinstance(params, Mapping) or set(params) - set(limits):
        raise _bad(rule_id, " ".join(limits))
    for name, value in params.items():
        _, least, most = limits[name]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not least <= value <= most:
            raise _bad(rule_id, f"{name}: {least:g}–{most:g}")
    least, most = (
        {**{name: one[0] for name, one in limits.items()}, **params}.get(one) for one in ("least", "most")
    )
    if least is not None and most is not None and least > most:
        raise _bad(rule_id, "least ≤ most")
    return dict(told)


def _bad(field: str, allowed: str) -> BadInput:
    return BadInput("bad_rule", "规则设置有误", {field[:40]: allowed})
