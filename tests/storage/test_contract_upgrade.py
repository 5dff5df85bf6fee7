"""A store that was filled before the incident loop keeps every row when it is brought up to date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import shapely
from alembic import command
from alembic.config import Config
from pandas.testing import assert_frame_equal
from sqlalchemy import text

from gis_app.storage import audit, incidents, migrations
from gis_app.storage import people as table
from gis_app.storage.classes import find_class
from gis_app.storage.migrations import migrate
from tests.storage.loop import T0, report

BEFORE = "0003_people"
GEODATA = Path(__file__).resolve().parents[2] / "geodata"
SHAPE = {"sqlite": ":geometry", "postgresql": "ST_GeomFromWKB(:geometry, 4490)"}
MOMENTS = ("reported_at", "accepted_at", "dispatched_at", "due_at", "resolved_at", "closed_at")


@pytest.fixture
def before(empty_url, opened):
    """Return a store at the schema before the loop."""
    store = opened(empty_url)
    with store.write() as conn:
        if store.dialect == "postgresql":
            conn.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = conn
        command.upgrade(config, BEFORE)
    return store


def test_the_reference_data_of_an_older_store_are_all_there_after_the_upgrade(before, empty_url):
    frame = pd.read_csv(GEODATA / "incidents.csv", dtype=str, keep_default_na=False)
    frame = frame.sort_values("incident_code", ignore_index=True).astype({"lon": float, "lat": float})
    fill(before, frame)
    assert migrate(empty_url)
    with before.read() as conn:
        assert_frame_equal(incidents.read_incidents(conn), frame)
        assert incidents.change_number(conn) == incidents.replaced_at_number(conn) == len(frame)
        wide = incidents.changed_since(conn, 0)
        assert wide["change_number"].tolist() == list(range(1, len(frame) + 1))
        assert set(wide["version"]) == {1} and set(wide["source"]) == {"reference"}
        assert set(wide["plan_id"]) == {5} and wide["updated_at"].notna().all()
        kind = find_class(conn, "E01")
        assert (kind.name, kind.active, kind.parent_code, kind.version) == ("暴露垃圾", True, "", 1)
        assert table.find_credentials(conn, "wang") is not None
        assert [account.organisation_code for account in table.read_accounts(conn)] == [""]
        assert audit.verify(conn) is None


def test_an_upgraded_store_takes_reports(before, empty_url):
    fill(before, pd.read_csv(GEODATA / "incidents.csv", dtype=str, keep_default_na=False, nrows=3))
    migrate(empty_url)
    with before.write() as conn:
        code = incidents.insert_report(conn, report())
    with before.read() as conn:
        found = incidents.find(conn, code)
        assert (found.change_number, found.plan_id, found.reported_at) == (4, 5, T0)


def fill(store, frame: pd.DataFrame) -> None:
    """Put rows into the older schema as the code of that time did."""
    points = shapely.to_wkb(shapely.points(frame["lon"].astype(float), frame["lat"].astype(float)))
    columns = [name for name in frame.columns if name not in ("lon", "lat")]
    rows = frame[columns].to_dict("records")
    for row, point in zip(rows, points, strict=True):
        row |= {name: utc(row[name]) for name in MOMENTS} | {"geometry": point}
    marks = [f":{name}" for name in columns] + [SHAPE[store.dialect]]
    if store.dialect == "postgresql":
        marks = [f"CAST({mark} AS timestamptz)" if mark[1:] in MOMENTS else mark for mark in marks]
    names = ", ".join([*columns, "geometry"])
    at = "'2023-01-01T00:00:00.000000+00:00'"
    with store.write() as conn:
        conn.execute(text(f"INSERT INTO incidents ({names}) VALUES ({', '.join(marks)})"), rows)
        for statement in (
            "INSERT INTO incident_classes (class_code, name, category, location_public) "
            "VALUES ('E01', '暴露垃圾', 'environment', true)",
            "INSERT INTO accounts (username, role, password_hash, disabled, demonstration, created_at) "
            f"VALUES ('wang', 'leader', 'x', false, false, {at})",
            f"INSERT INTO plans (plan_id, state, created_at) VALUES (5, 'published', {at})",
        ):
            conn.execute(text(statement))
        audit.append(conn, "layers:layer:imported")


def utc(moment: str) -> str | None:
    """Return a moment as SQLite keeps it."""
    if not moment:
        return None
    return pd.Timestamp(moment).tz_convert("UTC").isoformat(timespec="microseconds")
