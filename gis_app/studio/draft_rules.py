"""The rules of one draft: the default ones of `plans/`, and what a draft says otherwise, by rule_id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gis_app.errors import BadInput
from gis_app.plans.rules import Rule, read_rules


def rules_of(row) -> tuple[Rule, ...]:
    """Return the rules that a draft's row is checked by."""
    return merged(json.loads(row.rules or "{}"))


def merged(told: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return the default rules with what is told otherwise; raises BadInput for what is no rule."""
    if not isinstance(told, Mapping) or not all(isinstance(one, Mapping) for one in told.values()):
        raise BadInput("bad_rules", "规则有误", {"rules": "{rule_id: {hard, on, params}}"})
    return read_rules([{**one, "rule_id": rule_id} for rule_id, one in told.items()])


def checked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told otherwise as it is kept; raises BadInput naming the rule at fault."""
    merged(told)
    return {rule_id: dict(one) for rule_id, one in told.items()}
