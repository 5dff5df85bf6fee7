"""What the examples of the API's description were asked of: one small county, one moment, one order of calls.

Run as a program it writes the examples anew; the test asks for each again and compares.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from gis_app import clock, create_app
from gis_app.storage import classes
from gis_app.storage import jobs as stored_jobs
from gis_app.web.api.openapi import EXAMPLES
from gis_app.web.services import KEY
from tests.factory import GRIDS
from tests.web.conftest import FROM_OUR_PAGE, settings_of
from tests.web.county import make_instance
from tests.web.incidents import INSIDE, clients

AT = datetime(2026, 5, 11, 9, 0, tzinfo=clock.ZONE)
PLACE = {name: round(value, 6) for name, value in INSIDE.items()}
REPORT = {"class_code": "C6", "description": "路灯不亮", **PLACE}
CODE = "410222-2026-000001"
EXPORT = {"title": "网格", "name": "grids", "format": "gpkg", "system": "EPSG:4490", "rows": 4, "file": ""}


@dataclass(frozen=True)
class Case:
    """One call: who asks, how, and for what."""

    role: str = "leader"
    method: str = "GET"
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


def _post(role: str, body: dict[str, Any] | None = None, **more: Any) -> Case:
    return Case(role, "POST", body=body, **more)


# operation -> call, in the order in which they are made
CASES: dict[str, Case] = {
    "listSubdistricts": Case(),
    "getSubdistrict": Case(path={"code": GRIDS[0][:9]}, query={"shapes": "false"}),
    "listCommunities": Case(query={"limit": "1", "offset": "0"}),
    "getCommunity": Case(path={"code": GRIDS[0][:12]}),
    "listGrids": Case(query={"area": GRIDS[0][:12], "limit": "2"}),
    "getGrid": Case(path={"code": GRIDS[0]}),
    "listBlocks": Case(query={"area": GRIDS[0], "land_use": "residential", "limit": "2"}),
    "getBlock": Case(path={"code": "B00001"}),
    "listStations": Case(query={"kind": "warm_station", "status": "open", "limit": "2"}),
    "getStation": Case(path={"code": "Z001"}),
    "listPosts": Case(query={"role": "grid_worker", "state": "vacant"}),
    "getCoverage": Case(query={"level": "community", "within": "500m", "kind": "warm_station"}),
    "getStatistics": Case(query={"from": "2023-03-01", "to": "2023-03-31", "by": "category"}),
    "getFigures": Case(),
    "listPlans": Case(),
    "getPlan": Case(path={"number": "1"}),
    "listPlanGrids": Case(path={"number": "1"}, query={"limit": "2"}),
    "listProblems": Case(),
    "listJobs": Case(),
    "getJob": Case(path={"number": "1"}),
    "listExports": Case(),
    "getExport": Case(path={"number": "1"}),
    "listClasses": Case(),
    "placePerson": _post("grid_worker", PLACE | {"accuracy_m": 20}),
    "placeIncident": Case("grid_worker", query={name: str(value) for name, value in PLACE.items()}),
    "reportIncident": _post("grid_worker", REPORT, headers={"Idempotency-Key": "example-0001"}),
    "likelyDuplicatesOfPerson": _post("grid_worker", PLACE | {"class_code": "C6"}),
    "likelyDuplicates": Case(
        "grid_worker", query={name: str(value) for name, value in PLACE.items()} | {"class_code": "C6"}
    ),
    "followIncident": _post("leader", path={"code": CODE}),
    "stepIncident": _post(
        "dispatcher", {"note": "属实"}, path={"code": CODE, "verb": "accept"}, headers={"If-Match": '"v1"'}
    ),
    "dispatchIncidents": _post(
        "dispatcher",
        {"incidents": [{"incident_code": CODE, "version": 2}], "organisation_code": "ORG001"},
    ),
    "getIncident": Case("dispatcher", path={"code": CODE}),
    "listIncidents": Case("leader", query={"state": "dispatched", "limit": "1"}),
}


def county(folder: Path) -> Flask:
    """Return an application on the small county, with a class to report and an export that is ready."""
    make_instance(folder)
    app = create_app(settings_of(folder))
    with app.extensions[KEY].store.write() as conn:
        shared = {"category": "facilities", "location_public": True, "time_limit": "5d"}
        classes.insert_class(conn, shared | {"class_code": "C6", "name": "路灯损坏"}, "tests")
        params = json.dumps(EXPORT, ensure_ascii=False)
        number = stored_jobs.insert_job(conn, "export", params, 1, 900, clock.now())
        stored_jobs.start_job(conn, number, clock.now())
        stored_jobs.end_job(conn, number, "done", clock.now(), {"file": "1.gpkg"})
    return app


def answers(folder: Path, description: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the example of each operation as the service answers it now, all asked at one moment."""
    with clock.frozen(AT):
        app = county(folder)
        as_role = clients(app)
        paths = operations(description or as_role("leader").get("/api/v1/openapi.json").json)
        found = {name: _asked(as_role(case.role), paths[name][1], case) for name, case in CASES.items()}
        app.extensions[KEY].store.dispose()
    return found


def operations(description: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return (method, path, operation) of a description by the name of the operation."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def _asked(client: Any, path: str, case: Case) -> dict[str, Any]:
    answer = client.open(
        path.format(**case.path),
        method=case.method,
        query_string=case.query,
        headers=FROM_OUR_PAGE | case.headers,
        json=case.body,
    )
    assert answer.status_code < 300, (path, answer.text)
    asked = {
        name: getattr(case, name) for name in ("path", "query", "headers", "body") if getattr(case, name)
    }
    return {"role": case.role, **asked, "status": answer.status_code, "answer": answer.json}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        told = answers(Path(made) / "instance")
    EXAMPLES.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
