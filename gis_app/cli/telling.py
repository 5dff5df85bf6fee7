"""How commands tell: results on standard output as words or JSON, progress and notes on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from gis_app.errors import GisError

_JSON = "gis_app.json"


def _remember(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta[_JSON] = value
    return value


as_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_remember,
    is_eager=True,
    help="以 JSON 输出结果，供程序读取。",
)
dry_run = click.option("--dry-run", is_flag=True, help="只检查并说明将做什么，不作改动。")


def tell(result: Any, as_json: bool, *lines: str) -> None:
    """Print a result: the lines for a person, the dataclass, list or mapping for a program."""
    if not as_json:
        for line in lines:
            click.echo(line)
        return
    plain = asdict(result) if is_dataclass(result) else result
    click.echo(json.dumps(plain, ensure_ascii=False, indent=1, default=str))


def tell_error(error: GisError) -> None:
    """Print what went wrong for a program that asked for JSON; a person reads it on standard error."""
    ctx = click.get_current_context(silent=True)
    if ctx is None or not ctx.meta.get(_JSON):
        return
    told: dict[str, Any] = {"code": error.code, "message": error.message, "fields": error.fields}
    faults = [asdict(found) for found in getattr(error, "faults", [])]
    told |= {"faults": faults} if faults else {}
    click.echo(json.dumps({"error": told}, ensure_ascii=False, indent=1, default=str))


def tell_usage(error: click.UsageError | click.Abort) -> None:
    """Print for a program what was typed wrong, or that a question could not be answered."""
    message, fields = "已中止：没有得到回答；所问的可用选项给出，见 --help", {}
    if isinstance(error, click.UsageError):
        message = error.format_message()
        if isinstance(error, click.BadParameter) and error.param is not None and error.param.name:
            fields = {error.param.name: error.message or message}
    told = {"code": "usage", "message": message, "fields": fields}
    click.echo(json.dumps({"error": told}, ensure_ascii=False, indent=1, default=str))


def note(words: str) -> None:
    """Say something beside the result."""
    click.echo(words, err=True)


def progress() -> Callable[[float, str], None]:
    """Return a function that tells how far it is, 0 to 1: in place on a terminal, else a line a step."""
    shown: list[str] = []

    def told(share: float, words: str = "") -> None:
        line = f"{min(max(share, 0.0), 1.0):4.0%} {words}"
        if sys.stderr.isatty():
            click.echo(f"\r{line}\033[K", nl=share >= 1, err=True)
        elif words not in shown:
            shown.append(words)
            click.echo(line, err=True)

    return told
