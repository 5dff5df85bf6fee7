"""Which chapter of the manual explains the page one is on: the link "帮助" of every page leads there.

The longest beginning of an address decides; a page that nobody listed leads to the contents list. What a role
does on a page can be explained elsewhere than for the others.
"""

from __future__ import annotations

HOME = "/help"

CHAPTERS: dict[str, str] = {
    "/leader": "leader#overview",
    "/map": "leader#map",
    "/layers": "leader#tables",
    "/coverage": "leader#coverage",
    "/reports": "leader#reports",
    "/supervision": "leader#supervision",
    "/ratings": "leader#stars",
    "/programme": "leader#stars",
    "/field": "worker#open",
    "/q": "worker#codes",
    "/stations": "worker#station",
    "/plans": "planner#begin",
    "/plans/drafts": "planner#tools",
    "/siting": "planner#siting",
    "/assignments": "planner#posts",
    "/paper": "planner#maps",
    "/desk": "planner#import",
    "/exports": "planner#export",
    "/incidents": "administrator#inbox",
    "/incidents/report": "administrator#report",
    "/incidents/statistics": "leader#incidents",
    "/incident-classes": "administrator#classes",
    "/api-keys": "administrator#keys",
    "/webhooks": "administrator#webhooks",
    "/ogc": "api",
}
OTHERWISE: dict[str, dict[str, str]] = {
    "grid_worker": {
        "/incidents": "worker#tasks",
        "/incidents/report": "worker#report",
        "/map": "worker#open",
    },
    "handler": {"/incidents": "worker#tasks", "/incidents/report": "worker#report"},
    "duty_staff": {"/incidents": "worker#tasks", "/incidents/report": "worker#report"},
    "planner": {"/map": "planner#map"},
    "leader": {"/plans": "leader#decide", "/plans/drafts": "leader#decide"},
}


def chapter_for(path: str, role: str | None) -> str:
    """Return the address of the chapter that explains a page to a role."""
    known = CHAPTERS | OTHERWISE.get(role or "", {})
    beginnings = [start for start in known if path == start or path.startswith(start + "/")]
    return f"{HOME}/{known[max(beginnings, key=len)]}" if beginnings else HOME
