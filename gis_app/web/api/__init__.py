"""The API under /api/v1 for other programs: what the pages show, as plain JSON, described as OpenAPI 3.1.

`rooms` is the blueprint of what is read. The steps of incidents are in `incident_api`, which the pages' own
scripts use too; `openapi.document` describes both.
"""

from __future__ import annotations

from gis_app.web.api import assignments, coverage, layers, openapi, plans, problems, statistics, work
from gis_app.web.api.room import rooms

__all__ = [
    "assignments",
    "coverage",
    "layers",
    "openapi",
    "plans",
    "problems",
    "rooms",
    "statistics",
    "work",
]
