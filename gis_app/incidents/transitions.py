"""The one table of an incident's life: in which state who may do what, and what it leads to.

Nothing else decides which steps exist; `workflow.step` reads this table, and so do the buttons of a page. Who
must not do a step because of what they did before (巡办分离) stands in `separation.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

# Roles by the words of people/roles.py, which this room does not know.
LEADER, WORKER, PLANNER, DISPATCHER = "leader", "grid_worker", "planner", "dispatcher"
ADMINISTRATOR, HANDLER, INSPECTOR = "administrator", "handler", "inspector"
DUTY_STAFF = "duty_staff"
PUBLIC = "public"  # whoever reports through Open311
REPORTER = "reporter"  # not a role: the person who reported this incident, whatever their role
SIGNED_IN = (LEADER, WORKER, PLANNER, DISPATCHER, ADMINISTRATOR, HANDLER, INSPECTOR, DUTY_STAFF)
ROLES = (*SIGNED_IN, PUBLIC)

NOT_YET = ""  # the state of what is only being reported

# verb -> labels
VERBS: dict[str, dict[str, str]] = {
    "report": {"zh": "上报", "en": "Report"},
    "accept": {"zh": "受理", "en": "Accept"},
    "return": {"zh": "退回", "en": "Return"},
    "report_again": {"zh": "重新上报", "en": "Report again"},
    "reject": {"zh": "不予受理", "en": "Reject"},
    "mark_duplicate": {"zh": "标为重复", "en": "Mark as duplicate"},
    "dispatch": {"zh": "派遣", "en": "Dispatch"},
    "transfer": {"zh": "转派", "en": "Transfer"},
    "handle": {"zh": "开始处置", "en": "Start handling"},
    "finish_stage": {"zh": "完成阶段", "en": "Finish a stage"},
    "pause": {"zh": "挂起", "en": "Pause"},
    "resume": {"zh": "恢复", "en": "Resume"},
    "extend": {"zh": "延期", "en": "Extend"},
    "resolve": {"zh": "处置反馈", "en": "Resolve"},
    "verify": {"zh": "核查通过", "en": "Verify"},
    "close": {"zh": "结案", "en": "Close"},
    "evaluate": {"zh": "评价", "en": "Evaluate"},
    "reopen": {"zh": "重新办理", "en": "Reopen"},
}
# what a history may tell beside the verbs: nobody does it, it happens
HAPPENED: dict[str, dict[str, str]] = {
    "hand_over": {"zh": "网格调整移交", "en": "Handed over to another grid"},
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge: in `state`, one of `roles` may `verb`, which leads to `next` and needs the fields `needs`."""

    state: str
    verb: str
    roles: tuple[str, ...]
    next: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


_T = Transition
TABLE: tuple[Transition, ...] = (
    _T(NOT_YET, "report", (*SIGNED_IN, PUBLIC), "reported", takes=("note", "photos")),
    _T("reported", "accept", (DISPATCHER,), "accepted", takes=("note",)),
    _T("reported", "return", (DISPATCHER,), "returned", ("note",)),
    _T("returned", "report_again", (REPORTER,), "reported", takes=("note", "description", "photos")),
    _T("reported", "reject", (DISPATCHER,), "rejected", ("note",)),
    _T("accepted", "reject", (DISPATCHER,), "rejected", ("note",)),
    _T("reported", "mark_duplicate", (DISPATCHER,), "duplicate", ("duplicate_of",), ("note",)),
    _T("accepted", "mark_duplicate", (DISPATCHER,), "duplicate", ("duplicate_of",), ("note",)),
    _T("accepted", "dispatch", (DISPATCHER,), "dispatched", ("organisation_code",),
       ("joint_organisations", "note")),
    _T("dispatched", "handle", (HANDLER,), "handling", takes=("note", "photos")),
    _T("dispatched", "return", (HANDLER,), "accepted", ("note",)),
    _T("handling", "return", (HANDLER,), "accepted", ("note",)),
    _T("dispatched", "transfer", (DISPATCHER,), "dispatched", ("organisation_code", "note"),
       ("joint_organisations",)),
    _T("handling", "transfer", (DISPATCHER,), "dispatched", ("organisation_code", "note"),
       ("joint_organisations",)),
    _T("handling", "finish_stage", (HANDLER,), "handling", ("note",), ("photos",)),
    _T("handling", "pause", (HANDLER, DISPATCHER), "paused", ("note",)),
    _T("paused", "resume", (HANDLER, DISPATCHER), "handling", takes=("note",)),
    _T("dispatched", "extend", (DISPATCHER,), "dispatched", ("until_or_hours", "note")),
    _T("handling", "extend", (DISPATCHER,), "handling", ("until_or_hours", "note")),
    _T("paused", "extend", (DISPATCHER,), "paused", ("until_or_hours", "note")),
    _T("handling", "resolve", (HANDLER,), "resolved", ("note",), ("photos",)),
    _T("resolved", "return", (DISPATCHER, WORKER, INSPECTOR), "handling", ("note",), ("photos",)),
    _T("resolved", "verify", (WORKER, DISPATCHER, INSPECTOR), "verified", takes=("note", "photos")),
    _T("verified", "close", (DISPATCHER,), "closed", takes=("note",)),
    _T("closed", "evaluate", (LEADER, INSPECTOR, DISPATCHER, REPORTER), "evaluated", ("satisfaction",),
       ("note",)),
    _T("closed", "reopen", (DISPATCHER, INSPECTOR), "accepted", ("note",)),
    _T("evaluated", "reopen", (DISPATCHER, INSPECTOR), "accepted", ("note",)),
    _T("rejected", "reopen", (DISPATCHER, INSPECTOR), "accepted", ("note",)),
)  # fmt: skip

_EDGES = {(edge.state, edge.verb): edge for edge in TABLE}

# The seven stages of the loop, each with the verbs that are its work.
STAGES: dict[str, dict[str, str | tuple[str, ...]]] = {
    "report": {"zh": "信息收集", "en": "Report", "verbs": ("report", "report_again")},
    "accept": {"zh": "案卷建立", "en": "Accept", "verbs": ("accept", "return", "reject", "mark_duplicate")},
    "dispatch": {"zh": "任务派遣", "en": "Dispatch", "verbs": ("dispatch", "transfer")},
    "handle": {"zh": "任务处理", "en": "Handle", "verbs": ("handle", "finish_stage", "pause", "resume")},
    "resolve": {"zh": "处理反馈", "en": "Resolve", "verbs": ("resolve",)},
    "verify": {"zh": "核实结案", "en": "Verify and close", "verbs": ("verify", "close")},
    "evaluate": {"zh": "综合评价", "en": "Evaluate", "verbs": ("evaluate",)},
}


def edge(state: str, verb: str) -> Transition | None:
    """Return the edge of a state and a verb, None where the table has none."""
    return _EDGES.get((state, verb))


def edges_from(state: str) -> list[Transition]:
    """Return every edge that leaves a state, in the order of the table."""
    return [edge for edge in TABLE if edge.state == state]


def verb_label(verb: str, language: str = "zh") -> str:
    """Return what a verb is called in "zh" or "en"; the verb itself where it is unknown."""
    return (VERBS.get(verb) or HAPPENED.get(verb, {})).get(language, verb)
