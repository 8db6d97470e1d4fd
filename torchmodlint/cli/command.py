"""The group of all commands. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from torchmodlint import __version__

# In the order in which the help lists them, with the file that each is in.
COMMANDS = {
    "check": "checking",
    "inspect": "inspecting",
    "rules": "explaining",
    "explain": "explaining",
    "config": "explaining",
    "clean": "cleaning",
}


class Commands(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = getattr(import_module(f"torchmodlint.cli.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="torchmodlint", message="%(prog)s %(version)s")
def command() -> None:
    """Find what goes wrong in PyTorch nn.Module code, before it is run."""
