"""巡办分离: who must not do a step because of what they, or their organisation, have to do with it.

Rules in data: each names the edges it holds for and tells whether it stands in the way. No role is above
them; an administrator passes only with a reason, which `workflow` writes into the history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gis_app.incidents.incident import Actor, Incident
from gis_app.incidents.transitions import HANDLER

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: on these (state, verb) edges it forbids where `forbids` says so; `code` is the message's."""

    code: str
    edges: frozenset[Edge]
    forbids: Callable[[Incident, Actor], bool]


def _reported_it(incident: Incident, actor: Actor) -> bool:
    return actor.account_id is not None and actor.account_id == incident.reporter_id


def _handled_it(incident: Incident, actor: Actor) -> bool:
    return actor.account_id is not None and actor.account_id in {incident.handler_id, *incident.past_handlers}


def _of_a_handling_organisation(incident: Incident, actor: Actor) -> bool:
    handled = {*incident.organisations, *incident.past_organisations}
    return bool(actor.organisation_code) and actor.organisation_code in handled


def _of_another_organisation(incident: Incident, actor: Actor) -> bool:
    return actor.role == HANDLER and actor.organisation_code not in incident.organisations


def _not_of_the_lead(incident: Incident, actor: Actor) -> bool:
    return actor.role == HANDLER and actor.organisation_code != incident.organisation_code


HANDLING = frozenset({("dispatched", "handle"), ("handling", "finish_stage"), ("handling", "resolve")})
JUDGING = frozenset({("resolved", "verify"), ("resolved", "return")})
OF_THE_LEAD = frozenset(
    {
        ("dispatched", "return"),
        ("handling", "return"),
        ("handling", "finish_stage"),
        ("handling", "pause"),
        ("paused", "resume"),
        ("handling", "resolve"),
    }
)

RULES: tuple[Rule, ...] = (
    Rule("other_organisation", HANDLING | OF_THE_LEAD, _of_another_organisation),
    Rule("joint_organisation", OF_THE_LEAD, _not_of_the_lead),
    Rule("reporter_handles", HANDLING, _reported_it),
    Rule("handler_verifies", JUDGING, _handled_it),
    Rule("organisation_verifies", JUDGING, _of_a_handling_organisation),
)


def forbidden_by(incident: Incident, verb: str, actor: Actor) -> str:
    """Return the code of the first rule that forbids a step, "" where none does."""
    edge = (incident.state, verb)
    return next((rule.code for rule in RULES if edge in rule.edges and rule.forbids(incident, actor)), "")
