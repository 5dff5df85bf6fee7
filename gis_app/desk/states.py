"""The states of an import: what may be done in each, and where it falls back when a step does not succeed.

One table; who may do it and whether the layers allow it is asked elsewhere.
"""

from __future__ import annotations

READING, CHOOSING, CHECKING, CHECKED = "reading", "choosing", "checking", "checked"
TAKING_IN, TAKEN_IN, UNDOING, UNDONE = "taking_in", "taken_in", "undoing", "undone"
FAILED, CANCELLED, DISCARDED = "failed", "cancelled", "discarded"

CAN: dict[str, tuple[str, ...]] = {
    READING: ("cancel",),
    CHOOSING: ("choose", "check", "discard"),
    CHECKING: ("cancel",),
    CHECKED: ("choose", "check", "take_in", "discard"),
    TAKING_IN: ("cancel",),
    TAKEN_IN: ("undo",),
    UNDOING: ("cancel",),
    UNDONE: ("discard",),
    FAILED: ("read_again", "discard"),
    CANCELLED: ("read_again", "discard"),
    DISCARDED: (),
}
# a long step → the kind of its job, the state after a step that did not succeed, and after a cancelled one
STEPS: dict[str, tuple[str, str, str]] = {
    READING: ("import_read", FAILED, CANCELLED),
    CHECKING: ("import_check", CHOOSING, CHOOSING),
    TAKING_IN: ("import_take_in", CHECKED, CHECKED),
    UNDOING: ("import_undo", TAKEN_IN, TAKEN_IN),
}
