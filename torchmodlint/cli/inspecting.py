"""`torchmodlint inspect`: one class, built, and what it consists of."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from torchmodlint.cli.common import INTERRUPTED, configurable, fail, settings_for
from torchmodlint.cli.verifying import asking, how, said, unsaid
from torchmodlint.core.finding import Problem
from torchmodlint.core.paths import is_file
from torchmodlint.report.terminal import fitting, wants_color


@click.command()
@click.argument("target", metavar="FILE[:CLASS]")
@configurable
@asking
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Levels of the tree to show (text format).")
@click.option("-v", "--verbose", is_flag=True, help="Say what is being done.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colours.")
def inspect(target: str, config_file: Path | None, isolated: bool, **options: Any) -> None:
    """Build a class and show its modules, their parameters, buffers and memory, and what it hides.

    This runs the code of the file, in another process: src/net.py:Net.
    """
    path, owner = _split(target)
    if not is_file(Path(path)):
        fail(Problem(path, "no such file"))
    settings = settings_for([Path(path)], config_file, isolated)
    from torchmodlint.report.tree import tree_as_json, tree_as_text
    from torchmodlint.verify.inspection import NotInspected, inspected
    from torchmodlint.verify.interpreter import NoInterpreter
    from torchmodlint.verify.pool import WorkerUnavailable

    try:
        inspection = inspected(
            path.replace(os.sep, "/"),
            owner,
            settings.root,
            options["python"] or settings.python,
            how(options, settings),
            settings.examples,
            on_start=said if options["verbose"] else unsaid,
        )
    except (NoInterpreter, NotInspected, WorkerUnavailable) as error:
        fail(Problem(None, str(error)))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    if options["output_format"] == "json":
        click.echo(tree_as_json(inspection), nl=False)
        return
    color = wants_color(options["color"], sys.stdout, os.environ)
    text = tree_as_text(inspection, color=color, depth=options["depth"])
    click.echo(fitting(text, sys.stdout.encoding), nl=False, color=color)


def _split(target: str) -> tuple[str, str | None]:
    """File and class; the colon of a Windows drive separates nothing."""
    path, colon, owner = target.rpartition(":")
    if not colon or not owner.replace(".", "").isidentifier():
        return target, None
    return path, owner
