"""The one door to every edit: `apply(state, operation)` gives the next state or raises, and changes nothing.

An operation is what the browser sends, {"verb": …, and the verb's own fields}; the verbs themselves live in
the modules named in VERBS. Whoever may do what is not asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shapely.errors import GEOSException

from gis_app.errors import GisError
from gis_app.plans import adopting, border_moves, edits, emptying, instructions, splitting
from gis_app.plans.asked import likely_place
from gis_app.plans.guard import guard
from gis_app.plans.instructions import Instruction, read
from gis_app.plans.refusals import put, refusal
from gis_app.plans.state import State


@dataclass(frozen=True, slots=True)
class Verb:
    """How a verb is read and done; a `free` one may touch what is locked."""

    model: type[Instruction]
    act: Callable[[State, Instruction], State]
    free: bool = False


VERBS: dict[str, Verb] = {
    "transfer": Verb(instructions.Transfer, edits.transfer),
    "new_grid": Verb(instructions.NewGrid, edits.new_grid),
    "split_line": Verb(instructions.SplitLine, splitting.split_line),
    "split_parts": Verb(instructions.SplitParts, splitting.split_parts),
    "merge": Verb(instructions.Merge, edits.merge),
    "move_border": Verb(instructions.MoveBorder, border_moves.move_border),
    "cut_block": Verb(instructions.CutBlock, border_moves.cut_block),
    "dissolve": Verb(instructions.Dissolve, emptying.dissolve),
    "lock": Verb(instructions.Lock, edits.lock, free=True),
    "unlock": Verb(instructions.Lock, edits.unlock, free=True),
    "rename": Verb(instructions.Rename, edits.rename),
    "move_community": Verb(instructions.MoveCommunity, emptying.move_community),
    "adopt": Verb(instructions.Adopt, adopting.adopt),
    "fill": Verb(instructions.Fill, emptying.fill),
}


def apply(state: State, operation: Mapping) -> State:
    """Return the state after an operation.

    `operation` is {"verb": …, fields…} or {"verb": …, "params": {fields…}}. Raises BadInput for what cannot
    be done as told and Conflict for what a lock forbids, each with `fields` and `place`, (lon, lat) or None;
    the given state stays as it is.
    """
    about = operation if isinstance(operation, Mapping) else {}
    try:
        verb, params = _told(operation)
        about = params
        after = verb.act(state, read(verb.model, params))
        if not verb.free:
            guard(state, after)
    except GEOSException:
        raise put(_impossible(), likely_place(state, about)) from None
    except GisError as error:
        if getattr(error, "place", None) is None:
            put(error, likely_place(state, about))
        raise
    return after


def _impossible() -> GisError:
    return refusal("bad_shape", "无法在此处完成这项编辑", "line", "换一个位置画线，避开地块的边角")


def _told(operation: Mapping) -> tuple[Verb, dict]:
    if not isinstance(operation, Mapping) or not all(isinstance(key, str) for key in operation):
        raise refusal("bad_operation", "编辑指令有误", "operation", "发送一个 JSON 对象")
    fields = dict(operation)
    name = fields.pop("verb", None)
    if not isinstance(name, str) or name not in VERBS:
        raise refusal("unknown_verb", "没有这种编辑操作", "verb", " ".join(VERBS))
    if set(fields) == {"params"}:
        fields = fields["params"]
        if not isinstance(fields, Mapping) or not all(isinstance(key, str) for key in fields):
            raise refusal("bad_operation", "编辑指令有误", "params", "发送一个 JSON 对象")
    return VERBS[name], dict(fields)
