"""The triggers by which the database itself keeps a published plan as it is; step 0014 lays them down.

A plan in force changes in one way only: it is superseded. Its grids, its table and its lineage stay; rows
come in while it is a draft or waits for its day, and an imported plan is completed while it is in force.
"""

from __future__ import annotations

SEALED = "a published plan never changes"
PARTS = ("grids", "plan_blocks", "plan_lineage")
FIXED = ("plan_id", "name", "created_at", "published_at", "base_plan_id", "draft_id", "effective_from")
DONE = "state IN ('published', 'superseded')"
WHOLE = "(state = 'superseded' OR (state = 'published' AND draft_id IS NOT NULL))"


def sqlite_triggers() -> list[str]:
    """Return the statements for SQLite."""
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
    found = [
        _sqlite("plans", "delete", f"OLD.{DONE}"),
        _sqlite("plans", "update", f"OLD.state = 'superseded' OR (OLD.state = 'published' AND ({changed}))"),
        _sqlite("plans", "update", f"OLD.state = 'published' AND NOT NEW.{DONE}", "back"),
    ]
    plan = "EXISTS (SELECT 1 FROM plans WHERE plan_id = {}.plan_id AND {})"
    for table in PARTS:
        found.append(_sqlite(table, "insert", plan.format("NEW", WHOLE)))
        found += [_sqlite(table, verb, plan.format("OLD", DONE)) for verb in ("update", "delete")]
    return found


def _sqlite(table: str, verb: str, when: str, more: str = "") -> str:
    name = f"{table}_no_{verb}{more}"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"
    )


def postgresql_triggers() -> list[str]:
    """Return the statements for PostgreSQL."""
    refuse = f"RAISE EXCEPTION '{SEALED}' USING ERRCODE = 'integrity_constraint_violation'"
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    plan = "EXISTS (SELECT 1 FROM plans WHERE plan_id = {}.plan_id AND {})"
    begin = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    found = [
        f"CREATE FUNCTION plans_refuse() {begin} "
        f"IF TG_OP = 'DELETE' THEN IF OLD.{DONE} THEN {refuse}; END IF; RETURN OLD; END IF; "
        "IF OLD.state = 'superseded' OR (OLD.state = 'published' AND "
        f"(NOT NEW.{DONE} OR {changed})) THEN {refuse}; END IF; RETURN NEW; END $$",
        f"CREATE FUNCTION plan_parts_refuse() {begin} "
        f"IF TG_OP = 'INSERT' THEN IF {plan.format('NEW', WHOLE)} THEN {refuse}; END IF; RETURN NEW; END IF; "
        f"IF {plan.format('OLD', DONE)} THEN {refuse}; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
    ]
    guards = {"plans": ("plans_refuse", "UPDATE OR DELETE")}
    guards |= dict.fromkeys(PARTS, ("plan_parts_refuse", "INSERT OR UPDATE OR DELETE"))
    return found + [
        f"CREATE TRIGGER {table}_no_change BEFORE {verbs} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        for table, (function, verbs) in guards.items()
    ]
