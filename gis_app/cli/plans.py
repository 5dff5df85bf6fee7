"""The command that looks after plans in time: `gis-app publish`.

Publishing itself is a decision, made in the studio; here a plan whose moment has come is made to take effect
where nobody has looked yet, and the plans are listed.
"""

from __future__ import annotations

from datetime import datetime

import click

from gis_app.cli.group import ready_store
from gis_app.settings import load_settings

STATES = {"scheduled": "待生效", "published": "生效中", "superseded": "已废止", "withdrawn": "已撤回"}


@click.command("publish")
def publish() -> None:
    """让已到生效日的边界方案生效，并列出全部方案；服务运行时由首个访问者自动完成，无需定时执行。"""
    from gis_app.studio.past import read_plans
    from gis_app.studio.publish import activate_due

    store = ready_store(load_settings())
    for plan_id in activate_due(store):
        click.echo(f"方案 {plan_id} 已生效")
    found = read_plans(store)
    for plan in found:
        span = f"{_day(plan.effective_from, '起始')} 至 {_day(plan.effective_to, '今')}"
        name = f"“{plan.name}”" if plan.name else ""
        click.echo(f"{plan.plan_id:>4}  {STATES[plan.state]}  {span}  {plan.grids} 个网格  {name}".rstrip())
    if not found:
        click.echo("还没有边界方案：用 gis-app import grids 导入")


def _day(moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else f"{moment:%Y-%m-%d %H:%M}"
