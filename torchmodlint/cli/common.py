"""What several commands share: options, and how faults are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from torchmodlint.core import exits
from torchmodlint.core.finding import Problem
from torchmodlint.core.result import describe
from torchmodlint.report.terminal import fitting

if TYPE_CHECKING:
    from torchmodlint.core.settings import Settings
    from torchmodlint.rules.base import Rule

INTERRUPTED = 130  # as shells report it; click's own 1 would say that something was found

Command = TypeVar("Command", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which they are written."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


configurable = together(
    click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Use this file."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)


cached = together(
    click.option("--no-cache", is_flag=True, help="Check again what has not changed."),
    click.option(
        "--cache-dir",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Remember results there (default: .torchmodlint_cache in the project).",
    ),
)


def cache_folder(options: Mapping[str, Any], settings: Settings) -> Path | None:
    """Where to remember results; None for nowhere."""
    from torchmodlint.core.cache_folder import chosen

    if options["no_cache"]:
        return None
    return options["cache_dir"] or chosen(settings.root, settings.cache_dir)


def items(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> list[str]:
    """A list of texts: the option may be repeated, and each value may hold several, separated by commas."""
    if any(not value.strip(" ,") for value in values):
        raise click.BadParameter("nothing is named; leave the option out to use the default")
    return [item.strip() for value in values for item in value.split(",") if item.strip()]


def processes(_context: click.Context, _option: click.Parameter, value: str) -> int | None:
    """A number of processes; "auto" becomes None, one for each processor when there is enough to do."""
    if value != "auto" and not (value.isdecimal() and int(value) > 0):
        raise click.BadParameter(f'"{value}" is neither "auto" nor a number above 0')
    return None if value == "auto" else int(value)


def complain(problem: Problem) -> None:
    """Tell on stderr what could not be done."""
    click.echo(fitting(f"error: {describe(problem)}", sys.stderr.encoding), err=True)


def fail(*problems: Problem) -> NoReturn:
    """Tell what could not be done, and leave it at that."""
    for problem in problems:
        complain(problem)
    sys.exit(exits.FAILED)


def known_rules() -> Sequence[type[Rule]]:
    """Every rule; a malformed one ends the command."""
    from torchmodlint.engine.own_code import ContractError
    from torchmodlint.engine.registry import all_rules

    try:
        return all_rules()
    except ContractError as error:
        fail(Problem(None, str(error)))


def settings_for(
    paths: Sequence[Path], config_file: Path | None, isolated: bool, given: dict[str, object] | None = None
) -> Settings:
    """The configuration for some paths; a faulty one ends the command."""
    from torchmodlint.config import ConfigError, load
    from torchmodlint.engine.own_code import rule_ids

    try:
        return load(paths, rule_ids(), Path.cwd(), command_line=given, file=config_file, isolated=isolated)
    except ConfigError as error:
        fail(*error.problems)
