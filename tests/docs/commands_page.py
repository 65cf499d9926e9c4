"""The page of commands, made from the command line itself."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from flows.command import app

EVERYWHERE = {"home", "help"}  # said once, at the top


def commands() -> dict[str, Any]:
    """Every command and subcommand by its name, in alphabetical order."""
    return dict(sorted(_commands("", get_command(app))))


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own
    if name:
        yield name, command
    for inner, each in getattr(command, "commands", {}).items():
        yield from _commands(f"{name} {inner}".strip(), each)


def page() -> Iterator[str]:
    """The lines of the page: one heading for each command, with its arguments and options."""
    for name, command in commands().items():
        shown = [each for each in command.params if each.name not in EVERYWHERE]
        yield from ("", f"## `backfour {name}`", "", *_said(command), "")
        yield from ("```text", " ".join(["backfour", name, *_usage(shown)]), "```")
        if shown:
            yield from ("", "| argument or option | meaning |", "|---|---|")
            yield from (f"| `{_written(each)}` | {each.help or ''} |" for each in shown)


def _said(command: Any) -> list[str]:  # noqa: ANN401 - typer's own
    return [line for line in (command.help or "").splitlines() if line]


def _usage(params: list[Any]) -> Iterator[str]:
    for each in params:
        text = _written(each)
        yield text if each.required else f"[{text}]"


def _written(param: Any) -> str:  # noqa: ANN401 - typer's own
    if param.opts == [param.name]:
        return str(param.metavar or param.name).upper()
    value = "" if param.is_flag else f" {param.metavar or param.name.upper()}"
    return f"{param.opts[0]}{value}"
