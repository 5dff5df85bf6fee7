"""Every table of the store, for both databases, split by subject as the migrations are.

Areas are not bound to each other by foreign keys: a county may come with grids alone, and whether codes agree
is a rule of `layers/`, told with row and remedy. What the service itself makes (plans, accounts, sessions,
audit rows, the history of an incident) is bound. Column order is frame order.
"""

from gis_app.storage.tables.base import metadata
from gis_app.storage.tables.coverage import station_versions, what_if_scenarios
from gis_app.storage.tables.drafts import (
    assignment_draft_moves,
    assignment_drafts,
    member_versions,
    substitutes,
)
from gis_app.storage.tables.duties import assignments, members, organisations, zone_communities, zones
from gis_app.storage.tables.imports import imports
from gis_app.storage.tables.incidents import (
    api_keys,
    class_handlers,
    incident_changes,
    incident_classes,
    incident_codes,
    incident_followers,
    incident_history,
    incident_organisations,
    incident_photos,
    incident_voices,
    incidents,
)
from gis_app.storage.tables.jobs import jobs
from gis_app.storage.tables.leader import alert_rules, alerts_seen, saved_views
from gis_app.storage.tables.patrols import patrol_counts
from gis_app.storage.tables.people import accounts, audit, audit_head, sessions, sign_in_failures
from gis_app.storage.tables.places import (
    blocks,
    buildings,
    communities,
    county,
    gates,
    grids,
    plan_blocks,
    plans,
    revision,
    stations,
    streets,
    subdistricts,
    water,
)
from gis_app.storage.tables.plan_drafts import (
    past_blocks,
    plan_draft_changes,
    plan_drafts,
    plan_handovers,
    plan_lineage,
    plan_operations,
    plan_piece_buildings,
    plan_pieces,
    plan_remarks,
    plan_shares,
    plan_snapshots,
)
from gis_app.storage.tables.programme import (
    activities,
    demands,
    project_adoptions,
    projects,
    rating_verdicts,
    ratings,
    star_teams,
)
from gis_app.storage.tables.status import (
    station_status,
    station_status_changes,
    station_status_history,
)
from gis_app.storage.tables.supervision import (
    supervision_answers,
    supervision_findings,
    supervision_rounds,
    supervision_schedules,
)
from gis_app.storage.tables.webhooks import webhook_deliveries, webhooks

__all__ = [
    "accounts",
    "activities",
    "alert_rules",
    "alerts_seen",
    "api_keys",
    "assignment_draft_moves",
    "assignment_drafts",
    "assignments",
    "audit",
    "audit_head",
    "blocks",
    "buildings",
    "class_handlers",
    "communities",
    "county",
    "demands",
    "gates",
    "grids",
    "imports",
    "incident_changes",
    "incident_classes",
    "incident_codes",
    "incident_followers",
    "incident_history",
    "incident_organisations",
    "incident_photos",
    "incident_voices",
    "incidents",
    "jobs",
    "member_versions",
    "members",
    "metadata",
    "organisations",
    "past_blocks",
    "patrol_counts",
    "plan_blocks",
    "plan_draft_changes",
    "plan_drafts",
    "plan_handovers",
    "plan_lineage",
    "plan_operations",
    "plan_piece_buildings",
    "plan_pieces",
    "plan_remarks",
    "plan_shares",
    "plan_snapshots",
    "plans",
    "project_adoptions",
    "projects",
    "rating_verdicts",
    "ratings",
    "revision",
    "saved_views",
    "sessions",
    "sign_in_failures",
    "star_teams",
    "station_status",
    "station_status_changes",
    "station_status_history",
    "station_versions",
    "stations",
    "streets",
    "subdistricts",
    "substitutes",
    "supervision_answers",
    "supervision_findings",
    "supervision_rounds",
    "supervision_schedules",
    "water",
    "webhook_deliveries",
    "webhooks",
    "what_if_scenarios",
    "zone_communities",
    "zones",
]
