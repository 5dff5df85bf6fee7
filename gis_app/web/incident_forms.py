"""The small forms of an incident's page: for every step that somebody may take now, the fields it asks for.

Which steps and fields there are is the transition table's business; here they get their words and their kind
of input, nothing more.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.incidents.incident import Actor, Incident
from gis_app.incidents.workflow import Verb, allowed_verbs
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_words import organisation_names

# What moves an incident forward is offered first, in full; the rest is folded under its word.
FORWARD = (
    "report_again",
    "accept",
    "dispatch",
    "handle",
    "resume",
    "finish_stage",
    "resolve",
    "verify",
    "close",
    "evaluate",
)
# field -> (kind of input, its word)
FIELDS: dict[str, tuple[str, Any]] = {
    "note": ("text", _l("说明")),
    "description": ("text", _l("情况描述")),
    "photos": ("photos", _l("照片")),
    "organisation_code": ("organisation", _l("处置单位（牵头）")),
    "joint_organisations": ("organisations", _l("协办单位")),
    "duplicate_of": ("code", _l("原事件编号")),
    "until_or_hours": ("hours", _l("延长工作时数")),
    "satisfaction": ("stars", _l("满意度")),
    "override_reason": ("text", _l("代办理由")),
}
NOTES: dict[str, Any] = {
    "return": _l("退回原因"),
    "reject": _l("不予受理的理由"),
    "pause": _l("挂起原因"),
    "extend": _l("延期理由"),
    "transfer": _l("转派理由"),
    "reopen": _l("重新办理的理由"),
    "resolve": _l("处置结果"),
    "finish_stage": _l("阶段完成情况"),
    "verify": _l("核查意见"),
}


def forms_of(incident: Incident, actor: Actor) -> list[dict[str, Any]]:
    """Return the forms of the steps that `actor` may take now, what moves the incident forward first."""
    verbs = allowed_verbs(incident, actor, catalogue().find(incident.class_code))
    rank = {verb: number for number, verb in enumerate(FORWARD)}
    own_first = sorted(verbs, key=lambda verb: (verb.override, verb.code not in rank))
    return [_form(verb, incident) for verb in own_first]


def _form(verb: Verb, incident: Incident) -> dict[str, Any]:
    fields = [_field(name, verb, name in verb.needs) for name in (*verb.needs, *verb.takes)]
    return {
        "verb": verb.code,
        "label": verb.label(language()),
        "main": verb.code in FORWARD and not verb.override,
        "override": verb.override,
        "fields": fields,
        "suggested": _suggested(incident) if verb.code == "dispatch" else "",
        "has_photos": any(field["kind"] == "photos" for field in fields),
    }


def _field(name: str, verb: Verb, required: bool) -> dict[str, Any]:
    kind, word = FIELDS.get(name, ("line", name))
    if name == "note":
        word = NOTES.get(verb.code, word)
    return {"name": name, "kind": kind, "label": str(word), "required": required}


def _suggested(incident: Incident) -> str:
    """Return the organisation that handles this class at this place, to be chosen beforehand."""
    return catalogue().organisation_for(incident.class_code, incident.grid_code)


def organisation_choices() -> list[tuple[str, str]]:
    """Return (code, name) of every organisation, by name."""
    return sorted(organisation_names(snapshot()).items(), key=lambda one: one[1])


def stage_words(incident: Incident) -> list[dict[str, str]]:
    """Return the seven stages of the loop with how far the incident is: done, now, or still to come."""
    from gis_app.incidents.transitions import STAGES

    at, stopped = STAGE_OF_STATE[incident.state]
    lang = language()
    words = {"done": _("已完成"), "now": _("进行中"), "todo": _("未开始"), "stopped": _("已终止")}
    told = []
    for number, stage in enumerate(STAGES.values()):
        state = "done" if number < at else "todo" if number > at else "stopped" if stopped else "now"
        told.append({"label": str(stage[lang]), "state": state, "word": words[state]})
    return told


# state -> (number of the stage in hand, whether the loop ended there)
STAGE_OF_STATE: dict[str, tuple[int, bool]] = {
    "reported": (1, False),
    "returned": (1, True),
    "rejected": (1, True),
    "duplicate": (1, True),
    "accepted": (2, False),
    "dispatched": (3, False),
    "handling": (3, False),
    "paused": (3, False),
    "resolved": (5, False),
    "verified": (5, False),
    "closed": (6, False),
    "evaluated": (7, False),
}
