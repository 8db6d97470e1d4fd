"""The options of the verifier, and a run's findings through it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from torchmodlint.cli.common import cache_folder, together
from torchmodlint.core.finding import Problem
from torchmodlint.core.result import Result
from torchmodlint.report.terminal import Progress

if TYPE_CHECKING:
    from torchmodlint.core.settings import Settings
    from torchmodlint.engine.files import Gathered
    from torchmodlint.verify.interpreter import Interpreter
    from torchmodlint.verify.wire import Options

DEVICES = ("auto", "cpu", "cuda", "meta")
SANDBOXES = ("require", "auto", "off")
ABOVE_ZERO = click.FloatRange(min=0, min_open=True)

# How to ask: for every command that builds classes.
asking = together(
    click.option("--device", type=click.Choice(DEVICES), help="Where to build and run (default: auto)."),
    click.option("--python", metavar="PATH", help="The interpreter or virtual environment whose torch is used."),
    click.option(
        "--verify-timeout", type=ABOVE_ZERO, metavar="SECONDS", help="The most for each finding (default: 10)."
    ),
    click.option("--verify-memory", type=ABOVE_ZERO, metavar="GB", help="The most for each process (default: 6)."),
    click.option(
        "--verify-sandbox",
        type=click.Choice(SANDBOXES),
        help="Insist on the kernel's isolation, use it where it is there (default), or do without.",
    ),
)
verifiable = together(
    click.option("--verify", is_flag=True, help="Build what was found in another process; this runs your code."),
    asking,
    click.option("--show-refuted", is_flag=True, help="List what the verifier refuted, too; it does not count."),
    click.option("--only-confirmed", is_flag=True, help="List and count what the verifier confirmed, nothing else."),
    click.option("--verify-repro", is_flag=True, help="Print a script that shows each confirmed finding."),
)
OPTIONS = (
    "device",
    "python",
    "verify_timeout",
    "verify_memory",
    "verify_sandbox",
    "show_refuted",
    "only_confirmed",
    "verify_repro",
)


def checked(options: Mapping[str, Any]) -> None:
    """Refuse options that mean nothing without others, or not with them."""
    if not options["verify"]:
        for name in OPTIONS:
            if options[name] not in (None, False):
                raise click.UsageError(f"--{name.replace('_', '-')} has a meaning only with --verify")
    if options["show_refuted"] and options["only_confirmed"]:
        raise click.UsageError("--show-refuted and --only-confirmed exclude each other")


def how(options: Mapping[str, Any], settings: Settings) -> Options:
    """The verifier's options: those given, else the configuration's, else its own."""
    from torchmodlint.verify.wire import Options

    return Options(
        device=options["device"] or "auto",
        timeout=options["verify_timeout"] or settings.verify_timeout,
        memory=options["verify_memory"] or settings.verify_memory,
        sandbox=options["verify_sandbox"] or "auto",
    )


def verified(result: Result, gathered: Gathered, settings: Settings, options: Mapping[str, Any]) -> Result:
    """The result with its verdicts; when nothing could be asked, as it was and with the reason as a problem."""
    if not result.findings:
        return result
    from torchmodlint.analysis.decoding import decode
    from torchmodlint.verify.interpreter import NoInterpreter
    from torchmodlint.verify.pool import WorkerUnavailable
    from torchmodlint.verify.verdicts import examine, joined

    texts = {file.display_path: decode(file.source) for file in gathered.files if file.source is not None}
    try:
        with Progress(sys.stderr, on=not options["quiet"], unit="findings", patience=0.0) as progress:
            examined = examine(
                result.findings,
                settings.root,
                options["python"] or settings.python,
                how(options, settings),
                texts,
                settings.examples,
                cache=cache_folder(options, settings),
                processes=options["jobs"],
                on_answer=progress.update,
                on_start=said if options["verbose"] else unsaid,
            )
    except (NoInterpreter, WorkerUnavailable) as error:
        problem = Problem(None, f"nothing was verified: {error}")
        return replace(result, problems=(problem, *result.problems))
    return joined(result, examined, show_refuted=options["show_refuted"], only_confirmed=options["only_confirmed"])


def said(interpreter: Interpreter) -> None:
    """Tell whose torch is asked."""
    click.echo(f"verifying with {interpreter.path} ({interpreter.origin}), torch {interpreter.torch}", err=True)


def unsaid(_: Interpreter) -> None:
    """Tell nothing."""
