"""The `torchmodlint` command: arguments in, output and exit code out. Nothing else in the package prints.

Imports stand in the functions that need them: `--version` and `--help` answer without loading LibCST.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from torchmodlint import __version__
from torchmodlint.core import exits
from torchmodlint.core.finding import Problem
from torchmodlint.core.result import Result, describe
from torchmodlint.core.selector import did_you_mean
from torchmodlint.core.settings import OUTPUT_FORMATS, Settings
from torchmodlint.report.terminal import Progress, fitting, wants_color, write_atomically

if TYPE_CHECKING:
    from torchmodlint.engine.files import Gathered
    from torchmodlint.rules.base import Rule

STDIN = "-"
INTERRUPTED = 130  # as shells report it; click's own 1 would say that something was found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="torchmodlint", message="%(prog)s %(version)s")
def main() -> None:
    """Find what goes wrong in PyTorch nn.Module code, before it is run."""


def _items(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> list[str]:
    """A list of texts: the option may be repeated, and each value may hold several, separated by commas."""
    if any(not value.strip(" ,") for value in values):
        raise click.BadParameter("nothing is named; leave the option out to use the default")
    return [item.strip() for value in values for item in value.split(",") if item.strip()]


def _processes(_context: click.Context, _option: click.Parameter, value: str) -> int | None:
    """A number of processes; "auto" becomes None, one for each processor when there is enough to do."""
    if value != "auto" and not (value.isdecimal() and int(value) > 0):
        raise click.BadParameter(f'"{value}" is neither "auto" nor a number above 0')
    return None if value == "auto" else int(value)


_config_options = (
    click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Use this file."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)


def _configurable(command: Any) -> Any:
    for option in reversed(_config_options):
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--select", multiple=True, callback=_items, metavar="RULE", help="Rules to check instead of the default ones."
)
@click.option("--extend-select", multiple=True, callback=_items, metavar="RULE", help="Rules to check as well.")
@click.option("--ignore", multiple=True, callback=_items, metavar="RULE", help="Rules to leave out.")
@click.option(
    "--per-file-ignores",
    multiple=True,
    callback=_items,
    metavar="PATTERN:RULE",
    help="Rules to leave out in some files.",
)
@click.option("--exclude", multiple=True, callback=_items, metavar="PATTERN", help="Files to skip, as in .gitignore.")
@click.option("--force-exclude/--no-force-exclude", default=None, help="Skip excluded files that are named, too.")
@_configurable
@click.option("--stdin-filename", metavar="PATH", help='The name of the code on stdin, when a path is "-".')
@click.option(
    "--output-format",
    type=click.Choice(OUTPUT_FORMATS),
    envvar="TORCHMODLINT_OUTPUT_FORMAT",
    help="How to write findings (default: text).",
)
@click.option("--output-file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write there.")
@click.option("--show-source/--no-show-source", default=None, help="Quote the line of each finding (text format).")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when something was found.")
@click.option(
    "-j",
    "--jobs",
    default="auto",
    callback=_processes,
    metavar="N|auto",
    help="Processes to use; auto: one for each processor.",
)
@click.option("-q", "--quiet", is_flag=True, help="Findings and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is being done.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colours.")
def check(paths: tuple[str, ...], config_file: Path | None, isolated: bool, **options: Any) -> NoReturn:
    """Check files and directories (default: here). "-" reads from stdin.

    Exits with 0 when nothing was found, 1 when something was, 2 when something could not be checked.
    """
    started = time.monotonic()
    given = _given(options)
    try:
        result, settings = _result(paths or (".",), config_file, isolated, given, options)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    for problem in result.problems:
        _complain(problem)
    if not result.files and not result.problems and not options["quiet"]:
        click.echo("No Python files were found.", err=True)
    output_format = settings.output_format if settings else str(given.get("output-format", "text"))
    failed = _write(result, output_format, settings.show_source if settings else False, options)
    if options["verbose"]:
        files = "1 file" if result.files == 1 else f"{result.files} files"
        click.echo(f"{files} in {time.monotonic() - started:.2f} s", err=True)
    sys.exit(exits.FAILED if failed else result.exit_code(exit_zero=options["exit_zero"]))


def _given(options: dict[str, Any]) -> dict[str, object]:
    """The options that were set and that are configuration keys as well, under the keys' names."""
    given: dict[str, object] = {}
    for key in ("select", "extend-select", "ignore", "exclude"):
        if options[key.replace("-", "_")]:
            given[key] = options[key.replace("-", "_")]
    for key in ("force-exclude", "output-format", "show-source"):
        if options[key.replace("-", "_")] is not None:
            given[key] = options[key.replace("-", "_")]
    ignores: dict[str, list[str]] = {}
    for pair in options["per_file_ignores"]:
        pattern, colon, selector = pair.rpartition(":")
        if not (pattern and colon and selector):
            raise click.BadParameter(f'"{pair}" is not PATTERN:RULE', param_hint="--per-file-ignores")
        ignores.setdefault(pattern, []).append(selector)
    return {**given, "per-file-ignores": ignores} if ignores else given


def _result(
    paths: Sequence[str],
    config_file: Path | None,
    isolated: bool,
    given: dict[str, object],
    options: dict[str, Any],
) -> tuple[Result, Settings | None]:
    """Configure, gather and lint. No settings mean that the configuration was unusable, so nothing was checked."""
    from torchmodlint.config import ConfigError, load
    from torchmodlint.engine.registry import ContractError, all_rules, rule_ids
    from torchmodlint.engine.run import run

    cwd = Path.cwd()
    named = options["stdin_filename"] if STDIN in paths else None
    located = [Path(named)] if named else [Path(path) for path in paths if path != STDIN]
    try:
        settings = load(located, rule_ids(), cwd, command_line=given, file=config_file, isolated=isolated)
    except ConfigError as error:
        return Result(problems=error.problems), None
    except ContractError as error:
        return Result(problems=(Problem(None, str(error)),)), None
    if options["verbose"]:
        click.echo(f"configuration: {settings.config_file or 'none'}", err=True)
        click.echo(f"project: {settings.root}; rules: {', '.join(sorted(settings.codes)) or 'none'}", err=True)
    gathered = _gather(paths, named, settings, cwd)
    with Progress(sys.stderr, on=not options["quiet"]) as progress:
        result = run(gathered, settings, all_rules(), processes=options["jobs"], on_done=progress.update)
    return result, settings


def _gather(paths: Sequence[str], stdin_filename: str | None, settings: Settings, cwd: Path) -> Gathered:
    from torchmodlint.engine.files import from_stdin, gather

    if STDIN not in paths:
        return gather(paths, settings, cwd)
    if len(paths) > 1:
        raise click.UsageError('"-" stands for the only file; it cannot be combined with other paths')
    return from_stdin(sys.stdin.buffer.read(), stdin_filename, settings, cwd)


def _complain(problem: Problem) -> None:
    click.echo(fitting(f"error: {describe(problem)}", sys.stderr.encoding), err=True)


def _write(result: Result, output_format: str, show_source: bool, options: dict[str, Any]) -> bool:
    """Report; True when the output file could not be written."""
    from torchmodlint.report.base import Style, statistics
    from torchmodlint.report.formats import REPORTERS

    file: Path | None = options["output_file"]
    color = options["color"] == "always" if file else wants_color(options["color"], sys.stdout, os.environ)
    style = Style(color=color, show_source=show_source, summary=not options["quiet"] and result.files > 0)
    text = REPORTERS[output_format].render(result, style)
    if options["statistics"]:
        if output_format in ("text", "concise"):
            text += statistics(result)
        else:  # programs read the other formats
            click.echo(statistics(result), nl=False, err=True)
    if file is None:
        click.echo(fitting(text, sys.stdout.encoding), nl=False, color=color)
        return False
    try:
        write_atomically(file, text)
    except OSError as error:
        _complain(Problem(str(file), f"cannot be written: {error.strerror or error}"))
        return True
    return False


@main.command()
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
def rules(output_format: str) -> None:
    """List all rules."""
    import json

    from torchmodlint.pages import what

    known = _rules()
    if output_format == "json":
        facts = [
            {
                "code": one.code,
                "name": one.name,
                "severity": one.severity.value,
                "default": one.default,
                "what": what(one),
            }
            for one in known
        ]
        click.echo(json.dumps(facts, indent=2))
        return
    widest = max((len(rule.name) for rule in known), default=0)
    for rule in known:
        state = "on" if rule.default else "opt-in"
        click.echo(f"{rule.code}  {rule.name:<{widest}}  {rule.severity.value:<7}  {state}")


def _rules() -> Sequence[type[Rule]]:
    from torchmodlint.engine.registry import ContractError, all_rules

    try:
        return all_rules()
    except ContractError as error:
        _complain(Problem(None, str(error)))
        sys.exit(exits.FAILED)


@main.command()
@click.argument("rule", metavar="CODE|NAME")
def explain(rule: str) -> None:
    """Show what a rule finds, why it matters and what to write instead."""
    from torchmodlint.pages import page

    known = _rules()
    for one in known:
        if rule.upper() == one.code or rule.lower() == one.name:
            click.echo(fitting(page(one), sys.stdout.encoding), nl=False)
            return
    words = [word for one in known for word in (one.code, one.name)]
    _complain(Problem(None, f'there is no rule "{rule}"{did_you_mean(rule, words)}'))
    sys.exit(exits.FAILED)


@main.command()
@click.argument("paths", nargs=-1)
@_configurable
def config(paths: tuple[str, ...], config_file: Path | None, isolated: bool) -> None:
    """Show the configuration in force for PATHS (default: here), and where each part of it comes from."""
    from torchmodlint.config import ConfigError, explained, load
    from torchmodlint.engine.registry import rule_ids

    _rules()
    located = [Path(path) for path in paths or (".",)]
    try:
        settings = load(located, rule_ids(), Path.cwd(), file=config_file, isolated=isolated)
    except ConfigError as error:
        for problem in error.problems:
            _complain(problem)
        sys.exit(exits.FAILED)
    click.echo(fitting(explained(settings), sys.stdout.encoding), nl=False)
