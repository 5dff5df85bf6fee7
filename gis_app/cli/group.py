"""What every command of `gis-app` shares: errors as a sentence with an exit code, and a store up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gis_app.errors import BadInput, Conflict, Forbidden, GisError, NotFound, Rejected
from gis_app.exchange import wording
from gis_app.settings import BadSettings, Settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

EXIT_CODES = {0: "成功", 1: "意外错误，或数据库、磁盘等暂不可用", 2: "所给的参数、文件或数据有误，未作改动"}
_GIVEN_WRONG = (BadInput, BadSettings, Conflict, Forbidden, NotFound, Rejected)


class Command(click.Command):
    """A command whose help ends with the exit codes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_exit_codes(formatter)


class Commands(click.Group):
    """Turns our errors into a sentence and an exit code, for every command."""

    command_class = Command
    group_class = type

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        _write_exit_codes(formatter)

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except GisError as error:
            for found in getattr(error, "faults", [])[: wording.SHOWN]:
                click.echo(wording.line(found), err=True)
            click.echo(f"错误：{error.message}", err=True)
            ctx.exit(2 if isinstance(error, _GIVEN_WRONG) else 1)


def _write_exit_codes(formatter: click.HelpFormatter) -> None:
    with formatter.section("退出码"):
        formatter.write_dl([(str(code), words) for code, words in EXIT_CODES.items()])


def ready_store(settings: Settings) -> Store:
    """Return the store of these settings, its schema made or brought up to date."""
    from gis_app.storage.engine import open_store
    from gis_app.storage.migrations import migrate

    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    if migrate(settings.database_url):
        click.echo("数据库结构已更新", err=True)
    return open_store(settings.database_url)
