"""What a leader keeps: saved views of the first page, rules of alert, and which alerts somebody has seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from gis_app.errors import Conflict, NotFound
from gis_app.storage.tables import alert_rules, alerts_seen, saved_views
from gis_app.storage.versioned import find_row, insert_row, update_row

MOST_VIEWS = 50
MOST_RULES = 100


def read_views(conn: Connection, account_id: int) -> list[Row]:
    """Return the views an account keeps, by name."""
    mine = select(saved_views).where(saved_views.c.account_id == account_id)
    return list(conn.execute(mine.order_by(saved_views.c.name)))


def keep_view(conn: Connection, account_id: int, name: str, query: str, at: datetime) -> int:
    """Keep a view and return its number; one of the same name is replaced. Raises Conflict for too many."""
    mine = saved_views.c.account_id == account_id
    conn.execute(delete(saved_views).where(mine & (saved_views.c.name == name)))
    kept = conn.execute(select(func.count()).select_from(saved_views).where(mine)).scalar_one()
    if kept >= MOST_VIEWS:
        raise Conflict("too_many_views", "保存的视图太多，请先删除不用的")
    row = {"account_id": account_id, "name": name, "query": query, "created_at": at}
    return conn.execute(insert(saved_views).values(row).returning(saved_views.c.view_id)).scalar_one()


def drop_view(conn: Connection, account_id: int, view_id: int) -> None:
    """Delete a view of an account; raises NotFound."""
    the_view = (saved_views.c.account_id == account_id) & (saved_views.c.view_id == view_id)
    if conn.execute(delete(saved_views).where(the_view)).rowcount != 1:
        raise NotFound("unknown_view", "没有这个视图", {"view_id": str(view_id)})


def read_rules(conn: Connection) -> list[Row]:
    """Return the rules of alert, the oldest first."""
    return list(conn.execute(select(alert_rules).order_by(alert_rules.c.rule_id)))


def add_rule(conn: Connection, values: Mapping[str, Any]) -> int:
    """Add a rule of alert and return its number; raises Conflict for too many."""
    if conn.execute(select(func.count()).select_from(alert_rules)).scalar_one() >= MOST_RULES:
        raise Conflict("too_many_rules", "预警规则太多，请先删除不用的")
    return insert_row(conn, alert_rules, values)


def change_rule(conn: Connection, rule_id: int, version: int, values: Mapping[str, Any]) -> int:
    """Change a rule that is still at this version and return its new version."""
    return update_row(conn, alert_rules, rule_id, version, values)


def drop_rule(conn: Connection, rule_id: int) -> None:
    """Delete a rule of alert with what was seen of it; raises NotFound."""
    find_row(conn, alert_rules, rule_id)
    conn.execute(delete(alerts_seen).where(alerts_seen.c.rule_id == rule_id))
    conn.execute(delete(alert_rules).where(alert_rules.c.rule_id == rule_id))


def read_seen(conn: Connection, account_id: int) -> dict[tuple[int, str], datetime]:
    """Return when an account saw which alert, by rule and area."""
    mine = select(alerts_seen).where(alerts_seen.c.account_id == account_id)
    return {(row.rule_id, row.area_code): row.seen_at for row in conn.execute(mine)}


def note_seen(conn: Connection, account_id: int, alerts: Iterable[tuple[int, str]], at: datetime) -> None:
    """Note that an account has seen these alerts and no other: one that comes back later is new again."""
    before = read_seen(conn, account_id)
    conn.execute(delete(alerts_seen).where(alerts_seen.c.account_id == account_id))
    rows = [
        {
            "account_id": account_id,
            "rule_id": rule,
            "area_code": area,
            "seen_at": before.get((rule, area), at),
        }
        for rule, area in dict.fromkeys(alerts)
    ]
    if rows:
        conn.execute(insert(alerts_seen), rows)
