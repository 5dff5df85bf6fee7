"""The rules a plan is checked by, as data: each hard or soft, with its numbers; `checking` applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: hard ones must hold at publishing, soft ones are only shown; `params` are its numbers."""

    rule_id: str
    hard: bool
    params: Mapping[str, float | int] = field(default_factory=dict)
    on: bool = True


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing wrong with a plan and where: `grid` is a key or "", `place` (lon, lat) or None.

    `message` is a Chinese sentence with %(name)s places for `args`, so that it can be translated.
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


# rule -> (hard, its numbers: name -> (default, least, most))
LIMITS: dict[str, tuple[bool, dict[str, tuple[float, float, float]]]] = {
    "every_block_in_a_grid": (True, {}),
    "one_community": (True, {}),
    "contiguous": (True, {}),
    "no_exclave": (True, {}),
    "no_building_cut": (True, {}),
    "locked_borders": (True, {}),
    "households": (False, {"least": (300, 0, 1_000_000), "most": (500, 1, 1_000_000)}),
    "no_hole": (False, {}),
    "balance": (False, {"share": (0.25, 0.0, 10.0)}),
    "compactness": (False, {"least": (0.2, 0.0, 1.0)}),
    "preferred_borders": (False, {"share": (0.0, 0.0, 1.0)}),
    "moved": (False, {"most": (1_000_000, 0, 1_000_000_000)}),
}
DEFAULT_RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id, hard, {name: limits[0] for name, limits in numbers.items()})
    for rule_id, (hard, numbers) in LIMITS.items()
)
