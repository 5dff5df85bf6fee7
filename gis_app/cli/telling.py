"""How commands tell: results on standard output as words or JSON, progress and notes on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果，供程序读取。")
dry_run = click.option("--dry-run", is_flag=True, help="只检查并说明将做什么，不作改动。")


def tell(result: Any, as_json: bool, *lines: str) -> None:
    """Print a result: the lines for a person, the dataclass, list or mapping for a program."""
    if not as_json:
        for line in lines:
            click.echo(line)
        return
    plain = asdict(result) if is_dataclass(result) else result
    click.echo(json.dumps(plain, ensure_ascii=False, indent=1, default=str))


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
