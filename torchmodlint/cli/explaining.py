"""The commands that explain: `rules`, `explain`, `config`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from torchmodlint.cli.common import configurable, fail, known_rules, settings_for
from torchmodlint.core.finding import Problem
from torchmodlint.core.selector import did_you_mean
from torchmodlint.report.terminal import fitting


@click.command()
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
def rules(output_format: str) -> None:
    """List all rules."""
    import json

    from torchmodlint.pages import what

    known = known_rules()
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


@click.command()
@click.argument("rule", metavar="CODE|NAME")
def explain(rule: str) -> None:
    """Show what a rule finds, why it matters and what to write instead."""
    from torchmodlint.pages import page

    known = known_rules()
    for one in known:
        if rule.upper() == one.code or rule.lower() == one.name:
            click.echo(fitting(page(one), sys.stdout.encoding), nl=False)
            return
    words = [word for one in known for word in (one.code, one.name)]
    fail(Problem(None, f'there is no rule "{rule}"{did_you_mean(rule, words)}'))


@click.command()
@click.argument("paths", nargs=-1)
@configurable
def config(paths: tuple[str, ...], config_file: Path | None, isolated: bool) -> None:
    """Show the configuration in force for PATHS (default: here), and where each part of it comes from."""
    from torchmodlint.config import explained

    known_rules()
    settings = settings_for([Path(path) for path in paths or (".",)], config_file, isolated)
    click.echo(fitting(explained(settings), sys.stdout.encoding), nl=False)
