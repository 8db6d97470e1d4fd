"""The `torchmodlint` command: arguments in, output and exit code out. Nothing else in the package prints.

Imports stand in the functions that need them: `--version` and `--help` answer without loading LibCST.
"""

from __future__ import annotations

import click

from torchmodlint import __version__
from torchmodlint.cli.checking import check
from torchmodlint.cli.cleaning import clean
from torchmodlint.cli.explaining import config, explain, rules
from torchmodlint.cli.inspecting import inspect

__all__ = ["check", "clean", "config", "explain", "inspect", "main", "rules"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="torchmodlint", message="%(prog)s %(version)s")
def main() -> None:
    """Find what goes wrong in PyTorch nn.Module code, before it is run."""


for command in (check, inspect, rules, explain, config, clean):
    main.add_command(command)
