"""The command that looks after plans in time: `gis-app publish`.

Publishing itself is a decision, made in the studio; here a plan whose moment has come is made to take effect
where nobody has looked yet, and the plans are listed.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from gis_app import clock
from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.telling import as_json, dry_run, tell

if TYPE_CHECKING:
    from gis_app.studio.past import PlanRow

STATES = {"scheduled": "待生效", "published": "生效中", "superseded": "已废止", "withdrawn": "已撤回"}


@click.command("publish", cls=Command)
@dry_run
@as_json
def publish(dry_run: bool, as_json: bool) -> None:
    """让已到生效日的边界方案生效，并列出全部方案；服务运行时由首个访问者自动完成，无需定时执行。"""
    from gis_app.storage.plans import due_plans
    from gis_app.studio.past import read_plans
    from gis_app.studio.publish import activate_due

    store = ready_store(settings_for(dry_run), dry_run)
    if dry_run:
        with store.read() as conn:
            due = due_plans(conn, clock.now())
    else:
        due = activate_due(store)
    word = "将生效（未作改动）" if dry_run else "已生效"
    found = read_plans(store)
    lines = [*(f"方案 {plan_id} {word}" for plan_id in due), *(_line(plan) for plan in found)]
    if not found:
        lines.append("还没有边界方案：用 gis-app import grids 导入")
    tell(
        {"effective": list(due), "dry_run": dry_run, "plans": [asdict(plan) for plan in found]},
        as_json,
        *lines,
    )


def _line(plan: PlanRow) -> str:
    span = f"{_day(plan.effective_from, '起始')} 至 {_day(plan.effective_to, '今')}"
    name = f"“{plan.name}”" if plan.name else ""
    return f"{plan.plan_id:>4}  {STATES[plan.state]}  {span}  {plan.grids} 个网格  {name}".rstrip()


def _day(moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else f"{moment:%Y-%m-%d %H:%M}"
