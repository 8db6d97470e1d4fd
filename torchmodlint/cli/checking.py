"""`torchmodlint check`: configure, gather, lint, verify if asked to, report."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from torchmodlint.cli.common import INTERRUPTED, cache_folder, cached, complain, configurable, items, processes
from torchmodlint.cli.verifying import checked, verifiable, verified
from torchmodlint.core import exits
from torchmodlint.core.finding import Problem
from torchmodlint.core.result import Result
from torchmodlint.core.settings import OUTPUT_FORMATS, Settings
from torchmodlint.report.terminal import Progress, fitting, wants_color

if TYPE_CHECKING:
    from torchmodlint.engine.files import Gathered
    from torchmodlint.rules.base import Rule

STDIN = "-"


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--select", multiple=True, callback=items, metavar="RULE", help="Rules to check instead of the default ones."
)
@click.option("--extend-select", multiple=True, callback=items, metavar="RULE", help="Rules to check as well.")
@click.option("--ignore", multiple=True, callback=items, metavar="RULE", help="Rules to leave out.")
@click.option(
    "--per-file-ignores",
    multiple=True,
    callback=items,
    metavar="PATTERN:RULE",
    help="Rules to leave out in some files.",
)
@click.option("--exclude", multiple=True, callback=items, metavar="PATTERN", help="Files to skip, as in .gitignore.")
@click.option("--force-exclude/--no-force-exclude", default=None, help="Skip excluded files that are named, too.")
@configurable
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
    callback=processes,
    metavar="N|auto",
    help="Processes to use; auto: one for each processor.",
)
@click.option("-q", "--quiet", is_flag=True, help="Findings and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is being done.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colours.")
@cached
@verifiable
def check(paths: tuple[str, ...], config_file: Path | None, isolated: bool, **options: Any) -> NoReturn:
    """Check files and directories (default: here). "-" reads from stdin.

    Exits with 0 when nothing was found, 1 when something was, 2 when something could not be checked.
    """
    started = time.monotonic()
    checked(options)
    if options["no_cache"] and options["cache_dir"]:
        raise click.UsageError("--no-cache and --cache-dir exclude each other")
    given = _given(options)
    try:
        result, settings = _result(paths or (".",), config_file, isolated, given, options)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    for problem in result.problems:
        complain(problem)
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
    """Configure, gather, lint and verify. No settings: the configuration was unusable, so nothing was checked."""
    from torchmodlint.config import ConfigError, load
    from torchmodlint.engine.own_code import ContractError, rule_ids
    from torchmodlint.engine.run import run

    cwd = Path.cwd()
    named = options["stdin_filename"] if STDIN in paths else None
    located = [Path(named)] if named else [Path(path) for path in paths if path != STDIN]
    try:
        settings = load(located, rule_ids(), cwd, command_line=given, file=config_file, isolated=isolated)
    except ConfigError as error:
        return Result(problems=error.problems), None
    if options["verbose"]:
        click.echo(f"configuration: {settings.config_file or 'none'}", err=True)
        click.echo(f"project: {settings.root}; rules: {', '.join(sorted(settings.codes)) or 'none'}", err=True)
    gathered = _gather(paths, named, settings, cwd)
    with Progress(sys.stderr, on=not options["quiet"]) as progress:
        try:
            result = run(
                gathered,
                settings,
                _rules,
                processes=options["jobs"],
                cache=cache_folder(options, settings),
                on_done=progress.update,
            )
        except ContractError as error:
            return Result(problems=(Problem(None, str(error)),)), None
    if options["verbose"]:
        click.echo(f"remembered: {result.remembered} of {result.files}", err=True)
    if options["verify"]:
        result = verified(result, gathered, settings, options)
    return result, settings


def _rules() -> Sequence[type[Rule]]:
    from torchmodlint.engine.registry import all_rules

    return all_rules()


def _gather(paths: Sequence[str], stdin_filename: str | None, settings: Settings, cwd: Path) -> Gathered:
    from torchmodlint.engine.files import from_stdin, gather

    if STDIN not in paths:
        return gather(paths, settings, cwd)
    if len(paths) > 1:
        raise click.UsageError('"-" stands for the only file; it cannot be combined with other paths')
    return from_stdin(sys.stdin.buffer.read(), stdin_filename, settings, cwd)


def _write(result: Result, output_format: str, show_source: bool, options: dict[str, Any]) -> bool:
    """Report; True when the output file could not be written."""
    from torchmodlint.core.writing import write_atomically
    from torchmodlint.report.base import Style, statistics
    from torchmodlint.report.formats import REPORTERS

    file: Path | None = options["output_file"]
    color = options["color"] == "always" if file else wants_color(options["color"], sys.stdout, os.environ)
    summary = not options["quiet"] and result.files > 0
    style = Style(color=color, show_source=show_source, summary=summary, repro=options["verify_repro"])
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
        complain(Problem(str(file), f"cannot be written: {error.strerror or error}"))
        return True
    return False
