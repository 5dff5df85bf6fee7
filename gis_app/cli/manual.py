"""The commands `gis-app manual` and `gis-app completion`: made from the commands and their help texts alone.

What a command does is said once, in its own help; here is only how a manual page looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click
from click.shell_completion import get_completion_class

from gis_app.cli.group import EXIT_CODES, Command
from gis_app.errors import BadInput
from gis_app.settings import documented_settings

SHELLS = ("bash", "zsh", "fish")
NAME = "gis-app"


@dataclass(frozen=True)
class Page:
    """One command as a manual shows it: how it is called, what it says, its options with their help."""

    usage: str
    paragraphs: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(["man", "markdown"]), default="man", show_default=True,
              help="man 手册页（可存为 gis-app.1），或 Markdown。")  # fmt: skip
@click.pass_context
def manual(ctx: click.Context, form: str) -> None:
    """由各命令的说明生成手册，写到标准输出；例如 gis-app manual > gis-app.1，再用 man ./gis-app.1 查看。"""
    root = ctx.find_root()
    pages = list(pages_of(root.command, click.Context(root.command, info_name=NAME)))
    click.echo(man(pages) if form == "man" else markdown(pages))


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """输出 SHELL 的补全脚本；例如在 ~/.bashrc 中写：eval "$(gis-app completion bash)"。"""
    made = get_completion_class(shell)
    if made is None:
        raise BadInput("unknown_shell", "不支持这种终端", {"shell": " ".join(SHELLS)})
    click.echo(made(ctx.find_root().command, {}, NAME, "_GIS_APP_COMPLETE").source())


def pages_of(command: click.Command, ctx: click.Context) -> Iterator[Page]:
    """Yield the page of a command and of all below it."""
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    text = (command.help or "").replace("\b\n", "")
    paragraphs = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    records = (one.get_help_record(ctx) for one in command.params)
    yield Page(usage, paragraphs, tuple(one for one in records if one and one[1]))
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            yield from pages_of(below, click.Context(below, info_name=name, parent=ctx))


def man(pages: list[Page]) -> str:
    """Return the pages as one manual page, section 1."""
    first, *others = pages
    lines = [f'.TH GIS-APP 1 "" "{NAME}" ""', ".SH NAME"]
    lines += [_roff(f"{NAME} - {first.paragraphs[0]}"), ".SH SYNOPSIS", _roff(first.usage)]
    lines += [line for part in first.paragraphs[1:] for line in (".PP", _roff(part))]
    lines += [".SH COMMANDS"]
    for page in others:
        lines += [f".SS {_roff(page.usage)}"]
        lines += [line for part in page.paragraphs for line in (".PP", _roff(part))]
        lines += _terms(page.options)
    lines += [".SH EXIT STATUS", *_terms((str(code), words) for code, words in EXIT_CODES.items())]
    variables = (
        (one.variable, f"{one.description}（{one.default or '—'}）") for one in documented_settings()
    )
    lines += [".SH ENVIRONMENT", *_terms(variables)]
    return "\n".join(lines)


def _terms(pairs) -> list[str]:
    return [line for term, words in pairs for line in (".TP", f".B {_roff(term)}", _roff(words))]


def _roff(text: str) -> str:
    """Return text of which nothing is read as a request of roff."""
    plain = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def markdown(pages: list[Page]) -> str:
    """Return the pages as one Markdown document."""
    first, *others = pages
    lines = [f"# {NAME}", "", *first.paragraphs, "", f"    {first.usage}", ""]
    for page in others:
        lines += [f"## {page.usage.split(' [', 1)[0]}", "", f"    {page.usage}", ""]
        lines += [line for part in page.paragraphs for line in (part, "")]
        lines += [f"- `{term}` — {' '.join(words.split())}" for term, words in page.options]
        lines += [""] if page.options else []
    lines += ["## 退出码", "", *(f"- `{code}` — {words}" for code, words in EXIT_CODES.items())]
    return "\n".join(lines)
