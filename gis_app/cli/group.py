"""What every command of `gis-app` shares: errors as a sentence with an exit code, settings, and the store.

A dry run gets a store that keeps nothing, and where the database is missing or of an older schema a stand-in
beside it, so that not even the schema changes.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis_app.cli.telling import tell_error, tell_usage
from gis_app.errors import BadInput, Conflict, Forbidden, GisError, NotFound, Rejected
from gis_app.exchange import wording
from gis_app.settings import BadSettings, Settings, load_settings

if TYPE_CHECKING:
    from gis_app.storage.engine import Store

EXIT_CODES = {
    0: "成功",
    1: "意外错误，或数据库、磁盘等暂不可用",
    2: "所给的参数、文件或数据有误，未作改动；留痕不完整",
}
_ASKED_JSON = "gis_app.asked_json"
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as ever, and remember whether a program reads what goes wrong."""
        if ctx.parent is None:
            ctx.meta[_ASKED_JSON] = "--json" in args
        with _usage_told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context):
        try:
            with _usage_told(ctx):
                return super().invoke(ctx)
        except GisError as error:
            for found in getattr(error, "faults", [])[: wording.SHOWN]:
                click.echo(wording.line(found), err=True)
            click.echo(f"错误：{error.message}", err=True)
            tell_error(error)
            ctx.exit(2 if isinstance(error, _GIVEN_WRONG) else 1)


@contextmanager
def _usage_told(ctx: click.Context) -> Iterator[None]:
    """Tell a program of a slip in what was typed, once, and leave the words and the exit code to click."""
    try:
        yield
    except (click.UsageError, click.Abort) as error:
        if ctx.parent is None and ctx.meta[_ASKED_JSON]:
            tell_usage(error)
        raise


def _write_exit_codes(formatter: click.HelpFormatter) -> None:
    with formatter.section("退出码"):
        formatter.write_dl([(str(code), words) for code, words in EXIT_CODES.items()])


def settings_for(dry_run: bool = False) -> Settings:
    """Return the settings; for a dry run without making the secret key of a new instance."""
    return load_settings(secret_key=secrets.token_urlsafe(32)) if dry_run else load_settings()


def ready_store(settings: Settings, dry_run: bool = False) -> Store:
    """Return the store of these settings, its schema up to date; for a dry run one that keeps nothing."""
    from gis_app.storage.engine import open_store
    from gis_app.storage.migrations import migrate

    if dry_run:
        return _trial(settings)
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    if migrate(settings.database_url):
        click.echo("数据库结构已更新", err=True)
    return open_store(settings.database_url)


def _trial(settings: Settings) -> Store:
    from gis_app.storage.engine import open_store, parse_url
    from gis_app.storage.migrations import is_current
    from gis_app.storage.trial import Trial

    address = parse_url(settings.database_url)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite and not Path(address.database).exists():
        return Trial(_stand_in(None))
    store = open_store(settings.database_url)
    if is_current(store):
        return Trial(store)
    if not sqlite:
        raise Conflict("schema_outdated", "数据库结构须先更新：运行 gis-app init --empty")
    return Trial(_stand_in(store))


def _stand_in(store: Store | None) -> Store:
    """Return a copy of a store, or a new one, brought up to date in a folder that goes with the command."""
    from gis_app.storage.backup_database import copy
    from gis_app.storage.engine import open_store
    from gis_app.storage.migrations import migrate

    folder = tempfile.TemporaryDirectory(prefix="gis-dry-run-")
    click.get_current_context().call_on_close(folder.cleanup)
    path = Path(folder.name) / "gis.sqlite3"
    if store is not None:
        copy(store, path, lambda _share: None)
        store.dispose()
    migrate(f"sqlite:///{path}")
    return open_store(f"sqlite:///{path}")
